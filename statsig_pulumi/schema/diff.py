"""Compare what was with what is declared: a pure function, in which only declared properties count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from ..json_values import NONE, Json, fingerprint, has_unknown
from .properties import NestedType, Property

EMPTY: Final[tuple[Json, ...]] = (None, "", NONE, [], {})
"""What the API uses interchangeably for "nothing here": null, absent, empty."""


@dataclass(frozen=True)
class Changes:
    """What an update would do."""

    changed: tuple[str, ...] = ()
    """Declared properties whose value differs."""
    released: tuple[str, ...] = ()
    """Places of properties that were declared and are no longer: they stay as they are, unmanaged."""
    replaces: tuple[str, ...] = ()
    """Those of ``changed`` that only a new object can take."""

    def __bool__(self) -> bool:
        return bool(self.changed or self.released)


def find_changes(
    properties: Mapping[str, Property[Any]],
    declared_before: list[str],
    olds: Mapping[str, Json],
    news: Mapping[str, Json],
) -> Changes:
    """From the outputs of a resource to its new inputs."""
    declared = [name for name, p in properties.items() if p.settable and name in news]
    changed = tuple(
        name
        for name in declared
        if not _known_before(properties[name], declared_before)
        or not is_same(properties[name], olds.get(name), news[name])
    )
    return Changes(
        changed=changed,
        released=tuple(sorted(_released(properties, {n: olds.get(n) for n in declared_before}, news))),
        replaces=tuple(name for name in changed if properties[name].options.replace_on_changes),
    )


def _released(
    properties: Mapping[str, Property[Any]], olds: Mapping[str, Json], news: Mapping[str, Json], place: str = ""
) -> Iterator[str]:
    """Where something was declared and no longer is, in parts too."""
    for name, p in properties.items():
        if name not in olds or not p.settable:
            continue
        if name in news:
            for at, old, new in _paired(p, olds[name], news[name]):
                yield from _released(p.nested.properties if p.nested else {}, old, new, f"{place}{name}{at}.")
        elif not news.keys() & set(p.options.conflicts_with):
            yield place + name


def _paired(p: Property[Any], old: Json, new: Json) -> Iterator[tuple[str, Mapping[str, Json], Mapping[str, Json]]]:
    """The parts that stand for each other before and after, with the place of the one after."""
    if p.nested is None or has_unknown(new):
        return
    match old, new:
        case list(), list():
            nested = p.nested  # without an identity, nothing of the old part stays beside the new one
            before = {nested.get_identity(item): item for item in old if nested.identity}
            for i, item in enumerate(new):
                if (other := before.get(nested.get_identity(item))) is not None:
                    yield f"[{i}]", other, item
        case dict(), dict() if not p.many:
            yield "", old, new


def _known_before(p: Property[Any], declared_before: list[str]) -> bool:
    """Whether the outputs tell its value: not where it is an output only when it is declared and its twin is not."""
    return p.name in declared_before or not (p.options.only_if_declared or p.options.alternative in declared_before)


def is_same(p: Property[Any], old: Json, new: Json) -> bool:
    """Whether ``new`` is already so; in parts, only what ``new`` declares is looked at."""
    if has_unknown(new):
        return False
    if is_empty(old) or is_empty(new):
        return is_empty(old) and is_empty(new)
    if p.nested is None:
        key = p.options.compare_fn or (lambda value: value)
        return fingerprint(key(old)) == fingerprint(key(new))
    nested = p.nested
    match p.many:
        case "list":
            return len(old) == len(new) and all(is_same_nested(nested, *pair) for pair in zip(old, new, strict=True))
        case "map":
            return old.keys() == new.keys() and all(is_same_nested(nested, old[key], new[key]) for key in new)
        case _:
            return is_same_nested(nested, old, new)


def places(p: Property[Any], old: Json, new: Json, place: str) -> Iterator[tuple[str, Json, Json]]:
    """Where ``new`` differs from ``old``, as deep as both have the same parts, with the value before and after."""
    if is_same(p, old, new):
        return
    match old, new:
        case list(), list() if p.nested:
            pairs = [(f"{place}[{i}]", *pair) for i, pair in enumerate(zip_longest(old, new))]
        case dict(), dict() if p.nested and not p.many:
            pairs = [(place, old, new)]
        case _:
            yield place, old, new
            return
    for at, before, after in pairs:
        if before is None or after is None:
            yield at, before, after
            continue
        for name, value in after.items():
            yield from places(p.nested.properties[name], before.get(name), value, f"{at}.{name}")


def is_same_nested(nested: type[NestedType], old: Mapping[str, Json], new: Mapping[str, Json]) -> bool:
    """``same`` for all that one part declares; what ``old`` does not speak of is not known to be so."""
    return all(
        name in old and is_same(p, old[name], new[name])
        for name, p in nested.properties.items()
        if p.settable and name in new
    )


def is_empty(value: Json) -> bool:
    return not isinstance(value, (bool, int, float)) and value in EMPTY
