"""What a record is: a dict of everything the API told about an object, read by typed attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

from ...json_values import Json
from ...schema.codec import decode
from ...schema.properties import NestedType


class Record(NestedType):
    """Base of every record: ``user.email`` and ``user["email"]`` are the same.

    A record has all its properties: what the API did not tell is None, or empty where there are several.
    Keys that the API has and the record does not are left out.
    """

    other_names: ClassVar[Mapping[str, str]] = {}
    """Wire names that the API uses besides the declared ones, by ours."""

    @classmethod
    def read(cls, live: Mapping[str, Json]) -> Self:
        """The record of what the API returned."""
        return cast(Self, part_of(cls, live))


def part_of(nested: type[NestedType], live: Mapping[str, Json]) -> Any:
    """A part of what the API returned; one that programs write too, such as a rule, holds only what is told."""
    return nested.of(_whole(nested, decode(nested.properties, _as_declared(nested, live))))


def _as_declared(nested: type[NestedType], live: Mapping[str, Json]) -> Mapping[str, Json]:
    """The same under the declared wire names: the API writes many records in snake_case, which is our spelling."""
    others = nested.other_names if issubclass(nested, Record) else {}
    found = dict(live)
    for name, p in nested.properties.items():
        told = next((key for key in (p.wire, name, others.get(name)) if key in live), None)
        if told is not None:
            found[p.wire] = p.map_nested(live[told], _as_declared)
    return found


def _whole(nested: type[NestedType], values: Mapping[str, Json]) -> dict[str, Json]:
    found = {name: nested.properties[name].map_nested(value, _whole) for name, value in values.items()}
    if issubclass(nested, Record):
        return {n: nested.properties[n].to_python(None) if value is None else value for n, value in found.items()}
    return {name: value for name, value in found.items() if value is not None}
