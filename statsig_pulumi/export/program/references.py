"""References between the exported resources, and the order in which a program can declare them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush

from ...json_values import Json
from ...schema.properties import to_snake_case
from ...schema.references import ItemKey
from ..model import ExportedResource
from ..names import to_variables


class References:
    """The references of one program; none of them closes a cycle of modules or of resources."""

    def __init__(self, resources: Iterable[ExportedResource]) -> None:
        self._by_kind: dict[str, dict[str, ExportedResource]] = defaultdict(dict)
        for each in resources:
            self._by_kind[each.kind][each.name] = each
        self._variables = {
            kind: to_variables(list(named), to_snake_case(kind)) for kind, named in self._by_kind.items()
        }
        self._holders: dict[str, dict[str, ExportedResource | None]] = {}
        pairs = list(self._reference_pairs())
        kind_pairs = ((one.kind, other.kind) for one, other in pairs if one.kind != other.kind)
        self.kinds, self._dropped_kinds = sort_dependencies(_group(kind_pairs, self._by_kind))
        """The kinds, each after those that its module imports."""
        self._ordered: dict[str, list[ExportedResource]] = {}
        self._dropped: set[tuple[str, str, str]] = set()
        for kind, named in self._by_kind.items():
            name_pairs = ((one.name, other.name) for one, other in pairs if one.kind == other.kind == kind)
            names, dropped = sort_dependencies(_group(name_pairs, named))
            self._ordered[kind] = [named[name] for name in names]
            self._dropped |= {(kind, *pair) for pair in dropped}

    def variable(self, resource: ExportedResource) -> str:
        """Return the variable of a resource in its module."""
        return self._variables[resource.kind][resource.name]

    def ordered(self, kind: str) -> list[ExportedResource]:
        """Return the resources of a kind, each after those that it refers to, else by name."""
        return self._ordered[kind]

    def target(self, resource: ExportedResource, reference: str, value: Json) -> ExportedResource | None:
        """Return the resource whose property has this value; None if the program cannot refer to it.

        ``reference`` is the kind and the property, such as ``Team.name``.
        """
        other = self._holder(reference, value)
        if other is None or other is resource:
            return None
        if other.kind != resource.kind:
            return None if (resource.kind, other.kind) in self._dropped_kinds else other
        return None if (resource.kind, resource.name, other.name) in self._dropped else other

    def _reference_pairs(self) -> Iterator[tuple[ExportedResource, ExportedResource]]:
        """Yield each resource with each other one that it refers to."""
        for named in self._by_kind.values():
            for resource in named.values():
                for reference, value in resource.references():
                    other = self._holder(reference, value)
                    if other is not None and other is not resource:
                        yield resource, other

    def _holder(self, reference: str, value: Json) -> ExportedResource | None:
        """Return the one resource whose property has this value; None if there is none or several."""
        if not reference or not isinstance(value, str):
            return None
        if reference not in self._holders:
            self._holders[reference] = self._index(reference)
        return self._holders[reference].get(value)

    def _index(self, reference: str) -> dict[str, ExportedResource | None]:
        kind, _, name = reference.partition(".")
        holders: dict[str, ExportedResource | None] = {}
        for each in self._by_kind.get(kind, {}).values():
            for value in self._values(each, name):
                if isinstance(value, str):
                    holders[value] = None if value in holders else each
        return holders

    def _values(self, resource: ExportedResource, name: str) -> list[Json]:
        """Return the values by which others refer to a resource."""
        if (method := find_method(resource, name)) is not None:
            return method.list_keys(resource.inputs)
        return [resource.id if name == "id" else resource.outputs.get(name, resource.inputs.get(name))]


def find_method(resource: ExportedResource, name: str) -> ItemKey | None:
    """Return the method of a resource that a reference calls; None if it reads a property."""
    method = getattr(resource.declaration.cls, name, None)
    return method if isinstance(method, ItemKey) else None


def sort_dependencies(dependencies: Mapping[str, Collection[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Return the names, each after its dependencies, else by name; and the dependencies dropped to break cycles."""
    dropped: set[tuple[str, str]] = set()
    while True:
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for name in sorted(dependencies):
            sorter.add(name, *sorted(other for other in dependencies[name] if (name, other) not in dropped))
        try:
            sorter.prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1]  # each comes before the next one; the last one is the first
            first = cycle.index(min(cycle), 1)
            dropped.add((cycle[first], cycle[first - 1]))
        else:
            return _by_name(sorter), dropped


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


def _group(pairs: Iterable[tuple[str, str]], names: Iterable[str]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {name: set() for name in names}
    for name, other in pairs:
        groups[name].add(other)
    return groups
