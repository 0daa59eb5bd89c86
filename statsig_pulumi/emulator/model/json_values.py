"""JSON values: types, paths to nested values, and numbers as JavaScript parses them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Json: TypeAlias = Any
Record: TypeAlias = dict[str, Json]


def loads(text: str | bytes, parse_constant: Callable[[str], Json] | None = None) -> Json:
    """Return the value of a JSON text. The service runs on JavaScript, where 3.0 is 3."""
    return json.loads(text, parse_float=_parse_number, parse_constant=parse_constant)


def _parse_number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value


def as_parsed(value: Json) -> Json:
    """Return a copy of a value, with the numbers that a request body would have."""
    return loads(json.dumps(value))


def type_name(value: Json) -> str:
    """Return the name of a JSON type as zod words it."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def join_path(path: str, key: str | int) -> str:
    """Return the path of a member of the value at `path`, such as `rules.0.name`."""
    return f"{path}.{key}" if path else str(key)


def null_paths(value: Json, path: str) -> Iterator[str]:
    """Return the paths of all nulls in a value."""
    match value:
        case None:
            yield path
        case dict():
            for key, item in value.items():
                yield from null_paths(item, join_path(path, key))
        case list():
            for index, item in enumerate(value):
                yield from null_paths(item, join_path(path, index))
