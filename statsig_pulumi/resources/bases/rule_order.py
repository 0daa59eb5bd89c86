"""The order of rules that several resources manage: pure functions over the declared places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from ...errors import StatsigError
from ...json_values import NONE, Json
from ...lifecycle.run_context import Place

Rules = list[dict[str, Json]]
PLACES: Final = ("after", "before")
"""The properties with the place of a rule."""


def observe_place(name: str, other: Json, names: list[Json], own: Json) -> Json:
    """Return ``other`` if the rule ``own`` is after or before it, as ``name`` says, else the neighbour on that side.

    ``names`` are the rules in their order. A rule that does not exist is in no wrong place.
    """
    if not isinstance(other, str) or other not in names or own not in names:
        return other
    at, is_after = names.index(own), name == "after"
    if (names.index(other) < at) is is_after:
        return other
    neighbours = names[:at][-1:] if is_after else names[at + 1 :][:1]
    return neighbours[0] if neighbours else NONE


def arrange_rules(rules: Rules, places: Mapping[str, Place]) -> Rules:
    """Return the rules in an order in which all of ``places`` are in their place.

    The others keep their order, unless no order with it has all declared places. A rule that has to come before
    another one is moved directly in front of it. Raises StatsigError if the places form a circle.
    """
    names: list[str] = []
    for rule in rules:  # Statsig accepts two rules of one name
        name = str(rule.get("name"))
        names.append(name if name not in names else f"{name} {len(names)}")
    others = [name for name in names if name not in places]
    try:
        ordered = _order(names, _collect_leaders(places, pairwise(others)))
    except StatsigError:
        ordered = _order(names, _collect_leaders(places, ()))
    by_name = dict(zip(names, rules, strict=True))
    return [by_name[name] for name in ordered]


def _order(names: list[str], leaders: Mapping[str, set[str]]) -> list[str]:
    """Return the names so that the leaders of each come before it; raises StatsigError for a circle."""
    ordered, path = list[str](), list[str]()

    def add(name: str) -> None:
        if name in path:
            raise StatsigError(f"the places of the rules form a circle at '{name}'")
        if name not in ordered:
            path.append(name)
            for leader in sorted(leaders.get(name, set()) & set(names), key=names.index):
                add(leader)
            ordered.append(path.pop())

    for name in names:
        add(name)
    return ordered


def find_circle(start: str, places: Mapping[str, Place]) -> list[str]:
    """Return the names of rules that each have to come after the next one, from ``start`` to itself, or nothing."""
    leaders = _collect_leaders(places, ())
    paths, seen = [[start]], set[str]()
    while paths:
        path = paths.pop()
        for name in sorted(leaders.get(path[-1], ())):
            if name == start:
                return [*path, name]
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []


def _collect_leaders(places: Mapping[str, Place], pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the rules that have to come before each rule; the first of each pair comes before the second."""
    leaders: dict[str, set[str]] = {}
    after = [(place.after, name) for name, place in places.items() if place.after]
    before = [(name, place.before) for name, place in places.items() if place.before]
    for first, second in [*after, *before, *pairs]:
        leaders.setdefault(second, set()).add(first)
    return leaders
