"""JSON values as they pass between a program, the engine and the API.

Everything below the Pulumi classes works on JSON with two additions. ``UNKNOWN`` stands for
a value that a preview does not know yet. ``NONE`` stands for a declared ``None``: the engine
drops null inputs, and a property to clear must not become one that is not managed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
"""Any JSON value."""
Response: TypeAlias = Mapping[str, Json]
"""An object as the API returned it, by wire name."""


class _Unknown:
    """The type of UNKNOWN."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
NOT_KNOWN: Final = "(known after the update)"
"""How messages show UNKNOWN."""


@dataclass(frozen=True)
class Unusable:
    """Takes the place of a value that is no JSON: what it is part of can be validated without it."""

    reason: str


TOO_DEEP: Final = Unusable("is nested too deeply, or contains itself; use at most 100 levels")
FOREIGN_KEY: Final = Unusable("has a key that is no text; write str(key)")
NONE: Final = "<none>"
MAX_DEPTH: Final = 100
"""The number of levels of lists and objects in one value. Python and the engine carry only some hundred."""
MAX_SAFE_INTEGER: Final = 2**53
"""The engine carries numbers as doubles, in which larger integers lose digits."""


def normalize_json(value: Json) -> Json:
    """Return the value with tuples as lists and whole floats as ints: the engine turns 3 into 3.0."""
    match value:
        case str():
            return value
        case dict():
            return {str(key): normalize_json(item) for key, item in value.items()}
        case list() | tuple():
            return [normalize_json(item) for item in value]
        case float() if value.is_integer() and abs(value) <= MAX_SAFE_INTEGER:
            return int(value)
        case _:
            return value


def has_unknown(value: Json) -> bool:
    """Return whether the value is UNKNOWN or contains it at any depth."""
    match value:
        case str():
            return False
        case dict():
            return any(map(has_unknown, value.values()))
        case list() | tuple():
            return any(map(has_unknown, value))
        case _:
            return value is UNKNOWN


def is_unicode(text: str) -> bool:
    """Return whether UTF-8 can express a text: it has no half of a surrogate pair."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def fingerprint(value: Json) -> str:
    """Return one text for all equal JSON values; see ``is_equal``."""
    return json.dumps(normalize_json(value), sort_keys=True, ensure_ascii=False)


def is_equal(value: Json, other: Json) -> bool:
    """Return whether two JSON values are equal: key order is ignored, 3 equals 3.0, 1 differs from true."""
    match value, other:
        case str(), str():
            return bool(value == other)
        case list(), list():
            return len(value) == len(other) and all(map(is_equal, value, other))
        case _:
            return fingerprint(value) == fingerprint(other)


def encode_none(value: Json) -> Json:
    """Return NONE for ``None``, which the engine would drop, and any other value unchanged."""
    return NONE if value is None else value


def drop_nulls(value: Json) -> Json:
    """Return the value without null items of objects, which the engine may drop."""
    match value:
        case dict():
            return {key: drop_nulls(item) for key, item in value.items() if item is not None}
        case list():
            return [drop_nulls(item) for item in value]
        case _:
            return value
