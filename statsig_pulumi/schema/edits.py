"""Compare what the state knew, what is live and what is declared: which edits of others would an update undo.

All functions are pure. ``old`` is a value in the outputs of the resource, ``live`` the value in Statsig now, and
``new`` the declared one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from ..json_values import NONE, Json, fingerprint, is_equal
from . import codec
from .diff import is_same
from .matching import drop_computed, get_lasting_id, match_items, to_inputs
from .properties import NestedType, Property

Item = Mapping[str, Json]


@dataclass(frozen=True)
class Edit:
    """A place at which somebody changed a declared value in Statsig to another one than is declared now."""

    place: str
    """The place, with the names of list items: ``rules['Staff'].pass_percentage``."""
    old: Json
    live: Json
    new: Json
    """None if there is no value."""


@dataclass(frozen=True)
class _Indexed:
    """An item of a list, with its index."""

    index: int
    item: Item


@dataclass(frozen=True)
class _Trio:
    """One item of a list in each of the three values; None if a value does not have it."""

    name: str
    old: _Indexed | None
    live: _Indexed | None
    new: _Indexed | None


def find_edits(p: Property[Any], old: Json, live: Json, new: Json, place: str) -> Iterator[Edit]:
    """Yield the edits of others that ``new`` would undo; ``place`` is the place of the property.

    Only values that were declared count, and no items that ``keep_unseen`` keeps.
    """
    if p.many == "list":
        old, live, new = _to_list(old), _to_list(live), _to_list(new)
    if is_equal(to_inputs(p, old, live), drop_computed(p, old)) or is_same(p, live, new):
        return
    match p.many, old, live, new:
        case "list", _, _, _ if p.nested and p.nested.identity:
            yield from _find_edits_of_items(p, p.nested, _pair_items(p.nested, old, live, new), place)
        case "list", _, _, _ if p.options.unordered:
            if _is_undone_in_set(p, old, live, new):
                yield Edit(place, old, live, new)
        case "map", dict(), dict(), dict() if p.nested is None:
            for key in {**old, **live, **new}:
                before, now, then = old.get(key), live.get(key), new.get(key)
                if not is_equal(before, now) and not is_equal(now, then):
                    yield Edit(f"{place}.{key}", before, now, then)
        case "", dict(), dict(), dict() if p.nested:
            yield from _find_edits_of_nested(p.nested, old, live, new, place)
        case _:
            yield Edit(place, old, live, new)


def keep_unseen(p: Property[Any], old: Json, live: Json, new: Json, place: str) -> tuple[Json, list[str]]:
    """Return the declared list with the live items that neither it nor ``old`` has, and the places of these items.

    Lists whose items have an identity, and shared sets, keep such items. An item comes after the one that it follows
    in Statsig. It holds its identity alone, because an update sends the rest of the live item.
    """
    if p.many != "list" or old is None:
        return new, []
    olds, lives, news = _to_list(old), _to_list(live), _to_list(new)
    if p.nested and p.nested.identity:
        return _keep_unseen_items(p.nested, _pair_items(p.nested, olds, lives, news), news, place)
    unseen = [item for item in lives if item not in olds and item not in news] if p.options.shared else []
    return (codec.normalize(p, news + unseen), [f"{place}[{item!r}]" for item in unseen]) if unseen else (new, [])


def _to_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


# -- edits


def _find_edits_of_nested(nested: type[NestedType], old: Item, live: Item, new: Item, place: str) -> Iterator[Edit]:
    for name, p in nested.properties.items():
        if p.settable and name in old and name in new:
            yield from find_edits(p, old[name], live.get(name), new[name], f"{place}.{name}")


def _find_edits_of_items(
    p: Property[Any], nested: type[NestedType], trios: Sequence[_Trio], place: str
) -> Iterator[Edit]:
    for trio in trios:
        at = f"{place}[{trio.name!r}]"
        match trio:
            case _Trio(_, _Indexed(_, old), _Indexed(_, live), _Indexed(_, new)):
                yield from _find_edits_of_nested(nested, old, live, new, at)
            case _Trio(_, _Indexed(_, old), None, _Indexed(_, new)):
                yield Edit(at, _drop_computed(nested, old), None, dict(new))
            case _Trio(_, None, _Indexed(_, live), _Indexed(_, new)):
                for name in _find_differing(nested, live, new):
                    yield Edit(f"{at}.{name}", None, live.get(name), new[name])
            case _Trio(_, _Indexed(_, old), _Indexed(_, live), None):
                for name in _find_differing(nested, live, old):
                    yield Edit(f"{at}.{name}", old[name], live.get(name), None)
    if not p.options.unordered:
        yield from _find_edit_of_order(trios, place)


def _find_edit_of_order(trios: Sequence[_Trio], place: str) -> Iterator[Edit]:
    """Yield one edit if others changed the order of the items, and the program declares another order."""
    common = [(t.old.index, t.live.index, t.new.index, t.name) for t in trios if t.old and t.live and t.new]
    old, live, new = ([each[3] for each in sorted(common, key=itemgetter(at))] for at in range(3))
    if live not in (old, new):
        yield Edit(f"order of {place}", old, live, new)


def _find_differing(nested: type[NestedType], live: Item, values: Item) -> list[str]:
    """Return the names of the values that differ in the live item."""
    settable = {name: p for name, p in nested.properties.items() if p.settable and name in values}
    return [name for name, p in settable.items() if not is_same(p, live.get(name), values[name])]


def _drop_computed(nested: type[NestedType], item: Item) -> Item:
    properties = nested.properties
    return {n: drop_computed(properties[n], v) for n, v in item.items() if n in properties and properties[n].settable}


def _is_undone_in_set(p: Property[Any], old: list[Json], live: list[Json], new: list[Json]) -> bool:
    """Return whether others added an item that is not declared, or removed one that is."""
    olds, lives, news = ({fingerprint(item) for item in items} for items in (old, live, new))
    is_removed = not p.options.shared and bool(lives - olds - news)
    return is_removed or bool((olds - lives) & news)


# -- items of lists


def _keep_unseen_items(
    nested: type[NestedType], trios: Sequence[_Trio], declared: list[Json], place: str
) -> tuple[list[Json], list[str]]:
    kept, places = list(declared), list[str]()
    behind: dict[int, list[Json]] = {}
    anchor = -1  # the index of the declared item that a live one follows
    for trio in sorted((trio for trio in trios if trio.live), key=lambda trio: trio.live.index if trio.live else 0):
        at = f"{place}[{trio.name!r}]"
        match trio:
            case _Trio(_, old, _Indexed(_, live), _Indexed(anchor, new)):
                kept[anchor], inside = _keep_unseen_inside(nested, old.item if old else {}, live, new, at)
                places += inside
            case _Trio(_, None, _Indexed(_, live), None):
                behind.setdefault(anchor, []).append({name: live.get(name) for name in nested.identity})
                places.append(at)
    merged = behind.get(-1, [])
    for index, item in enumerate(kept):
        merged = [*merged, item, *behind.get(index, [])]
    return merged, places


def _keep_unseen_inside(
    nested: type[NestedType], old: Item, live: Item, new: Item, place: str
) -> tuple[dict[str, Json], list[str]]:
    values, places = dict(new), list[str]()
    for name, p in nested.properties.items():
        if name in old and name in new:
            values[name], inside = keep_unseen(p, old[name], live.get(name), new[name], f"{place}.{name}")
            places += inside
    return values, places


# -- pairs


def _pair_items(nested: type[NestedType], olds: list[Item], lives: list[Item], news: list[Item]) -> list[_Trio]:
    """Return the items of the three lists, each with its counterparts in the others."""
    free = [_Indexed(index, item) for index, item in enumerate(lives)]
    live_of_old = _take_each(nested, olds, free)
    index_of_old = {id(old): index for index, old in enumerate(olds)}
    matches = match_items(nested, news, olds)
    live_of_added = iter(_take_each(nested, [n for n, old in zip(news, matches, strict=True) if old is None], free))
    trios: list[_Trio] = []
    for index, (new, match) in enumerate(zip(news, matches, strict=True)):
        at = index_of_old.pop(id(match), None) if match is not None else None
        old, live = (None, next(live_of_added)) if match is None else (_Indexed(at or 0, match), live_of_old[at or 0])
        trios.append(_Trio(nested.get_name(new), old, live, _Indexed(index, new)))
    removed = [_Indexed(at, olds[at]) for at in index_of_old.values()]
    trios += [_Trio(nested.get_name(each.item), each, live_of_old[each.index], None) for each in removed]
    return trios + [_Trio(nested.get_name(each.item), None, each, None) for each in free]


def _take_each(nested: type[NestedType], items: list[Item], free: list[_Indexed]) -> list[_Indexed | None]:
    """Return the live item of each item, or None, and take it out of the free ones.

    An item that somebody renamed in Statsig keeps its id, so the id goes before the identity.
    """
    taken: list[_Indexed | None] = [None] * len(items)
    for is_match in (_has_same_id, _has_same_identity, _has_declared_identity):
        for i, item in enumerate(items):
            at = next((at for at, other in enumerate(free) if is_match(nested, item, other.item)), None)
            if taken[i] is None and at is not None:
                taken[i] = free.pop(at)
    return taken


def _has_same_id(nested: type[NestedType], item: Item, other: Item) -> bool:
    id_ = get_lasting_id(nested, item)
    return bool(id_) and id_ == get_lasting_id(nested, other)


def _has_same_identity(nested: type[NestedType], item: Item, other: Item) -> bool:
    return nested.get_identity(item) == nested.get_identity(other)


def _has_declared_identity(nested: type[NestedType], item: Item, other: Item) -> bool:
    """Return whether the identities are the same but for what the item omits, which the API may fill in."""
    declared = [name for name in nested.identity if item.get(name) not in (None, NONE)]
    return bool(declared) and all(item[name] == other.get(name) for name in declared)
