"""Conditions of rules: their operators, and the forms in which the API stores and returns them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from .errors import Issue
from .json_values import Json, Record
from .quirks import Quirks

_LISTS = ("any", "none")
_TEXTS = (*_LISTS, "str_contains_any", "str_contains_none", "str_matches")
_NULLS = ("is_null", "is_not_null")
_VERSIONS = ("version_lt", "version_gt", "version_lte", "version_gte", "version_eq")
_DATES = ("before", "after", "on")
_NUMBERS = ("lt", "gt", "lte", "gte")
_ARRAYS = ("array_contains_any", "array_contains_none", "array_contains_all", "not_array_contains_all")

# The operators of each condition type. Empty: the type takes no operator. None: the operators are not documented.
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

# Condition types that require a second key.
COMPANION: Final[Mapping[str, str]] = {"custom_field": "field", "unit_id": "customID"}

NUMERIC_OPERATORS: Final = frozenset({*_NUMBERS, *_DATES, "eq", "neq"})
NUMBER_TEXT: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


def condition_issues(condition: Record, path: str, quirks: Quirks) -> Iterable[Issue]:
    """Return the issues of a condition that already has the documented shape."""
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


def stored_condition(condition: Record) -> Record:
    """Return a condition as it is stored: without nulls, empty texts and keys that its type ignores."""
    kept = {
        key: value for key, value in condition.items() if value is not None and (value != "" or key == "targetValue")
    }
    if OPERATORS.get(condition["type"]) == ():
        kept.pop("operator", None)
    if condition["type"] == "public":
        kept.pop("targetValue", None)
    return kept


def present_condition(condition: Record, quirks: Quirks) -> Record:
    """Return a condition as a response has it.

    A single value has no list, and values of numeric operators are numbers.
    """
    if "targetValue" not in condition:
        return condition
    value = condition["targetValue"]
    if value is not None and quirks["numeric_target_values"] and _is_numeric(condition):
        numbers = [_parse_number(item) for item in target_values(condition)]
        # The API has no lists that mix texts and numbers: one text keeps all values as texts.
        if not any(isinstance(number, str) for number in numbers):
            value = numbers if isinstance(value, list) else numbers[0]
    if quirks["scalar_target_values"] and isinstance(value, list) and len(value) == 1:
        value = value[0]
    return condition | {"targetValue": value}


def _is_numeric(condition: Record) -> bool:
    return condition.get("type") == "time" or condition.get("operator") in NUMERIC_OPERATORS


def _parse_number(value: Json) -> Json:
    return json.loads(value) if isinstance(value, str) and NUMBER_TEXT.fullmatch(value) else value


def target_values(condition: Record) -> list[Json]:
    """Return the target values as a list; a request may have a single value instead."""
    value = condition.get("targetValue")
    return value if isinstance(value, list) else [] if value is None else [value]
