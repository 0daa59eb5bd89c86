"""A few valid inputs for each property of a resource, and the places of the values in them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hypothesis import HealthCheck, Phase, given, settings

from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.properties import Property
from statsig_pulumi.schema.validation import Validated

from .inputs import inputs_with
from .values import Json, Values

Path = tuple[str | int, ...]


@cache
def examples(kind: str, name: str) -> list[Values]:
    """Return some inputs that declare a property."""
    found: list[Values] = []

    @settings(
        max_examples=6,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs_with(REGISTRY[kind], name))
    def collect(values: Values) -> None:
        found.append(values)

    collect()
    return found


def iterate_paths(cls: Validated, values: Json, path: Path = ()) -> Iterator[tuple[Path, Property[Json]]]:
    """Yield the path of each property and of each first item in the values of a resource or a nested type."""
    for name, value in values.items():
        p, at = cls.properties[name], (*path, name)
        yield at, p
        if p.many == "list" and isinstance(value, list) and value:
            yield (*at, 0), p
            at, value = (*at, 0), value[0]
        elif p.many == "map" and value:
            key = next(iter(value))
            yield (*at, key), p
            at, value = (*at, key), value[key]
        if p.nested is not None and isinstance(value, dict):
            yield from iterate_paths(p.nested, value, at)


def replace(value: Json, path: Path, new: Json) -> Json:
    """Return a copy of a value with another one at a path."""
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = replace(value[path[0]], path[1:], new)
    return copied


def get(value: Json, path: Path) -> Json:
    for step in path:
        value = value[step]
    return value


def to_place(path: Path) -> str:
    """Return a path as problems name it: ``rules[0].name``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
