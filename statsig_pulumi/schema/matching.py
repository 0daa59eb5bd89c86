"""Lay what the API returned over what a program declared, item by item.

A live object holds more than a program says. Here the two are matched: a rule to the live
rule it stands for, a live value to the shape in which the program wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ..json_values import Json
from .diff import is_empty, same, same_part
from .properties import Part, Property

Item = Mapping[str, Json]


def matched(part: type[Part], items: Sequence[Item], others: Sequence[Item]) -> list[Item | None]:
    """For each item the other it stands for: by identity, else as a rename or the only one left, else none."""
    if not part.identity:
        return [others[i] if i < len(others) else None for i in range(len(items))]
    named = {part.identified(other): other for other in others}
    found = [named.get(part.identified(item)) for item in items]
    if not any(p.facts.carried for p in part.properties.values()):
        return found  # without an id of its own, what has another name is another one
    taken = {id(other) for other in found if other is not None}
    free = {i: other for i, other in enumerate(others) if id(other) not in taken}
    for alike in (_equal, _aimed_alike):
        for i, item in enumerate(items):
            if (
                found[i] is None
                and (at := _only(i for i, other in free.items() if alike(part, item, other))) is not None
            ):
                found[i] = free.pop(at)
    alone = _only(i for i, other in enumerate(found) if other is None)
    if alone is not None and list(free) == [alone] and same_part(part, free[alone], _made_of(part, items[alone])):
        found[alone] = free[alone]
    return found


def in_shape(p: Property[Any], before: Json, live: Json) -> Json:
    """The live value as the program would have written it, and as it did where nothing changed."""
    if same(p, live, before) or (live is None and not p.can_be_empty):
        return declared_only(p, before)
    if live is None:
        return p.empty
    if p.part is None:
        return live
    part = p.part
    match p.many:
        case "list":
            pairs = zip(live, matched(part, live, before or []), strict=True)
            return [_part_in_shape(part, old, item) for item, old in pairs]
        case "map":
            return {key: _part_in_shape(part, (before or {}).get(key), item) for key, item in live.items()}
        case _:
            return _part_in_shape(part, before if isinstance(before, dict) else None, live)


def declared_only(p: Property[Any], value: Json) -> Json:
    """The value without what only the API sets."""

    def settable(part: type[Part], item: Item) -> Json:
        if not isinstance(item, dict):
            return item
        return {
            n: declared_only(inner, item[n]) for n, inner in part.properties.items() if inner.settable and n in item
        }

    return p.on_parts(value, settable)


def with_computed(p: Property[Any], value: Json, live: Json) -> Json:
    """The declared value with what the API alone sets, such as the ids of rules."""
    if p.part is None or not isinstance(value, (list, dict)) or not isinstance(live, (list, dict)):
        return value
    part = p.part
    match value, live:
        case list(), list():
            pairs = zip(value, matched(part, value, live), strict=True)
            return [_computed(part, item, other) for item, other in pairs]
        case dict(), dict() if p.many == "map":
            return {key: _computed(part, item, live.get(key)) for key, item in value.items()}
        case dict(), dict():
            return _computed(part, value, live)
    return value


def carried_over(p: Property[Any], new: Json, before: Json, live: Json) -> Json:
    """The declared items with what their live ones hold besides, for lists that an update replaces whole.

    A rule keeps its id, and what the program leaves to the console, through edits and renames.
    """
    if p.part is None or not p.part.identity or not isinstance(new, list) or not live:
        return new
    part = p.part
    by_id = {id_: item for item in live if (id_ := _lasting_id(part, item))}
    olds = matched(part, new, before or [])
    items = []
    for item, named, old in zip(new, matched(part, new, live), olds, strict=True):
        held = (by_id.get(_lasting_id(part, old)) if old else None) or named or {}
        kept = {
            name: held[name]
            for name, inner in part.properties.items()
            if inner.sent and name not in item and not item.keys() & set(inner.facts.not_beside)
            if held.get(name) not in (None, [], "")
        }
        deeper = {
            name: carried_over(inner, item[name], (old or {}).get(name), held.get(name))
            for name, inner in part.properties.items()
            if isinstance(item.get(name), list)
        }
        items.append(kept | dict(item) | deeper)
    return items


def kept(properties: Mapping[str, Property[Any]], said: Item, live: Item) -> dict[str, Json]:
    """What a live object holds besides what is said, for updates that replace it whole."""
    held: dict[str, Json] = {}
    for name, p in properties.items():
        is_said = {name, *p.facts.not_beside} & (said.keys() | held.keys())
        is_settled = not p.settable or p.facts.replace_on_changes
        if p.sent and not is_settled and not is_said and live.get(name) not in (None, "", [], {}):
            held[name] = p.on_parts(live[name], lambda part, item: kept(part.properties, {}, item))
    return held


def without_switches(p: Property[Any], value: Json) -> Json:
    """The parts without what has endpoints of its own."""
    return p.on_parts(
        value,
        lambda part, item: {
            n: v for n, v in item.items() if n not in part.properties or not part.properties[n].facts.switch
        },
    )


def _only(found: Iterable[int]) -> int | None:
    """The one that is there, if it is one."""
    several = list(found)
    return several[0] if len(several) == 1 else None


def _equal(part: type[Part], item: Item, other: Item) -> bool:
    """The same but for the name: a rename."""
    rest = _unnamed(part, item)
    return bool(rest) and same_part(part, other, rest)


def _aimed_alike(part: type[Part], item: Item, other: Item) -> bool:
    """A rename and an edit at once: what it is made of, such as the conditions of a rule, is there and the same."""
    made_of = {name: value for name, value in _made_of(part, item).items() if value}
    return bool(made_of) and same_part(part, other, made_of)


def _made_of(part: type[Part], item: Item) -> dict[str, Json]:
    return {name: value for name, value in _unnamed(part, item).items() if part.properties[name].part}


def _unnamed(part: type[Part], item: Item) -> dict[str, Json]:
    return {n: v for n, v in item.items() if n not in part.identity and n in part.properties}


def _part_in_shape(part: type[Part], before: Item | None, live: Item) -> dict[str, Json]:
    if before is None:
        return worth_writing(part, live)
    return {
        name: in_shape(part.properties[name], value, live.get(name))
        for name, value in before.items()
        if name in part.properties and part.properties[name].settable
    }


def worth_writing(declared: Any, item: Item, presets: Item = MappingProxyType({})) -> dict[str, Json]:
    """What a program would write of a live object or part that it does not declare.

    ``declared`` is its class, ``presets`` are the properties of the team that it belongs to.
    """
    found: dict[str, Json] = {}
    for name, p in declared.properties.items():
        value = [] if item.get(name) is None and p.many == "list" else item.get(name)
        is_preset = not is_empty(presets.get(p.facts.preset_by_team))
        is_written = p.settable and p.readable and p.facts.exported and value is not None
        if is_written and (p.facts.required or is_preset or not _is_filled_in(p, value)):
            found[name] = p.on_parts(value, worth_writing)
            if p.part and not p.many and not found[name] and not p.facts.required:
                del found[name]  # all that it says is Statsig's own
    written: dict[str, Json] = declared.as_written(found)
    return written


def _is_filled_in(p: Property[Any], value: Json) -> bool:
    """Whether the API makes the value this by itself."""
    default = p.facts.on_create if p.facts.default is None else p.facts.default
    if callable(default):
        return bool(default(value))
    return is_empty(value) or (default is not None and same(p, value, default))


def _computed(part: type[Part], item: Item, live: Item | None) -> dict[str, Json]:
    extra = {name: live[name] for name, p in part.properties.items() if not p.settable and live and live.get(name)}
    return dict(item) | extra


def _lasting_id(part: type[Part], item: Item) -> Json:
    """The id by which the API knows the part; one that moves with edits does not count when another stays."""
    ids = [item.get(name) for name, p in part.properties.items() if p.facts.carried and p.part is None]
    return ids[-1] if ids else None
