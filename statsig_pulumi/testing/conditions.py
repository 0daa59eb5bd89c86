"""Evaluation of single conditions: a value of the user, an operator, and target values.

Statsig documents the operators of its condition types, not those of ``experiment_group``, ``javascript`` and
``target_app``. What is not documented raises CannotEvaluateError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from .errors import CannotEvaluateError
from .user import User

Json = Any
Test: TypeAlias = Callable[[Json, list[Json]], bool]
"""Returns whether a value has the relation of an operator to the target values."""
ATTRIBUTES: Final = frozenset(
    {
        "user_id",
        "email",
        "country",
        "ip_address",
        "locale",
        "url",
        "user_agent",
        "device_model",
        "app_version",
        "browser_name",
        "browser_version",
        "os_name",
        "os_version",
    }
)
"""Condition types that test the attribute of the same name."""
NEGATIVE: Final = frozenset(
    {
        "none",
        "none_case_sensitive",
        "str_contains_none",
        "neq",
        "version_neq",
        "array_contains_none",
        "not_array_contains_all",
    }
)
"""Operators whose result for a missing value is not documented."""


def find_value(condition: Mapping[str, Json], user: User) -> tuple[str, Json]:
    """Return the name of the attribute that a condition tests, and its value; None if it is missing.

    Raises CannotEvaluateError for a condition type that is not documented.
    """
    match condition["type"]:
        case "custom_field":
            name = str(condition.get("field"))
            return f"custom={{{name!r}: ...}}", user.custom.get(name)
        case "unit_id":
            id_type = str(condition.get("customID"))
            return f"custom_ids={{{id_type!r}: ...}}", user.unit_id(id_type)
        case "environment_tier":
            return "environment", user.environment
        case "time":
            return "time", user.time.timestamp() * 1000
        case kind if kind in ATTRIBUTES:
            return kind, getattr(user, kind)
        case kind:
            raise CannotEvaluateError(f"conditions of type '{kind}' are not documented")


def is_met(condition: Mapping[str, Json], user: User) -> bool:
    """Return whether a user meets a condition that does not refer to another object."""
    name, value = find_value(condition, user)
    operator, targets = str(condition.get("operator") or ""), _to_list(condition.get("targetValue"))
    if operator in ("is_null", "is_not_null"):
        return (value is None) == (operator == "is_null")
    if value is None:
        if operator in NEGATIVE:
            raise CannotEvaluateError(
                f"the operator '{operator}' is not documented for a user without the attribute: pass {name}"
            )
        return False
    test = OPERATORS.get(operator)
    if test is None:
        raise CannotEvaluateError(f"the operator '{operator}' of type '{condition['type']}' is not documented")
    return test(value, targets)


def _to_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Json) -> str:
    """Return the text of a value as JSON and the SDKs write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _equals_any(value: Json, targets: list[Json]) -> bool:
    return _text(value).lower() in {_text(each).lower() for each in targets}


def _equals_any_exactly(value: Json, targets: list[Json]) -> bool:
    return _text(value) in set(map(_text, targets))


def _contains_any(value: Json, targets: list[Json]) -> bool:
    return any(_text(each).lower() in _text(value).lower() for each in targets)


def _matches(value: Json, targets: list[Json]) -> bool:
    try:
        return any(re.search(_text(each), _text(value)) for each in targets)
    except re.error as error:
        raise CannotEvaluateError(f"the pattern is not a regular expression of Python: {error}") from None


def _compare_numbers(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, targets: compare(_number(value), _number(_one(targets)))


def _number(value: Json) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise CannotEvaluateError(f"{value!r} is not a number") from None


def _one(targets: list[Json]) -> Json:
    if len(targets) != 1:
        raise CannotEvaluateError("an operator that compares with one value has another number of target values")
    return targets[0]


def _compare_versions(compare: Callable[[list[int], list[int]], bool]) -> Test:
    def test(value: Json, targets: list[Json]) -> bool:
        left, right = _version(value), _version(_one(targets))
        width = max(len(left), len(right))
        return compare(left + [0] * (width - len(left)), right + [0] * (width - len(right)))

    return test


def _version(value: Json) -> list[int]:
    """Return the numbers of a version without its suffix: ``2.10.0-beta`` is 2, 10, 0."""
    parts = _text(value).partition("-")[0].split(".")
    if not all(part.isdecimal() for part in parts):
        raise CannotEvaluateError(f"{value!r} is not a version, such as '2.10.0'")
    return [int(part) for part in parts]


def _compare_times(compare: Callable[[datetime, datetime], bool]) -> Test:
    return lambda value, targets: compare(_time(value), _time(_one(targets)))


def _time(value: Json) -> datetime:
    """Return the time of milliseconds since 1970, or of a text in the form of ISO 8601."""
    try:
        if isinstance(value, (int, float)) or str(value).isdecimal():
            return datetime.fromtimestamp(float(value) / 1000, UTC)
        time = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise CannotEvaluateError(f"{value!r} is not a time: pass milliseconds since 1970, or ISO 8601") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _is_in_array(is_all: bool) -> Test:
    def test(value: Json, targets: list[Json]) -> bool:
        if not isinstance(value, (list, tuple)):
            raise CannotEvaluateError(f"operators of arrays need a list, not {value!r}")
        held = set(map(_text, value))
        return (all if is_all else any)(_text(each) in held for each in targets)

    return test


def _not(test: Test) -> Test:
    return lambda value, targets: not test(value, targets)


_ANY, _ALL = _is_in_array(is_all=False), _is_in_array(is_all=True)
_EQUAL_VERSION = _compare_versions(lambda a, b: a == b)
_EQUAL_NUMBER = _compare_numbers(lambda a, b: a == b)
OPERATORS: Final[Mapping[str, Test]] = {
    "any": _equals_any,
    "none": _not(_equals_any),
    "any_case_sensitive": _equals_any_exactly,
    "none_case_sensitive": _not(_equals_any_exactly),
    "str_contains_any": _contains_any,
    "str_contains_none": _not(_contains_any),
    "str_matches": _matches,
    "lt": _compare_numbers(lambda a, b: a < b),
    "gt": _compare_numbers(lambda a, b: a > b),
    "lte": _compare_numbers(lambda a, b: a <= b),
    "gte": _compare_numbers(lambda a, b: a >= b),
    "eq": _EQUAL_NUMBER,
    "neq": _not(_EQUAL_NUMBER),
    "version_lt": _compare_versions(lambda a, b: a < b),
    "version_gt": _compare_versions(lambda a, b: a > b),
    "version_lte": _compare_versions(lambda a, b: a <= b),
    "version_gte": _compare_versions(lambda a, b: a >= b),
    "version_eq": _EQUAL_VERSION,
    "version_neq": _not(_EQUAL_VERSION),
    "before": _compare_times(lambda a, b: a < b),
    "after": _compare_times(lambda a, b: a > b),
    "on": _compare_times(lambda a, b: a.astimezone(UTC).date() == b.astimezone(UTC).date()),
    "array_contains_any": _ANY,
    "array_contains_none": _not(_ANY),
    "array_contains_all": _ALL,
    "not_array_contains_all": _not(_ALL),
}
"""The result of each operator for a value that is not missing. Texts are compared without case, except for
``..._case_sensitive`` and ``str_matches``; days are those of UTC."""
