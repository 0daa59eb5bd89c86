"""Match what a program declares with what the API returned, item by item.

A live object holds more than a program declares. These functions pair list items with the live ones, keep what
only the API knows, and write live values in the form in which the program declares them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ..json_values import NONE, Json
from .diff import drop_excluded, is_empty, is_same, is_same_nested
from .properties import NestedType, Property

Item = Mapping[str, Json]


def match_items(nested: type[NestedType], items: Sequence[Item], others: Sequence[Item]) -> list[Item | None]:
    """Return the item of ``others`` that corresponds to each item, or None.

    Items with an identity correspond by identity, others by position. If the API gives the items ids, a renamed
    item is found too: by its other values, by its nested values, or as the only one left.
    """
    if not nested.identity:
        return [others[i] if i < len(others) else None for i in range(len(items))]
    by_identity = {nested.get_identity(other): other for other in others}
    matches = [by_identity.get(nested.get_identity(item)) for item in items]
    if not any(p.options.sent_back for p in nested.properties.values()):
        return matches  # an item without an id has no identity but its name
    matched = {id(other) for other in matches if other is not None}
    free = {i: other for i, other in enumerate(others) if id(other) not in matched}
    for is_renamed in (_is_equal_but_name, _has_equal_nested_values):
        for i, item in enumerate(items):
            if matches[i] is not None:
                continue
            at = _get_only(i for i, other in free.items() if is_renamed(nested, item, other))
            if at is not None:
                matches[i] = free.pop(at)
    last = _get_only(i for i, other in enumerate(matches) if other is None)
    if last is None or list(free) != [last]:
        return matches
    if is_same_nested(nested, free[last], _select_nested_values(nested, items[last])):
        matches[last] = free[last]
    return matches


def to_inputs(p: Property[Any], before: Json, live: Json) -> Json:
    """Return the live value as the program would declare it. What did not change is as in ``before``."""
    if is_same(p, live, before) or (live is None and not p.can_be_empty):
        return drop_computed(p, before)
    if live is None or live == NONE:
        return p.empty
    if p.nested is None:
        return live
    nested = p.nested
    match p.many:
        case "list":
            pairs = zip(live, match_items(nested, live, before or []), strict=True)
            return [_to_nested_inputs(nested, old, item) for item, old in pairs]
        case "map":
            return {key: _to_nested_inputs(nested, (before or {}).get(key), item) for key, item in live.items()}
        case _:
            return _to_nested_inputs(nested, before if isinstance(before, dict) else None, live)


def drop_computed(p: Property[Any], value: Json) -> Json:
    """Return the value without properties that only the API sets."""

    def drop(nested: type[NestedType], item: Item) -> Json:
        if not isinstance(item, dict):
            return item
        return {
            n: drop_computed(inner, item[n]) for n, inner in nested.properties.items() if inner.settable and n in item
        }

    return p.map_nested(value, drop)


def add_computed(p: Property[Any], value: Json, live: Json) -> Json:
    """Return the declared value with properties that only the API sets, such as the ids of rules."""
    if p.nested is None:
        return value
    nested = p.nested
    match value, live:
        case list(), list():
            pairs = zip(value, match_items(nested, value, live), strict=True)
            return [_add_computed_to_item(nested, item, other) for item, other in pairs]
        case dict(), dict() if p.many == "map":
            return {key: _add_computed_to_item(nested, item, live.get(key)) for key, item in value.items()}
        case dict(), dict():
            return _add_computed_to_item(nested, value, live)
        case _:
            return value


def keep_live_values(p: Property[Any], new: Json, before: Json, live: Json) -> Json:
    """Return the declared items with the undeclared values of the live ones; an update replaces the whole list.

    A rule keeps its id, and what the program does not declare, when it is edited, reordered or renamed. A single
    nested value is treated in the same way if its property is ``merged``.
    """
    if p.nested is not None and p.options.merged and isinstance(new, dict) and isinstance(live, dict):
        return collect_undeclared(p.nested.properties, new, live) | dict(new)
    if p.nested is None or not p.nested.identity or not isinstance(new, list) or not live:
        return new
    nested = p.nested
    by_id = {id_: item for item in live if (id_ := get_lasting_id(nested, item))}
    olds = match_items(nested, new, before or [])
    items = []
    for item, named, old in zip(new, match_items(nested, new, live), olds, strict=True):
        current = (by_id.get(get_lasting_id(nested, old)) if old else None) or named or {}
        undeclared = {
            name: current[name]
            for name, inner in drop_excluded(p, item).items()
            if inner.sent and name not in item and not item.keys() & set(inner.options.conflicts_with)
            if not inner.is_of_form
            if current.get(name) not in (None, [], "")
        }
        inside = {
            name: keep_live_values(inner, item[name], (old or {}).get(name), current.get(name))
            for name, inner in nested.properties.items()
            if isinstance(item.get(name), list)
        }
        items.append(undeclared | dict(item) | inside)
    return items


def collect_undeclared(properties: Mapping[str, Property[Any]], declared: Item, live: Item) -> dict[str, Json]:
    """Return the live values that are not declared, for updates that replace the whole object."""
    values: dict[str, Json] = {}
    for name, p in properties.items():
        is_declared = {name, *p.options.conflicts_with} & (declared.keys() | values.keys())
        can_change = p.sent and p.settable and p.can_be_updated
        if can_change and not is_declared and live.get(name) not in (None, "", [], {}):
            values[name] = p.map_nested(
                live[name], lambda nested, item: collect_undeclared(nested.properties, {}, item)
            )
    return values


def drop_actions(p: Property[Any], value: Json) -> Json:
    """Return the value without nested properties that are set through endpoints of their own."""

    def drop(nested: type[NestedType], item: Item) -> Json:
        actions = {name for name, inner in nested.properties.items() if inner.options.action}
        return {name: value for name, value in item.items() if name not in actions}

    return p.map_nested(value, drop)


def select_exported(cls: Any, values: Item, presets: Item = MappingProxyType({})) -> dict[str, Json]:
    """Return what a program would declare of a live object or nested value.

    ``cls`` is its class. ``presets`` are the values that the object's team presets, by name of the preset property.
    """
    selected: dict[str, Json] = {}
    for name, p in cls.properties.items():
        value = [] if values.get(name) is None and p.many == "list" else values.get(name)
        is_declarable = p.settable and p.readable and p.options.exported and value is not None
        has_preset = not is_empty(presets.get(name))
        if is_declarable and (p.options.required or p.is_of_form or has_preset or not is_default(p, value)):
            selected[name] = p.map_nested(value, select_exported)
            if p.nested and not p.many and not selected[name] and not p.options.required:
                del selected[name]  # all its values are defaults
    exported: dict[str, Json] = cls.to_program(selected)
    return exported


def _get_only(indexes: Iterable[int]) -> int | None:
    """Return the only index, or None if there are none or several."""
    several = list(indexes)
    return several[0] if len(several) == 1 else None


def _is_equal_but_name(nested: type[NestedType], item: Item, other: Item) -> bool:
    """Return whether an item was renamed and not edited."""
    rest = _drop_identity(nested, item)
    return bool(rest) and is_same_nested(nested, other, rest)


def _has_equal_nested_values(nested: type[NestedType], item: Item, other: Item) -> bool:
    """Return whether an item was renamed and edited, but has the same nested values, such as conditions."""
    values = {name: value for name, value in _select_nested_values(nested, item).items() if value}
    return bool(values) and is_same_nested(nested, other, values)


def _select_nested_values(nested: type[NestedType], item: Item) -> dict[str, Json]:
    return {name: value for name, value in _drop_identity(nested, item).items() if nested.properties[name].nested}


def _drop_identity(nested: type[NestedType], item: Item) -> dict[str, Json]:
    return {n: v for n, v in item.items() if n not in nested.identity and n in nested.properties}


def _to_nested_inputs(nested: type[NestedType], before: Item | None, live: Item) -> dict[str, Json]:
    if before is None:
        return select_exported(nested, live)
    return {
        name: to_inputs(nested.properties[name], value, live.get(name))
        for name, value in before.items()
        if name in nested.properties and nested.properties[name].settable
    }


def is_default(p: Property[Any], value: Json) -> bool:
    """Return whether Statsig sets this value if a program declares none."""
    default = p.options.create_default if p.options.default is None else p.options.default
    if callable(default):
        return bool(default(value))
    return is_empty(value) or (default is not None and is_same(p, value, default))


def _add_computed_to_item(nested: type[NestedType], item: Item, live: Item | None) -> dict[str, Json]:
    computed = {name: live[name] for name, p in nested.properties.items() if not p.settable and live and live.get(name)}
    return dict(item) | computed


def get_lasting_id(nested: type[NestedType], item: Item) -> Json:
    """Return the id by which the API knows an item: the last one declared, because the first may change with edits."""
    ids = [item.get(name) for name, p in nested.properties.items() if p.options.sent_back and p.nested is None]
    return ids[-1] if ids else None
