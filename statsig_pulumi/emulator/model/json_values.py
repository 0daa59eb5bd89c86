"""Reads JSON as the service does, which runs on JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable

from ..api.responses import Json


def loads(text: str | bytes, parse_constant: Callable[[str], Json] | None = None) -> Json:
    """The value of a JSON text, in which 3.0 is 3."""
    return json.loads(text, parse_float=_number, parse_constant=parse_constant)


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value


def as_sent(value: Json) -> Json:
    """A copy of a value, as if it had come over the wire."""
    return loads(json.dumps(value))
