"""Checking: everything that is wrong at once, with its place, and nothing that a preview does not know."""

from __future__ import annotations

import math
from typing import Any

import pytest

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.resources.types.rules import OPERATORS, Condition
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.validation import known, nulls, problems, unfit_numbers

Places = list[str]


def wrong(kind: str, **values: Any) -> list[str]:
    return [str(problem) for problem in problems(REGISTRY[kind].cls, values)]


def places(kind: str, **values: Any) -> Places:
    return [problem.place for problem in problems(REGISTRY[kind].cls, values)]


def gate(**values: Any) -> list[str]:
    return wrong("Gate", **{"name": "new_checkout"} | values)


def config(**values: Any) -> list[str]:
    return wrong("DynamicConfig", **{"name": "prices"} | values)


def rule(**values: Any) -> list[str]:
    """What is wrong with one rule of a gate, with the places inside the rule."""
    found = gate(rules=[{"name": "everyone", "pass_percentage": 10} | values])
    return [text.removeprefix("rules[0].") for text in found]


def condition(**values: Any) -> list[str]:
    return [text.removeprefix("conditions[0].") for text in rule(conditions=[values])]


# -- all at once, with places


def test_all_failures_are_found_at_once_each_with_its_place() -> None:
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


def test_the_smallest_gate_config_tag_and_team_are_right() -> None:
    assert gate() + config() + wrong("Tag", name="t") + wrong("Team", name="t") == []


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig", "Tag", "Team"])
def test_a_name_is_required(kind: str) -> None:
    assert wrong(kind) == ["name: is required"]


def test_what_only_the_api_sets_cannot_be_declared() -> None:
    assert gate(version=3) == ["version: there is no such property to set"]


def test_what_only_the_api_sets_in_a_part_may_stand_there_because_parts_are_handed_on() -> None:
    assert gate(rules=[{"name": "r", "pass_percentage": 1, "base_id": "x"}]) == []
    assert gate(rules=[{"name": "r", "pass_percentage": 1, "based_id": "x"}]) == [
        "rules[0].based_id: there is no such property to set"
    ]


def test_the_engine_s_own_inputs_are_nobody_s_business() -> None:
    assert gate(__import="new_checkout", __provider="x") == []


def test_a_nullable_property_takes_none_and_another_does_not() -> None:
    assert gate(team=NONE, release_pipeline_id=None) == []
    assert gate(description=NONE) == ["description: must not be None; omit it to leave it as it is"]
    assert gate(rules=None) == ["rules: must not be None; omit it to leave it as it is"]


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("rules: must be a list", {"rules": {"name": "r"}}),
        ("tags: must be a list", {"tags": "core"}),
        ("rules[0]: must be a Rule", {"rules": ["r"]}),
        ("review_settings: must be a ReviewSettings", {"review_settings": True}),
        ("tags[1]: must not be None; Statsig takes no null here", {"tags": ["a", None]}),
        ("type: input should be 'PERMANENT' or 'TEMPORARY'", {"type": "STALE"}),
        ("is_enabled: input should be a valid boolean", {"is_enabled": 1}),
        ("name: input should be a valid string", {"name": 33}),
        ("review_settings.required_review: is required", {"review_settings": {}}),
        ("monitoring_metrics[0].type: is required", {"monitoring_metrics": [{"name": "clicks"}]}),
    ],
)
def test_a_value_of_the_wrong_type_is_told_with_the_right_one(expected: str, values: dict[str, Any]) -> None:
    assert [expected] == gate(**values)


def test_a_map_must_be_a_map() -> None:
    assert config(default_value=[1]) == ["default_value: must be a map"]


# -- what a preview does not know


def test_unknown_values_are_skipped_and_their_known_siblings_are_not() -> None:
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
def test_a_gate_of_which_little_is_known_is_not_refused(values: dict[str, Any]) -> None:
    assert gate(**values) == []


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
def test_a_condition_of_which_a_part_is_unknown_is_not_refused(values: dict[str, Any]) -> None:
    assert condition(**values) == []


