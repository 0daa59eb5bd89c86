"""State: the inputs and outputs of a resource, and the names of secret values in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.schema import codec, state
from statsig_pulumi.schema.actions import toggle_action, trigger_action
from statsig_pulumi.schema.declaration import REGISTRY, Declaration, Endpoint
from statsig_pulumi.schema.live_object import LiveObject
from statsig_pulumi.schema.options import computed, optional, required
from statsig_pulumi.schema.properties import ListProp, NestedType, Prop, declare_properties
from statsig_pulumi.schema.state import DECLARED, DRIFTED, SECRET


class Rule(NestedType):
    """A nested value with an id."""

    identity = ("name",)

    name: Prop[str] = required()
    id: Prop[str] = computed(sent_back=True)


class Config:
    """A resource with a property of each kind that the state treats in its own way."""

    name: Prop[str] = required()
    team: Prop[str | None] = optional()
    size: Prop[int] = optional(create_default=1)
    schema: Prop[str] = optional(alternative="schema_text")
    schema_text: Prop[str] = optional()
    rules: ListProp[Rule] = optional()
    reason: Prop[str] = optional(local=True)
    is_on: Prop[bool] = optional(action=toggle_action("is_on", "on", lambda values: "off", lambda live: live.get("on")))
    reset_trigger: Prop[str] = optional(action=trigger_action("reset"))
    layers: ListProp[str] = optional(update_only=True)
    version: Prop[int] = computed()

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}


CONFIG = Declaration("Config", Config, Endpoint("configs"), declare_properties(Config))
RESPONSE = {
    "name": "n",
    "team": "Core",
    "size": 3,
    "schema": "{}",
    "schemaText": "{ }",
    "rules": [{"name": "r", "id": "r1"}],
    "on": True,
    "version": 7,
}
LIVE = LiveObject(CONFIG.readable, RESPONSE)


def outputs(declared: list[str], **values: Any) -> dict[str, Any]:
    return {DECLARED: declared} | values


def test_a_create_sends_defaults_and_neither_nulls_nor_update_only_properties() -> None:
    body = codec.encode_create(CONFIG.properties, {"name": "n", "team": NONE, "layers": ["a"], "is_on": True})
    assert body == {"name": "n", "size": 1}
    assert codec.encode(CONFIG.properties, {"layers": ["a"], "size": 2}) == {"layers": ["a"], "size": 2}


@pytest.mark.parametrize(
    ("expected", "inputs"),
    [
        ([], {"name": "n", "rules": [{"name": "r"}], "is_on": True}),
        (["name"], {"name": "other"}),
        (["team"], {"name": "n", "team": NONE}),
        (["rules"], {"rules": [{"name": "r"}, {"name": "new"}]}),
        (["is_on"], {"is_on": False}),
        ([], {"team": UNKNOWN}),
        ([], {"reason": "x", "reset_trigger": "2", "__import": "n"}),
    ],
)
def test_differences_are_declared_values_that_a_response_contradicts(
    expected: list[str], inputs: dict[str, Any]
) -> None:
    assert expected == state.find_differences(CONFIG, inputs, LIVE)


def test_an_omitted_text_is_a_difference_and_an_omitted_number_or_boolean_is_not() -> None:
    assert state.find_differences(CONFIG, {"size": 3, "is_on": True, "name": "n"}, LiveObject(CONFIG.readable, {})) == [
        "name"
    ]


def test_outputs_hold_declared_values_as_written_and_all_others_as_returned() -> None:
    inputs = {"name": "n", "rules": [{"name": "r"}], "is_on": True, "reset_trigger": "1", "reason": "why"}
    assert state.build_outputs(CONFIG, inputs, LIVE, {}) == {
        DECLARED: ["is_on", "name", "reason", "reset_trigger", "rules"],
        "name": "n",
        "team": "Core",
        "size": 3,
        "schema": "{}",
        "rules": [{"name": "r", "id": "r1"}],
        "reason": "why",
        "is_on": True,
        "reset_trigger": "1",
        "version": 7,
    }


@pytest.mark.parametrize(
    ("expected", "inputs"),
    [
        ({"schema": "{}"}, {}),
        ({"schema": "{}"}, {"schema": "{}"}),
        ({"schema_text": "{ }"}, {"schema_text": "{ }"}),
        ({"schema": "{}", "schema_text": "{ }"}, {"schema": "{}", "schema_text": "{ }"}),
    ],
)
def test_of_two_alternatives_only_the_declared_one_is_an_output(expected: Any, inputs: dict[str, Any]) -> None:
    built = state.build_outputs(CONFIG, inputs, LIVE, {})
    assert expected == {name: value for name, value in built.items() if name.startswith("schema")}


@pytest.mark.parametrize("name", ["team", "schema"])
def test_a_secret_value_that_is_no_longer_declared_is_no_output(name: str) -> None:
    olds = outputs([name], **{name: "s3cr3t", SECRET: [name]})
    built = state.build_outputs(CONFIG, {"name": "n"}, LIVE, olds)
    assert name not in built
    assert built[SECRET] == [name]
    assert name not in state.rebuild_outputs(CONFIG, olds, {"name": "n"})


@pytest.mark.parametrize(
    ("expected", "inputs", "olds"),
    [
        ({"team"}, {SECRET: ["team"], "team": "x"}, {}),
        ({"team"}, {}, {SECRET: ["team"]}),
        (set(), {"team": "x"}, {SECRET: ["team"]}),
        ({"team"}, {SECRET: ["team"], "team": "x"}, {SECRET: ["team"]}),
    ],
)
def test_a_secret_remains_secret_until_it_is_declared_in_clear(expected: Any, inputs: Any, olds: Any) -> None:
    assert expected == state.find_secret_names(inputs, olds)


def test_an_update_that_sends_nothing_drops_released_local_values_from_the_outputs() -> None:
    olds = outputs(["name", "reason", "reset_trigger"], name="n", reason="why", reset_trigger="1", version=7)
    assert state.rebuild_outputs(CONFIG, olds, {"name": "n"}) == {
        DECLARED: ["name"],
        SECRET: None,
        "name": "n",
        "version": 7,
    }
    assert state.rebuild_outputs(CONFIG, olds, {"name": "n", "reason": "new"})["reason"] == "new"


def test_inputs_are_restored_as_they_were_declared() -> None:
    olds = outputs(["name", "rules", "team", "size", "gone"], name="n", rules=[{"name": "r", "id": "r1"}], size=3)
    assert state.restore_inputs(CONFIG, olds) == {"name": "n", "rules": [{"name": "r"}], "team": NONE, "size": 3}


def test_restored_and_refreshed_inputs_name_their_secrets() -> None:
    olds = outputs(["name", "team"], name="n", team="x", **{SECRET: ["team", "schema"]})
    assert state.restore_inputs(CONFIG, olds) == {"name": "n", "team": "x", SECRET: ["team"]}
    assert state.refresh_inputs(CONFIG, state.restore_inputs(CONFIG, olds), LIVE) == {
        "name": "n",
        "team": "Core",
        SECRET: ["team"],
    }


def test_refreshed_inputs_hold_the_live_values_of_declared_properties() -> None:
    olds = outputs(["name", "rules", "reason"], name="old", rules=[{"name": "a", "id": "r1"}], reason="why", size=1)
    assert state.refresh_inputs(CONFIG, state.restore_inputs(CONFIG, olds), LIVE) == {
        "name": "n",
        "rules": [{"name": "r"}],
        "reason": "why",
    }


def test_values_that_a_refresh_found_changed_are_those_of_known_properties_and_not_secret() -> None:
    before = {"name": "n", "team": "Core", "size": 3, SECRET: ["team"]}
    olds = {DRIFTED: {"reason": "why", "gone": 1}}
    assert state.find_drifted(CONFIG, olds, before, before) == {"reason": "why"}
    assert state.find_drifted(CONFIG, olds, before, {"name": "m", "team": "Shop", "size": 3}) == {
        "name": "n",
        "reason": "why",
    }
    assert state.find_drifted(CONFIG, olds, before, {**before, "reason": "why"}) == {}


@pytest.mark.parametrize(
    ("response", "is_older"),
    [
        ({"version": 2, "lastModifiedTime": 20, "createdTime": 1}, True),
        ({"version": 3, "lastModifiedTime": 20, "createdTime": 1}, True),
        ({"version": 3, "lastModifiedTime": 30, "createdTime": 1}, False),
        ({"version": 4, "lastModifiedTime": 40, "createdTime": 1}, False),
        ({"version": 1, "lastModifiedTime": 50, "createdTime": 50}, False),  # somebody created the object again
        ({"createdTime": 1}, False),
    ],
)
def test_an_earlier_version_of_the_same_object_is_older(response: dict[str, object], is_older: bool) -> None:
    gate = REGISTRY["Gate"]
    live = LiveObject(gate.readable, response, gate.containers)
    outputs = {"version": 3, "last_modified_time": 30, "created_time": 1}
    assert state.is_older(live, outputs) == is_older
