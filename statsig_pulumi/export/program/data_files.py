"""Long values in data files beside the program, if the program reads exactly the same value from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import ceil
from types import MappingProxyType
from typing import Any, Final

from ...json_values import Json, is_unicode
from ...schema.properties import Property
from ..names import to_ascii_words, to_unique
from .literals import PIECE_COLUMNS

READER_MODULE: Final = "files"
"""The module of the exported program that reads the data files."""
READER_SOURCE: Final = '''\
"""Reads values that are too long for the program from the data files beside it."""

import json
from pathlib import Path
from typing import Any

FILES = Path(__file__).parent


def text(path: str) -> str:
    """Return a text; the newline at the end of the file is not part of it."""
    return (FILES / path).read_text(encoding="utf-8").removesuffix("\\n")


def lines(path: str) -> list[str]:
    """Return a list of texts, one for each line."""
    return text(path).split("\\n")


def value(path: str) -> Any:
    """Return any JSON value."""
    return json.loads(text(path))
'''
FILE: Final = "file"
"""The language of a text that is the path of a file."""
MAX_ITEMS: Final = 20
"""The length up to which a list is written into the program."""
MAX_LINES: Final = {"sql": 3, "json": 10, "text": 10}
"""The number of lines up to which a value is written into the program, by the folder of its data file."""
WINDOWS_DEVICES: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
"""Names that Windows does not allow for files."""
MAX_NAME_CHARACTERS: Final = 72


class DataFiles:
    """The data files of one program, and the expressions that read them."""

    def __init__(self, contents: Mapping[str, str] = MappingProxyType({})) -> None:
        """``contents`` are files that exist already."""
        self.contents: dict[str, str] = dict(contents)
        """The content of each file by its path."""
        self._stems = {path.rpartition(".")[0] for path in contents}

    def add(self, p: Property[Any], value: Json, path: Iterable[str]) -> str | None:
        """Return the expression that reads the value from a new file; None if it belongs into the program.

        ``path`` holds the resource name and the names of the nested values around the property; the file is named
        after it.
        """
        match value:
            case str() if p.options.language == FILE:
                return None
            case str():
                return self._add_text(p, value, path)
            case list() if len(value) > MAX_ITEMS:
                return self._add_lines(p, value, path) or self._add_json(p, value, path)
            case list() if not any(isinstance(item, (list, dict)) for item in value):
                return None
            case list() | dict() if len(json.dumps(value)) > PIECE_COLUMNS and is_long(_dump(value), "json"):
                return self._add_json(p, value, path)
            case _:
                return None

    def _add_lines(self, p: Property[Any], value: list[Json], path: Iterable[str]) -> str | None:
        if not all(isinstance(item, str) for item in value):
            return None
        content = "\n".join(value)
        if parse_text(content + "\n").split("\n") != value or not is_unicode(content):
            return None
        return self._read_call("lines", self.add_file(p, path, "txt", content))

    def _add_text(self, p: Property[Any], value: str, path: Iterable[str]) -> str | None:
        if not is_long(value, to_folder(p)) or not is_unicode(value):
            return None
        if parse_text(value + "\n") == value:
            return self._read_call("text", self.add_file(p, path, _suffix(p), value))
        # git, and Python when it reads the file, replace the line ends of Windows: the program restores them.
        unix = value.replace("\r\n", "\n")
        if parse_text(unix + "\n").replace("\n", "\r\n") == value:
            return self._read_call("text", self.add_file(p, path, _suffix(p), unix)) + r'.replace("\n", "\r\n")'
        return None

    def _add_json(self, p: Property[Any], value: Json, path: Iterable[str]) -> str | None:
        content = _dump(value)
        if not is_unicode(content):
            content = json.dumps(value, indent=2)
        if repr(json.loads(content)) != repr(value):  # unlike ==, repr distinguishes 1, 1.0 and True
            return None
        return self._read_call("value", self.add_file(p, path, "json", content))

    def add_file(self, p: Property[Any], path: Iterable[str], suffix: str, content: str) -> str:
        """Return the path of the new file, relative to the program."""
        names = [*path, *([] if _is_only_property_of_folder(p) else [p.name])]
        name = "_".join(filter(None, map(to_ascii_words, names)))[:MAX_NAME_CHARACTERS].strip("_") or p.name
        if name in WINDOWS_DEVICES:
            name += "_"
        stem = to_unique(f"{to_folder(p)}/{name}", self._stems)
        self._stems.add(stem)
        self.contents[f"{stem}.{suffix}"] = content + "\n"
        return f"{stem}.{suffix}"

    def _read_call(self, function: str, path: str) -> str:
        return f'{READER_MODULE}.{function}("{path}")'


def parse_text(content: str) -> str:
    """Return what ``text`` of the reader module returns for a file with this content."""
    return content.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")


def is_long(content: str, folder: str) -> bool:
    """Return whether a text would take more lines of the program than values of its folder may."""
    lines = sum(max(1, ceil(len(line) / PIECE_COLUMNS)) for line in content.split("\n"))
    return lines > MAX_LINES.get(folder, MAX_LINES["text"])


def to_folder(p: Property[Any]) -> str:
    """Return the folder for data files of a property: ``ids``, ``sql``, ``json`` or ``text``."""
    if p.many == "list" or p.options.language == FILE:
        return "ids"
    if p.many == "map":
        return "json"
    return p.options.language.removesuffix("5") or "text"


def _suffix(p: Property[Any]) -> str:
    return p.options.language or "txt"


def _is_only_property_of_folder(p: Property[Any]) -> bool:
    """Return whether no other property of the class has the same folder: then the file name needs no property name."""
    properties: dict[str, Property[Any]] = getattr(p.owner, "properties", {})
    others = [q for q in properties.values() if q.name != p.name and q.settable and q.nested is None]
    # Of a list and the file that it may be in, a resource has one.
    others = [q for q in others if FILE not in (p.options.language, q.options.language)]
    return all(to_folder(q) != to_folder(p) for q in others)


def _dump(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