def test_an_unknown_rule_name_is_no_duplicate_and_a_known_one_beside_it_is() -> None:
    rules = [{"name": name, "pass_percentage": 1} for name in (UNKNOWN, "a", UNKNOWN, "a")]
    assert gate(rules=rules) == ["rules[3].name: 'a' is the name of rules[1] too"]


def test_a_value_known_in_part_is_not_held_against_its_schema() -> None:
    assert config(schema='{"required": ["b"]}', default_value={"a": UNKNOWN}) == []
    assert config(default_value={"a": UNKNOWN, "b": None}) == [
        "default_value.b: must not be None; Statsig takes no null here"
    ]


def test_a_value_known_in_part_is_not_held_against_its_type() -> None:
    assert gate(description=[UNKNOWN]) == []


@pytest.mark.parametrize(
    ("expected", "value"), [(3, 3), (None, NONE), (None, UNKNOWN), (None, [UNKNOWN]), ("", ""), ([], [])]
)
def test_known_is_what_is_declared_and_known_in_whole(expected: Any, value: Any) -> None:
    assert expected == known({"a": value}, "a")


# -- lengths and patterns


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig"])
@pytest.mark.parametrize("name", ["abc", "a" * 100, "New check-out 2.0_b", "..."])
def test_names_that_gates_and_configs_may_have(kind: str, name: str) -> None:
    assert wrong(kind, name=name) == []


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig"])
@pytest.mark.parametrize("name", ["ab", "a" * 101, "a/b", "café", "abc\n", "a\tb", "abc?", ""])
def test_names_that_gates_and_configs_may_not_have(kind: str, name: str) -> None:
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
    assert expected is (not wrong("Tag", name=name))


@pytest.mark.parametrize(("expected", "name"), [(True, "r"), (True, "r" * 100), (False, ""), (False, "r" * 101)])
def test_a_rule_s_name_has_1_to_100_characters(expected: bool, name: str) -> None:
    assert expected is (not rule(name=name))


# -- percentages


@pytest.mark.parametrize("share", [0, 100, 0.0, 100.0, 33.33, 0.01, 99.99, 0.07, 1.1, 57.42, 16.67, 2.55])
def test_a_share_of_0_to_100_with_two_decimals_is_right(share: float) -> None:
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
        ("must be a number that JSON has", math.nan),
    ],
)
def test_another_share_is_wrong(expected: str, share: Any) -> None:
    assert [f"pass_percentage: {expected}"] == rule(pass_percentage=share)


def test_a_rule_of_a_gate_needs_a_share_and_a_rule_of_a_config_does_not() -> None:
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


# console-api.md 2.2, written out: what the API is known to take, not what OPERATORS says.
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
def test_operators_that_a_type_takes(kind: str, operator: str) -> None:
    assert condition(**fitting(kind, operator)) == []


@pytest.mark.parametrize(("kind", "operator"), pairs(WRONG))
def test_operators_that_a_type_does_not_take(kind: str, operator: str) -> None:
    (found,) = condition(**fitting(kind, operator))
    assert found.startswith("operator: ")
    assert f"'{operator}'" in found
    assert f"type '{kind}'" in found


@pytest.mark.parametrize("kind", ["public", "passes_gate", "fails_gate", "passes_segment", "fails_segment"])
@pytest.mark.parametrize("said", [{}, {"operator": NONE}, {"operator": None}, {"operator": ""}])
def test_types_without_operator_take_none_and_nothing(kind: str, said: dict[str, Any]) -> None:
    assert condition(**fitting(kind, None) | said) == []


@pytest.mark.parametrize("kind", sorted(kind for kind, operators in OPERATORS.items() if operators))
@pytest.mark.parametrize("said", [{}, {"operator": NONE}])
def test_types_with_operators_need_one(kind: str, said: dict[str, Any]) -> None:
    (found,) = condition(**fitting(kind, None) | said)
    assert found.startswith(f"operator: is required for a condition of type '{kind}': one of ")


