"""Plain values as they cross between a program, the engine and the API.

Everything below the Pulumi classes works on plain JSON with two additions:
``UNKNOWN`` stands for a value that a preview does not know yet, and ``NONE`` for a
declared ``None``, because the engine drops inputs that are null and "clear it" must
not become "leave it alone".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
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
NONE: Final = "<none>"
MAX_SAFE_INTEGER: Final = 2**53
"""Numbers cross the engine as doubles; larger integers would lose digits on the way."""


def plain(value: Json) -> Json:
    """The value with tuples as lists and whole floats as ints: the engine turns 3 into 3.0."""
    match value:
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case float() if value.is_integer() and abs(value) <= MAX_SAFE_INTEGER:
            return int(value)
        case _:
            return value


def has_unknown(value: Json) -> bool:
    """Whether a preview does not know this value, or a part of it."""
    match value:
        case dict():
            return any(map(has_unknown, value.values()))
        case list() | tuple():
            return any(map(has_unknown, value))
        case _:
            return value is UNKNOWN


def fingerprint(value: Json) -> str:
    """Equal texts for equal JSON: key order and 3 against 3.0 make no difference, true against 1 does."""
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False)


def encode_none(value: Json) -> Json:
    """``None`` as the engine may carry it."""
    return NONE if value is None else value


def without_null(value: Json) -> Json:
    """The value without nulls, which may be lost on their way through the engine."""
    match value:
        case dict():
            return {key: without_null(item) for key, item in value.items() if item is not None}
        case list():
            return [without_null(item) for item in value]
        case _:
            return value
