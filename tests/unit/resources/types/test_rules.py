"""Rules, their conditions and their variants: which values are accepted."""

from __future__ import annotations

import math
from typing import Any

import pytest

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.resources.types.operators import OPERATORS

from ...problems import check, condition, config, gate, places, rule

# -- percentages


@pytest.mark.parametrize("share", [0, 100, 0.0, 100.0, 33.33, 0.01, 99.99, 0.07, 1.1, 57.42, 16.67, 2.55])
def test_a_percentage_from_0_to_100_with_two_decimals_is_valid(share: float) -> None:
    assert rule(pass_percentage=share) == []


@pytest.mark.parametrize(
    ("expected", "share"),
    [
        ("must have at most two decimals", 33.333),
        ("must have at most two decimals", 0.001),
        ("input should be greater than or equal to 0", -0.01),
        ("input should be less than or equal to 100", 100.01),
        ("input should be a valid number", "10"),
        ("input should be a valid number", True),
        ("must be a finite number, not nan", math.nan),
    ],
)
def test_any_other_percentage_is_invalid(expected: str, share: Any) -> None:
    assert [f"pass_percentage: {expected}"] == rule(pass_percentage=share)


def test_only_rules_of_gates_require_a_percentage() -> None:
    assert gate(rules=[{"name": "r"}]) == ["rules[0].pass_percentage: is required"]
    assert config(rules=[{"name": "r"}]) == []
    assert config(rules=[{"name": "r", "variants": [{"name": "v"}]}]) == [
        "rules[0].variants[0].pass_percentage: is required"
    ]


# -- conditions: what each type takes

TARGETS = {"time": [1643070357193], "passes_gate": ["g"], "fails_gate": ["g"], "passes_segment": ["s"]}
EXTRA: dict[str, dict[str, Any]] = {"custom_field": {"field": "plan"}, "unit_id": {"custom_id": "companyID"}}
NUMERIC = {"lt", "gt", "lte", "gte"}
EVERY_OPERATOR = sorted({operator for operators in OPERATORS.values() for operator in operators})


def fitting(kind: str, operator: str | None) -> dict[str, Any]:
    """A condition that is right, or wrong in its operator alone."""
    values: dict[str, Any] = {"type": kind} | EXTRA.get(kind, {})
    if operator is not None:
        values["operator"] = operator
    if kind != "public" and operator not in ("is_null", "is_not_null"):
        values["target_value"] = [3] if operator in NUMERIC else TARGETS.get(kind, ["x"])
    return values


# The operators that the API is documented to accept, independent of OPERATORS.
RIGHT = [
    ("user_id", "any none is_null is_not_null str_contains_any str_contains_none str_matches"),
    ("email", "any none str_contains_any str_contains_none str_matches"),
    ("custom_field", "any none str_contains_any str_contains_none str_matches is_null is_not_null"),
    ("custom_field", "lt gt lte gte eq neq before after on"),
    ("custom_field", "version_lt version_gt version_lte version_gte version_eq version_neq"),
    ("custom_field", "array_contains_any array_contains_none array_contains_all not_array_contains_all"),
    ("unit_id", "any none str_contains_any str_contains_none is_null is_not_null"),
    ("app_version", "any none version_lt version_gt version_lte version_gte version_eq"),
    ("browser_version", "any none version_lt version_gt version_lte version_gte"),
    ("os_version", "any none version_lt version_gt version_lte version_gte"),
    ("browser_name", "any none"),
    ("os_name", "any none"),
    ("country", "any none"),
    ("locale", "any none str_contains_any"),
    ("url", "any none str_contains_any str_matches"),
    ("user_agent", "any none str_contains_none"),
    ("device_model", "any none is_null"),
    ("ip_address", "any none"),
    ("time", "after before"),
    ("environment_tier", "any none"),
]
WRONG = [
    ("email", "str_starts_with_any str_ends_with_any is_null gt"),
    ("user_id", "gt lt version_gt before array_contains_any"),
    ("country", "gt str_contains_any is_null"),
    ("os_name", "version_gt str_matches"),
    ("browser_name", "str_contains_any"),
    ("app_version", "gt lt str_contains_any before"),
    ("ip_address", "str_contains_any"),
    ("time", "any none lt gt on"),
    ("environment_tier", "str_contains_any"),
    ("custom_field", "str_starts_with_any ANY encoded_any"),
    ("public", "any none"),
    ("passes_gate", "any"),
    ("fails_gate", "none"),
    ("passes_segment", "any"),
    ("fails_segment", "any"),
]


