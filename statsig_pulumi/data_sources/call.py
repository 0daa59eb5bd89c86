"""Decorators of data sources, and the client that they read with."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from pulumi import Config, Output

from .. import provider
from ..engine import ProgramReporter
from ..errors import GoneError, InvalidInputsError, NotFoundError, Problem, RejectedError, UnreachableError
from ..json_values import Json
from ..settings import STACK_KEYS
from .records.record import Record

if TYPE_CHECKING:
    from ..api.client import Client

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=Record)

Query = Mapping[str, str | list[str]]
IsMissing = Callable[[], bool]
"""Returns whether the object is missing. Called on status 400, which some endpoints return for missing objects."""


def _never_missing() -> bool:
    return False


class Reader:
    """Reads records from the Console API for one data source."""

    def __init__(self, data_source: str) -> None:
        self.data_source = data_source
        self._client = _get_client().on_behalf_of(data_source)

    def get_record(
        self,
        record: type[R],
        path: str,
        title: str,
        query: Query | None = None,
        *,
        is_missing_fn: IsMissing = _never_missing,
    ) -> R:
        """Return the object at a path; raise GoneError with its title if it does not exist."""
        data = self.get_data(path, title, query, is_missing_fn=is_missing_fn)
        if not isinstance(data, dict):
            raise UnreachableError("GET", f"/{path}", "the response contains no object")
        return record.read(data)

    def list_records(
        self,
        record: type[R],
        path: str,
        parent_title: str = "",
        query: Query | None = None,
        *,
        is_missing_fn: IsMissing = _never_missing,
        takes_limit: bool = True,
    ) -> list[R]:
        """Return all objects of a list; raise GoneError with the title of the list's parent if that does not exist."""
        from ..api.client import PAGE_ITEMS

        limit = PAGE_ITEMS if takes_limit else None
        items = self._read(parent_title, lambda: list(self._client.pages(path, query, limit=limit)), is_missing_fn)
        return [record.read(item) for item in items]

    def get_data(
        self, path: str, title: str, query: Query | None = None, *, is_missing_fn: IsMissing = _never_missing
    ) -> Json:
        """Return the data of a response; raise GoneError with the object's title if it does not exist."""
        return self._read(title, lambda: self._client.send("GET", path, query=query).get("data"), is_missing_fn)

    def _read(self, title: str, send_fn: Callable[[], T], is_missing_fn: IsMissing) -> T:
        try:
            return send_fn()
        except NotFoundError:
            if not title:
                raise
        except RejectedError as error:
            if error.status != 400 or not is_missing_fn():
                raise
        raise GoneError(f"there is no {title} in this Statsig project")


def data_source(read_fn: Callable[Concatenate[Reader, P], T]) -> Callable[P, T]:
    """Make a data source of a function that reads with a ``Reader``, its first parameter."""

    @wraps(read_fn)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return read_fn(Reader(read_fn.__name__), *args, **kwargs)

    call.__signature__ = _public_signature(read_fn)  # type: ignore[attr-defined]
    return call


def data_source_by_id(read_fn: Callable[Concatenate[Reader, ...], object]) -> Callable[..., Any]:
    """Make a data source whose positional parameters are ids and may be Outputs; overloads declare its types."""
    signature, name = _public_signature(read_fn), read_fn.__name__
    id_names = [p.name for p in signature.parameters.values() if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]

    @wraps(read_fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        ids = {id_name: bound.arguments[id_name] for id_name in id_names}

        def read_with(known_ids: Mapping[str, object]) -> object:
            raise_problems(name, _id_problems(known_ids))
            bound.arguments.update(known_ids)
            return read_fn(Reader(name), *bound.args, **bound.kwargs)

        if not any(isinstance(value, Output) for value in ids.values()):
            return read_with(ids)
        raise_problems(name, _id_problems({key: value for key, value in ids.items() if not isinstance(value, Output)}))
        # A thread, because the program's event loop has to serve the other resources meanwhile.
        return Output.all(**ids).apply(lambda known_ids: asyncio.to_thread(read_with, known_ids))

    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def raise_problems(data_source: str, problems: Iterable[Problem]) -> None:
    """Raise InvalidInputsError if there are problems."""
    if listed := list(problems):
        raise InvalidInputsError(data_source, listed)


def _id_problems(ids: Mapping[str, object]) -> Iterator[Problem]:
    for name, value in ids.items():
        if not isinstance(value, str):
            yield Problem(name, f"must be a string, not {type(value).__name__}")
        elif not value.strip():
            yield Problem(name, "must not be empty")


def _public_signature(read_fn: Callable[..., object]) -> inspect.Signature:
    """Return the signature without the reader."""
    signature = inspect.signature(read_fn)
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def _get_client() -> Client:
    """Return the client of the program's run context; all threads share it."""
    config = Config("statsig")
    stack = {key: value for key in STACK_KEYS if (value := config.get(key.removeprefix("statsig:"))) is not None}
    return provider.CONTEXTS.get(stack, ProgramReporter()).client
