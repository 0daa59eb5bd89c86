"""Long values in files beside the program, where reading the file gives exactly the value back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import ceil
from typing import Any, Final

from ...json_values import Json
from ...schema.properties import Property
from ..names import spelled, unique
from .literals import PIECE

MODULE: Final = "files"
"""The module of the program that reads the files."""
READER: Final = '''\
"""Reads what is too long for a line of the program from the files beside it."""

import json
from pathlib import Path
from typing import Any

FILES = Path(__file__).parent


def text(path: str) -> str:
    """A text; the newline at the end is the file's own."""
    return (FILES / path).read_text(encoding="utf-8").removesuffix("\\n")


def lines(path: str) -> list[str]:
    """A list of texts, one a line."""
    return text(path).split("\\n")


def value(path: str) -> Any:
    """Any JSON value."""
    return json.loads(text(path))
'''
MOST_ITEMS: Final = 20
MOST_LINES: Final = {"sql": 3, "json": 10, "text": 10}
"""How many lines a value of each sort may take in the program."""
SQL: Final = ("sql", "query")
JSON_TEXTS: Final = {"schema": "json"}
JSON5: Final = "_json5"
NOT_ON_WINDOWS: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


class Sidecars:
    """The files of one program, and the expressions that read them."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self._taken: set[str] = set()

    def expression(self, p: Property[Any], value: Json, within: Iterable[str]) -> str | None:
        """How the program reads the value, which is put into a file; None where it is to stand in the program.

        ``within`` names what the value is of: its resource, then the parts around it.
        """
        match value:
            case str():
                return self._text(p, value, within)
            case list() if len(value) > MOST_ITEMS and all(isinstance(item, str) for item in value):
                content = "\n".join(value)
                if read(content + "\n").split("\n") == value and is_utf8(content):
                    return self._read("lines", self._placed(p, within, "txt", content))
                return self._json(p, value, within)
            case list() if len(value) > MOST_ITEMS:
                return self._json(p, value, within)
            case list() if not any(isinstance(item, (list, dict)) for item in value):
                return None
            case list() | dict() if len(json.dumps(value)) > PIECE and is_long(_shown(value), "json"):
                return self._json(p, value, within)
            case _:
                return None

    def _text(self, p: Property[Any], value: str, within: Iterable[str]) -> str | None:
        if not is_long(value, sort(p)) or not is_utf8(value):
            return None
        # A file with the line ends of Windows is changed by git, and by Python when it is read.
        unix = value.replace("\r\n", "\n")
        if read(unix + "\n") == value:
            return self._read("text", self._placed(p, within, _suffix(p), value))
        if read(unix + "\n").replace("\n", "\r\n") == value:
            return self._read("text", self._placed(p, within, _suffix(p), unix)) + r'.replace("\n", "\r\n")'
        return None

    def _json(self, p: Property[Any], value: Json, within: Iterable[str]) -> str | None:
        content = _shown(value)
        if not is_utf8(content):
            content = json.dumps(value, indent=2)
        if repr(json.loads(content)) != repr(value):
            return None
        return self._read("value", self._placed(p, within, "json", content))

    def _placed(self, p: Property[Any], within: Iterable[str], suffix: str, content: str) -> str:
        """The path of a new file with this content."""
        words = [*within, *([] if _is_alone(p) else [p.name])]
        name = "_".join(filter(None, map(spelled, words)))[:72].strip("_") or p.name
        stem = unique(f"{sort(p)}/{name}_" if name in NOT_ON_WINDOWS else f"{sort(p)}/{name}", self._taken)
        self._taken.add(stem)
        self.files[f"{stem}.{suffix}"] = content + "\n"
        return f"{stem}.{suffix}"

    def _read(self, reader: str, path: str) -> str:
        return f'{MODULE}.{reader}("{path}")'


def read(content: str) -> str:
    """What ``text`` of the reader makes of a file with this content."""
    return content.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")


def is_utf8(content: str) -> bool:
    """Whether a file can hold it: half of a surrogate pair cannot be written."""
    return content.isascii() or not any("\ud800" <= character <= "\udfff" for character in content)


def is_long(content: str, sort: str) -> bool:
    """Whether it would take too many lines of the program."""
    lines = content.split("\n")
    return sum(max(1, ceil(len(line) / PIECE)) for line in lines) > MOST_LINES.get(sort, MOST_LINES["text"])


def sort(p: Property[Any]) -> str:
    """What the value of a property is, which is the folder of its files."""
    if p.many == "list":
        return "ids"
    if p.name in SQL:
        return "sql"
    return "json" if p.many == "map" or p.name in JSON_TEXTS or p.name.endswith(JSON5) else "text"


def _suffix(p: Property[Any]) -> str:
    if p.name.endswith(JSON5):
        return "json5"
    return {"sql": "sql"}.get(sort(p), JSON_TEXTS.get(p.name, "txt"))


def _is_alone(p: Property[Any]) -> bool:
    """Whether what it is of has no other value of the sort, so that a file needs not say which."""
    others: dict[str, Property[Any]] = getattr(p.owner, "properties", {})
    return not any(q.settable and q.nested is None and sort(q) == sort(p) for q in others.values() if q.name != p.name)


def _shown(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
