"""Decorators of data sources, and the client that they read with."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol, TypedDict, TypeVar, cast

from pulumi import Config, InvokeOptions, Output
from pulumi.output import UNKNOWN as ENGINE_UNKNOWN
from pulumi.runtime import is_dry_run

from .. import provider as entity_provider
from ..api.redaction import Redactor
from ..engine import ProgramReporter
from ..errors import (
    GoneError,
    InvalidInputsError,
    NoSuchEndpointError,
    NotFoundError,
    Problem,
    RejectedError,
    StatsigError,
    UnreachableError,
)
from ..explicit_provider import Provider
from ..json_values import Json, normalize_json
from ..program import find_line, in_one_line, to_run_error
from ..resources.bases.entity import Entity
from ..schema.declaration import TYPE_PREFIX
from ..schema.properties import TypedOutput
from ..schema.shapes import ShapeError, iterate_items
from ..schema.validation import describe_type, find_unusable
from ..settings import STACK_KEYS
from .records.record import Record

if TYPE_CHECKING:
    from ..api.client import Client

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R", bound=Record)

OPTS: Final = "opts"
Query = Mapping[str, str | list[str]]
IsMissing = Callable[[], bool]
"""Returns whether the object is missing. Called on status 400, which some endpoints return for missing objects."""


class ReadOptions(TypedDict, total=False):
    """Options of every data source."""

    opts: InvokeOptions
    """The ``provider``, a ``statsig.Provider``, selects the Statsig project to read from. Without one, it is that of
    the ``parent``."""


class WithoutParameters(Protocol[T_co]):
    """A data source that takes nothing but ``opts``."""

    def __call__(self, *, opts: InvokeOptions | None = None) -> T_co:
        """Read from the Statsig project of the provider in ``opts``, of its parent's, or from that of the stack."""
        ...


def _never_missing() -> bool:
    return False


def _is_wanted(record: Record) -> bool:
    return True


