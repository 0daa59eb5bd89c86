"""The operators of conditions, and which one a program means with a wrong one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal

from pydantic import PlainValidator

from ...json_values import Json


def _require_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("input should be a valid string")
    return value


Operator = Annotated[
    Literal[
        "any",
        "none",
        "any_case_sensitive",
        "none_case_sensitive",
        "str_contains_any",
        "str_contains_none",
        "str_matches",
        "str_starts_with_any",
        "str_ends_with_any",
        "is_null",
        "is_not_null",
        "lt",
        "gt",
        "lte",
        "gte",
        "eq",
        "neq",
        "version_lt",
        "version_gt",
        "version_lte",
        "version_gte",
        "version_eq",
        "version_neq",
        "before",
        "after",
        "on",
        "array_contains_any",
        "array_contains_none",
        "array_contains_all",
        "not_array_contains_all",
        "in_segment_list",
        "not_in_segment_list",
        "encoded_any",
    ],
    PlainValidator(_require_text),
]
"""All operators that are known, for type checkers. Some types take others too, so every text is a valid value."""

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

MEANT: Final[Mapping[str, tuple[str, ...]]] = {
    "in": ("any",),
    "is": ("any", "eq", "version_eq"),
    "equals": ("eq", "version_eq", "any"),
    "=": ("eq", "version_eq", "any"),
    "==": ("eq", "version_eq", "any"),
    "eq": ("version_eq", "any"),
    "not_in": ("none",),
    "is_not": ("none", "neq", "version_neq"),
    "!=": ("neq", "version_neq", "none"),
    "neq": ("version_neq", "none"),
    "<": ("lt", "version_lt", "before"),
    "<=": ("lte", "version_lte"),
    ">": ("gt", "version_gt", "after"),
    ">=": ("gte", "version_gte"),
    "lt": ("version_lt", "before"),
    "lte": ("version_lte",),
    "gt": ("version_gt", "after"),
    "gte": ("version_gte",),
    "version_lt": ("lt",),
    "version_lte": ("lte",),
    "version_gt": ("gt",),
    "version_gte": ("gte",),
    "contains": ("str_contains_any", "array_contains_any"),
    "not_contains": ("str_contains_none", "array_contains_none"),
    "regex": ("str_matches",),
    "matches": ("str_matches",),
    "null": ("is_null",),
    "not_null": ("is_not_null",),
}
"""Words of other languages and of other condition types, and the operators that they mean, the best one first."""


def find_meant_operator(operator: str, allowed: tuple[str, ...]) -> str:
    """Return the allowed operator that a program probably means; empty if none is similar."""
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operator).lower().replace(" ", "_").replace("-", "_")
    known = (word, *MEANT.get(word, ()))
    exact = next((name for name in known if name in allowed), "")
    return exact or next(iter(get_close_matches(word, allowed, n=1)), "")
