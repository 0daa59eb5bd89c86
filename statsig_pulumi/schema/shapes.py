"""The shape of values in responses: lists and objects where the declaration has them. Any scalar is accepted.

A scalar that another JSON type or another letter case expresses, such as ``"3"`` for 3, is read as the declared one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_origin

from ..json_values import Json

R = TypeVar("R")

ScalarFn = Callable[[Json], Json]

SCALARS: Final = (str, int, float, bool)
SCALAR_TYPES: Final = frozenset({*SCALARS, type(None)})
UNDOCUMENTED_FORM: Final = "has a form that the API does not document"
ERRORS_OF_FORM: Final = (AttributeError, LookupError, TypeError, ValueError)
"""What a conversion raises for a value of another form than the API documents."""


class ShapeError(ValueError):
    """Raised for a value of a response that has another shape than its declaration."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{place or 'the object'} {reason}")
        self.reason, self.place = reason, place

    def inside(self, place: str) -> ShapeError:
        """Return the error with its place below another one."""
        separator = "." if self.place and not self.place.startswith("[") else ""
        return ShapeError(self.reason, f"{place}{separator}{self.place}")


def require_object(value: Json) -> dict[str, Json]:
    """Return the value; raises ShapeError if it is no JSON object."""
    if not isinstance(value, dict):
        raise ShapeError(f"is {_describe(value)}, not an object")
    return value


def require_list(value: Json) -> list[Json]:
    """Return the value; raises ShapeError if it is no list."""
    if not isinstance(value, list):
        raise ShapeError(f"is {_describe(value)}, not a list")
    return value


def get_objects(response: Mapping[str, Json], name: str) -> list[dict[str, Json]]:
    """Return the objects in a list of a response, none if there is no list; raises ShapeError for other values."""
    try:
        return map_items(require_object, require_list(response.get(name) or []))
    except ShapeError as error:
        raise error.inside(name) from None


def get_items(response: Mapping[str, Json], name: str) -> list[Json]:
    """Return the items of a list of a response, none if it is null or missing. A single value is one item."""
    value = response.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def map_items(convert_fn: Callable[[Json], Any], items: list[Json]) -> list[Any]:
    """Return the converted items of a list; a ShapeError names the item."""
    return list(iterate_items(convert_fn, items))


def iterate_items(convert_fn: Callable[[Json], R], items: Iterable[Json]) -> Iterator[R]:
    """Yield the converted items as they are read; a ShapeError names the item."""
    for index, item in enumerate(items):
        try:
            converted = convert_fn(item)
        except ShapeError as error:
            raise error.inside(f"[{index}]") from None
        yield converted


def map_values(convert_fn: Callable[[Json], Any], values: Mapping[str, Json]) -> dict[str, Any]:
    """Return a map with converted values; a ShapeError names the key."""
    converted: dict[str, Any] = {}
    for key, item in values.items():
        try:
            converted[key] = convert_fn(item)
        except ShapeError as error:
            raise error.inside(key) from None
    return converted


def check_scalars(items: list[Json]) -> None:
    """Raise ShapeError if an item of a list is no scalar."""
    if SCALAR_TYPES.issuperset(map(type, items)):
        return
    for index, item in enumerate(items):
        if isinstance(item, (dict, list)):
            raise ShapeError(f"is {_describe(item)}, not a single value", f"[{index}]")


def is_scalar_type(type_: Any) -> bool:
    """Return whether all values of a type, such as ``str | int``, are scalars."""
    if get_origin(type_) is Literal:
        return True
    origin = getattr(type_, "__origin__", type_)  # that of an annotated type is the type
    args = get_args(origin)
    return all(map(is_scalar_type, args)) if args else origin in SCALARS


def make_scalar_reader(type_: Any) -> ScalarFn | None:
    """Return a function that reads a scalar of a response as one of this type; None for types of several scalars.

    It returns every other value unchanged.
    """
    if get_origin(type_) is Annotated:
        type_ = type_.__origin__
    if get_origin(type_) is Literal:
        names = {name.casefold(): name for name in get_args(type_) if isinstance(name, str)}
        return lambda value: names.get(str(value).casefold(), value) if isinstance(value, (str, int)) else value
    return _READERS.get(type_)


def _read_text(value: Json) -> Json:
    return str(value) if type(value) is int else value


def _read_number(value: Json) -> Json:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return value
    return int(value) if value.lstrip("-").isdecimal() else float(value)


def _read_bool(value: Json) -> Json:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return bool(value) if type(value) is int and value in (0, 1) else value


_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_READERS: Final[Mapping[Any, ScalarFn]] = {str: _read_text, int: _read_number, float: _read_number, bool: _read_bool}


def _describe(value: Json) -> str:
    match value:
        case None:
            return "null"
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "text"
        case bool():
            return "true or false"
        case _:
            return "a number"
