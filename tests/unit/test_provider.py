"""The provider: its form in states, unknown values, and results of check and diff."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import dill
import pulumi
import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import UNKNOWN as ENGINE_UNKNOWN
from pulumi.output import Unknown

import statsig_pulumi
from statsig_pulumi import provider
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import StatsigError
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.provider import EntityProvider
from statsig_pulumi.schema.declaration import REGISTRY

# A storage format: the state of every gate contains this text, so it must never change.
GATE = "gASVOQAAAAAAAACMF3N0YXRzaWdfcHVsdW1pLnByb3ZpZGVylIwORW50aXR5UHJvdmlkZXKUk5SMBEdhdGWUhZRSlC4="
FRAME = slice(3, 11)
"""The bytes of a pickle that hold its length."""


def golden(kind: str) -> bytes:
    """Return the stored provider of a kind: the one of gates, with another name in it."""
    gate = base64.b64decode(GATE)
    name = kind.encode()
    body = gate[FRAME.stop :].replace(b"\x8c\x04Gate", bytes([0x8C, len(name)]) + name)
    return gate[: FRAME.start] + len(body).to_bytes(8, "little") + body


@pytest.fixture
def api_key(monkeypatch: pytest.MonkeyPatch) -> str:
    """Set an API key and a fresh set of contexts, and send no requests; return the key."""
    key = "console-SECRET123"
    monkeypatch.setenv("STATSIG_OFFLINE_PREVIEW", "true")
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", key)
    monkeypatch.setattr("sys.argv", ["pytest"])
    monkeypatch.setattr(provider, "CONTEXTS", provider.Contexts())
    return key


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_the_stored_provider_never_changes(kind: str) -> None:
    stored = base64.b64decode(serialize_provider(EntityProvider(kind)))
    assert stored == golden(kind)
    assert len(stored) < 100


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_a_stored_provider_is_loaded_with_its_kind(kind: str) -> None:
    loaded = dill.loads(golden(kind))
    assert (type(loaded), loaded.kind) == (EntityProvider, kind)


def test_a_used_provider_stores_no_configuration(api_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_DEBUG", "1")  # configure leaves the error output of this process unchanged
    used = EntityProvider("Gate")
    used.configure(ConfigureRequest(Config({"statsig:apiKey": api_key}, "project")))
    assert used.lifecycle("check").declaration.kind == "Gate"
    stored = serialize_provider(used)
    assert stored == GATE
    assert api_key.encode() not in base64.b64decode(stored)


def test_the_provider_is_not_stored_as_a_secret() -> None:
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
def test_type_tokens_never_change(token: str, cls: type[pulumi.Resource]) -> None:
    assert token == f"pulumi-python:{cls._resource_type_name}"  # type: ignore[attr-defined]


def check(news: dict[str, Any], olds: dict[str, Any] | None = None) -> tuple[dict[str, Any], list[str]]:
    result = EntityProvider("Gate").check(olds or {}, news)
    return result.inputs, [failure.reason for failure in result.failures]


def test_unknown_values_stay_unknown_at_any_depth(api_key: str) -> None:
    rule = {
        "name": "r",
        "pass_percentage": Unknown(),
        "conditions": [{"type": "passes_gate", "target_value": [Unknown()]}],
    }
    inputs, failures = check({"name": "abc", "team": Unknown(), "rules": [rule], "tags": ["b", Unknown(), "a"]})
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
    assert inputs["team"] is ENGINE_UNKNOWN  # the SDK compares with this object by identity


def test_problems_next_to_unknown_values_have_a_place(api_key: str) -> None:
    _, failures = check({"name": Unknown(), "rules": [{"name": Unknown(), "pass_percentage": 200.0}]})
    assert failures == ["rules[0].pass_percentage: input should be less than or equal to 100"]


def test_whole_doubles_are_ints_and_the_provider_is_no_input(api_key: str) -> None:
    inputs, failures = check({"__provider": "x", "name": "abc", "rules": [{"name": "r", "pass_percentage": 3.0}]})
    assert (repr(inputs["rules"]), failures) == ("[{'name': 'r', 'pass_percentage': 3}]", [])
    assert "__provider" not in inputs


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (False, {"team": "x", "is_launched": False}),
        (False, {"team": "x"}),
        # None: the engine compares the inputs itself, and then applies `replace_on_changes`.
        (None, {"team": "y"}),
        (None, {"team": Unknown()}),
        (None, {}),
        # An action that a create could not finish differs only in the outputs.
        (True, {"team": "x", "is_launched": True}),
    ],
)
def test_the_diff_reports_changes_that_the_engine_cannot_compute(
    expected: bool | None, changes: dict[str, Any], api_key: str
) -> None:
    olds = {"name": "abc", "team": "x", "is_launched": False, "__declared": ["name", "team"]}
    assert EntityProvider("Gate").diff("abc", olds, {"name": "abc"} | changes).changes is expected


def test_the_diff_contains_replacements_and_their_order(api_key: str) -> None:
    olds = {"name": "abc", "gate_id": "abc", "__declared": ["gate_id", "name"]}
    result = EntityProvider("Gate").diff("abc", olds, {"name": "abc", "gate_id": "xyz"})
    assert (result.replaces, result.delete_before_replace) == (["gate_id"], True)


def test_the_keys_of_maps_are_sorted(api_key: str) -> None:
    values = {"b": 1.0, "a": {"d": 1, "c": 2}}
    inputs = EntityProvider("DynamicConfig").check({}, {"name": "abc", "default_value": values}).inputs
    assert json.dumps(inputs["default_value"]) == '{"a": {"c": 2, "d": 1}, "b": 1}'


def test_a_call_without_a_key_is_an_error_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "CONTEXTS", provider.Contexts())
    with pytest.raises(statsig_pulumi.errors.MissingKeyError, match="STATSIG_CONSOLE_KEY"):
        EntityProvider("Gate").check({}, {"name": "abc"})


def test_no_call_of_a_behaviour_can_show_a_secret(api_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(Lifecycle):
        """A behaviour that hides nothing by itself and repeats what the API says."""

        def fail(self, *values: Any, **options: Any) -> Any:
            raise StatsigError(self.client.redact("hush-old and hush-new are invalid"))

        check = diff = create = read = update = delete = fail

    monkeypatch.setattr(REGISTRY["Gate"].cls, "lifecycle", Forgetful)
    olds = {"description": "hush-old", "__secret": ["description"], "__declared": ["description"]}
    news = {"description": "hush-new", "__secret": ["description"]}
    calls: dict[str, Callable[[EntityProvider], object]] = {
        "check": lambda gate: gate.check(olds, news),
        "create": lambda gate: gate.create(news),
        "read": lambda gate: gate.read("g", olds),
        "update": lambda gate: gate.update("g", olds, news),
        "delete": lambda gate: gate.delete("g", olds),
    }
    hidden = {}
    with Emulator(key=api_key) as emulator:
        monkeypatch.setenv("STATSIG_CONSOLE_URL", emulator.url)
        for name, call in calls.items():
            monkeypatch.setattr(provider, "CONTEXTS", provider.Contexts())  # each call is of a command of its own
            with pytest.raises(StatsigError) as raised:
                call(EntityProvider("Gate"))
            hidden[name] = str(raised.value).count("[secret]")
    assert hidden == {"check": 1, "create": 1, "read": 1, "update": 2, "delete": 1}
