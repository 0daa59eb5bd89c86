"""References: the values of a resource that identify other resources, such as the gate in a condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..json_values import Json
from .properties import Property


def find_references(properties: Mapping[str, Property[Any]], values: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Yield what the values refer to, such as ``Team.name``, and the value, for each reference at any depth."""
    for name, p in properties.items():
        value = values.get(name)
        if p.nested is not None:
            for item in _items(value):
                if isinstance(item, Mapping):
                    yield from find_references(p.nested.properties, item)
        elif value is not None and (reference := p.get_reference(values)):
            yield from ((reference, item) for item in _items(value))


def _items(value: Json) -> Iterable[Json]:
    return value if isinstance(value, list) else [value]
