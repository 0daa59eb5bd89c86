"""Which values of an export are ids and names of its other objects, and in which order these can be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush

from ...json_values import Json
from ...schema.properties import Property
from ..model import Exported
from ..names import variables, word

Properties = Mapping[str, Property]  # type: ignore[type-arg]


class References:
    """The references that a program can have: none leads in a circle, neither of modules nor of objects."""

    def __init__(self, objects: Iterable[Exported]) -> None:
        self._of_kind: dict[str, dict[str, Exported]] = defaultdict(dict)
        for each in objects:
            self._of_kind[each.kind][each.name] = each
        self._variables = {kind: variables(list(named), word(kind)) for kind, named in self._of_kind.items()}
        self._holders: dict[str, dict[str, Exported | None]] = {}
        found = [
            (each, other) for kind in self._of_kind.values() for each in kind.values() for other in self._met(each)
        ]
        kinds = _grouped(((one.kind, other.kind) for one, other in found if one.kind != other.kind), self._of_kind)
        self.kinds, self._cut_kinds = arranged(kinds)
        self._ordered: dict[str, list[Exported]] = {}
        self._cut: set[tuple[str, str, str]] = set()
        for kind, named in self._of_kind.items():
            inside = ((one.name, other.name) for one, other in found if one.kind == other.kind == kind)
            order, cut = arranged(_grouped(inside, named))
            self._ordered[kind] = [named[name] for name in order]
            self._cut |= {(kind, *pair) for pair in cut}

    def variable(self, of: Exported) -> str:
        """The variable that holds an object in its module."""
        return self._variables[of.kind][of.name]

    def ordered(self, kind: str) -> list[Exported]:
        """The objects of a kind, each after those that it refers to, and else by name."""
        return self._ordered[kind]

    def target(self, of: Exported, told: str, value: Json) -> Exported | None:
        """The object whose property this is, where a program can say so; ``told`` is such as ``Team.name``."""
        other = self._holder(told, value)
        if other is None or other is of:
            return None
        if other.kind != of.kind:
            return None if (of.kind, other.kind) in self._cut_kinds else other
        return None if (of.kind, of.name, other.name) in self._cut else other

    def _met(self, of: Exported) -> Iterator[Exported]:
        """The other objects that one refers to."""
        for told, value in _told(of.declaration.inputs, of.inputs):
            other = self._holder(told, value)
            if other is not None and other is not of:
                yield other

    def _holder(self, told: str, value: Json) -> Exported | None:
        """The one object that has this value; None where several have it."""
        if not told or not isinstance(value, str):
            return None
        if told not in self._holders:
            kind, _, name = told.partition(".")
            held: dict[str, Exported | None] = {}
            for each in self._of_kind.get(kind, {}).values():
                key = each.id if name == "id" else each.outputs.get(name, each.inputs.get(name))
                if isinstance(key, str):
                    held[key] = None if key in held else each
            self._holders[told] = held
        return self._holders[told].get(value)


def arranged(after: Mapping[str, Collection[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Each name after those that it goes after, and else by name; and the pairs that were given up for it."""
    cut: set[tuple[str, str]] = set()
    while True:
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for name in sorted(after):
            sorter.add(name, *sorted(other for other in after[name] if (name, other) not in cut))
        try:
            sorter.prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]  # each goes before the next one; the last one is the first
            first = circle.index(min(circle), 1)
            cut.add((circle[first], circle[first - 1]))
        else:
            return _by_name(sorter), cut


def _by_name(sorter: TopologicalSorter[str]) -> list[str]:
    order: list[str] = []
    ready = list(sorter.get_ready())
    heapify(ready)
    while ready:
        order.append(heappop(ready))
        sorter.done(order[-1])
        for name in sorter.get_ready():
            heappush(ready, name)
    return order


def _grouped(pairs: Iterable[tuple[str, str]], names: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in names}
    for name, other in pairs:
        found[name].add(other)
    return found


def _told(properties: Properties, values: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Every value, at any depth, that may be a property of another object, and of which one."""
    for name, p in properties.items():
        value = values.get(name)
        if p.nested is not None:
            for item in _items(value):
                if isinstance(item, dict):
                    yield from _told(p.nested.properties, item)
        elif value is not None and (told := p.get_reference(values)):
            yield from ((told, item) for item in _items(value))


def _items(value: Json) -> Iterable[Json]:
    return value if isinstance(value, list) else [value]
