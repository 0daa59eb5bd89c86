"""The objects of a stack, from ``pulumi stack export``, and what depends on each of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..errors import StatsigError
from ..json_values import Json
from ..schema.declaration import REGISTRY, TYPE_PREFIX
from ..schema.properties import to_snake_case
from ..schema.references import find_references
from .values import read_values


class StateFileError(StatsigError, ValueError):
    """Raised when a file is not the state of a stack."""


@dataclass(frozen=True)
class StoredObject:
    """One object in the state of a stack."""

    urn: str
    kind: str
    id: str
    outputs: Mapping[str, Json]

    @property
    def title(self) -> str:
        """The name of the object for people."""
        return REGISTRY[self.kind].title(self.outputs, self.id)


@dataclass(frozen=True)
class Dependent:
    """An object that refers to another one."""

    title: str
    places: tuple[str, ...] = ()
    """The properties that refer to it; empty if Statsig names the object without them."""
    urn: str = ""
    """Its URN; empty if only Statsig names it."""
    live_name: str = ""
    """The name by which the API lists it, such as ``gate 'new_checkout'``."""


def parse_state(text: str) -> tuple[StoredObject, ...]:
    """Return the Statsig objects of a stack; raises StateFileError if the text is no state."""
    try:
        resources = json.loads(text)["deployment"].get("resources") or []
        return tuple(_read_objects(resources))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateFileError("this is not the state of a stack: pass the output of `pulumi stack export`") from None


def _read_objects(resources: Iterable[Json]) -> Iterator[StoredObject]:
    for each in resources:
        kind = each["type"].removeprefix(TYPE_PREFIX)
        is_managed = each["type"].startswith(TYPE_PREFIX) and not each.get("external") and not each.get("delete")
        if is_managed and kind in REGISTRY:
            yield StoredObject(each["urn"], kind, str(each.get("id") or ""), read_values(each.get("outputs")))


class Dependencies:
    """Which objects of a stack refer to which."""

    def __init__(self, objects: Iterable[StoredObject]) -> None:
        self._objects = {each.urn: each for each in objects}
        self._referring: dict[str, dict[str, dict[str, list[str]]]] = {}
        """By reference such as ``Gate.id``, by value: the properties that have it, by URN."""
        for each in self._objects.values():
            for name, p in REGISTRY[each.kind].properties.items():
                for reference, value in find_references({name: p}, each.outputs):
                    if isinstance(value, str):
                        places = self._referring.setdefault(reference, {}).setdefault(value, {})
                        names = places.setdefault(each.urn, [])
                        names += [name] if name not in names else []

    def find_direct(self, kind: str, id_: str, outputs: Mapping[str, Json], urn: str) -> list[Dependent]:
        """Return the objects that refer to an object, sorted by their names."""
        found: dict[str, list[str]] = {}
        for reference, by_value in self._referring.items():
            of_kind, _, name = reference.partition(".")
            value = id_ if name == "id" else outputs.get(name)
            if of_kind == kind and isinstance(value, str):
                for other, names in by_value.get(value, {}).items():
                    found.setdefault(other, []).extend(each for each in names if each not in found[other])
        found.pop(urn, None)
        dependents = [_to_dependent(self._objects[other], names) for other, names in found.items()]
        return sorted(dependents, key=lambda each: (each.title, each.urn))

    def count_indirect(self, direct: Iterable[Dependent], urn: str) -> int:
        """Return how many objects depend on the direct dependents, at any distance."""
        first = {each.urn for each in direct}
        seen, waiting = {urn, *first}, list(first)
        while waiting:
            each = self._objects[waiting.pop()]
            others = {other.urn for other in self.find_direct(each.kind, each.id, each.outputs, each.urn)} - seen
            seen |= others
            waiting += others
        return len(seen) - len(first) - 1


def _to_dependent(stored: StoredObject, names: Iterable[str]) -> Dependent:
    return Dependent(stored.title, tuple(names), stored.urn, f"{to_snake_case(stored.kind)} '{stored.id}'")
