"""Base class of records, which data sources return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

from ...json_values import Json
from ...schema.codec import convert_response, decode
from ...schema.properties import NestedType
from ...schema.shapes import require_object


class Record(NestedType):
    """Base of all records: an object as the API returned it. Its properties are read-only.

    A record is a dict: ``user.email`` and ``user["email"]`` are the same. It has all its properties. A property that
    the API omits is None, or empty for lists and maps. Unknown keys of the response are dropped.
    """

    other_names: ClassVar[Mapping[str, str]] = {}
    """Alternative names of properties in responses, by property name."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, p in cls.properties.items():
            cls.properties[name] = p.read_only()
            setattr(cls, name, cls.properties[name])

    @classmethod
    def read(cls, response: Mapping[str, Json]) -> Self:
        """Return the record of an object that the API returned; raises ShapeError for another shape."""
        converted = convert_response(cls.properties, cls.from_response, require_object(response))
        return cast(Self, read_nested(cls, converted))

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return a response in the form that the properties are decoded from."""
        return response


def read_nested(nested: type[NestedType], response: Mapping[str, Json]) -> Any:
    """Return a nested value of a response. One that programs also write, such as a rule, omits missing properties.

    Raises ShapeError if a value is of another shape than its property.
    """
    return nested.of(_fill(nested, decode(nested.properties, _with_declared_names(nested, require_object(response)))))


def _with_declared_names(nested: type[NestedType], response: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the response with the declared names. The API writes many responses in snake_case, as Python does."""
    if not isinstance(response, dict):
        return response  # the decode raises for it, and names its place
    other_names = nested.other_names if issubclass(nested, Record) else {}
    renamed = dict(response)
    for name, p in nested.properties.items():
        key = next((key for key in (p.wire, name, other_names.get(name)) if key in response), None)
        if key is not None:
            renamed[p.wire] = p.map_nested(response[key], _with_declared_names)
    return renamed


def _fill(nested: type[NestedType], values: Mapping[str, Json]) -> dict[str, Json]:
    """Give records all their properties, and remove missing ones from other nested values."""
    filled = {name: nested.properties[name].map_nested(value, _fill) for name, value in values.items()}
    if issubclass(nested, Record):
        return {n: nested.properties[n].to_python(None) if value is None else value for n, value in filled.items()}
    return {name: value for name, value in filled.items() if value is not None}
