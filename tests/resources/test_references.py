"""Resources in place of their ids or names."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError

from .conftest import registrations


def test_a_resource_is_taken_as_the_id_or_name_that_the_property_refers_to() -> None:
    def program() -> None:
        tag: Any = statsig.Tag("tag", name="payments")
        team: Any = statsig.Team("team", name="Shop")
        gate: Any = statsig.Gate("gate", name="a gate", tags=[tag, "other"], team=team)
        passes = statsig.Condition(type="passes_gate", target_value=gate)
        statsig.Gate("second", name="second", rules=[statsig.Rule(name="r", pass_percentage=1, conditions=[passes])])
        statsig.Experiment("experiment", name="one", targeting_gate_id=gate)
        statsig.GateRule(
            "rule",
            gate_id=gate,
            name="r",
            pass_percentage=1,
            conditions=[{"type": "fails_gate", "target_value": [gate]}],
        )  # type: ignore[list-item]

    inputs = {name: values for _, name, values in registrations(program)}
    assert inputs["gate"]["tags"] == ["payments", "other"]
    assert inputs["gate"]["team"] == "Shop"
    assert inputs["second"]["rules"][0]["conditions"][0]["target_value"] == "gate-id"
    assert inputs["experiment"]["targeting_gate_id"] == inputs["rule"]["gate_id"] == "gate-id"
    assert inputs["rule"]["conditions"][0]["target_value"] == ["gate-id"]


def test_rules_overrides_and_keys_refer_to_an_environment_by_its_name() -> None:
    def program() -> None:
        production = statsig.Environment(name="production", is_production=True)
        both = statsig.Environments("all", environments=[production, statsig.Environment(name="qa")])
        names = [both.named("qa"), "staging"]
        statsig.Gate("gate", name="a gate", rules=[statsig.Rule(name="r", pass_percentage=1, environments=names)])
        statsig.Key("key", type="SERVER", description="Shop", environments=[both.named("production")])
        row = statsig.EnvironmentOverride(environment=both.named("qa"), passing_ids=["ana"])
        statsig.GateOverrides("overrides", gate_id="a_gate", environment_overrides=[row])

    inputs = {name: values for _, name, values in registrations(program)}
    assert inputs["gate"]["rules"][0]["environments"] == ["qa", "staging"]
    assert inputs["key"]["environments"] == ["production"]
    assert inputs["overrides"]["environment_overrides"][0]["environment"] == "qa"


def test_an_environment_that_is_not_declared_is_an_error() -> None:
    def program() -> object:
        production = statsig.Environment(name="production", is_production=True)
        return statsig.Environments("all", environments=[production]).named("qa").apply(print)

    with pytest.raises(InvalidInputsError, match="Environments: environments: has no item with the name 'qa'"):
        registrations(program)


def test_the_environments_in_place_of_one_are_an_invalid_value() -> None:
    def program() -> None:
        production = statsig.Environment(name="production", is_production=True)
        environments: Any = statsig.Environments("all", environments=[production])
        with pytest.raises(InvalidInputsError, match=r"environments\[0\]"):
            statsig.Key("key", type="SERVER", description="Shop", environments=[environments])

    registrations(program)


@pytest.mark.parametrize(
    ("place", "values", "text"),
    [
        ("description", lambda gate: {"description": gate}, "Gate; write its .id or .name"),
        ("team", lambda gate: {"team": gate}, "must be a Team or its name, not a Gate"),
        ("tags[1]", lambda gate: {"tags": ["a", gate]}, "must be a Tag or its name, not a Gate"),
        ("tags", lambda gate: {"tags": gate}, "Gate; write its .id or .name"),
        (
            "rules[0].name",
            lambda gate: {"rules": [{"name": gate, "pass_percentage": 1}]},
            "Gate; write its .id or .name",
        ),
    ],
)
def test_a_resource_elsewhere_is_an_error_that_says_what_to_write(place: str, values: Any, text: str) -> None:
    def program() -> None:
        gate = statsig.Gate("gate", name="a gate")
        with pytest.raises(InvalidInputsError) as caught:
            statsig.Gate("second", name="second", **values(gate))
        (problem,) = caught.value.problems
        assert problem.place == place
        assert text in str(problem)

    registrations(program)


def test_a_wrong_name_in_a_nested_value_has_a_suggestion() -> None:
    def program() -> None:
        with pytest.raises(InvalidInputsError, match=r"rules\[0\].pass_percent: .*; did you mean 'pass_percentage'\?"):
            statsig.Gate("gate", name="a gate", rules=[{"name": "r", "pass_percent": 1, "pass_percentage": 1}])  # type: ignore[list-item]

    registrations(program)