@pytest.mark.parametrize("kind", ["experiment_group", "javascript", "target_app"])
def test_types_of_which_nothing_is_documented_are_left_to_the_api(kind: str) -> None:
    assert condition(type=kind) == []
    assert condition(type=kind, operator="whatever", target_value=["a", "b"]) == []


def test_every_type_with_operators_is_a_type() -> None:
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
@pytest.mark.parametrize("said", [None, "", NONE])
def test_custom_field_needs_its_field_and_unit_id_its_custom_id(
    expected: str, values: dict[str, Any], said: str | None
) -> None:
    extra = {} if said is None else {expected.partition(":")[0]: said}
    assert [expected] == condition(**values, operator="any", target_value=["x"], **extra)


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("target_value: a condition of type 'public' takes none", {"type": "public", "target_value": ["x"]}),
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
def test_a_condition_with_the_wrong_targets(expected: str, values: dict[str, Any]) -> None:
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
def test_a_condition_with_the_right_targets(values: dict[str, Any]) -> None:
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
def test_what_is_given_and_wrong_is_not_called_missing_as_well(expected: str, values: dict[str, Any]) -> None:
    assert [expected] == [text.partition(":")[0] for text in condition(**values)]


@pytest.mark.parametrize("target", ["nan", "inf", "1e999", math.nan])
def test_what_json_cannot_hold_is_no_number(target: Any) -> None:
    assert condition(type="custom_field", field="age", operator="gt", target_value=[target]) != []


# -- between properties


def test_two_rules_of_one_name_are_refused_where_the_second_stands() -> None:
    rules = [{"name": name, "pass_percentage": 1} for name in ("a", "b", "a", "a")]
    expected = [f"rules[{index}].name: 'a' is the name of rules[0] too" for index in (2, 3)]
    assert expected == gate(rules=rules)
    assert expected == config(rules=rules)
    assert gate(rules=rules[:2]) == []


def test_two_variants_of_one_name_in_one_rule_are_refused() -> None:
    variants = [{"name": "v", "pass_percentage": 50}, {"name": "v", "pass_percentage": 50}]
    assert places("DynamicConfig", name="abc", rules=[{"name": "r", "variants": variants}]) == [
        "rules[0].variants[1].name"
    ]


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig"])
def test_a_team_is_declared_by_name_or_by_id_and_not_by_both(kind: str) -> None:
    both = {"team": "Checkout", "team_id": "t1"}
    assert wrong(kind, name="abc", **both) == ["team_id: conflicts with team: set only one of them"]
    assert wrong(kind, name="abc", team="Checkout") + wrong(kind, name="abc", team_id="t1") == []


# -- values of dynamic configs


def test_null_inside_a_value_is_told_with_its_place() -> None:
    value = {"a": {"b": [1, {"c": None}]}}
    place = "a.b[1].c: must not be None; Statsig takes no null here"
    assert [f"default_value.{place}"] == config(default_value=value)
    assert [f"rules[0].return_value.{place}"] == config(rules=[{"name": "r", "return_value": value}])
    variants = [{"name": "v", "pass_percentage": 1, "return_value": value}]
    assert [f"rules[0].variants[0].return_value.{place}"] == config(rules=[{"name": "r", "variants": variants}])


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 1e300])
def test_numbers_that_would_lose_digits_are_refused(number: float) -> None:
    (found,) = config(default_value={"a": [number]})
    assert found.startswith("default_value.a[0]: numbers beyond 2**53 lose digits on the way")


@pytest.mark.parametrize("number", [2**53, -(2**53), 0.1, True])
def test_numbers_that_a_double_holds_are_taken(number: float) -> None:
    assert config(default_value={"a": number}) == []


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_to_json_is_refused(number: float) -> None:
    assert config(default_value={"a": number}) == ["default_value.a: must be a number that JSON has"]


