"""Lay what the API returned over what a program declared, item by item.

A live object holds more than a program says. Here the two are matched: a rule to the live
rule it stands for, a live value to the shape in which the program wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ..json_values import Json
from .diff import is_empty, same, same_nested
from .properties import NestedType, Property

Item = Mapping[str, Json]


def matched(nested: type[NestedType], items: Sequence[Item], others: Sequence[Item]) -> list[Item | None]:
    """For each item the other it stands for: by identity, else as a rename or the only one left, else none."""
    if not nested.identity:
        return [others[i] if i < len(others) else None for i in range(len(items))]
    named = {nested.identified(other): other for other in others}
    found = [named.get(nested.identified(item)) for item in items]
    if not any(p.options.sent_back for p in nested.properties.values()):
        return found  # without an id of its own, what has another name is another one
    taken = {id(other) for other in found if other is not None}
    free = {i: other for i, other in enumerate(others) if id(other) not in taken}
    for alike in (_equal, _aimed_alike):
        for i, item in enumerate(items):
            if (
                found[i] is None
                and (at := _only(i for i, other in free.items() if alike(nested, item, other))) is not None
            ):
                found[i] = free.pop(at)
    alone = _only(i for i, other in enumerate(found) if other is None)
    if alone is not None and list(free) == [alone] and same_nested(nested, free[alone], _made_of(nested, items[alone])):
        found[alone] = free[alone]
    return found


def in_shape(p: Property[Any], before: Json, live: Json) -> Json:
    """The live value as the program would have written it, and as it did where nothing changed."""
    if same(p, live, before) or (live is None and not p.can_be_empty):
        return declared_only(p, before)
    if live is None:
        return p.empty
    if p.nested is None:
        return live
    nested = p.nested
    match p.many:
        case "list":
            pairs = zip(live, matched(nested, live, before or []), strict=True)
            return [_part_in_shape(nested, old, item) for item, old in pairs]
        case "map":
            return {key: _part_in_shape(nested, (before or {}).get(key), item) for key, item in live.items()}
        case _:
            return _part_in_shape(nested, before if isinstance(before, dict) else None, live)


def declared_only(p: Property[Any], value: Json) -> Json:
    """The value without what only the API sets."""

    def settable(nested: type[NestedType], item: Item) -> Json:
        if not isinstance(item, dict):
            return item
        return {
            n: declared_only(inner, item[n]) for n, inner in nested.properties.items() if inner.settable and n in item
        }

    return p.map_nested(value, settable)


def with_computed(p: Property[Any], value: Json, live: Json) -> Json:
    """The declared value with what the API alone sets, such as the ids of rules."""
    if p.nested is None or not isinstance(value, (list, dict)) or not isinstance(live, (list, dict)):
        return value
    nested = p.nested
    match value, live:
        case list(), list():
            pairs = zip(value, matched(nested, value, live), strict=True)
            return [_computed(nested, item, other) for item, other in pairs]
        case dict(), dict() if p.many == "map":
            return {key: _computed(nested, item, live.get(key)) for key, item in value.items()}
        case dict(), dict():
            return _computed(nested, value, live)
    return value


def keep_live_values(p: Property[Any], new: Json, before: Json, live: Json) -> Json:
    """The declared items with what their live ones hold besides, for lists that an update replaces whole.

    A rule keeps its id, and what the program leaves to the console, through edits and renames.
    """
    if p.nested is None or not p.nested.identity or not isinstance(new, list) or not live:
        return new
    nested = p.nested
    by_id = {id_: item for item in live if (id_ := _lasting_id(nested, item))}
    olds = matched(nested, new, before or [])
    items = []
    for item, named, old in zip(new, matched(nested, new, live), olds, strict=True):
        held = (by_id.get(_lasting_id(nested, old)) if old else None) or named or {}
        kept = {
            name: held[name]
            for name, inner in nested.properties.items()
            if inner.sent and name not in item and not item.keys() & set(inner.options.conflicts_with)
            if held.get(name) not in (None, [], "")
        }
        deeper = {
            name: keep_live_values(inner, item[name], (old or {}).get(name), held.get(name))
            for name, inner in nested.properties.items()
            if isinstance(item.get(name), list)
        }
        items.append(kept | dict(item) | deeper)
    return items


def kept(properties: Mapping[str, Property[Any]], said: Item, live: Item) -> dict[str, Json]:
    """What a live object holds besides what is said, for updates that replace it whole."""
    held: dict[str, Json] = {}
    for name, p in properties.items():
        is_said = {name, *p.options.conflicts_with} & (said.keys() | held.keys())
        is_settled = not p.settable or p.options.replace_on_changes
        if p.sent and not is_settled and not is_said and live.get(name) not in (None, "", [], {}):
            held[name] = p.map_nested(live[name], lambda nested, item: kept(nested.properties, {}, item))
    return held


def without_actions(p: Property[Any], value: Json) -> Json:
    """The parts without what has endpoints of its own."""
    return p.map_nested(
        value,
        lambda nested, item: {
            n: v for n, v in item.items() if n not in nested.properties or not nested.properties[n].options.action
        },
    )


def _only(found: Iterable[int]) -> int | None:
    """The one that is there, if it is one."""
    several = list(found)
    return several[0] if len(several) == 1 else None


def _equal(nested: type[NestedType], item: Item, other: Item) -> bool:
    """The same but for the name: a rename."""
    rest = _unnamed(nested, item)
    return bool(rest) and same_nested(nested, other, rest)


def _aimed_alike(nested: type[NestedType], item: Item, other: Item) -> bool:
    """A rename and an edit at once: what it is made of, such as the conditions of a rule, is there and the same."""
    made_of = {name: value for name, value in _made_of(nested, item).items() if value}
    return bool(made_of) and same_nested(nested, other, made_of)


def _made_of(nested: type[NestedType], item: Item) -> dict[str, Json]:
    return {name: value for name, value in _unnamed(nested, item).items() if nested.properties[name].nested}


def _unnamed(nested: type[NestedType], item: Item) -> dict[str, Json]:
    return {n: v for n, v in item.items() if n not in nested.identity and n in nested.properties}


def _part_in_shape(nested: type[NestedType], before: Item | None, live: Item) -> dict[str, Json]:
    if before is None:
        return worth_writing(nested, live)
    return {
        name: in_shape(nested.properties[name], value, live.get(name))
        for name, value in before.items()
        if name in nested.properties and nested.properties[name].settable
    }


def worth_writing(declared: Any, item: Item, presets: Item = MappingProxyType({})) -> dict[str, Json]:
    """What a program would write of a live object or part that it does not declare.

    ``declared`` is its class; ``presets`` are the values that its team fills in, by our name of the property.
    """
    found: dict[str, Json] = {}
    for name, p in declared.properties.items():
        value = [] if item.get(name) is None and p.many == "list" else item.get(name)
        is_preset = not is_empty(presets.get(name))
        is_written = p.settable and p.readable and p.options.exported and value is not None
        if is_written and (p.options.required or is_preset or not _is_filled_in(p, value)):
            found[name] = p.map_nested(value, worth_writing)
            if p.nested and not p.many and not found[name] and not p.options.required:
                del found[name]  # all that it says is Statsig's own
    written: dict[str, Json] = declared.to_program(found)
    return written


def _is_filled_in(p: Property[Any], value: Json) -> bool:
    """Whether the API makes the value this by itself."""
    default = p.options.create_default if p.options.default is None else p.options.default
    if callable(default):
        return bool(default(value))
    return is_empty(value) or (default is not None and same(p, value, default))


def _computed(nested: type[NestedType], item: Item, live: Item | None) -> dict[str, Json]:
    extra = {name: live[name] for name, p in nested.properties.items() if not p.settable and live and live.get(name)}
    return dict(item) | extra


def _lasting_id(nested: type[NestedType], item: Item) -> Json:
    """The id by which the API knows the part; one that moves with edits does not count when another stays."""
    ids = [item.get(name) for name, p in nested.properties.items() if p.options.sent_back and p.nested is None]
    return ids[-1] if ids else None
