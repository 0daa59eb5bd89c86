"""How a look-up asks: as itself, over one connection for the process, and with Outputs where programs have them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, wraps
from threading import Lock
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from pulumi import Config, Output, log

from ..errors import GoneError, InvalidInputsError, NotFoundError, Problem, RejectedError, UnreachableError
from ..json_values import Json
from ..settings import STACK_KEYS, Settings
from .records.record import Record

if TYPE_CHECKING:
    from ..api.client import Client

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=Record)

Query = Mapping[str, str | list[str]]
IsMissing = Callable[[], bool]
"""Asked where the API answers 400 to what may not be there: some of its endpoints say so."""
_one_at_a_time: Final = Lock()


def _is_there() -> bool:
    return False


class Api:
    """The Console API, asked by one look-up."""

    def __init__(self, asker: str) -> None:
        self.asker = asker
        self._client = _client().on_behalf_of(asker)

    def one(
        self,
        record: type[R],
        path: str,
        what: str,
        query: Query | None = None,
        *,
        is_missing: IsMissing = _is_there,
    ) -> R:
        """The object at a path; ``what`` is how messages name it."""
        data = self.data(path, what, query, is_missing=is_missing)
        if not isinstance(data, dict):
            raise UnreachableError("GET", f"/{path}", "the answer holds no object")
        return record.read(data)

    def every(
        self,
        record: type[R],
        path: str,
        what: str = "",
        query: Query | None = None,
        *,
        is_missing: IsMissing = _is_there,
        takes_limit: bool = True,
    ) -> list[R]:
        """Every object of a list; ``what`` is what has to be there for the list to be."""
        limited = {} if takes_limit else {"limit": None}
        found = self._asked(what, lambda: list(self._client.pages(path, query, **limited)), is_missing)
        return [record.read(item) for item in found]

    def data(self, path: str, what: str, query: Query | None = None, *, is_missing: IsMissing = _is_there) -> Json:
        """What the API answers, as it is."""
        return self._asked(what, lambda: self._client.send("GET", path, query=query).get("data"), is_missing)

    def _asked(self, what: str, ask: Callable[[], T], is_missing: IsMissing) -> T:
        try:
            return ask()
        except NotFoundError:
            if not what:
                raise
        except RejectedError as error:
            if error.status != 400 or not is_missing():
                raise
        raise GoneError(f"there is no {what} in this Statsig project")


def lookup(ask: Callable[Concatenate[Api, P], T]) -> Callable[P, T]:
    """A look-up of plain values: the function, with the API to ask put first."""

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        return ask(Api(ask.__name__), *args, **kwargs)

    asked.__signature__ = _signature(ask)  # type: ignore[attr-defined]
    return asked


def lookup_by_id(ask: Callable[Concatenate[Api, ...], object]) -> Callable[..., Any]:
    """A look-up whose positional parameters may be Outputs; its overloads say what it gives then."""
    signature, name = _signature(ask), ask.__name__
    ids = [p.name for p in signature.parameters.values() if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]

    @wraps(ask)
    def asked(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        keys = {key: bound.arguments[key] for key in ids}

        def ask_with(known: Mapping[str, object]) -> object:
            refuse(name, _problems(known))
            bound.arguments.update(known)
            return ask(Api(name), *bound.args, **bound.kwargs)

        if not any(isinstance(value, Output) for value in keys.values()):
            return ask_with(keys)
        refuse(name, _problems({key: value for key, value in keys.items() if not isinstance(value, Output)}))
        # In a thread: the program's event loop has the other resources to serve.
        return Output.all(**keys).apply(lambda known: asyncio.to_thread(ask_with, known))

    asked.__signature__ = signature  # type: ignore[attr-defined]
    return asked


def refuse(subject: str, problems: Iterable[Problem]) -> None:
    """Fail for what is wrong before anything is sent."""
    if found := list(problems):
        raise InvalidInputsError(subject, found)


def _problems(ids: Mapping[str, object]) -> Iterator[Problem]:
    for name, value in ids.items():
        if not isinstance(value, str):
            yield Problem(name, f"has to be text, not {type(value).__name__}")
        elif not value.strip():
            yield Problem(name, "must not be empty")


def _signature(ask: Callable[..., object]) -> inspect.Signature:
    """As programs see it: without the API."""
    whole = inspect.signature(ask)
    return whole.replace(parameters=list(whole.parameters.values())[1:])


def _client() -> Client:
    """The one client for these settings."""
    config = Config("statsig")
    stack = {key: value for key in STACK_KEYS if (value := config.get(key.removeprefix("statsig:"))) is not None}
    settings = Settings.from_sources(stack_configuration=stack)
    with _one_at_a_time:  # threads would each make one where there is none yet
        return _client_for(settings)


@cache
def _client_for(settings: Settings) -> Client:
    from ..api.client import Client  # not before something is asked: most programs look nothing up

    return Client.from_settings(settings, on_message=log.info)