def test_large_integers_stand_in_json5_text() -> None:
    assert config(default_value_json5="{a: 9007199254740993}") == []


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("is not JSON5: ", "{a: }"),
        ("is not JSON5: ", ""),
        ("is not JSON5: ", "{a: 1} x"),
        ("must be a JSON object", "[1]"),
        ("must be a JSON object", "null"),
    ],
)
def test_a_json5_text_is_an_object_that_parses(expected: str, text: str) -> None:
    (found,) = config(default_value_json5=text)
    assert found.startswith(f"default_value_json5: {expected}")
    (found,) = config(rules=[{"name": "r", "return_value_json5": text}])
    assert found.startswith(f"rules[0].return_value_json5: {expected}")


def test_a_json5_text_may_hold_comments_and_no_null() -> None:
    assert config(default_value_json5="{a: 1, /* why */ 'b': [.5,],}") == []
    (found,) = config(default_value_json5="{a: [null]}")
    assert found.startswith("default_value_json5.a[0]: must not be None")


def test_a_value_and_its_text_say_the_same() -> None:
    assert config(default_value={"b": 1.0, "a": "x"}, default_value_json5="{a: 'x', b: 1}") == []
    assert config(default_value={"a": 1}, default_value_json5="{a: true}") == [
        "default_value_json5: says something else than default_value"
    ]
    assert config(rules=[{"name": "r", "return_value": {"a": 1}, "return_value_json5": "{a: 2}"}]) == [
        "rules[0].return_value_json5: says something else than return_value"
    ]


SCHEMA = '{"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}'


def test_every_value_has_to_fit_the_schema_and_is_not_repeated() -> None:
    secret = "s3cr3t"
    found = config(
        schema=SCHEMA,
        default_value={},
        rules=[
            {"name": "a", "return_value": {"price": secret}},
            {"name": "b", "return_value_json5": f"{{price: '{secret}'}}"},
            {"name": "c", "variants": [{"name": "v", "pass_percentage": 1, "return_value": {"price": secret}}]},
            {"name": "d", "return_value": {"price": 3}},
        ],
    )
    assert found == [
        "default_value: does not fit the schema (required)",
        "rules[0].return_value.price: does not fit the schema (properties/price/type)",
        "rules[1].return_value.price: does not fit the schema (properties/price/type)",
        "rules[2].variants[0].return_value.price: does not fit the schema (properties/price/type)",
    ]
    assert secret not in str(found)


@pytest.mark.parametrize("name", ["schema", "schema_json5"])
def test_a_schema_is_a_json_schema(name: str) -> None:
    assert config(**{name: SCHEMA, "default_value": {"price": 1}}) == []
    assert config(**{name: "{", "default_value": {}})[0].startswith(f"{name}: is not JSON: ")
    assert config(**{name: '{"type": "nothing"}'})[0].startswith(f"{name}: is not a JSON Schema: ")
    assert config(**{name: '{"pattern": "("}'})[0].startswith(f"{name}: is not a JSON Schema: ")


@pytest.mark.parametrize("said", ["", NONE])
def test_no_schema_asks_for_nothing(said: str) -> None:
    assert config(schema=said, default_value={"a": 1}) == []


def test_a_schema_that_refers_to_nothing_is_a_problem_and_no_crash() -> None:
    (found,) = config(schema='{"$ref": "#/$defs/x"}', default_value={"a": 1})
    assert found == "schema: its reference /$defs/x leads nowhere"


# -- parts by themselves


def test_what_json_does_not_carry_is_found_in_every_place() -> None:
    value = {"a": None, "b": [None, 2**60], "c": "ok"}
    found = [problem.place for problem in [*nulls(value, "v"), *unfit_numbers(value, "v")]]
    assert found == ["v.a", "v.b[0]", "v.b[1]"]


def test_a_part_can_be_checked_alone() -> None:
    assert [str(problem) for problem in problems(Condition, {}, "x.")] == ["x.type: is required"]
