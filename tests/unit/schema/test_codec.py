"""The wire: what a program writes becomes what the API takes, and comes back as it was."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.resources.types.rules import NUMBER, ONE_VALUE, OPERATORS, Condition, ConfigRule, Rule
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.diff import is_same
from statsig_pulumi.schema.validation import find_problems

GATE, CONFIG, TEAM = (REGISTRY[kind].properties for kind in ("Gate", "DynamicConfig", "Team"))


def body_of(**values: Any) -> Any:
    """The wire's condition for one as a program writes it, in its one spelling."""
    (normalize,) = codec.normalize(Rule.properties["conditions"], [values])
    return codec.encode_nested(Condition, normalize)


# -- encode


def test_only_what_is_declared_is_sent_under_its_wire_name() -> None:
    values = {
        "name": "a b",
        "team_id": "t1",
        "is_enabled": False,
        "monitoring_metrics": [{"name": "m", "type": "user"}],
    }
    assert codec.encode(GATE, values) == {
        "name": "a b",
        "isEnabled": False,
        "teamID": "t1",
        "monitoringMetrics": [{"name": "m", "type": "user"}],
    }


def test_the_object_s_own_id_travels_as_id() -> None:
    assert codec.encode(GATE, {"gate_id": "my_gate"}) == {"id": "my_gate"}
    assert codec.encode(CONFIG, {"dynamic_config_id": "my_config"}) == {"id": "my_config"}


def test_what_is_local_computed_or_a_switch_is_not_in_the_body() -> None:
    values = {"archive_reason": "x", "archive_on_delete": True, "is_launched": True, "is_archived": True, "status": "x"}
    assert codec.encode(GATE, values) == {}


def test_a_declared_none_is_null_where_none_may_be_said_and_plain_text_elsewhere() -> None:
    assert codec.encode(GATE, {"team": NONE}) == {"team": None}
    assert codec.encode(GATE, {"name": NONE}) == {"name": NONE}


def test_empty_values_are_sent_because_they_clear() -> None:
    values = {"description": "", "rules": [], "tags": []}
    assert values == codec.encode(GATE, values)


@pytest.mark.parametrize(
    ("expected", "rule"),
    [
        ({}, {}),
        ({"environments": None}, {"environments": []}),
        ({"environments": ["production"]}, {"environments": ["production"]}),
        ({"passPercentage": 33.33}, {"pass_percentage": 33.33}),
        ({"id": "r:10.00:1", "baseID": "r"}, {"id": "r:10.00:1", "base_id": "r"}),
    ],
)
def test_a_rule_on_the_wire(expected: Any, rule: Any) -> None:
    assert {"name": "r", "conditions": []} | expected == codec.encode_nested(Rule, {"name": "r"} | rule)


def test_conditions_that_a_rule_does_not_speak_of_are_sent_as_the_empty_list_the_api_wants() -> None:
    assert codec.encode(GATE, {"rules": [{"name": "r"}]}) == {"rules": [{"name": "r", "conditions": []}]}


def test_a_rule_of_a_config_with_its_values() -> None:
    variant = {"name": "v", "pass_percentage": 50, "return_value_json5": "{a: 1}", "id": "v1"}
    rule = {"name": "r", "return_value": {"snake_case": {"is_kept": 1}}, "variants": [variant]}
    assert codec.encode_nested(ConfigRule, rule) == {
        "name": "r",
        "conditions": [],
        "returnValue": {"snake_case": {"is_kept": 1}},
        "variants": [{"name": "v", "passPercentage": 50, "returnValueJson5": "{a: 1}", "id": "v1"}],
    }


def test_a_scheduled_rollout_that_is_carried_along_is_sent_whole() -> None:
    steps = [{"time": 1_700_000_000_000, "pass_percent": 50}]
    sent = codec.encode_nested(Rule, {"name": "r", "pending_automated_rollouts": steps})
    assert sent["pendingAutomatedRollouts"] == [{"time": 1_700_000_000_000, "passPercent": 50}]


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ({"type": "public"}, {"type": "public", "operator": NONE, "target_value": []}),
        ({"type": "public"}, {"type": "public", "operator": "", "field": "", "custom_id": None}),
        ({"type": "passes_gate", "targetValue": "g"}, {"type": "passes_gate", "target_value": ["g"]}),
        ({"type": "fails_segment", "targetValue": "s"}, {"type": "fails_segment", "target_value": ["s"]}),
        ({"operator": "any", "targetValue": ["NL"]}, {"operator": "any", "target_value": ["NL"]}),
        ({"operator": "any", "targetValue": ["1", "a"]}, {"operator": "any", "target_value": [1.0, "a"]}),
        ({"operator": "any", "targetValue": [1, 2]}, {"operator": "any", "target_value": [1.0, 2]}),
        ({"operator": "gt", "targetValue": 31}, {"operator": "gt", "target_value": ["31"]}),
        ({"operator": "gte", "targetValue": 31.5}, {"operator": "gte", "target_value": ["31.5"]}),
        ({"operator": "after", "targetValue": 1643070357193}, {"operator": "after", "target_value": ["1643070357193"]}),
        ({"operator": "before", "targetValue": "2026-01-01"}, {"operator": "before", "target_value": ["2026-01-01"]}),
        ({"operator": "version_gt", "targetValue": "1.10"}, {"operator": "version_gt", "target_value": ["1.10"]}),
        ({"operator": "eq", "targetValue": "31"}, {"operator": "eq", "target_value": ["31"]}),
        ({"operator": "any", "targetValue": [0]}, {"operator": "any", "target_value": [0]}),
        ({"field": "plan", "customID": "companyID"}, {"field": "plan", "custom_id": "companyID"}),
    ],
)
def test_a_condition_on_the_wire(expected: Any, values: Any) -> None:
    assert json.dumps(expected) == json.dumps(body_of(**values))


