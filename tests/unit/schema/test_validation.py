"""Validation: every problem at once, with its place; unknown values of a preview are skipped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pulumi import Output

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.resources.types.conditions import Condition
from statsig_pulumi.schema.validation import find_nulls, find_problems, find_unsafe_numbers, get_known

from ..problems import check, config, gate, places

OUTPUT = str(Output.from_input("a"))
CONDITION = {"type": "country", "operator": "any", "target_value": [OUTPUT]}
RULE = {"name": "One", "pass_percentage": 10}

# -- all at once, with places


def test_all_problems_are_found_at_once_each_with_its_place() -> None:
    found = places(
        "Gate",
        name="x",
        is_enabled="yes",
        tags=["a", 3],
        nope=1,
        rules=[
            {"name": "ok", "pass_percentage": 10},
            {"name": "", "pass_percentage": 101},
            {
                "pass_percentage": 10,
                "conditions": [
                    {"type": "country", "operator": "str_matches", "target_value": ["NL"]},
                    {"type": "what"},
                ],
            },
        ],
    )
    assert sorted(found) == [
        "is_enabled",
        "name",
        "nope",
        "rules[1].name",
        "rules[1].pass_percentage",
        "rules[2].conditions[0].operator",
        "rules[2].conditions[1].type",
        "rules[2].name",
        "tags[1]",
    ]


def test_required_properties_alone_are_valid() -> None:
    assert gate() + config() + check("Tag", name="t") + check("Team", name="t") == []


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig", "Tag", "Team"])
def test_a_name_is_required(kind: str) -> None:
    assert check(kind) == ["name: is required"]


def test_a_computed_property_cannot_be_declared() -> None:
    assert gate(version=3) == ["version: is not a property that a program can set: only Statsig sets it"]


def test_a_nested_value_may_hold_computed_properties_because_programs_pass_them_on() -> None:
    assert gate(rules=[{"name": "r", "pass_percentage": 1, "base_id": "x"}]) == []
    assert gate(rules=[{"name": "r", "pass_percentage": 1, "based_id": "x"}]) == [
        "rules[0].based_id: is not a property that a program can set; it has conditions, environments, name, "
        "pass_percentage"
    ]


def test_a_misspelt_name_is_one_problem_and_not_a_missing_property_too() -> None:
    assert gate(rules=[{"nmae": "r", "pass_percentage": 1}]) == [
        "rules[0].nmae: is not a property that a program can set; did you mean 'name'?"
    ]


def test_reserved_keys_are_accepted() -> None:
    assert gate(__import="new_checkout", __provider="x") == []


def test_only_nullable_properties_accept_none() -> None:
    assert gate(team=NONE, release_pipeline_id=None) == []
    assert gate(description=NONE) == ["description: must not be None; omit it to keep the value in Statsig"]
    assert gate(rules=None) == ["rules: must not be None; omit it to keep the value in Statsig"]


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("rules: must be a list, not dict", {"rules": {"name": "r"}}),
        ("tags: must be a list, not str", {"tags": "core"}),
        ("rules[0]: must be a Rule, not str", {"rules": ["r"]}),
        ("review_settings: must be a ReviewSettings, not bool", {"review_settings": True}),
        ("tags[1]: must not be None; Statsig accepts no null here", {"tags": ["a", None]}),
        ("type: input should be 'PERMANENT' or 'TEMPORARY'", {"type": "STALE"}),
        ("is_enabled: input should be a valid boolean", {"is_enabled": 1}),
        ("name: input should be a valid string", {"name": 33}),
        ("review_settings.required_review: is required", {"review_settings": {}}),
        ("monitoring_metrics[0].type: is required", {"monitoring_metrics": [{"name": "clicks"}]}),
    ],
)
def test_a_value_of_the_wrong_type_is_reported_with_the_right_type(expected: str, values: dict[str, Any]) -> None:
    assert [expected] == gate(**values)


def test_a_map_must_be_a_dict() -> None:
    assert config(default_value=[1]) == ["default_value: must be a map, not list"]


# -- what a preview does not know


def test_unknown_values_are_skipped_and_known_values_next_to_them_are_not() -> None:
    found = places(
        "Gate",
        name=UNKNOWN,
        tags=[UNKNOWN, 3],
        team=UNKNOWN,
        description="x" * 1001,
        rules=[
            UNKNOWN,
            {
                "name": UNKNOWN,
                "pass_percentage": 200,
                "conditions": [UNKNOWN, {"type": "country", "operator": UNKNOWN, "target_value": [None, UNKNOWN]}],
            },
        ],
    )
    assert {
        "description",
        "rules[1].pass_percentage",
        "rules[1].conditions[1].target_value[0]",
        "tags[1]",
    } == set(found)


@pytest.mark.parametrize(
    "values",
    [
        {"rules": UNKNOWN},
        {"rules": [UNKNOWN]},
        {"rules": [{"name": UNKNOWN, "pass_percentage": UNKNOWN, "conditions": UNKNOWN}]},
        {"name": UNKNOWN, "team": UNKNOWN},
    ],
)
def test_a_gate_with_unknown_values_is_valid(values: dict[str, Any]) -> None:
    assert gate(**values) == []


def test_a_partly_unknown_value_is_not_checked_against_its_type() -> None:
    assert gate(description=[UNKNOWN]) == []


@pytest.mark.parametrize(
    ("expected", "value"), [(3, 3), (None, NONE), (None, UNKNOWN), (None, [UNKNOWN]), ("", ""), ([], [])]
)
def test_get_known_returns_completely_known_values(expected: Any, value: Any) -> None:
    assert expected == get_known({"a": value}, "a")


# -- lengths and patterns


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig"])
@pytest.mark.parametrize("name", ["abc", "a" * 100, "New check-out 2.0_b", "..."])
def test_valid_names_of_gates_and_configs(kind: str, name: str) -> None:
    assert check(kind, name=name) == []


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig"])
@pytest.mark.parametrize("name", ["ab", "a" * 101, "a/b", "café", "abc\n", "a\tb", "abc?", ""])
def test_invalid_names_of_gates_and_configs(kind: str, name: str) -> None:
    assert places(kind, name=name) == ["name"]


@pytest.mark.parametrize(
    ("kind", "name", "expected", "value"),
    [
        ("Gate", "gate_id", True, "new.check-out_2"),
        ("Gate", "gate_id", False, "new checkout"),
        ("Gate", "gate_id", False, "ab"),
        ("Gate", "gate_id", False, "a" * 101),
        ("DynamicConfig", "dynamic_config_id", True, "a" * 100),
        ("DynamicConfig", "dynamic_config_id", False, "a b c"),
        ("Gate", "description", True, "x" * 1000),
        ("Gate", "description", True, ""),
        ("Gate", "description", False, "x" * 1001),
        ("DynamicConfig", "description", False, "x" * 1001),
        ("Tag", "description", True, "x" * 1000),
        ("Tag", "description", False, "x" * 1001),
        ("Team", "description", True, "x" * 1001),
        ("Team", "change_team_configs", True, "team_only"),
        ("Team", "change_team_configs", False, "admin_only"),
        ("Team", "review_approval", True, "admin_only"),
        ("Team", "review_approval", False, "nobody"),
        ("Team", "require_reviews", True, NONE),
        ("Team", "require_reviews", False, "true"),
        ("Team", "admins", True, ["Ana@Example.com"]),
        ("Team", "admins", False, ["ana"]),
        ("Team", "members", False, ["ana@example"]),
        ("Team", "members", False, ["ana @example.com"]),
        ("Team", "members", False, ["ana@b@example.com"]),
    ],
)
def test_lengths_patterns_and_choices(kind: str, name: str, expected: bool, value: Any) -> None:
    found = places(kind, name="a name", **{name: value})
    assert expected is (not found)
    assert all(place.startswith(name) for place in found)


@pytest.mark.parametrize(("expected", "name"), [(True, "t"), (True, "ü" * 100), (False, ""), (False, "t" * 101)])
def test_a_tag_s_name_has_1_to_100_characters(expected: bool, name: str) -> None:
    assert expected is (not check("Tag", name=name))


# -- values that JSON cannot express


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (
            "must be a JSON value, not date; write text, value.isoformat(), or milliseconds since 1970",
            date(2026, 3, 31),
        ),
        ("must be a JSON value, not set; write a list, such as sorted(values)", {"a"}),
        ("must be a JSON value, not bytes; write text, value.decode()", b"a"),
        ("must be a JSON value, not Decimal; write float(value) or str(value)", Decimal("1.5")),
    ],
)
def test_a_python_value_that_json_cannot_express_is_reported_with_its_place(expected: str, value: Any) -> None:
    assert config(default_value={"a": [1, value]}) == [f"default_value.a[1]: {expected}"]


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("description: contains", {"description": f"of {OUTPUT}"}),
        ("tags[1]: contains", {"tags": ["a", OUTPUT]}),
        ("rules[0].conditions[0].target_value[0]: contains", {"rules": [{**RULE, "conditions": [CONDITION]}]}),
    ],
)
def test_the_text_of_an_output_is_a_problem_that_says_what_to_write(expected: str, values: dict[str, Any]) -> None:
    advice = "the text of an Output; use pulumi.Output.format() or .apply()"
    assert gate(**values) == [f"{expected} {advice}"]


def test_the_text_of_an_output_is_found_in_values_and_keys_of_maps() -> None:
    assert config(default_value={"a": [OUTPUT]}) == [
        "default_value.a[0]: contains the text of an Output; use pulumi.Output.format() or .apply()"
    ]
    assert config(default_value={OUTPUT: 1}) == [
        "default_value: contains a key with the text of an Output; use pulumi.Output.format() or .apply()"
    ]


# -- single functions


def test_nulls_and_unsafe_numbers_are_found_at_any_depth() -> None:
    value = {"a": None, "b": [None, 2**60], "c": "ok"}
    found = [problem.place for problem in [*find_nulls(value, "v"), *find_unsafe_numbers(value, "v")]]
    assert found == ["v.a", "v.b[0]", "v.b[1]"]


def test_a_nested_value_is_validated_with_the_prefix_of_its_place() -> None:
    assert [str(problem) for problem in find_problems(Condition, {}, "x.")] == ["x.type: is required"]
