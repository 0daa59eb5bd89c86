"""The provider: what stands in users' state for ever, and unknown values on their way in and out."""

from __future__ import annotations

import base64
import json
from typing import Any

import dill
import pulumi
import pytest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import UNKNOWN as ENGINE_UNKNOWN
from pulumi.output import Unknown

import statsig_pulumi
from statsig_pulumi import provider
from statsig_pulumi.provider import EntityProvider
from statsig_pulumi.schema.declaration import REGISTRY

# A storage format: this text stands in the state of every gate ever made, and must never change.
GATE = "gASVOQAAAAAAAACMF3N0YXRzaWdfcHVsdW1pLnByb3ZpZGVylIwORW50aXR5UHJvdmlkZXKUk5SMBEdhdGWUhZRSlC4="
FRAME = slice(3, 11)
"""Where a pickle says how long it is."""


def golden(kind: str) -> bytes:
    """What has to stand in the state of each resource of a kind: what stands for gates, with its name in it."""
    gate = base64.b64decode(GATE)
    name = kind.encode()
    body = gate[FRAME.stop :].replace(b"\x8c\x04Gate", bytes([0x8C, len(name)]) + name)
    return gate[: FRAME.start] + len(body).to_bytes(8, "little") + body


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> str:
    """A key in the environment, and a client of this test's own."""
    key = "console-SECRET123"
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", key)
    monkeypatch.setattr("sys.argv", ["pytest"])
    monkeypatch.setattr(provider, "CONTEXTS", provider.Contexts())
    return key


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_what_is_stored_of_a_provider_is_the_same_for_ever(kind: str) -> None:
    stored = base64.b64decode(serialize_provider(EntityProvider(kind)))
    assert stored == golden(kind)
    assert len(stored) < 100


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_what_was_stored_is_still_the_provider_of_its_kind(kind: str) -> None:
    found = dill.loads(golden(kind))
    assert (EntityProvider, kind) == (type(found), found.kind)


def test_configuration_and_client_never_reach_the_state(keyed: str) -> None:
    used = EntityProvider("Gate")
    used._configuration = {"statsig:apiKey": keyed}
    assert used.lifecycle().declaration.kind == "Gate"
    stored = serialize_provider(used)
    assert stored == GATE
    assert keyed.encode() not in base64.b64decode(stored)


def test_the_provider_is_no_secret_because_it_holds_none() -> None:
    assert EntityProvider.serialize_as_secret_always is False


@pytest.mark.parametrize(
    ("token", "cls"),
    [
        ("pulumi-python:dynamic/statsig:DynamicConfig", statsig_pulumi.DynamicConfig),
        ("pulumi-python:dynamic/statsig:Gate", statsig_pulumi.Gate),
        ("pulumi-python:dynamic/statsig:Tag", statsig_pulumi.Tag),
        ("pulumi-python:dynamic/statsig:Team", statsig_pulumi.Team),
    ],
)
def test_type_tokens_are_the_same_for_ever(token: str, cls: type[pulumi.Resource]) -> None:
    assert token == f"pulumi-python:{cls._resource_type_name}"  # type: ignore[attr-defined]


def checked(news: dict[str, Any], olds: dict[str, Any] | None = None) -> tuple[dict[str, Any], list[str]]:
    result = EntityProvider("Gate").check(olds or {}, news)
    return result.inputs, [failure.reason for failure in result.failures]


def test_unknown_values_go_in_and_come_out_at_any_depth(keyed: str) -> None:
    rule = {
        "name": "r",
        "pass_percentage": Unknown(),
        "conditions": [{"type": "passes_gate", "target_value": [Unknown()]}],
    }
    inputs, failures = checked({"name": "abc", "team": Unknown(), "rules": [rule], "tags": ["b", Unknown(), "a"]})
    assert failures == []
    assert [Unknown] * 4 == [
        type(value)
        for value in (
            inputs["team"],
            inputs["rules"][0]["pass_percentage"],
            inputs["rules"][0]["conditions"][0]["target_value"][0],
            inputs["tags"][2],
        )
    ]
    assert inputs["tags"][:2] == ["a", "b"]
    assert inputs["team"] is ENGINE_UNKNOWN  # the one object that the SDK knows as unknown


def test_what_is_wrong_beside_unknown_values_is_told_with_its_place(keyed: str) -> None:
    _, failures = checked({"name": Unknown(), "rules": [{"name": Unknown(), "pass_percentage": 200.0}]})
    assert failures == ["rules[0].pass_percentage: input should be less than or equal to 100"]


def test_whole_doubles_of_the_engine_are_ints_and_the_provider_is_no_input(keyed: str) -> None:
    inputs, failures = checked({"__provider": "x", "name": "abc", "rules": [{"name": "r", "pass_percentage": 3.0}]})
    assert (repr(inputs["rules"]), failures) == ("[{'name': 'r', 'pass_percentage': 3}]", [])
    assert "__provider" not in inputs


@pytest.mark.parametrize(
    ("expected", "more"),
    [
        (False, {"team": "x", "is_launched": False}),
        (False, {"team": "x"}),
        # None leaves it to the engine, which compares inputs: it sees these, and then heeds `replace_on_changes`.
        (None, {"team": "y"}),
        (None, {"team": Unknown()}),
        (None, {}),
        # A switch that a create could not finish differs in the outputs alone.
        (True, {"team": "x", "is_launched": True}),
    ],
)
def test_the_diff_tells_what_the_engine_cannot_see(expected: bool | None, more: dict[str, Any], keyed: str) -> None:
    olds = {"name": "abc", "team": "x", "is_launched": False, "__declared": ["name", "team"]}
    assert EntityProvider("Gate").diff("abc", olds, {"name": "abc"} | more).changes is expected


def test_the_diff_says_what_replaces_and_in_which_order(keyed: str) -> None:
    olds = {"name": "abc", "gate_id": "abc", "__declared": ["gate_id", "name"]}
    found = EntityProvider("Gate").diff("abc", olds, {"name": "abc", "gate_id": "xyz"})
    assert (found.replaces, found.delete_before_replace) == (["gate_id"], True)


def test_maps_are_sent_in_one_order_whatever_order_the_engine_gives_them(keyed: str) -> None:
    values = {"b": 1.0, "a": {"d": 1, "c": 2}}
    inputs = EntityProvider("DynamicConfig").check({}, {"name": "abc", "default_value": values}).inputs
    assert json.dumps(inputs["default_value"]) == '{"a": {"c": 2, "d": 1}, "b": 1}'


def test_without_a_key_the_first_call_says_how_to_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "CONTEXTS", provider.Contexts())
    with pytest.raises(statsig_pulumi.errors.MissingKeyError, match="STATSIG_CONSOLE_KEY"):
        EntityProvider("Gate").check({}, {"name": "abc"})