def test_encoding_leaves_what_it_was_given_as_it_was() -> None:
    values = {"rules": [{"name": "r", "environments": [], "conditions": [{"type": "public", "target_value": []}]}]}
    before = copy.deepcopy(values)
    codec.encode(GATE, values)
    assert before == values


# -- decode


def test_what_the_api_left_out_or_holds_null_is_none() -> None:
    decoded = codec.decode(GATE, {"name": "x", "team": None})
    assert (decoded["team"], decoded["description"], decoded["name"]) == (None, None, "x")


def test_what_is_local_is_never_returned() -> None:
    assert "archive_reason" not in codec.decode(GATE, {"archiveReason": "x", "archive_reason": "x"})


@pytest.mark.parametrize(
    ("expected", "targets"), [(["g"], "g"), ([31], 31), ([31], 31.0), (["a", "b"], ["a", "b"]), ([], []), ([0], 0)]
)
def test_a_list_of_one_that_comes_back_as_the_one_is_a_list(expected: Any, targets: Any) -> None:
    live = {"rules": [{"name": "r", "conditions": [{"type": "user_id", "operator": "any", "targetValue": targets}]}]}
    assert expected == codec.decode(GATE, live)["rules"][0]["conditions"][0]["target_value"]


@pytest.mark.parametrize(
    ("launched", "archived", "status"),
    [(True, False, "Launched"), (None, True, "Archived"), (False, False, "In Progress"), (None, None, None)],
)
def test_switches_are_told_from_the_whole_object(
    launched: bool | None, archived: bool | None, status: str | None
) -> None:
    # What is archived does not tell whether it was launched before.
    decoded = codec.decode(GATE, {"status": status})
    assert (launched, archived) == (decoded["is_launched"], decoded["is_archived"])


def test_sets_come_back_sorted_and_without_repetition() -> None:
    decoded = codec.decode(GATE, {"tags": ["b", "a", "b"], "holdoutIDs": ["h", "h", "g"]})
    assert (decoded["tags"], decoded["holdout_ids"]) == (["a", "b"], ["h", "g"])


def test_ordered_lists_come_back_as_they_are() -> None:
    metrics = [{"name": name, "type": "user"} for name in ("b", "a", "b")]
    assert metrics == codec.decode(GATE, {"monitoringMetrics": metrics})["monitoring_metrics"]


def test_people_come_back_as_their_lower_case_addresses() -> None:
    people = [{"email": "Bob@Example.com", "id": "2"}, {"email": "ana@example.com"}]
    assert codec.decode(TEAM, {"members": people})["members"] == ["ana@example.com", "bob@example.com"]
    assert codec.decode(TEAM, {"members": None})["members"] == []


def test_addresses_are_spelled_one_way_before_anything_is_compared_or_sent() -> None:
    members = TEAM["members"]
    assert codec.normalize(members, ["Bob@Example.com", "ana@example.com", "ANA@example.com"]) == [
        "ana@example.com",
        "bob@example.com",
    ]


# -- the one spelling


def test_unknown_members_of_a_set_stay_and_stand_last() -> None:
    assert codec.normalize(GATE["tags"], ["b", UNKNOWN, "a"]) == ["a", "b", UNKNOWN]
    assert UNKNOWN is codec.normalize(GATE["tags"], UNKNOWN)
    assert codec.normalize(GATE["team"], NONE) == NONE


def test_an_unknown_target_survives_where_numbers_are_read() -> None:
    (normalize,) = codec.normalize(Rule.properties["conditions"], [{"operator": "gt", "target_value": ["31", UNKNOWN]}])
    assert normalize["target_value"] == [31, UNKNOWN]


def test_names_that_no_one_declares_are_kept_for_checking_to_refuse() -> None:
    assert codec.normalize(GATE["rules"], [{"nope": 1.0}]) == [{"nope": 1}]


