"""Codec: inputs are encoded for the API, and responses decoded to the same values."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.resources.types.conditions import Condition
from statsig_pulumi.resources.types.rules import ConfigRule, Rule
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.diff import is_same
from statsig_pulumi.schema.validation import find_problems

from .strategies import CONFIGS, GATES

GATE, CONFIG, TEAM, HOLDOUT = (REGISTRY[kind].properties for kind in ("Gate", "DynamicConfig", "Team", "Holdout"))


def body_of(**values: Any) -> Any:
    """The JSON of a condition that a program declares."""
    (normalized,) = codec.normalize(Rule.properties["conditions"], [values])
    return codec.encode_nested(Condition, normalized)


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


def test_the_id_property_of_an_object_is_sent_as_id() -> None:
    assert codec.encode(GATE, {"gate_id": "my_gate"}) == {"id": "my_gate"}
    assert codec.encode(CONFIG, {"dynamic_config_id": "my_config"}) == {"id": "my_config"}


def test_local_and_computed_properties_and_actions_are_not_in_the_body() -> None:
    values = {"archive_reason": "x", "archive_on_delete": True, "is_launched": True, "is_archived": True, "status": "x"}
    assert codec.encode(GATE, values) == {}


def test_a_declared_none_is_sent_as_null_only_for_nullable_properties() -> None:
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
def test_a_rule_is_encoded_with_the_defaults_that_the_api_requires(expected: Any, rule: Any) -> None:
    assert {"name": "r", "conditions": []} | expected == codec.encode_nested(Rule, {"name": "r"} | rule)


def test_omitted_conditions_are_sent_as_the_empty_list_that_the_api_requires() -> None:
    assert codec.encode(GATE, {"rules": [{"name": "r"}]}) == {"rules": [{"name": "r", "conditions": []}]}


def test_json_inside_a_return_value_keeps_its_names() -> None:
    variant = {"name": "v", "pass_percentage": 50, "return_value_json5": "{a: 1}", "id": "v1"}
    rule = {"name": "r", "return_value": {"snake_case": {"is_kept": 1}}, "variants": [variant]}
    assert codec.encode_nested(ConfigRule, rule) == {
        "name": "r",
        "conditions": [],
        "returnValue": {"snake_case": {"is_kept": 1}},
        "variants": [{"name": "v", "passPercentage": 50, "returnValueJson5": "{a: 1}", "id": "v1"}],
    }


def test_a_scheduled_rollout_is_sent_back_with_every_step() -> None:
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
def test_a_condition_is_encoded_in_the_form_of_its_operator(expected: Any, values: Any) -> None:
    assert json.dumps(expected) == json.dumps(body_of(**values))


def test_encoding_does_not_change_its_arguments() -> None:
    values = {"rules": [{"name": "r", "environments": [], "conditions": [{"type": "public", "target_value": []}]}]}
    before = copy.deepcopy(values)
    codec.encode(GATE, values)
    assert before == values


# -- decode


def test_missing_and_null_values_decode_to_none() -> None:
    decoded = codec.decode(GATE, {"name": "x", "team": None})
    assert (decoded["team"], decoded["description"], decoded["name"]) == (None, None, "x")


def test_scalars_of_nested_values_are_read_as_their_type() -> None:
    condition = {"type": "COUNTRY", "operator": "any", "targetValue": ["NL"]}
    rule = {"name": 7, "passPercentage": "2.50", "conditions": [condition], "environments": None}
    (decoded,) = codec.decode(GATE, {"rules": [rule]})["rules"]
    assert (decoded["name"], decoded["pass_percentage"]) == ("7", 2.5)
    assert decoded["conditions"][0]["type"] == "country"


@pytest.mark.parametrize("value", ["", "3 %", "0x3", "1e5", "NaN", "Infinity", "٣", [], {}])
def test_what_expresses_no_number_is_kept(value: Any) -> None:
    assert codec.read_scalars(HOLDOUT, {"passPercentage": value}) == {"passPercentage": value}


def test_a_response_that_has_the_declared_types_is_not_copied() -> None:
    response = {"name": "a", "passPercentage": 3, "isEnabled": True, "gateIDs": [1], "unknown": "1"}
    assert codec.read_scalars(HOLDOUT, response) is response


def test_local_properties_are_not_decoded() -> None:
    assert "archive_reason" not in codec.decode(GATE, {"archiveReason": "x", "archive_reason": "x"})


@pytest.mark.parametrize(
    ("expected", "targets"), [(["g"], "g"), ([31], 31), ([31], 31.0), (["a", "b"], ["a", "b"]), ([], []), ([0], 0)]
)
def test_a_list_of_one_item_that_is_returned_as_the_item_decodes_to_a_list(expected: Any, targets: Any) -> None:
    live = {"rules": [{"name": "r", "conditions": [{"type": "user_id", "operator": "any", "targetValue": targets}]}]}
    assert expected == codec.decode(GATE, live)["rules"][0]["conditions"][0]["target_value"]


@pytest.mark.parametrize(
    ("launched", "archived", "status"),
    [(True, False, "Launched"), (None, True, "Archived"), (False, False, "In Progress"), (None, None, None)],
)
def test_actions_are_decoded_from_the_whole_object(
    launched: bool | None, archived: bool | None, status: str | None
) -> None:
    # The status of an archived gate does not show whether it was launched before.
    decoded = codec.decode(GATE, {"status": status})
    assert (launched, archived) == (decoded["is_launched"], decoded["is_archived"])


def test_sets_decode_sorted_and_without_repetition() -> None:
    decoded = codec.decode(GATE, {"tags": ["b", "a", "b"], "holdoutIDs": ["h", "h", "g"]})
    assert (decoded["tags"], decoded["holdout_ids"]) == (["a", "b"], ["h", "g"])


def test_ordered_lists_decode_unchanged() -> None:
    metrics = [{"name": name, "type": "user"} for name in ("b", "a", "b")]
    assert metrics == codec.decode(GATE, {"monitoringMetrics": metrics})["monitoring_metrics"]


def test_people_decode_to_lower_case_addresses() -> None:
    people = [{"email": "Bob@Example.com", "id": "2"}, {"email": "ana@example.com"}]
    assert codec.decode(TEAM, {"members": people})["members"] == ["ana@example.com", "bob@example.com"]
    assert codec.decode(TEAM, {"members": None})["members"] == []


def test_addresses_are_normalised_to_lower_case() -> None:
    members = TEAM["members"]
    assert codec.normalize(members, ["Bob@Example.com", "ana@example.com", "ANA@example.com"]) == [
        "ana@example.com",
        "bob@example.com",
    ]


# -- normalize


def test_unknown_items_of_a_set_are_kept_and_come_last() -> None:
    assert codec.normalize(GATE["tags"], ["b", UNKNOWN, "a"]) == ["a", "b", UNKNOWN]
    assert UNKNOWN is codec.normalize(GATE["tags"], UNKNOWN)
    assert codec.normalize(GATE["team"], NONE) == NONE


def test_an_unknown_target_value_is_kept_when_others_become_numbers() -> None:
    (normalized,) = codec.normalize(
        Rule.properties["conditions"], [{"operator": "gt", "target_value": ["31", UNKNOWN]}]
    )
    assert normalized["target_value"] == [31, UNKNOWN]


def test_undeclared_names_are_kept_for_validation() -> None:
    assert codec.normalize(GATE["rules"], [{"nope": 1.0}]) == [{"nope": 1}]


# -- round trips


def to_response(value: Any) -> Any:
    """A response: it omits nulls, and holds the target value of a condition instead of a list of one."""
    match value:
        case {"type": str(), "targetValue": [one]}:
            return dict(value) | {"targetValue": one}
        case dict():
            return {key: to_response(item) for key, item in value.items() if item is not None}
        case list():
            return [to_response(item) for item in value]
        case _:
            return value


def check_round_trip(kind: str, values: dict[str, Any]) -> None:
    properties = REGISTRY[kind].properties
    inputs = {name: codec.normalize(properties[name], value) for name, value in values.items()}
    assert list(find_problems(REGISTRY[kind].cls, inputs)) == []
    body = json.loads(json.dumps(codec.encode(properties, inputs), allow_nan=False))
    for live in (body, to_response(body)):
        decoded = codec.decode(properties, live)
        assert [name for name, value in inputs.items() if not is_same(properties[name], decoded[name], value)] == []


@given(GATES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_valid_gate_is_the_same_after_a_round_trip(values: dict[str, Any]) -> None:
    check_round_trip("Gate", values)


@given(CONFIGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_valid_dynamic_config_is_the_same_after_a_round_trip(values: dict[str, Any]) -> None:
    check_round_trip("DynamicConfig", values)


@given(st.lists(st.from_regex(r"[A-Za-z]{1,4}@[A-Za-z]{1,4}\.[a-z]{2}", fullmatch=True), max_size=4))
@settings(max_examples=30, deadline=None)
def test_any_addresses_are_the_same_after_a_round_trip(addresses: list[str]) -> None:
    inputs = {"members": codec.normalize(TEAM["members"], addresses)}
    body = codec.encode(TEAM, inputs)
    people = {"members": [{"email": address.title()} for address in reversed(body["members"])]}
    assert inputs["members"] == codec.decode(TEAM, people)["members"]


@given(GATES | CONFIGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_normalising_twice_is_normalising_once(values: dict[str, Any]) -> None:
    properties = GATE | CONFIG | {"rules": CONFIG["rules"]}
    once = {name: codec.normalize(properties[name], value) for name, value in values.items()}
    assert once == {name: codec.normalize(properties[name], value) for name, value in once.items()}
