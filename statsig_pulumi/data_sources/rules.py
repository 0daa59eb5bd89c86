"""The rules of a gate or a dynamic config, from endpoints whose answers are described in several shapes."""

from __future__ import annotations

from typing import TypeVar

from ..json_values import Json
from ..schema.properties import NestedType
from .call import Api
from .records.record import part_of

R = TypeVar("R", bound=NestedType)


def rules_at(api: Api, nested: type[R], path: str, what: str) -> list[R]:
    """The rules at a path."""
    return rules_in(nested, api.data(path, what))


def rules_in(nested: type[R], data: Json) -> list[R]:
    """The rules, whether they come by themselves, as ``{"rules": [...]}`` or as a list with such an object in it."""
    match data:
        case {"rules": list(rules)}:
            return [part_of(nested, rule) for rule in rules]
        case dict():
            return [part_of(nested, data)]
        case list():
            return [rule for item in data for rule in rules_in(nested, item)]
        case _:
            return []


def is_without(rules: list[R], rule_id: str) -> bool:
    """Whether none of them has this id, the lasting or the moving one."""
    return not any(rule_id in (rule.get("id"), rule.get("base_id")) for rule in rules)
