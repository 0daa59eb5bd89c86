"""The problems of a running Pulumi program: collected while it runs, and raised together when it ends.

A program that the engine runs registers its resources after its last line. So a resource with a problem does not
stop it: the rest of the program runs, adds its own problems, and no resource is registered.
"""

from __future__ import annotations

import inspect
import os
import sys
from asyncio import FIRST_COMPLETED, Future, ensure_future, gather, get_event_loop, wait
from collections.abc import Callable, Coroutine, Generator, Iterable, Sequence
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from pulumi import Output, Resource, RunError
from pulumi.runtime import get_root_resource
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from .errors import Problem, StatsigError, escape, to_line
from .settings import DEBUG

OWN: Final = tuple(str(Path(file).parent) + os.sep for file in (__file__, sys.modules["pulumi"].__file__ or __file__))
"""Folders whose frames are not of the program."""
LAST_VALUES_S: Final = 1.0
"""How long an invalid program waits for values: those of resources that are on their way to the engine still come."""
P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=Exception)


class InvalidProgramError(RunError):
    """Raised at the end of a program with all its problems. The engine shows a ``RunError`` without a traceback."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        super().__init__()

    def __str__(self) -> str:
        lines = list(self._lines)
        title = f"the program has {len(lines)} problem{'s' if len(lines) > 1 else ''}:"
        return "\n    ".join([title, *lines])


class Program:
    """One run of a program by the engine, and its problems."""

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}
        self._checks: set[Future[None]] = set()
        self._invalid: Future[None] = get_event_loop().create_future()

    @property
    def is_valid(self) -> bool:
        """Whether no problem is known."""
        return not self._lines

    def add(self, subject: str, problems: Iterable[Problem], line: str) -> None:
        """Add problems of a line of the program, such as ``__main__.py:12``; the run fails with them."""
        lines = [": ".join(filter(None, (line, escape(subject), str(problem)))) for problem in problems]
        if self.is_valid and lines:
            # The SDK waits for each Output and raises its error, also if nothing else uses it.
            Output.from_input(self.fail())
            self._invalid.set_result(None)
        self._lines |= dict.fromkeys(lines)

    def start(self, check: Coroutine[Any, Any, None]) -> Future[None]:
        """Start a check of values that are not known yet. It may add problems."""
        task = ensure_future(check)
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)
        return task

    async def read(self, values: Sequence[Coroutine[Any, Any, T]], default: T) -> list[T]:
        """Return the values when all are there. An invalid program registers nothing, so it waits a short time only."""
        tasks = [ensure_future(value) for value in values]
        all_read: Future[Any] = gather(*tasks)
        await wait([all_read, self._invalid], return_when=FIRST_COMPLETED)
        if not all_read.done():
            await wait(tasks, timeout=LAST_VALUES_S)
        return [task.result() if task.done() else default for task in tasks]

    async def fail(self) -> NoReturn:
        """Raise all problems, after the last check."""
        if self._checks:
            await wait(self._checks)
        raise InvalidProgramError(self._lines)


_PROGRAMS: Final[WeakKeyDictionary[Resource, Program]] = WeakKeyDictionary()
"""The programs of this process, by the resource of their stack."""


def find_program() -> Program | None:
    """Return the program that the engine runs; None outside of it, such as in a unit test with mocks."""
    stack = get_root_resource()
    if stack is None or isinstance(get_monitor(), MockMonitor):
        return None
    if stack not in _PROGRAMS:
        _PROGRAMS[stack] = Program()
    return _PROGRAMS[stack]


def refuse(subject: str, problems: list[Problem], error_fn: Callable[[str, list[Problem]], Exception]) -> None:
    """Add problems to the program that the engine runs; outside of it, raise the error of ``error_fn``."""
    if not problems:
        return
    program = find_program()
    if program is None:
        raise error_fn(subject, problems)
    program.add(subject, problems, find_line())


def in_one_line(call: Callable[P, T]) -> Callable[P, T]:
    """Have the engine show errors of a function in one line, with that of the program, and without a traceback.

    A traceback repeats lines of the program, which may hold a key. With STATSIG_DEBUG, it is shown. Outside of a
    program that the engine runs, errors are raised as they are.
    """
    signature = inspect.signature(call)

    @wraps(call)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            try:
                signature.bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{call.__qualname__.removesuffix('.__init__')}: {error}") from None
            return call(*args, **kwargs)
        except (StatsigError, TypeError) as error:
            if find_program() is None or DEBUG.from_environment():
                raise
            raise to_run_error(error, find_line()) from None

    return checked


def to_run_error(error: E, line: str) -> E:
    """Return an error that is one of its class, and that the engine shows with a line and without a traceback."""
    if isinstance(error, RunError):
        return error
    cls, text = type(error), ": ".join(filter(None, (line, to_line(str(error)))))
    bases: tuple[Any, ...] = (cls, RunError)
    in_one_line: Any = type(cls.__name__, bases, {"__str__": lambda self: text, "__module__": cls.__module__})
    copied: E = in_one_line.__new__(in_one_line, *error.args)
    copied.__dict__.update(error.__dict__)
    return copied


def type_error(subject: str, problems: list[Problem]) -> TypeError:
    """Return the error for wrong arguments of a constructor, a line for each."""
    return TypeError("\n".join(f"{subject}: {problem}" for problem in problems))


class IfValid:
    """An input of a resource that fails if the program is invalid when the SDK reads it, to register the resource."""

    def __init__(self, program: Program, value: str, check: Future[None] | None) -> None:
        self._program, self._value, self._check = program, value, check

    def __await__(self) -> Generator[Any, None, str]:
        return self._get().__await__()

    async def _get(self) -> str:
        if self._check is not None:
            await self._check
        if not self._program.is_valid:
            await self._program.fail()
        return self._value


def find_line() -> str:
    """Return the line of the program that is running, such as ``__main__.py:12``; empty if it is unknown."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith((*OWN, "<")):
            return f"{_shorten(file)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _shorten(file: str) -> str:
    """Return the path of a file from the folder of the program, if the file is below it."""
    return os.path.realpath(file).removeprefix(os.path.realpath(os.getcwd()) + os.sep)
