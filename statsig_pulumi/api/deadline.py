"""Deadlines: when a request must have ended, and when all requests of one call of the engine must have."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, NoReturn, TypeAlias, TypeVar

from ..errors import TimedOutError

T = TypeVar("T")
Outcome: TypeAlias = Callable[[], T]
"""Returns the result of a function, or raises its error."""
Job: TypeAlias = tuple[Callable[[], Any], SimpleQueue[Any]]
"""A function, and the queue for its outcome."""
IDLE_S: Final = 1.0
"""How long a thread waits for its next function."""


class Deadline:
    """The time after which a call sends no request and waits for none.

    ``setting`` names the setting that the time is from. Without a time, there is no end.
    """

    def __init__(self, limit_s: float | None = None, setting: str = "") -> None:
        self._limit_s, self._setting = limit_s, setting
        self._end_s = math.inf if limit_s is None else time.monotonic() + limit_s

    def left_s(self) -> float:
        """Return the seconds that are left; 0 after the end."""
        return max(0.0, self._end_s - time.monotonic())

    def check(self, reason: str, wait_s: float = 0.0) -> None:
        """Raise TimedOutError if the time is over, or would be after a wait; ``reason`` is what the call waits for."""
        if self.left_s() <= wait_s:
            raise TimedOutError(f"the {self._limit_s:g} s of {self._setting} are over: {reason}")


NO_DEADLINE = Deadline()


class Workers:
    """Threads that run functions for their callers, which wait no longer than they want; any thread may use it.

    The library that sends requests limits each step of one: a server that sends a header byte by byte, a name
    server or a handshake can take any time in total. A thread is started if all are busy, and ends if it has nothing
    to do: to start one for each request costs more than to send it.
    """

    def __init__(self) -> None:
        self._idle: deque[SimpleQueue[Job]] = deque()

    def run(self, seconds: float, function: Callable[[], T]) -> T:
        """Return the result of a function; raises TimeoutError if it takes longer, and leaves it to its thread."""
        outcomes: SimpleQueue[Outcome[T]] = SimpleQueue()
        self._take().put((function, outcomes))
        try:
            outcome = outcomes.get(timeout=seconds)
        except Empty:
            raise TimeoutError from None
        return outcome()

    def _take(self) -> SimpleQueue[Job]:
        """Return the queue of a thread that has nothing to do."""
        try:
            return self._idle.pop()
        except IndexError:
            jobs: SimpleQueue[Job] = SimpleQueue()
            Thread(target=self._work, args=(jobs,), daemon=True).start()
            return jobs

    def _work(self, jobs: SimpleQueue[Job]) -> None:
        """Run the functions of a queue; end if none comes, unless a caller has taken the queue in this moment."""
        while True:
            try:
                function, outcomes = jobs.get(timeout=IDLE_S)
            except Empty:
                with suppress(ValueError):
                    self._idle.remove(jobs)
                    return
                continue
            outcome = _call(function)
            self._idle.append(jobs)
            outcomes.put(outcome)
            del function, outcomes, outcome  # an idle thread keeps no response


def _call(function: Callable[[], T]) -> Outcome[T]:
    """Call a function; return one that returns its result or raises its error."""
    try:
        result = function()
    except BaseException as raised:  # noqa: BLE001 - raised by the caller
        return partial(_raise, raised)
    return lambda: result


def _raise(error: BaseException) -> NoReturn:
    raise error
