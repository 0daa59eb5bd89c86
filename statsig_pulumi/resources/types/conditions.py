"""Conditions of rules (Console API: the ``conditions`` of a rule)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from ...errors import Problem
from ...json_values import NONE, UNKNOWN, Json, normalize_json
from ...schema.diff import Nested
from ...schema.options import optional, required
from ...schema.properties import NestedType, OneOrListProp, Prop
from ...schema.wording import NOT_KNOWN, describe_words

ANY_NONE: Final = ("any", "none")
TEXT: Final = (*ANY_NONE, "str_contains_any", "str_contains_none")
CASE: Final = ("any_case_sensitive", "none_case_sensitive")
NULL: Final = ("is_null", "is_not_null")
NUMBER: Final = ("lt", "gt", "lte", "gte")
VERSION: Final = ("version_lt", "version_gt", "version_lte", "version_gte", "version_eq", "version_neq")
DATE: Final = ("before", "after", "on")
ARRAY: Final = ("array_contains_any", "array_contains_none", "array_contains_all", "not_array_contains_all")
FREE_TEXT: Final = (*TEXT, *CASE, "str_matches", *NULL)

OPERATORS: Final[Mapping[str, tuple[str, ...]]] = {
    "public": (),
    "passes_gate": (),
    "fails_gate": (),
    "passes_segment": (),
    "fails_segment": (),
    "user_id": FREE_TEXT,
    "email": (*TEXT, *CASE, "str_matches"),
    "custom_field": (*FREE_TEXT, *NUMBER, "eq", "neq", *VERSION, *DATE, *ARRAY),
    "unit_id": FREE_TEXT,
    "app_version": (*ANY_NONE, *VERSION),
    "browser_version": (*ANY_NONE, *VERSION),
    "os_version": (*ANY_NONE, *VERSION),
    "browser_name": ANY_NONE,
    "os_name": ANY_NONE,
    "country": ANY_NONE,
    "locale": FREE_TEXT,
    "url": FREE_TEXT,
    "user_agent": FREE_TEXT,
    "device_model": FREE_TEXT,
    "ip_address": ANY_NONE,
    "time": ("after", "before"),
    "environment_tier": ANY_NONE,
}
"""The operators of each condition type. Other types are not validated: their operators are not documented."""

UNORDERED: Final = {*TEXT, *CASE, *ARRAY}
"""Operators that compare with several values, in any order."""
ONE_VALUE: Final = {*NUMBER, "eq", "neq", *VERSION, *DATE}
"""Operators that compare with one value, which the API accepts and returns as a scalar."""
REFERENCES: Final[Mapping[Json, str]] = {
    "passes_gate": "Gate.id",
    "fails_gate": "Gate.id",
    "passes_segment": "Segment.id",
    "fails_segment": "Segment.id",
}
"""What the target value of a condition identifies, by its type."""
WORDS: Final = {
    "any": "",
    "none": "not",
    "any_case_sensitive": "exactly",
    "none_case_sensitive": "not exactly",
    "str_contains_any": "contains",
    "str_contains_none": "does not contain",
    "str_matches": "matches",
    "is_null": "is not set",
    "is_not_null": "is set",
    "lt": "<",
    "gt": ">",
    "lte": "<=",
    "gte": ">=",
    "eq": "=",
    "neq": "!=",
    "array_contains_any": "contains",
    "array_contains_none": "contains none of",
    "array_contains_all": "contains all of",
    "not_array_contains_all": "does not contain all of",
}
"""Operators in sentences. The others are words already."""


def normalize_targets(values: Json) -> list[str]:
    """Return target values as texts, because 31 and "31" are equal to the API."""
    return [str(normalize_json(value)) for value in (values if isinstance(values, list) else [values])]


def _get_reference(condition: Mapping[str, Json]) -> str:
    return REFERENCES.get(condition.get("type"), "")


def _without_order(condition: Nested) -> Nested:
    targets = condition.get("target_value")
    is_several = isinstance(targets, list) and len(targets) > 1
    return {**condition, "target_value": sorted(set(normalize_targets(targets)))} if is_several else condition


class Condition(NestedType):
    """A condition of a rule, such as "country is one of NL, BE"."""

    summarized = ("type", "operator", "target_value", "field", "custom_id")

    type: Prop[
        Literal[
            "public",
            "user_id",
            "email",
            "custom_field",
            "unit_id",
            "app_version",
            "browser_name",
            "browser_version",
            "os_name",
            "os_version",
            "country",
            "locale",
            "url",
            "user_agent",
            "device_model",
            "ip_address",
            "time",
            "environment_tier",
            "passes_gate",
            "fails_gate",
            "passes_segment",
            "fails_segment",
            "experiment_group",
            "javascript",
            "target_app",
        ]
    ] = required()
    """What the condition tests."""
    operator: Prop[str | None] = optional()
    """Comparison operator, such as ``any``, ``str_contains_any`` or ``version_gte``. The allowed operators depend on
    the type; ``public`` and the gate and segment types have none."""
    target_value: OneOrListProp[str | int | float] = optional(compare_fn=normalize_targets, refers_to=_get_reference)
    """Value or values to compare with, or the id of a gate or segment. Versions are text, such as ``"2.10.0"``. For
    type ``time``, milliseconds since 1970. The order of several values is no change."""
    field: Prop[str | None] = optional()
    """Name of the user attribute to test. Required for type ``custom_field``."""
    custom_id: Prop[str | None] = optional(refers_to="UnitIDType.name")
    """Unit type to test, such as ``companyID``. Required for type ``unit_id``."""

    @classmethod
    def summarize(cls, values: Mapping[str, Json]) -> str:
        kind, operator = values.get("type"), values.get("operator")
        if not isinstance(kind, str):
            return NOT_KNOWN
        if kind == "public":
            return "everyone"
        names = (values.get(name) for name in ("field", "custom_id"))
        tested = next((name for name in names if isinstance(name, str) and name not in ("", NONE)), kind)
        word = ""
        if isinstance(operator, str) and operator != NONE:
            operator = operator.removeprefix("version_")
            word = WORDS.get(operator, operator.replace("_", " "))
        targets = values.get("target_value")
        subject = tested.replace("_", " ") if kind in REFERENCES else tested
        return " ".join(filter(None, (subject, word, "" if targets is None else describe_words(targets))))

    @classmethod
    def normalize_values(cls, values: dict[str, Json]) -> dict[str, Json]:
        targets = values.get("target_value")
        if isinstance(targets, list) and values.get("operator") in {*NUMBER, *DATE}:
            return values | {"target_value": [_to_number(value) for value in targets]}
        return values

    @classmethod
    def to_compared(cls, old: Nested, new: Nested) -> tuple[Nested, Nested]:
        operator = new.get("operator") or old.get("operator")
        return (_without_order(old), _without_order(new)) if operator in UNORDERED else (old, new)

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        # The API rejects explicit nulls in conditions.
        body = {name: value for name, value in body.items() if value not in (None, "", [])}
        targets = body.get("targetValue")
        if isinstance(targets, list):
            is_one = values.get("operator") in ONE_VALUE or values.get("type") in REFERENCES
            if is_one and len(targets) == 1:
                body["targetValue"] = targets[0]
            elif any(isinstance(value, str) for value in targets):
                body["targetValue"] = [value if isinstance(value, str) else str(value) for value in targets]
        return body

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        kind = values.get("type")
        if not isinstance(kind, str):
            return
        yield from _find_operator_problems(kind, values)
        yield from _find_target_problems(kind, values)
        for required_by, name in (("custom_field", "field"), ("unit_id", "custom_id")):
            if kind == required_by and values.get(name, "") in ("", None, NONE):
                yield Problem(name, f"is required for a condition of type '{kind}'")


def describe_conditions(conditions: Json) -> str:
    """Return the conditions of a rule in words, such as ``country NL, BE and passes gate beta``."""
    if not isinstance(conditions, list):
        return NOT_KNOWN if conditions is UNKNOWN else "everyone"
    words = [Condition.summarize(each) if isinstance(each, Mapping) else NOT_KNOWN for each in conditions]
    return " and ".join(word for word in words if word != "everyone") or "everyone"


def _find_operator_problems(kind: str, values: Mapping[str, Json]) -> Iterator[Problem]:
    operator, allowed = values.get("operator", NONE), OPERATORS.get(kind)
    if operator is UNKNOWN or allowed is None:
        return
    is_set = operator not in (NONE, None, "")
    if not allowed and is_set:
        yield Problem("operator", f"must be omitted for a condition of type '{kind}', not '{operator}'")
    elif allowed and not is_set:
        yield Problem("operator", f"is required for a condition of type '{kind}': one of {', '.join(allowed)}")
    elif is_set and operator not in allowed:
        yield Problem("operator", f"'{operator}' is not valid for type '{kind}': use one of {', '.join(allowed)}")


def _find_target_problems(kind: str, values: Mapping[str, Json]) -> Iterator[Problem]:
    operator, targets = values.get("operator"), values.get("target_value", [])
    if targets is UNKNOWN or operator is UNKNOWN or kind not in OPERATORS:
        return
    if kind == "public":
        if targets:
            yield Problem("target_value", "must be omitted for a condition of type 'public'")
    elif operator in NULL:
        return
    elif not targets:
        yield Problem("target_value", f"is required for a condition of type '{kind}'")
    elif (operator in ONE_VALUE or kind in REFERENCES) and len(targets) > 1:
        criterion = f"operator '{operator}'" if operator else f"type '{kind}'"
        yield Problem("target_value", f"must be one value for {criterion}")
    elif operator in VERSION or kind.endswith("_version"):
        for index, value in enumerate(targets):
            if isinstance(value, float):
                reason = 'must be text for a version, such as "2.10.0": as a number, 2.10 is 2.1'
                yield Problem(f"target_value[{index}]", reason)
    elif operator in NUMBER or kind == "time":
        for index, value in enumerate(targets):
            if value is not UNKNOWN and not isinstance(_to_number(value), (int, float)):
                yield Problem(f"target_value[{index}]", f"must be a number for operator '{operator}'")


def _to_number(value: Any) -> Any:
    """Return the number in a text, or the value if it is none. The API accepts and returns both."""
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        return value
    return value if isinstance(number, float) and not math.isfinite(number) else normalize_json(number)
