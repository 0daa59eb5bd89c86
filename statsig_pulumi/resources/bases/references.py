"""Resources in place of their ids or names: ``tags=[tag]`` is taken as ``tags=[tag.name]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi import Resource

from ...schema.properties import Property
from ...schema.references import ItemKey


def replace_resources(properties: Mapping[str, Property[Any]], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with the ids or names of the resources that they refer to.

    A resource of another kind than the property refers to is unchanged: it is an invalid value.
    """
    return {
        name: _replace(p, value, values)
        if (p := properties.get(name)) is not None and (p.nested or p.options.refers_to)
        else value
        for name, value in values.items()
    }


def _replace(p: Property[Any], value: Any, siblings: Mapping[str, Any]) -> Any:
    match value:
        case list() | tuple() if p.many == "list":
            return [_replace_item(p, item, siblings) for item in value]
        case dict() if p.many == "map":
            return {key: _replace_item(p, item, siblings) for key, item in value.items()}
        case _ if p.many == "" or p.takes_scalar:
            return _replace_item(p, value, siblings)
        case _:
            return value


def _replace_item(p: Property[Any], item: Any, siblings: Mapping[str, Any]) -> Any:
    if isinstance(item, Resource):
        kind, _, name = p.get_reference(siblings).partition(".")
        is_of_kind = type(item).__name__ == kind and not isinstance(getattr(type(item), name, None), ItemKey)
        return getattr(item, name) if is_of_kind else item
    if p.nested is not None and isinstance(item, dict):
        return p.nested.of(replace_resources(p.nested.properties, item))
    return item
