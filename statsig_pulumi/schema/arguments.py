"""Find every wrong argument of a constructor: misspelt ones, those of the API, and values without a name.

They are problems like those of the values, so a program sees all of them together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import Problem
from ..json_values import UNKNOWN

if TYPE_CHECKING:
    from .properties import Property


class Declared(Protocol):
    """What the classes of resources and nested types have in common."""

    @property
    def properties(self) -> dict[str, Property[Any]]: ...


def find_wrong_names(cls: Declared, names: Iterable[str]) -> list[Problem]:
    """Return a problem for each name that is no settable property, with the most similar one."""
    settable = get_settable(cls)
    return [Problem(name, describe_wrong_name(cls, name)) for name in names if name not in settable]


def find_misplaced(cls: Declared, misplaced: Collection[Any], leading: str) -> list[Problem]:
    """Return a problem if there are values without a name; ``leading`` is how a correct call begins: ``Rule(``."""
    if not misplaced:
        return []
    needed = [f"{name}=..." for name, p in cls.properties.items() if p.options.required]
    names = needed or [f"{name}=..." for name in get_settable(cls)[:1]]
    return [Problem("", f"takes its values by name: write {leading}{', '.join(names)})")]


def find_wrong_paths(cls: Declared, option: str, paths: Iterable[str]) -> list[Problem]:
    """Return a problem for each path such as ``rules[0].name`` in a resource option that begins with no property."""
    wrong = [root for root in map(get_root, paths) if root not in cls.properties and root != "*"]
    return [Problem(option, f"'{root}' is not a property; {_suggest(root, list(cls.properties))}") for root in wrong]


def get_root(path: str) -> str:
    """Return the property that a path in a resource option begins with."""
    return re.split(r"[.\[]", path.removeprefix('["'), maxsplit=1)[0].removesuffix('"]')


def replace_wrong(cls: Declared, misplaced: Collection[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without wrong names, and UNKNOWN for the properties that they probably mean.

    One mistake is one problem: a property whose name is misspelt does not count as missing too.
    """
    settable = get_settable(cls)
    meant = [find_meant(cls, name) for name in values if name not in settable]
    needed = [name for name, p in cls.properties.items() if p.options.required] if misplaced else []
    stand_ins = dict.fromkeys([*filter(None, meant), *needed], UNKNOWN)
    return stand_ins | {name: value for name, value in values.items() if name in settable}


def get_settable(cls: Declared) -> list[str]:
    """Return the names of the properties that a program can set."""
    return [name for name, p in cls.properties.items() if p.settable]


def describe_wrong_name(cls: Declared, name: str) -> str:
    """Return the reason of a problem for a name that is no settable property."""
    if name in cls.properties:
        return "is not a property that a program can set: only Statsig sets it"
    return f"is not a property that a program can set; {_suggest(name, get_settable(cls))}"


def find_meant(cls: Declared, name: str) -> str:
    """Return the settable property that a misspelt name probably means; empty if none is similar."""
    return "" if name in cls.properties else find_similar(name, get_settable(cls))


def find_similar(name: str, names: Iterable[str]) -> str:
    """Return the most similar name, whatever its case, or an empty text if no other is similar."""
    by_lower = {other.lower(): other for other in names}
    return next((by_lower[lower] for lower in get_close_matches(name.lower(), by_lower, n=1)), "")


def _suggest(name: str, names: list[str]) -> str:
    similar = find_similar(name, names)
    return f"did you mean '{similar}'?" if similar else f"it has {', '.join(sorted(names))}"
