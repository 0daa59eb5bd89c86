"""Turn values as programs write them into the JSON the API takes, and back."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ..json_values import NONE, UNKNOWN, Json, fingerprint, has_unknown, normalize_json
from .properties import NestedType, Property


def encode(properties: Mapping[str, Property[Any]], values: Mapping[str, Json]) -> dict[str, Json]:
    """The body that sets these values; null only where the API takes it."""
    return {
        p.wire: _encode(p, values[name])
        for name, p in properties.items()
        if p.sent and name in values and (values[name] is not None or p.nullable)
    }


def encode_nested(nested: type[NestedType], values: Mapping[str, Json]) -> dict[str, Json]:
    """One part on the wire, with what the API wants where the program says nothing."""
    return nested.to_request(values, encode(nested.properties, create_defaults(nested.properties) | dict(values)))


def create_defaults(properties: Mapping[str, Property[Any]]) -> dict[str, Json]:
    """What the API wants even where the program says nothing."""
    return {
        name: deepcopy(p.options.create_default)
        for name, p in properties.items()
        if p.options.create_default is not None
    }


def decode(properties: Mapping[str, Property[Any]], live: Mapping[str, Json]) -> dict[str, Json]:
    """What the API returned, in our names; what it left out or holds null is None."""
    return {name: _decode(p, live) for name, p in properties.items() if p.readable}


def normalize(p: Property[Any], value: Json) -> Json:
    """The one spelling of a value: sets are sorted, parts hold normal values, whole floats are ints."""
    if value is UNKNOWN or value is None or value == NONE:
        return value
    match p.many, value:
        case "list", list() | tuple():
            items = [_normal_item(p, item) for item in value]
            return _as_set(items) if p.options.unordered else items
        case "map", dict() if p.nested:
            return {key: _normal_item(p, item) for key, item in value.items()}
        case _:
            return _normal_item(p, value)


def _normal_item(p: Property[Any], item: Json) -> Json:
    if p.nested is not None and isinstance(item, dict):
        properties = p.nested.properties
        return p.nested.normalize_values(
            {name: normalize(properties[name], value) if name in properties else value for name, value in item.items()}
        )
    item = normalize_json(item)
    return p.options.normalize_fn(item) if p.options.normalize_fn and item is not UNKNOWN else item


def _as_set(items: list[Json]) -> list[Json]:
    known = {_sort_key(item): item for item in items if not has_unknown(item)}
    return [known[key] for key in sorted(known)] + [item for item in items if has_unknown(item)]


def _sort_key(item: Json) -> str:
    """What tells items apart; what the API returns empty is what a program leaves out."""
    if isinstance(item, dict):
        return fingerprint({name: value for name, value in item.items() if value not in (None, NONE, "", [])})
    return str(item)


def _encode(p: Property[Any], value: Json) -> Json:
    if value is None or (value == NONE and p.nullable):
        return None
    value = p.map_nested(value, encode_nested)
    return p.options.to_wire(value) if p.options.to_wire else value


def _decode(p: Property[Any], live: Mapping[str, Json]) -> Json:
    if p.options.action:
        return p.options.action.read_fn(live)
    value = live.get(p.wire)
    if p.options.from_wire:
        value = p.options.from_wire(value)
    if value is None:
        return None
    if p.many == "list" and not isinstance(value, list):
        value = [value]  # the API returns a list of one as the one, in places
    return normalize(p, p.map_nested(value, lambda nested, item: decode(nested.properties, item)))
