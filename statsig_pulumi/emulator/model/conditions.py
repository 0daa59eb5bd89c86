"""Says which conditions the service takes, and how it reads them back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from ..api.responses import Issue, Json, Record
from ..api.shapes import Choice, Fields, Listed, Nullable, Number, OneOf, Text
from .quirks import Quirks

_LISTS = ("any", "none")
_TEXTS = (*_LISTS, "str_contains_any", "str_contains_none", "str_matches")
_NULLS = ("is_null", "is_not_null")
_VERSIONS = ("version_lt", "version_gt", "version_lte", "version_gte", "version_eq")
_DATES = ("before", "after", "on")
_NUMBERS = ("lt", "gt", "lte", "gte")
_ARRAYS = ("array_contains_any", "array_contains_none", "array_contains_all", "not_array_contains_all")

# The table of section 2.2. An empty tuple: takes no operator. None: nobody knows.
OPERATORS: Final[Mapping[str, tuple[str, ...] | None]] = {
    "public": (),
    "user_id": (*_TEXTS, *_NULLS),
    "email": _TEXTS,
    "custom_field": (*_TEXTS, *_NUMBERS, *_VERSIONS, "version_neq", *_DATES, *_ARRAYS, *_NULLS),
    "unit_id": (*_LISTS, "str_contains_any", "str_contains_none", *_NULLS),
    "app_version": (*_LISTS, *_VERSIONS),
    "browser_version": (*_LISTS, *_VERSIONS),
    "os_version": (*_LISTS, *_VERSIONS),
    "browser_name": _LISTS,
    "os_name": _LISTS,
    "country": _LISTS,
    "locale": _TEXTS,
    "url": _TEXTS,
    "user_agent": _TEXTS,
    "device_model": (*_TEXTS, "is_null"),
    "ip_address": _LISTS,
    "time": ("after", "before"),
    "environment_tier": _LISTS,
    "passes_gate": (),
    "fails_gate": (),
    "passes_segment": (),
    "fails_segment": (),
    "experiment_group": None,
    "javascript": None,
    "target_app": None,
}

# What else a type cannot do without.
COMPANION: Final[Mapping[str, str]] = {"custom_field": "field", "unit_id": "customID"}

NUMERIC_OPERATORS: Final = frozenset({*_NUMBERS, *_DATES, "eq", "neq"})
NUMBER_TEXT: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")

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


def problems(condition: Record, path: str, quirks: Quirks) -> Iterable[Issue]:
    """What is wrong with a condition of the right shape."""
    kind, operator = condition["type"], condition.get("operator") or ""
    if quirks["null_condition_keys"] == "reject":
        yield from (Issue(f"{path}.{key}", "Invalid input") for key, value in condition.items() if value is None)
    companion = COMPANION.get(kind)
    if companion and not condition.get(companion):
        yield Issue(f"{path}.{companion}", "Required")
    allowed = OPERATORS[kind]
    if not allowed or not quirks["validate_operators"]:
        return
    if not operator:
        if quirks["operator_required"]:
            yield Issue(f"{path}.operator", "Required")
    elif operator not in allowed:
        yield Issue(f"{path}.operator", f"Invalid operator '{operator}' for condition type '{kind}'")


def stored(condition: Record) -> Record:
    """Without what the service forgets: empty operators, and operators and values that mean nothing here."""
    kept = {
        key: value for key, value in condition.items() if value is not None and (value != "" or key == "targetValue")
    }
    if OPERATORS.get(condition["type"]) == ():
        kept.pop("operator", None)
    if condition["type"] == "public":
        kept.pop("targetValue", None)
    return kept


def presented(condition: Record, quirks: Quirks) -> Record:
    """As read back: single values without a list, numbers where the operator compares numbers."""
    if "targetValue" not in condition:
        return condition
    value = condition["targetValue"]
    if value is not None and quirks["numeric_target_values"] and _is_numeric(condition):
        numbers = [_number(item) for item in targets(condition)]
        # All or none: a list of texts and numbers is no target value.
        if not any(isinstance(number, str) for number in numbers):
            value = numbers if isinstance(value, list) else numbers[0]
    if quirks["scalar_target_values"] and isinstance(value, list) and len(value) == 1:
        value = value[0]
    return condition | {"targetValue": value}


def _is_numeric(condition: Record) -> bool:
    return condition.get("type") == "time" or condition.get("operator") in NUMERIC_OPERATORS


def _number(value: Json) -> Json:
    return json.loads(value) if isinstance(value, str) and NUMBER_TEXT.fullmatch(value) else value


def targets(condition: Record) -> list[Json]:
    """The target values as a list, however they were sent."""
    value = condition.get("targetValue")
    return value if isinstance(value, list) else [] if value is None else [value]
