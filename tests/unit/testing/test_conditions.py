"""Whether a user meets a condition, for each documented type and operator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from statsig_pulumi.resources.types.operators import OPERATORS, REFERENCES
from statsig_pulumi.testing.conditions import is_met
from statsig_pulumi.testing.errors import CannotEvaluateError
from statsig_pulumi.testing.user import User

Json = Any
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
VALUES: dict[str, Json] = {
    "custom_field": {"custom": {"plan": "pro"}},
    "unit_id": {"custom_ids": {"companyID": "acme"}},
    "time": {"time": NOON},
    "environment_tier": {"environment": "staging"},
    "app_version": {"app_version": "2.10.0"},
    "browser_version": {"browser_version": "120.0"},
    "os_version": {"os_version": "17.1"},
}
"""A user with a value, for each condition type; other types test a text of the same name."""


def condition(type_: str, operator: str, target: Json = None) -> Json:
    extra = {"custom_field": {"field": "plan"}, "unit_id": {"customID": "companyID"}}.get(type_, {})
    return {"type": type_, "operator": operator, "targetValue": target, **extra}


def plan(operator: str, target: Json, value: Json) -> bool:
    """Return whether a custom field with this value meets a condition."""
    return is_met(condition("custom_field", operator, target), User(custom={"plan": value}))


def test_each_documented_operator_of_each_type_is_evaluated() -> None:
    refused = []
    for type_, operators in OPERATORS.items():
        user = User(**VALUES.get(type_, {type_: "text"} if operators else {}))
        for operator in operators:
            is_array, is_date = "array" in operator, operator in ("before", "after", "on")
            used = User(custom={"plan": ["a"] if is_array else NOON_MS if is_date else "3"})
            target = NOON_MS if is_date else "3"
            try:
                is_met(condition(type_, operator, target), used if type_ == "custom_field" else user)
            except CannotEvaluateError as error:
                refused.append(f"{type_} {operator}: {error}")
    assert refused == []


@pytest.mark.parametrize(
    ("operator", "target", "value", "expected"),
    [
        ("any", ["Pro", "max"], "pro", True),
        ("any", "free", "pro", False),
        ("any", [3, 4], 3.0, True),
        ("any", ["true"], True, True),
        ("none", ["free"], "pro", True),
        ("none", ["PRO"], "pro", False),
        ("any_case_sensitive", ["Pro"], "pro", False),
        ("none_case_sensitive", ["Pro"], "pro", True),
        ("str_contains_any", ["RO"], "pro", True),
        ("str_contains_none", ["RO"], "pro", False),
        ("str_matches", "^p.o$", "pro", True),
        ("str_matches", "^P.O$", "pro", False),
        ("lt", 10, "9", True),
        ("gte", 10, 10, True),
        ("gt", 10, 10, False),
        ("lte", "9.5", 9, True),
        ("eq", "10", 10.0, True),
        ("neq", 10, 11, True),
        ("version_gt", "2.9", "2.10.0", True),
        ("version_eq", "2.10", "2.10.0", True),
        ("version_lt", "2.10.0", "2.10.0-beta", False),
        ("version_lte", "2.10.0", "2.10.0-beta", True),
        ("version_neq", "2.10", "2.10.1", True),
        ("before", NOON_MS + 1, NOON_MS, True),
        ("after", "2026-05-01T11:59:00Z", "2026-05-01T12:00:00+00:00", True),
        ("on", "2026-05-01", NOON_MS, True),
        ("on", "2026-05-02", NOON_MS, False),
        ("array_contains_any", ["a", "b"], ["b", "c"], True),
        ("array_contains_none", ["a"], ["b"], True),
        ("array_contains_all", ["a", "b"], ["b", "c"], False),
        ("not_array_contains_all", ["a", "b"], ["b", "c"], True),
    ],
)
def test_an_operator_compares_a_value_with_its_targets(
    operator: str, target: Json, value: Json, expected: bool
) -> None:
    assert plan(operator, target, value) is expected


@pytest.mark.parametrize(
    ("type_", "operator", "target", "expected"),
    [
        ("unit_id", "any", ["acme"], True),
        ("environment_tier", "any", ["production"], False),
        ("environment_tier", "none", ["production"], True),
        ("time", "after", NOON_MS - 1, True),
        ("time", "before", NOON_MS - 1, False),
        ("app_version", "version_gte", "2.9.9", True),
    ],
)
def test_a_type_tests_its_attribute(type_: str, operator: str, target: Json, expected: bool) -> None:
    assert is_met(condition(type_, operator, target), User(**VALUES[type_])) is expected


def test_a_missing_attribute_does_not_meet_a_positive_operator() -> None:
    assert not is_met(condition("country", "any", ["NL"]), User(email="ana@example.com"))
    assert is_met(condition("user_id", "is_null"), User())
    assert not is_met(condition("user_id", "is_not_null"), User())
    assert is_met(condition("user_id", "is_not_null"), User(user_id="ana"))


@pytest.mark.parametrize(
    ("tested", "user", "expected"),
    [
        (condition("country", "none", ["NL"]), User(), "for a user without the attribute: pass country"),
        (condition("javascript", "any", "x"), User(), "conditions of type 'javascript' are not documented"),
        (
            condition("email", "str_starts_with_any", "a"),
            User(email="a"),
            "'str_starts_with_any' of type 'email' is not",
        ),
        (condition("custom_field", "lt", 3), User(custom={"plan": "pro"}), "'pro' is not a number"),
        (condition("custom_field", "version_lt", "1"), User(custom={"plan": "pro"}), "'pro' is not a version"),
        (condition("custom_field", "before", "1"), User(custom={"plan": "pro"}), "'pro' is not a time"),
        (condition("custom_field", "array_contains_any", ["a"]), User(custom={"plan": "a"}), "need a list, not 'a'"),
        (condition("custom_field", "str_matches", "("), User(custom={"plan": "a"}), "not a regular expression"),
        (condition("custom_field", "lt", [1, 2]), User(custom={"plan": 1}), "another number of target values"),
    ],
)
def test_what_is_not_documented_cannot_be_evaluated(tested: Json, user: User, expected: str) -> None:
    with pytest.raises(CannotEvaluateError, match=expected.replace("(", r"\(")):
        is_met(tested, user)


def test_references_to_gates_and_segments_are_those_of_the_resources() -> None:
    from statsig_pulumi.testing import evaluation

    assert evaluation.REFERENCES.keys() == REFERENCES.keys()
