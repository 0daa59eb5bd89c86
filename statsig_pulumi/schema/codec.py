"""Convert between values as programs write them and the JSON of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from ..json_values import NONE, UNKNOWN, Json, Response, fingerprint, has_unknown, normalize_json
from .properties import NestedType, Property
from .shapes import (
    ERRORS_OF_FORM,
    UNDOCUMENTED_FORM,
    ShapeError,
    check_scalars,
    map_items,
    map_values,
    require_list,
    require_object,
)

Properties = Mapping[str, Property[Any]]


def encode(properties: Properties, values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the request body that sets these values. It holds null only for nullable properties."""
    return {
        p.wire: _encode_value(p, values[name])
        for name, p in properties.items()
        if p.sent and name in values and (values[name] is not None or p.nullable)
    }


def encode_create(properties: Properties, inputs: Mapping[str, Json]) -> dict[str, Json]:
    """Return the request body that creates an object, with the defaults that the API requires.

    It holds no nulls, and no properties that only an update accepts.
    """
    accepted = {name: p for name, p in properties.items() if not p.options.update_only}
    body = encode(accepted, add_create_defaults(properties, inputs))
    return {name: value for name, value in body.items() if value is not None}


def encode_nested(nested: type[NestedType], values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the JSON of one nested value, with the defaults that the API requires."""
    return nested.to_request(values, encode(nested.properties, add_create_defaults(nested.properties, values)))


def add_create_defaults(properties: Properties, values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values with the default of each omitted property that the API requires."""
    defaults = {
        name: deepcopy(p.options.create_default)
        for name, p in properties.items()
        if p.options.create_default is not None
    }
    return defaults | dict(values)


def decode(properties: Properties, live: Response) -> dict[str, Json]:
    """Return the values of a response by property name; None if a value is null or missing."""
    return {name: decode_value(p, live) for name, p in properties.items() if p.readable}


def convert_response(
    properties: Properties, convert_fn: Callable[[Response], Response], response: Response
) -> Response:
    """Return a converted response, from which the properties are decoded.

    Raises ShapeError if the conversion fails, with the place of the first value of another shape than declared.
    """
    try:
        return convert_fn(read_scalars(properties, response))
    except ERRORS_OF_FORM:
        decode(properties, response)
        raise ShapeError(UNDOCUMENTED_FORM) from None


def read_scalars(properties: Properties, response: Response) -> Response:
    """Return a response in which each scalar has the type of its property, where it expresses a value of it."""
    read = dict[str, Json]()
    for p in properties.values():
        value = response.get(p.wire)
        if value is not None and p.scalar_reader and (scalar := p.scalar_reader(value)) is not value:
            read[p.wire] = scalar
    return {**response, **read} if read else response


def decode_nested(nested: type[NestedType], item: Json) -> Json:
    """Return the values of one nested value of a response by property name, in their normal form."""
    return nested.normalize_values(decode(nested.properties, read_scalars(nested.properties, require_object(item))))


def normalize(p: Property[Any], value: Json) -> Json:
    """Return a value in its normal form: sets are sorted, whole floats are ints, nested values are normalised."""
    if value is UNKNOWN or value is None or value == NONE:
        return value
    value = p.to_list(value)
    match p.many, value:
        case "list", list() | tuple():
            items = [_normalize_item(p, item) for item in value]
            return _sort_set(items) if p.options.unordered else items
        case "map", dict() if p.nested:
            return {key: _normalize_item(p, item) for key, item in value.items()}
        case _:
            return _normalize_item(p, value)


def _normalize_item(p: Property[Any], item: Json) -> Json:
    if p.nested is not None and isinstance(item, dict):
        properties = p.nested.properties
        return p.nested.normalize_values(
            {name: normalize(properties[name], value) if name in properties else value for name, value in item.items()}
        )
    item = normalize_json(item)
    return p.options.normalize_fn(item) if p.options.normalize_fn and item is not UNKNOWN else item


def _sort_set(items: list[Json]) -> list[Json]:
    """Return the items sorted and without repetition, unknown ones last."""
    known = {_get_sort_key(item): item for item in items if not has_unknown(item)}
    return [known[key] for key in sorted(known)] + [item for item in items if has_unknown(item)]


def _get_sort_key(item: Json) -> str:
    """Return equal keys for equal items. The API returns empty values that a program omits."""
    if isinstance(item, dict):
        return fingerprint({name: value for name, value in item.items() if value not in (None, NONE, "", [])})
    return str(item)


def _encode_value(p: Property[Any], value: Json) -> Json:
    if value is None or (value == NONE and p.nullable):
        return None
    value = p.map_nested(value, encode_nested)
    return p.options.to_wire(value) if p.options.to_wire else value


def decode_value(p: Property[Any], live: Response) -> Json:
    """Return the value of one property; None if it is null or missing.

    Raises ShapeError for another shape than declared, with the place of the value.
    """
    try:
        if p.options.action:
            return normalize(p, p.options.action.read_fn(live))
        value = live.get(p.wire)
        if p.options.from_wire:
            value = p.options.from_wire(value)
        if value is None:
            return None
        if p.nested is not None:
            return _decode_nested_values(p, p.nested, value)
        if p.many == "list":
            value = value if isinstance(value, list) else [value]  # for some lists of one item, the API returns it
            if p.has_scalar_items:
                check_scalars(value)
        elif p.many == "map" and not p.has_any_form:
            require_object(value)
        return normalize(p, value)
    except ShapeError as error:
        raise error.inside(p.wire) from None
    except ERRORS_OF_FORM:
        raise ShapeError(UNDOCUMENTED_FORM, p.wire) from None


def _decode_nested_values(p: Property[Any], nested: type[NestedType], value: Json) -> Json:
    if value == "":
        return None
    if not p.many:
        return decode_nested(nested, value)
    decode_fn = partial(decode_nested, nested)
    if p.many == "map":
        return map_values(decode_fn, require_object(value))
    items = map_items(decode_fn, require_list(value))
    return _sort_set(items) if p.options.unordered else items