class Reader:
    """Reads records from the Console API for one data source."""

    def __init__(self, data_source: str, configuration: Mapping[str, str]) -> None:
        """``configuration`` is that of the stack or of an explicit provider."""
        self.data_source = data_source
        self._client = _get_client(configuration).on_behalf_of(data_source)
        self._path = ""
        """The path of the latest request."""

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
        max_records: int | None = None,
        is_wanted_fn: Callable[[R], bool] = _is_wanted,
    ) -> list[R]:
        """Return the wanted objects of a list, all or the first ``max_records``; no more pages are read than needed.

        Raise GoneError with the title of the list's parent if that does not exist.
        """
        from ..api.client import PAGE_ITEMS

        limit = min(PAGE_ITEMS, max_records or PAGE_ITEMS) if takes_limit else None

        def read_pages() -> list[R]:
            records = iterate_items(record.read, self._client.pages(path, query, limit=limit))
            return list(islice(filter(is_wanted_fn, records), max_records))

        return self._read(parent_title, path, read_pages, is_missing_fn)

    def get_text(self, path: str, query: Query | None = None) -> str:
        """Return a response that is a text without an envelope."""
        return self._read("", path, lambda: self._client.get_text(path, query), _never_missing)

    def list_texts(self, path: str, title: str, list_key: str, limit: int) -> list[str]:
        """Return the texts of a list inside of an object; raise GoneError with its title if it does not exist."""
        pages = self._client.pages(path, limit=limit, item_type=str, list_key=list_key)
        return self._read(title, path, lambda: list(pages), _never_missing)

    def get_data(
        self, path: str, title: str, query: Query | None = None, *, is_missing_fn: IsMissing = _never_missing
    ) -> Json:
        """Return the data of a response; raise GoneError with the object's title if it does not exist."""
        return self._read(title, path, lambda: self._client.send("GET", path, query=query).get("data"), is_missing_fn)

    def call(self, read_fn: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function reads; raises UnreachableError if its response has another shape than its records."""
        try:
            return read_fn(self, *args, **kwargs)
        except ShapeError as error:
            raise UnreachableError("GET", f"/{self._path}", str(error.inside("data")), may_pass=False) from None

    def _read(self, title: str, path: str, send_fn: Callable[[], T], is_missing_fn: IsMissing) -> T:
        self._path = path
        try:
            return send_fn()
        except NoSuchEndpointError as error:
            if not error.since:
                raise
            raise GoneError(error.summary) from None
        except NotFoundError:
            if not title:
                raise
        except RejectedError as error:
            if error.status != 400 or not is_missing_fn():
                raise
        raise GoneError(f"there is no {title} in this Statsig project")


def data_source_of_all(read_fn: Callable[[Reader], T]) -> WithoutParameters[T]:
    """Make a data source that takes nothing but ``opts``."""
    return cast("WithoutParameters[T]", data_source(read_fn))


def data_source(read_fn: Callable[Concatenate[Reader, P], T]) -> Callable[P, T]:
    """Make a data source of a function that reads with a ``Reader``, its first parameter."""
    signature, name = _signature_without_reader(read_fn), read_fn.__name__

    @wraps(read_fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        configuration = _get_configuration(name, kwargs.pop(OPTS, None))
        raise_problems(name, _find_unusable_arguments(signature.bind(*args, **kwargs)))
        return _read_with(configuration, lambda known: Reader(name, known).call(read_fn, *args, **kwargs))

    call.__signature__ = _public_signature(read_fn)  # type: ignore[attr-defined]
    return in_one_line(call)


def secret_data_source(read_fn: Callable[Concatenate[Reader, P], T]) -> Callable[P, Output[T]]:
    """Make a data source like ``data_source``, whose value is a secret Output."""
    read = data_source(read_fn)

    @wraps(read_fn)
    def call(*args: P.args, **kwargs: P.kwargs) -> Output[T]:
        return Output.secret(read(*args, **kwargs))

    call.__signature__ = _public_signature(read_fn)  # type: ignore[attr-defined]
    return call


def data_source_by_id(read_fn: Callable[Concatenate[Reader, ...], object]) -> Callable[..., Any]:
    """Make a data source whose positional parameters are ids and may be Outputs; overloads declare its types.

    In a preview, a missing object is unknown if its id depends on a resource of the program.
    """
    signature, name = _signature_without_reader(read_fn), read_fn.__name__
    id_names = [p.name for p in signature.parameters.values() if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]

    @wraps(read_fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        configuration = _get_configuration(name, kwargs.pop(OPTS, None))
        bound = signature.bind(*args, **kwargs)
        ids = {id_name: bound.arguments[id_name] for id_name in id_names}
        raise_problems(name, _id_problems({key: id_ for key, id_ in ids.items() if not isinstance(id_, Output)}))

        def read(known: Mapping[str, Any]) -> object:
            known_ids = {id_name: known[id_name] for id_name in id_names}
            raise_problems(name, _id_problems(known_ids))
            bound.arguments.update(known_ids)
            reader = Reader(name, {key: known[key] for key in configuration})
            return reader.call(read_fn, *bound.args, **bound.kwargs)

        raise_problems(name, _find_unusable_arguments(bound))
        return _read_with(configuration | ids, read)

    call.__signature__ = _public_signature(read_fn)  # type: ignore[attr-defined]
    return in_one_line(call)


def _read_with(values: Mapping[str, Any], read_fn: Callable[[Mapping[str, Any]], T]) -> Any:
    """Return what a function reads with values; an Output of it if one of the values is an Output."""
    if not any(isinstance(value, Output) for value in values.values()):
        return read_fn(values)

    line = find_line()

    async def read_in_thread(known: Mapping[str, Any]) -> Any:
        # A thread, because the program's event loop has to serve the other resources meanwhile.
        try:
            return await asyncio.to_thread(read_fn, known)
        except StatsigError as error:
            is_missing = isinstance(error, (GoneError, NotFoundError))
            if is_missing and is_dry_run() and await _is_of_this_program(values.values()):
                return ENGINE_UNKNOWN
            outputs = {name: value for name, value in values.items() if isinstance(value, Output)}
            secrets = [str(known[name]) for name, output in outputs.items() if await output.is_secret()]
            raise to_run_error(error.redact(Redactor("").with_secrets(*secrets).redact), line) from None

    return TypedOutput.of(Output.all(**values).apply(read_in_thread))


async def _is_of_this_program(values: Iterable[object]) -> bool:
    """Return whether one depends on a resource of the program: a preview has not created or renamed its object."""
    resources = [resource for each in values if isinstance(each, Output) for resource in await each.resources()]
    return any(isinstance(resource, Entity) for resource in resources)


def raise_problems(data_source: str, problems: Iterable[Problem]) -> None:
    """Raise InvalidInputsError if there are problems."""
    if listed := list(problems):
        raise InvalidInputsError(data_source, listed)


def _id_problems(ids: Mapping[str, object]) -> Iterator[Problem]:
    for name, value in ids.items():
        if not isinstance(value, str):
            yield Problem(name, f"must be a string, not {describe_type(value)}")
        elif not value.strip():
            yield Problem(name, "must not be empty")
        else:
            yield from find_unusable(value, name)


def _find_unusable_arguments(call: inspect.BoundArguments) -> Iterator[Problem]:
    """Yield what no request can hold, such as resources; an Output in place of a value is a problem elsewhere."""
    for name, value in call.arguments.items():
        parameter = call.signature.parameters[name]
        named = value if parameter.kind is inspect.Parameter.VAR_KEYWORD else {name: value}
        for each, given in named.items():
            if not (given is None or isinstance(given, (Output, date))):
                yield from find_unusable(normalize_json(given), each)


def _signature_without_reader(read_fn: Callable[..., object]) -> inspect.Signature:
    signature = inspect.signature(read_fn)
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def _public_signature(read_fn: Callable[..., object]) -> inspect.Signature:
    """Return the signature without the reader, and with ``opts``."""
    signature = _signature_without_reader(read_fn)
    parameters = list(signature.parameters.values())
    at = len(parameters) - any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
    opts = inspect.Parameter(OPTS, inspect.Parameter.KEYWORD_ONLY, default=None, annotation="InvokeOptions | None")
    return signature.replace(parameters=[*parameters[:at], opts, *parameters[at:]])


def _get_configuration(data_source: str, opts: InvokeOptions | None) -> dict[str, Any]:
    """Return the settings of the explicit provider in the options, else of their parent's, else those of the stack."""
    provider = opts.provider if opts is not None else None
    if provider is not None and not isinstance(provider, Provider):
        raise TypeError(f"{data_source}() takes a statsig.Provider, not {type(provider).__name__}")
    if provider is None and opts is not None and opts.parent is not None:
        provider = opts.parent.get_provider(f"{TYPE_PREFIX}{data_source}")
    if isinstance(provider, Provider):
        return dict(provider.settings)
    config = Config("statsig")
    return {key: value for key in STACK_KEYS if (value := config.get(key.removeprefix("statsig:"))) is not None}


def _get_client(configuration: Mapping[str, str]) -> Client:
    """Return the client of the program's run context; all threads share it."""
    context = entity_provider.CONTEXTS.get(configuration, ProgramReporter())
    context.guard.verify_pinned()
    return context.client