def pairs(table: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(kind, operator) for kind, operators in table for operator in operators.split()]


@pytest.mark.parametrize(("kind", "operator"), pairs(RIGHT))
def test_operators_that_a_condition_type_accepts(kind: str, operator: str) -> None:
    assert condition(**fitting(kind, operator)) == []


@pytest.mark.parametrize(("kind", "operator"), pairs(WRONG))
def test_operators_that_a_condition_type_does_not_accept(kind: str, operator: str) -> None:
    (found,) = condition(**fitting(kind, operator))
    assert found.startswith("operator: ")
    assert f"'{operator}'" in found
    assert f"type '{kind}'" in found


@pytest.mark.parametrize("kind", ["public", "passes_gate", "fails_gate", "passes_segment", "fails_segment"])
@pytest.mark.parametrize("operator", [{}, {"operator": NONE}, {"operator": None}, {"operator": ""}])
def test_condition_types_without_operators_accept_none_and_empty(kind: str, operator: dict[str, Any]) -> None:
    assert condition(**fitting(kind, None) | operator) == []


@pytest.mark.parametrize("kind", sorted(kind for kind, operators in OPERATORS.items() if operators))
@pytest.mark.parametrize("operator", [{}, {"operator": NONE}])
def test_condition_types_with_operators_require_one(kind: str, operator: dict[str, Any]) -> None:
    (found,) = condition(**fitting(kind, None) | operator)
    assert found.startswith(f"operator: is required for a condition of type '{kind}': one of ")


@pytest.mark.parametrize("kind", ["experiment_group", "javascript", "target_app"])
def test_undocumented_condition_types_are_not_validated(kind: str) -> None:
    assert condition(type=kind) == []
    assert condition(type=kind, operator="whatever", target_value=["a", "b"]) == []


def test_every_condition_type_with_operators_is_a_literal_of_the_property() -> None:
    assert [kind for kind in OPERATORS if any("type:" in text for text in condition(type=kind))] == []
    assert condition(type="nope")[0].startswith("type: input should be 'public', 'user_id'")


# -- conditions: what they are compared with


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("field: is required for a condition of type 'custom_field'", {"type": "custom_field"}),
        ("custom_id: is required for a condition of type 'unit_id'", {"type": "unit_id"}),
    ],
)
@pytest.mark.parametrize("missing", [None, "", NONE])
def test_a_condition_type_requires_the_property_that_names_what_it_tests(
    expected: str, values: dict[str, Any], missing: str | None
) -> None:
    extra = {} if missing is None else {expected.partition(":")[0]: missing}
    assert [expected] == condition(**values, operator="any", target_value=["x"], **extra)


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("target_value: must be omitted for a condition of type 'public'", {"type": "public", "target_value": ["x"]}),
        ("target_value: is required for a condition of type 'country'", {"type": "country", "operator": "any"}),
        (
            "target_value: is required for a condition of type 'country'",
            {"type": "country", "operator": "any", "target_value": []},
        ),
        ("target_value: is required for a condition of type 'passes_gate'", {"type": "passes_gate"}),
        (
            "target_value: must be one value for type 'passes_gate'",
            {"type": "passes_gate", "target_value": ["a", "b"]},
        ),
        (
            "target_value: must be one value for operator 'version_gt'",
            {"type": "app_version", "operator": "version_gt", "target_value": ["1.0", "2.0"]},
        ),
        (
            "target_value: must be one value for operator 'gt'",
            {"type": "custom_field", "field": "age", "operator": "gt", "target_value": [1, 2]},
        ),
        (
            "target_value[0]: must be a number for operator 'gt'",
            {"type": "custom_field", "field": "age", "operator": "gt", "target_value": ["old"]},
        ),
        (
            "target_value[0]: must be a number for operator 'after'",
            {"type": "time", "operator": "after", "target_value": ["2026-01-01"]},
        ),
    ],
)
def test_a_condition_with_invalid_target_values(expected: str, values: dict[str, Any]) -> None:
    assert [expected] == condition(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"type": "public", "target_value": []},
        {"type": "user_id", "operator": "is_null"},
        {"type": "user_id", "operator": "is_null", "target_value": []},
        {"type": "custom_field", "field": "age", "operator": "gt", "target_value": ["31"]},
        {"type": "custom_field", "field": "age", "operator": "gte", "target_value": [31.5]},
        {"type": "custom_field", "field": "born", "operator": "before", "target_value": ["2026-01-01"]},
        {"type": "user_id", "operator": "any", "target_value": ["a", 3, 4.5]},
        {"type": "time", "operator": "before", "target_value": ["1643070357193"]},
        {"type": "user_id", "operator": "any", "target_value": [2**53]},
    ],
)
def test_a_condition_with_valid_target_values(values: dict[str, Any]) -> None:
    assert condition(**values) == []


