"""What a record is: a dict of everything the API told about an object, read by typed attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

from ...json_values import Json
from ...schema.codec import decode
from ...schema.properties import Part


class Record(Part):
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


def part_of(part: type[Part], live: Mapping[str, Json]) -> Any:
    """A part of what the API returned; one that programs write too, such as a rule, holds only what is told."""
    return part.of(_whole(part, decode(part.properties, _as_declared(part, live))))


def _as_declared(part: type[Part], live: Mapping[str, Json]) -> Mapping[str, Json]:
    """The same under the declared wire names: the API writes many records in snake_case, which is our spelling."""
    others = part.other_names if issubclass(part, Record) else {}
    found = dict(live)
    for name, p in part.properties.items():
        told = next((key for key in (p.wire, name, others.get(name)) if key in live), None)
        if told is not None:
            found[p.wire] = p.on_parts(live[told], _as_declared)
    return found


def _whole(part: type[Part], values: Mapping[str, Json]) -> dict[str, Json]:
    found = {name: part.properties[name].on_parts(value, _whole) for name, value in values.items()}
    if issubclass(part, Record):
        return {n: part.properties[n].typed(None) if value is None else value for n, value in found.items()}
    return {name: value for name, value in found.items() if value is not None}