# -- round trips

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8).filter(
    lambda s: s != NONE
)
NAMES = st.text("abcXYZ019 _-.", min_size=3, max_size=12)
SHARES = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
TARGET = TEXT | st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6)
VALUES = st.dictionaries(
    TEXT,
    st.recursive(
        st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6) | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=4,
    ),
    max_size=3,
)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """A condition that the API takes."""
    kind = draw(st.sampled_from(sorted(OPERATORS)))
    operator = draw(st.sampled_from(OPERATORS[kind] or (None,)))
    values: dict[str, Any] = {"type": kind}
    if operator is not None:
        values["operator"] = operator
    if kind == "custom_field":
        values["field"] = draw(TEXT)
    if kind == "unit_id":
        values["custom_id"] = draw(TEXT)
    if kind == "public" or operator in ("is_null", "is_not_null"):
        return values
    if operator in NUMBER or kind == "time":
        number = draw(st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6))
        return values | {"target_value": [draw(st.sampled_from([number, str(number)]))]}
    one = operator in ONE_VALUE or operator is None
    return values | {"target_value": draw(st.lists(TARGET, min_size=1, max_size=1 if one else 3))}


def rules(more: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[Any]]:
    rule = st.fixed_dictionaries(
        {"name": TEXT, "pass_percentage": SHARES},
        optional={
            "conditions": st.lists(conditions(), max_size=2),
            "environments": st.lists(st.sampled_from(["development", "staging", "production"])),
        }
        | more,
    )
    return st.lists(rule, max_size=3, unique_by=lambda rule: rule["name"])


COMMON = {
    "description": st.just("") | TEXT,
    "is_enabled": st.booleans(),
    "id_type": TEXT,
    "tags": st.lists(TEXT, max_size=3),
    "target_apps": st.lists(TEXT, max_size=3),
    "team": st.just(NONE) | TEXT,
}
GATES = st.fixed_dictionaries(
    {"name": NAMES},
    optional=COMMON
    | {"rules": rules({}), "review_settings": st.builds(lambda on: {"required_review": on}, st.booleans())},
)
VARIANTS = st.lists(
    st.fixed_dictionaries({"name": TEXT, "pass_percentage": SHARES}, optional={"return_value": VALUES}),
    max_size=2,
    unique_by=lambda variant: variant["name"],
)
CONFIGS = st.fixed_dictionaries(
    {"name": NAMES},
    optional=COMMON | {"default_value": VALUES, "rules": rules({"return_value": VALUES, "variants": VARIANTS})},
)


def as_the_api_returns(value: Any) -> Any:
    """Lists of one as the one, where conditions hold them; nulls and empty values left out."""
    match value:
        case {"type": str(), "targetValue": [one]}:
            return dict(value) | {"targetValue": one}
        case dict():
            return {key: as_the_api_returns(item) for key, item in value.items() if item is not None}
        case list():
            return [as_the_api_returns(item) for item in value]
        case _:
            return value


def comes_back(kind: str, values: dict[str, Any]) -> None:
    properties = REGISTRY[kind].properties
    inputs = {name: codec.normalize(properties[name], value) for name, value in values.items()}
    assert list(find_problems(REGISTRY[kind].cls, inputs)) == []
    body = json.loads(json.dumps(codec.encode(properties, inputs), allow_nan=False))
    for live in (body, as_the_api_returns(body)):
        decoded = codec.decode(properties, live)
        assert [name for name, value in inputs.items() if not is_same(properties[name], decoded[name], value)] == []


@given(GATES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_valid_gate_comes_back_as_it_was(values: dict[str, Any]) -> None:
    comes_back("Gate", values)


@given(CONFIGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_valid_dynamic_config_comes_back_as_it_was(values: dict[str, Any]) -> None:
    comes_back("DynamicConfig", values)


@given(st.lists(st.from_regex(r"[A-Za-z]{1,4}@[A-Za-z]{1,4}\.[a-z]{2}", fullmatch=True), max_size=4))
@settings(max_examples=30, deadline=None)
def test_any_people_come_back_as_they_were(addresses: list[str]) -> None:
    inputs = {"members": codec.normalize(TEAM["members"], addresses)}
    body = codec.encode(TEAM, inputs)
    people = {"members": [{"email": address.title()} for address in reversed(body["members"])]}
    assert inputs["members"] == codec.decode(TEAM, people)["members"]


@given(GATES | CONFIGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_one_spelling_is_one(values: dict[str, Any]) -> None:
    properties = GATE | CONFIG | {"rules": CONFIG["rules"]}
    once = {name: codec.normalize(properties[name], value) for name, value in values.items()}
    assert once == {name: codec.normalize(properties[name], value) for name, value in once.items()}
