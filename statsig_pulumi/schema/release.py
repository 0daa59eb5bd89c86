"""Reset properties that are no longer declared to the value that Statsig gives to a new object."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ..json_values import Json, has_unknown
from .diff import drop_excluded, is_same, pair_nested
from .properties import Property


def reset_released(
    properties: Mapping[str, Property[Any]], olds: Mapping[str, Json], news: Mapping[str, Json], place: str = ""
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the declared values with the defaults of those that no longer are, and these defaults by place.

    ``olds`` are the values that were declared. A value whose default is not known, or that has it, is not reset.
    """
    values, resets = dict(news), dict[str, Json]()
    for name, p in properties.items():
        if name not in olds or not p.settable:
            continue
        if name in news:
            values[name], inside = _reset_inside(p, olds[name], news[name], place + name)
            resets |= inside
        elif not news.keys() & p.replaced_by and (known := get_default(p)) and not is_same(p, olds[name], known[0]):
            values[name] = resets[place + name] = deepcopy(known[0])
    return values, resets


def _reset_inside(p: Property[Any], old: Json, new: Json, place: str) -> tuple[Json, dict[str, Json]]:
    if p.nested is None or has_unknown(new):
        return new, {}
    resets: dict[str, Json] = {}
    by_place: dict[str, Json] = {}
    for at, old_item, new_item in pair_nested(p, old, new):
        by_place[at], inside = reset_released(drop_excluded(p, new_item), old_item, new_item, f"{place}{at}.")
        resets |= inside
    if not resets:
        return new, {}
    if p.many == "list":
        return [by_place.get(f"[{i}]", item) for i, item in enumerate(new)], resets
    return by_place[""], resets


def get_default(p: Property[Any]) -> tuple[Json] | None:
    """Return the value that Statsig gives to a new object whose program omits the property; None if it is not known."""
    options = p.options
    is_resettable = p.sent or (options.action is not None and not p.is_trigger)
    if not is_resettable or options.write_only or options.secret or not p.can_be_updated or options.required:
        return None
    if options.default is not None:
        return None if callable(options.default) else (options.default,)
    if options.preset_by:
        return None
    if options.create_default is not None:
        return (options.create_default,)
    return (p.empty,) if p.accepts_empty else None
