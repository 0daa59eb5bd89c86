"""References: the values of a resource that identify other resources, such as the gate in a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..json_values import Json
from .properties import Property


class Reference(NamedTuple):
    """A value that identifies another resource."""

    target: str
    """The property that has the value in the other resource, such as ``Team.name``."""
    value: Json
    siblings: Mapping[str, Json]
    """The values of the resource or nested type that holds it."""
    compare_fn: Callable[[Json], Json] | None = None
    """Returns equal values for spellings of one value, if it has several."""

    def normalize(self, value: Json) -> Json:
        """Return a value as references of this property are compared."""
        return self.compare_fn(value) if self.compare_fn else value


def iterate_references(properties: Mapping[str, Property[Any]], values: Mapping[str, Json]) -> Iterator[Reference]:
    """Yield each reference in the values, at any depth."""
    for name, p in properties.items():
        value = values.get(name)
        if p.nested is not None:
            for item in _items(value):
                if isinstance(item, Mapping):
                    yield from iterate_references(p.nested.properties, item)
        elif value is not None and (target := p.get_reference(values)):
            compare_fn = None if p.many else p.options.compare_fn
            yield from (Reference(target, item, values, compare_fn) for item in _items(value))


def find_references(properties: Mapping[str, Property[Any]], values: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Yield what the values refer to, such as ``Team.name``, and the value, for each reference at any depth."""
    return ((reference.target, reference.value) for reference in iterate_references(properties, values))


def _items(value: Json) -> Iterable[Json]:
    return value if isinstance(value, list) else [value]
