"""Names of what an export writes: resources and variables after the objects they declare, modules after the kind."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from anyascii import anyascii

from ..schema.declaration import REGISTRY
from ..schema.properties import to_snake_case

MAX_CHARACTERS: Final = 60
MODULE_NAMES: Final = ("statsig", "pulumi", "files", "json", "pathlib", "l")
"""Names that exported modules use, and one that linters confuse with a 1."""
CAMEL_CASE_BOUNDARY: Final = re.compile(r"(?<=[a-z0-9]{2})(?=[A-Z])")
"""Where a word of camelCase begins; ``iOS`` is one word."""


def to_identifiers(texts: Sequence[str], fallback: str) -> list[str]:
    """Return a unique Python identifier for each text, in order; ``fallback`` is for a text without letters."""
    taken: set[str] = set()
    return [_add_unique(to_identifier(text, fallback), taken) for text in texts]


def to_variables(resource_names: Sequence[str], fallback: str) -> dict[str, str]:
    """Return a unique variable for each resource name: the name itself if it is a free Python identifier."""
    variables = {name: name for name in resource_names if name.isidentifier() and name not in _reserved_names()}
    taken = set(variables)
    for name in resource_names:
        if name not in variables:
            variables[name] = _add_unique(to_identifier(name, fallback), taken)
    return variables


def to_unique(name: str, taken: Iterable[str]) -> str:
    """Return the name, or if it is taken the name with the first free number, from 2."""
    stem, candidate, count = name.rstrip("_"), name, 1
    while candidate in taken:
        count += 1
        candidate = f"{stem}_{count}"
    return candidate


def to_identifier(text: str, fallback: str) -> str:
    """Return a Python identifier that is no keyword, built-in or module name; different texts may get the same."""
    name = to_ascii_words(text) or fallback
    if name[0].isdigit():
        name = _shorten(f"{fallback}_{name}")
    return f"{name}_" if name in _reserved_names() else name


def to_ascii_words(text: str) -> str:
    """Return the words of a text in lower case, joined by underscores; letters of any script are transliterated."""
    decomposed = CAMEL_CASE_BOUNDARY.sub("_", unicodedata.normalize("NFKD", text))
    letters = "".join(map(_transliterate, decomposed)).lower()
    return _shorten(re.sub(r"[^a-z0-9]+", "_", letters).strip("_"))


def to_module(kind: str) -> str:
    """Return the module of all resources of a kind, such as ``dynamic_configs``."""
    word = to_snake_case(kind)
    return word if word.endswith("s") else f"{word}s"


def _add_unique(name: str, taken: set[str]) -> str:
    unique = to_unique(name, taken)
    taken.add(unique)
    return unique


def _shorten(name: str) -> str:
    """Return as many words of the name as are no longer than the limit, or its first characters."""
    if len(name) <= MAX_CHARACTERS:
        return name
    words = name[: MAX_CHARACTERS + 1].rpartition("_")[0]
    return words if len(words) > MAX_CHARACTERS // 2 else name[:MAX_CHARACTERS].rstrip("_")


def _transliterate(character: str) -> str:
    """Return the ASCII letters and digits of a character; a space for what has none, such as emoji."""
    if character.isascii():
        return character
    if unicodedata.combining(character):  # accents, which the normalisation separates from their letters
        return ""
    category = unicodedata.category(character)[0]
    spelling = re.sub(r"[^A-Za-z0-9]", "", anyascii(character)) if category in "LMN" else ""
    return spelling if spelling or category == "L" else " "


@cache
def _reserved_names() -> frozenset[str]:
    modules = {*MODULE_NAMES, *map(to_module, REGISTRY)}
    return frozenset(modules | {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)})
