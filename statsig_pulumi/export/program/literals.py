"""Plain values as Python source that evaluates to exactly them, in lines that are not too long."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

from ...json_values import Json

LINE: Final = 120
INDENT: Final = 4
PIECE: Final = 100
"""How far a piece of a long text reaches, where it is not deep inside."""
NARROWEST: Final = 40


def literal(value: Json, depth: int, before: int = 0) -> str:
    """The source of a value that starts ``before`` columns into a line, ``depth`` steps from the margin."""
    match value:
        case str():
            return text(value, depth, before)
        case list():
            return f"[{', '.join(literal(item, depth + 1) for item in value)}]"
        case dict():
            return f"{{{', '.join(_pair(key, item, depth + 1) for key, item in value.items())}}}"
        case float() if not math.isfinite(value):
            return f'float("{value}")'
        case _:
            return repr(value)


def text(value: str, depth: int, before: int = 0) -> str:
    """The source of a text: one literal where it fits in its line, else one for each line of it."""
    whole = quoted(value)
    if not value or depth * INDENT + before + columns(whole) < LINE:
        return whole
    room = min(max(NARROWEST, PIECE - (depth + 1) * INDENT), columns(whole) - 3)  # two pieces at least
    return "(\n" + "\n".join(map(quoted, pieces(value, room))) + "\n)"


def quoted(value: str) -> str:
    """One literal; what cannot be seen is escaped."""
    shown = repr(value)
    return f'"{shown[1:-1]}"' if shown[0] == "'" and '"' not in value else shown


def columns(shown: str) -> int:
    """How wide a text is where every character has the width of one or of two letters."""
    return len(shown) + sum(not c.isascii() and east_asian_width(c) in "WF" for c in shown)


def pieces(value: str, room: int) -> Iterator[str]:
    """The text in pieces that are no wider than ``room``: cut after its newlines, else after a space."""
    for line in value.splitlines(keepends=True):
        start, end, used = 0, 0, 0
        while end < len(line):
            width = columns(repr(line[end])) - 2
            if used + width > room and end > start:
                space = line.rfind(" ", start, end) + 1
                cut = space if space - start > room // 2 else end
                yield line[start:cut]
                start = end = cut
                used = 0
                continue
            used += width
            end += 1
        yield line[start:]


def _pair(key: str, item: Json, depth: int) -> str:
    name = quoted(key)
    return f"{name}: {literal(item, depth, columns(name) + 2)}"
