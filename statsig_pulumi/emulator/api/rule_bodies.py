"""Shapes of rules and their conditions in bodies of gates and dynamic configs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..model.conditions import OPERATORS
from .shapes import Choice, Fields, FreeObject, Listed, Nullable, Number, OneOf, Shape, Text

TARGET_VALUE = OneOf((Listed(Text()), Listed(Number()), Text(), Number()))
CONDITION = Fields(
    {
        "type": Choice(tuple(OPERATORS)),
        "operator": Text(),
        "targetValue": Nullable(TARGET_VALUE),
        "field": Nullable(Text()),
        "customID": Nullable(Text()),
    },
    frozenset({"type"}),
)
PASS_PERCENTAGE = Number(least=0, most=100, multiple_of=0.01)
# Automated rollouts are read-only and the API ignores `returnValue` of a gate's rule, so both are unknown keys.
GATE_RULE = Fields(
    {
        "name": Text(),
        "passPercentage": PASS_PERCENTAGE,
        "conditions": Listed(CONDITION),
        "environments": Nullable(Listed(Text())),
        "id": Text(),
        "baseID": Text(),
    },
    frozenset({"name", "passPercentage", "conditions"}),
)
# The API ignores the return value and the rollouts of a segment's rule.
SEGMENT_CONDITION_TYPES: Final = (
    "app_version",
    "browser_name",
    "browser_version",
    "country",
    "custom_field",
    "email",
    "environment_tier",
    "fails_segment",
    "ip_address",
    "os_name",
    "os_version",
    "passes_segment",
    "unit_id",
    "user_id",
)
SEGMENT_CONDITION = replace(CONDITION, keys={**CONDITION.keys, "type": Choice(SEGMENT_CONDITION_TYPES)})
SEGMENT_RULE = replace(GATE_RULE, keys={**GATE_RULE.keys, "conditions": Listed(SEGMENT_CONDITION)})
_VALUES: Final[Mapping[str, Shape]] = {"returnValue": FreeObject(), "returnValueJson5": Text()}
VARIANT = Fields(
    {"id": Text(), "name": Text(), "passPercentage": PASS_PERCENTAGE, **_VALUES},
    frozenset({"name", "passPercentage"}),
)
CONFIG_RULE = replace(GATE_RULE, keys={**GATE_RULE.keys, **_VALUES, "variants": Listed(VARIANT)}).requiring(
    "name", "conditions"
)


def rule_list(rule: Fields) -> Fields:
    """Return the shape of a body with a list of rules."""
    return Fields({"rules": Listed(rule)}, frozenset({"rules"}))
