"""The order of rules that several resources manage: pure functions over the declared places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    """Return the rules in an order in which all of ``places`` are in their place; the others keep their order.

    A rule that has to come before another one is moved directly in front of it. Raises StatsigError if the order of
    the others does not allow the declared places.
    """
    names = [str(rule.get("name")) for rule in rules]
    others = [name for name in names if name not in places]
    leaders = _collect_leaders(places, pairwise(others))
    arranged, path = list[str](), list[str]()

    def add(name: str) -> None:
        if name in path:
            circle = " < ".join(f"'{each}'" for each in reversed([*path[path.index(name) :], name]))
            raise StatsigError(f"the declared places contradict the order of the other rules: {circle}")
        if name in names and name not in arranged:
            path.append(name)
            for leader in sorted(leaders.get(name, ()), key=_index_in(names)):
                add(leader)
            arranged.append(path.pop())

    for name in names:
        add(name)
    return sorted(rules, key=lambda rule: arranged.index(str(rule.get("name"))))


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


def _index_in(names: list[str]) -> Callable[[str], int]:
    return lambda name: names.index(name) if name in names else -1
