"""Resources in place of their ids or names: ``tags=[tag]`` is taken as ``tags=[tag.name]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi import Resource

from ...json_values import Unusable
from ...schema.declaration import REGISTRY
from ...schema.properties import Property
from ...schema.references import ItemKey
from ...schema.wording import add_article


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
        cls = REGISTRY[kind].cls if kind in REGISTRY else None
        if cls is None or isinstance(getattr(cls, name, None), ItemKey):
            return item
        return (
            getattr(item, name)
            if isinstance(item, cls)
            else Unusable(f"must be {add_article(kind)} or its {name}, not {add_article(type(item).__name__)}")
        )
    if p.nested is not None and isinstance(item, dict):
        return p.nested.of(replace_resources(p.nested.properties, item))
    return item
