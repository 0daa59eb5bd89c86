"""Reads the rules of gates and dynamic configs, which endpoints return in several shapes."""

from __future__ import annotations

from typing import TypeVar

from ..json_values import Json
from ..schema.properties import NestedType
from ..schema.shapes import map_items
from .call import Reader
from .records.record import read_nested

R = TypeVar("R", bound=NestedType)


def list_rules(reader: Reader, rule_type: type[R], path: str, parent_title: str) -> list[R]:
    """Return the rules at a path; raise GoneError if the gate or config does not exist."""
    return read_rules(rule_type, reader.get_data(path, parent_title))


def read_rules(rule_type: type[R], data: Json) -> list[R]:
    """Return the rules in a response: a rule, ``{"rules": [...]}``, or a list of either."""
    match data:
        case {"rules": list(rules)}:
            return map_items(lambda rule: read_nested(rule_type, rule), rules)
        case dict():
            return [read_nested(rule_type, data)]
        case list():
            return [rule for rules in map_items(lambda item: read_rules(rule_type, item), data) for rule in rules]
        case None:
            return []
        case _:
            return [read_nested(rule_type, data)]


def has_rule(rules: list[R], rule_id: str) -> bool:
    """Return whether a rule has this id or base id."""
    return any(rule_id in (rule.get("id"), rule.get("base_id")) for rule in rules)
