"""Names for what an export writes: variables that read like the objects they hold, and modules by kind."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from ..schema.declaration import REGISTRY

MOST_CHARACTERS: Final = 60
OWN: Final = ("statsig", "pulumi", "files", "json", "pathlib", "l")
"""Names that modules use themselves, and one that linters take for a 1."""
LATIN: Final = re.compile(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z]{1,2})(?: WITH .*)?$")
HUMP: Final = re.compile(r"(?<=[a-z0-9]{2})(?=[A-Z])")
"""Where a word of camelCase begins; ``iOS`` is one word."""


def names(texts: Sequence[str], fallback: str) -> list[str]:
    """A Python identifier for each text, in their order; ``fallback`` names what has no letter or digit in it."""
    taken: set[str] = set()
    found = []
    for text in texts:
        name = unique(identifier(text, fallback), taken)
        taken.add(name)
        found.append(name)
    return found


def variables(resources: Sequence[str], fallback: str) -> dict[str, str]:
    """The variable of each resource by its name, which it bears too where Python allows for that."""
    found = {name: name for name in resources if name.isidentifier() and name not in _reserved()}
    taken = set(found)
    for name in resources:
        if name not in found:
            found[name] = unique(identifier(name, fallback), taken)
            taken.add(found[name])
    return found


def unique(name: str, taken: set[str]) -> str:
    """The name, or the first of it with a number that is not taken."""
    stem, numbered, count = name.rstrip("_"), name, 1
    while numbered in taken:
        count += 1
        numbered = f"{stem}_{count}"
    return numbered


def identifier(text: str, fallback: str) -> str:
    """One identifier, that may be the name of other texts too."""
    name = spelled(text) or fallback
    if name[0].isdigit():
        name = shortened(f"{fallback}_{name}")
    return f"{name}_" if name in _reserved() else name


def spelled(text: str) -> str:
    """The ASCII letters and digits of a text, in lower case, its words joined by underscores."""
    ascii_only = "".join(map(_ascii, HUMP.sub("_", unicodedata.normalize("NFKD", text))))
    return shortened(re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_"))


def shortened(name: str) -> str:
    """The name, or as many of its words as make no line too long."""
    if len(name) <= MOST_CHARACTERS:
        return name
    words = name[: MOST_CHARACTERS + 1].rpartition("_")[0]
    return words if len(words) > MOST_CHARACTERS // 2 else name[:MOST_CHARACTERS].rstrip("_")


def word(kind: str) -> str:
    """The kind in lower case: ``dynamic_config``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()


def module(kind: str) -> str:
    """The module of all objects of a kind: ``dynamic_configs``."""
    return word(kind) if kind.endswith("s") else f"{word(kind)}s"


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    if character == "ß":
        return "ss"
    letter = LATIN.match(unicodedata.name(character, ""))
    return letter[1].lower() if letter else " "


@cache
def _reserved() -> frozenset[str]:
    own = {*OWN, *map(module, REGISTRY)}
    return frozenset(own | {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)})
