"""Every place at which two values of a property differ: a pure function for messages and reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..json_values import Json, fingerprint, has_unknown, is_equal
from .diff import is_empty, is_same, is_same_nested
from .matching import match_items
from .properties import NestedType, Property

Nested = Mapping[str, Json]


@dataclass(frozen=True)
class Detail:
    """One place at which two values of a property differ."""

    place: str
    """The place in the new value, as a program writes it: ``rules[0].pass_percentage``. For a deleted list item,
    the place in the old value."""
    action: Literal["add", "update", "delete"]
    old: Json
    """None if the action is ``add``."""
    new: Json
    """None, or the declared empty value, if the action is ``delete``."""


def get_details(p: Property[Any], old: Json, new: Json, place: str) -> list[Detail]:
    """Return every place at which ``new`` differs from ``old``; ``place`` is the place of the property.

    Only what ``new`` declares is compared. List items are paired as in an update: by identity, as renames, or by
    position if the nested type has no identity. Items of sets are paired by value, items of maps by key. If paired
    items change their order, the detail of the list holds their identities in both orders. Secret values are not
    masked.
    """
    return list(_iterate(p, old, new, place))


def _iterate(p: Property[Any], old: Json, new: Json, place: str) -> Iterator[Detail]:
    if not is_same(p, old, new):
        # Without details, such as for items with the same identity, the value as a whole is the detail.
        yield from list(_compare_inside(p, old, new, place)) or [_make_detail(place, old, new)]


def _make_detail(place: str, old: Json, new: Json) -> Detail:
    action: Literal["add", "update", "delete"] = "add" if is_empty(old) else "delete" if is_empty(new) else "update"
    return Detail(place, action, None if action == "add" else old, new)


def _compare_inside(p: Property[Any], old: Json, new: Json, place: str) -> Iterator[Detail]:
    """Yield the details inside two values that both have items or properties; none for other values."""
    if p.nested and isinstance(new, list) and not all(isinstance(item, dict) for item in new):
        return  # a preview does not know some items
    match p.many, old, new:
        case "list", list(), list() if p.options.unordered:
            yield from _compare_sets(p, old, new, place)
        case "list", list(), list() if p.nested:
            yield from _compare_lists(p.nested, old, new, place)
        case "map", dict(), dict():
            yield from _compare_maps(p, old, new, place)
        case "", dict(), dict() if p.nested:
            yield from _compare_nested(p.nested, old, new, place)


def _compare_nested(nested: type[NestedType], old: Nested, new: Nested, place: str) -> Iterator[Detail]:
    for name, p in nested.properties.items():
        if p.settable and name in new:
            yield from _iterate(p, old.get(name), new[name], f"{place}.{name}")


def _compare_sets(p: Property[Any], old: Sequence[Json], new: Sequence[Json], place: str) -> Iterator[Detail]:
    unmatched = {fingerprint(item): (i, item) for i, item in enumerate(old)}
    for i, item in enumerate(new):
        if has_unknown(item) or unmatched.pop(fingerprint(item), None) is None:
            key = next((key for key, (_, other) in unmatched.items() if _is_declared_by(p, other, item)), None)
            if key is None:
                yield Detail(f"{place}[{i}]", "add", None, item)
            else:
                del unmatched[key]
    yield from (Detail(f"{place}[{i}]", "delete", item, None) for i, item in unmatched.values())


def _is_declared_by(p: Property[Any], old: Json, new: Json) -> bool:
    """Return whether an item of a set has all values that the new item declares, and others."""
    return p.nested is not None and is_same_nested(p.nested, old, new)


def _compare_lists(
    nested: type[NestedType], old: Sequence[Nested], new: Sequence[Nested], place: str
) -> Iterator[Detail]:
    matches = match_items(nested, new, old)
    indexes = {id(item): i for i, item in enumerate(old)}
    pairs = [(item, match) for item, match in zip(new, matches, strict=True) if match is not None]
    in_old_order = sorted(pairs, key=lambda pair: indexes[id(pair[1])])
    if in_old_order != pairs:
        old_order = [nested.get_name(match) for _, match in in_old_order]
        yield Detail(place, "update", old_order, [nested.get_name(item) for item, _ in pairs])
    for i, (item, match) in enumerate(zip(new, matches, strict=True)):
        if match is None:
            yield Detail(f"{place}[{i}]", "add", None, item)
        else:
            yield from _compare_nested(nested, match, item, f"{place}[{i}]")
    matched = {id(match) for _, match in pairs}
    yield from (Detail(f"{place}[{i}]", "delete", item, None) for i, item in enumerate(old) if id(item) not in matched)


def _compare_maps(p: Property[Any], old: Mapping[str, Json], new: Mapping[str, Json], place: str) -> Iterator[Detail]:
    for key, item in new.items():
        at = f"{place}.{key}"
        match old.get(key), item:
            case _ if key not in old:
                yield Detail(at, "add", None, item)
            case dict() as before, dict() if p.nested:
                yield from _compare_nested(p.nested, before, item, at)
            case dict() as before, dict():
                yield from _compare_maps(p, before, item, at)
            case before, _ if not _is_equal(before, item):
                yield Detail(at, "update", before, item)
    yield from (Detail(f"{place}.{key}", "delete", item, None) for key, item in old.items() if key not in new)


def _is_equal(old: Json, new: Json) -> bool:
    return not has_unknown(new) and is_equal(old, new)
