"""Plain values as Python source that evaluates to exactly the same value, in lines of limited length."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

from ...json_values import Json

MAX_COLUMNS: Final = 120
INDENT: Final = 4
PIECE_COLUMNS: Final = 100
"""The column up to which a piece of a long text reaches, counted from the left margin."""
MIN_PIECE_COLUMNS: Final = 40
"""The width of a piece that is deeply indented."""


def to_literal(value: Json, depth: int, offset: int = 0) -> str:
    """Return the source of a value that starts ``offset`` columns into a line with ``depth`` levels of indentation."""
    match value:
        case str():
            return to_text_literal(value, depth, offset)
        case list():
            return f"[{', '.join(to_literal(item, depth + 1) for item in value)}]"
        case dict():
            return f"{{{', '.join(_to_pair(key, item, depth + 1) for key, item in value.items())}}}"
        case float() if not math.isfinite(value):
            return f'float("{value}")'
        case _:
            return repr(value)


def to_text_literal(value: str, depth: int, offset: int = 0) -> str:
    """Return the source of a text: one literal if it fits into the line, else one literal for each piece of it."""
    literal = quote(value)
    if not value or depth * INDENT + offset + count_columns(literal) < MAX_COLUMNS:
        return literal
    width = max(MIN_PIECE_COLUMNS, PIECE_COLUMNS - (depth + 1) * INDENT)
    width = min(width, count_columns(literal) - 3)  # at least two pieces
    return "(\n" + "\n".join(map(quote, split_text(value, width))) + "\n)"


def quote(value: str) -> str:
    """Return one literal; invisible characters are escaped."""
    literal = repr(value)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in value else literal


def count_columns(text: str) -> int:
    """Return the width of a text in which every character is as wide as one or as two letters."""
    return len(text) + sum(not c.isascii() and east_asian_width(c) in "WF" for c in text)


def split_text(value: str, width: int) -> Iterator[str]:
    """Yield the text in pieces of at most ``width`` columns, split after newlines, else after a space."""
    for line in value.splitlines(keepends=True):
        start, end, used = 0, 0, 0
        while end < len(line):
            columns = count_columns(repr(line[end])) - 2
            if used + columns > width and end > start:
                space = line.rfind(" ", start, end) + 1
                split = space if space - start > width // 2 else end
                yield line[start:split]
                start = end = split
                used = 0
                continue
            used += columns
            end += 1
        yield line[start:]


def _to_pair(key: str, item: Json, depth: int) -> str:
    name = quote(key)
    return f"{name}: {to_literal(item, depth, count_columns(name) + 2)}"