@pytest.mark.parametrize("target", [True, False])
def test_a_boolean_is_no_target_value(target: bool) -> None:
    found = condition(type="custom_field", field="x", operator="any", target_value=["a", target])
    assert found[0].startswith("target_value[1]: input should be a valid string")


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("target_value[0]", {"type": "country", "operator": "any", "target_value": [True]}),
        ("target_value[0]", {"type": "country", "operator": "any", "target_value": [2**53 + 1]}),
        ("operator", {"type": "country", "operator": 3, "target_value": ["NL"]}),
        ("field", {"type": "custom_field", "field": 3, "operator": "any", "target_value": ["NL"]}),
    ],
)
def test_an_invalid_value_is_not_reported_as_missing_too(expected: str, values: dict[str, Any]) -> None:
    assert [expected] == [text.partition(":")[0] for text in condition(**values)]


@pytest.mark.parametrize("target", ["nan", "inf", "1e999", math.nan])
def test_a_number_that_json_cannot_express_is_invalid(target: Any) -> None:
    assert condition(type="custom_field", field="age", operator="gt", target_value=[target]) != []


@pytest.mark.parametrize(
    "values",
    [
        {"type": UNKNOWN, "operator": "gt"},
        {"type": "country", "operator": UNKNOWN, "target_value": ["NL"]},
        {"type": "country", "operator": "any", "target_value": UNKNOWN},
        {"type": "passes_gate", "target_value": [UNKNOWN]},
        {"type": "custom_field", "field": UNKNOWN, "operator": "gt", "target_value": [UNKNOWN]},
        {"type": "unit_id", "custom_id": UNKNOWN, "operator": "any", "target_value": ["x"]},
        {"type": "time", "operator": "after", "target_value": [UNKNOWN]},
    ],
)
def test_a_condition_with_an_unknown_value_is_valid(values: dict[str, Any]) -> None:
    assert condition(**values) == []


def test_unknown_rule_names_are_no_duplicates() -> None:
    rules = [{"name": name, "pass_percentage": 1} for name in (UNKNOWN, "a", UNKNOWN, "a")]
    assert gate(rules=rules) == ["rules[3].name: 'a' is already used by rules[1]"]


@pytest.mark.parametrize(("expected", "name"), [(True, "r"), (True, "r" * 100), (False, ""), (False, "r" * 101)])
def test_a_rule_s_name_has_1_to_100_characters(expected: bool, name: str) -> None:
    assert expected is (not rule(name=name))


# -- between properties


def test_a_duplicate_rule_name_is_a_problem_of_the_second_rule() -> None:
    rules = [{"name": name, "pass_percentage": 1} for name in ("a", "b", "a", "a")]
    expected = [f"rules[{index}].name: 'a' is already used by rules[0]" for index in (2, 3)]
    assert expected == gate(rules=rules)
    assert expected == config(rules=rules)
    assert gate(rules=rules[:2]) == []


def test_a_duplicate_variant_name_is_a_problem_of_the_second_variant() -> None:
    variants = [{"name": "v", "pass_percentage": 50}, {"name": "v", "pass_percentage": 50}]
    assert places("DynamicConfig", name="abc", rules=[{"name": "r", "variants": variants}]) == [
        "rules[0].variants[1].name"
    ]


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig"])
def test_a_team_is_declared_by_name_or_by_id(kind: str) -> None:
    both = {"team": "Checkout", "team_id": "t1"}
    assert check(kind, name="abc", **both) == ["team_id: conflicts with team: set only one of them"]
    assert check(kind, name="abc", team="Checkout") + check(kind, name="abc", team_id="t1") == []
