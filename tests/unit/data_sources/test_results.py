"""Data sources of experiments, their overrides, and the results of experiments and gates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pulumi import Output

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError, RejectedError

from .program import run

CLICKS = {"name": "clicks", "type": "event_count"}
GATE = {
    "name": "beta",
    "monitoringMetrics": [CLICKS],
    "rules": [{"name": "Half", "passPercentage": 50, "conditions": []}],
}
BY_EXPERIMENT: list[Callable[[str], Any]] = [
    statsig.get_experiment_overrides,
    statsig.list_experiment_pulse_loads,
    statsig.get_cumulative_exposures,
    lambda experiment_id: statsig.get_experiment_pulse_results(experiment_id, "Control", "Test"),
]


@pytest.fixture
def experiment(emulator: Emulator, client: Client) -> Any:
    """A started experiment with one metric."""
    emulator.add("experiments", {"name": "Button colour", "primaryMetrics": [CLICKS], "tags": ["shop"]})
    client.change("PUT", "experiments/button_colour/start", {})
    emulator.clear_requests()
    return emulator.object("experiments", "button_colour")


@pytest.fixture
def rule_id(emulator: Emulator) -> str:
    """The id of the one rule of a gate that watches a metric."""
    return str(emulator.add("gates", GATE)["rules"][0]["id"])


def test_all_properties_of_an_experiment_are_read(experiment: Any) -> None:
    (found,) = statsig.list_experiments(tags=["shop"])
    assert (found.id, found.name, found.status, found.allocation) == ("button_colour", "Button colour", "active", 100)
    assert [(group.name, group.size) for group in found.groups] == [("Control", 50), ("Test", 50)]
    assert [group.id for group in found.groups] == [group["id"] for group in experiment["groups"]]
    assert [(metric.name, metric.type) for metric in found.primary_metrics] == [("clicks", "event_count")]
    assert found.start_time == experiment["startTime"]
    assert (found.launched_group_id, found.health_checks, found.quality_score) == (None, [], None)


def test_experiments_are_filtered_by_the_api(emulator: Emulator, experiment: Any) -> None:
    emulator.add("experiments", {"name": "Other"})
    assert [found.id for found in statsig.list_experiments(status="setup")] == ["other"]
    assert len(statsig.list_experiments(status=["setup", "active"])) == 2
    statsig.list_experiments(team_id="t", layer_id="l", created_start_date=date(2024, 1, 31), stale=False)
    query = emulator.requests()["log"][-1]["query"]
    assert query.items() >= {"teamID": "t", "layerID": "l", "createdStartDate": "2024-01-31", "stale": "false"}.items()


def test_an_invalid_date_is_an_error_before_any_request(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match="list_experiments: created_end_date: must be a date such as"):
        statsig.list_experiments(created_end_date="31-01-2024")
    with pytest.raises(InvalidInputsError, match="get_experiment_pulse_results: date: must be a date such as"):
        statsig.get_experiment_pulse_results("e", "Control", "Test", date="2024-02-30")
    assert emulator.requests()["log"] == []


def test_results_by_group_names_equal_those_by_ids(emulator: Emulator, experiment: Any) -> None:
    control, test = (group["id"] for group in experiment["groups"])
    by_name = statsig.get_experiment_pulse_results("button_colour", "Control", "Test")
    assert by_name == statsig.get_experiment_pulse_results("button_colour", control, test)
    assert by_name != statsig.get_experiment_pulse_results("button_colour", "Test", "Control")
    (clicks,) = by_name.primary_metrics
    assert (clicks.metric_id, clicks.metric_name) == ("clicks::event_count", "clicks")
    assert clicks.test_mean is not None
    assert clicks.control_mean is not None
    assert clicks.absolute_change == pytest.approx(clicks.test_mean - clicks.control_mean, rel=0.05)
    assert clicks["p_value"] == clicks.p_value
    assert (by_name.secondary_metrics, by_name["other_metrics"]) == ([], [])


def test_options_of_results_are_sent_with_the_names_of_the_api(emulator: Emulator, experiment: Any) -> None:
    control, test = (group["id"] for group in experiment["groups"])
    statsig.get_experiment_pulse_results(
        "button_colour",
        "Control",
        "Test",
        cuped=False,
        confidence=90,
        apply_bonferroni_per_variant=True,
        apply_bonferroni_per_metric=True,
        bonferroni_primary_metric_weight=0.5,
        apply_benjamini_hochberg_per_metric=True,
        apply_benjamini_hochberg_per_variant=False,
        date=date(2024, 1, 31),
    )
    assert emulator.requests()["log"][-1]["query"] == {
        "control": control,
        "test": test,
        "cuped": "false",
        "confidence": "90",
        "applyBonferroniPerVariant": "true",
        "applyBonferroniPerMetric": "true",
        "bonferroniPrimaryMetricWeight": "0.5",
        "applyBenjaminiHochbergPerMetric": "true",
        "applyBenjaminiHochbergPerVariant": "false",
        "date": "2024-01-31",
    }


def test_a_missing_group_is_an_error_that_lists_the_groups(experiment: Any) -> None:
    with pytest.raises(GoneError) as gone:
        statsig.get_experiment_pulse_results("button_colour", "Control", "Blue")
    assert str(gone.value) == "there is no group 'Blue' in experiment 'button_colour'; its groups are 'Control', 'Test'"


def test_a_group_can_be_an_output(experiment: Any) -> None:
    found: list[int] = []

    def program() -> None:
        test = Output.from_input("Test")
        results = statsig.get_experiment_pulse_results("button_colour", "Control", test)
        results.apply(lambda r: found.append(len(r.primary_metrics)))

    run(program)
    assert found == [1]


def test_a_rejection_for_another_reason_has_the_message_of_the_api(emulator: Emulator, rule_id: str) -> None:
    with pytest.raises(RejectedError, match="confidence"):
        statsig.get_gate_pulse_results("beta", rule_id, confidence=300)


def test_loads_of_an_experiment(emulator: Emulator, client: Client, experiment: Any) -> None:
    emulator.quirk(pulse_load_polls=1)
    assert statsig.list_experiment_pulse_loads("button_colour") == []
    client.change("POST", "experiments/button_colour/load_pulse", {"refresh": "incremental"})
    (load,) = statsig.list_experiment_pulse_loads("button_colour")
    assert (load.reload_type, load.turbo_mode, load.creator_name) == ("incremental", False, "CONSOLE API")
    assert (load.finished_time, load.finished_state) == (None, None)
    (load,) = statsig.list_experiment_pulse_loads("button_colour")
    assert load.finished_state == "success"
    assert load.finished_time is not None


def test_exposures_are_listed_by_group(emulator: Emulator, experiment: Any) -> None:
    emulator.edit("experiments", "button_colour", {"startTime": 1700000000000, "endTime": 1700500000000})
    control, test = statsig.get_cumulative_exposures("button_colour")
    assert (control.group_name, test.group_id) == ("Control", experiment["groups"][1]["id"])
    assert control.results[0].date == "2023-11-14"
    counts = [result.exposures for result in control.results]
    assert len(counts) == 7
    assert counts == sorted(counts)


@pytest.mark.parametrize("reads_name", [True, False])
def test_overrides_of_an_experiment(emulator: Emulator, client: Client, experiment: Any, reads_name: bool) -> None:
    emulator.quirk(named_overrides=reads_name)
    emulator.add("gates", {"name": "beta"})
    body = {
        "overrides": [{"type": "gate", "id": "beta", "groupID": "Test"}],
        "userIDOverrides": [{"groupID": "Control", "ids": ["u1", "u2"]}],
    }
    client.change("POST", "experiments/button_colour/overrides", body)
    found = statsig.get_experiment_overrides("button_colour")
    assert [(o.type, o.id, o.group, o.environment) for o in found.overrides] == [("gate", "beta", "Test", None)]
    assert [(o.group, o.ids, o.unit_type) for o in found.user_id_overrides] == [("Control", ["u1", "u2"], None)]


@pytest.mark.parametrize("data_source", BY_EXPERIMENT)
def test_a_missing_experiment_is_an_error(emulator: Emulator, data_source: Callable[[str], Any]) -> None:
    with pytest.raises(GoneError, match=r"^there is no experiment 'nothing' in this Statsig project$"):
        data_source("nothing")


def test_results_of_a_rule_by_either_id(emulator: Emulator, rule_id: str) -> None:
    emulator.edit("gates", "beta", {"description": "x"})
    (rule,) = statsig.list_gate_rules("beta")
    found = statsig.get_gate_pulse_results("beta", rule.base_id, cuped=True, confidence=99)
    assert found == statsig.get_gate_pulse_results("beta", rule.id, cuped=True, confidence=99)
    assert emulator.requests()["log"][-1]["query"] == {"cuped": "true", "confidence": "99"}
    (clicks,) = found.monitoring_metrics
    assert clicks.metric_name == "clicks"
    assert date.fromisoformat(found.ds or "") == date.fromisoformat(found["ds"])


def test_loads_of_a_rule(emulator: Emulator, client: Client, rule_id: str) -> None:
    client.change("POST", "gates/beta/load_pulse", {"ruleId": rule_id, "turboMode": True})
    (load,) = statsig.list_gate_pulse_loads("beta", rule_id)
    assert (load.reload_type, load.turbo_mode, load.finished_state) == ("full", True, "success")
    assert load.start_ds <= load.end_ds


def test_the_jobs_of_a_load(emulator: Emulator, client: Client) -> None:
    emulator.quirk(pulse_load_polls=9)
    emulator.add("experiments", {"id": "button_colour", "name": "Button colour"})
    client.change("POST", "experiments/button_colour/load_pulse", {})
    (load,) = statsig.list_experiment_pulse_loads("button_colour")
    details = statsig.get_experiment_pulse_load("button_colour", str(load.dag_id))
    assert details.dag_id == load.dag_id
    assert [(job.job_type, job.sql, job.end_time) for job in details.jobs] == [("metrics", "SELECT 1", None)]
    with pytest.raises(GoneError, match="there is no load '0' of experiment 'button_colour' in this"):
        statsig.get_experiment_pulse_load("button_colour", "0")


@pytest.mark.parametrize("data_source", [statsig.get_gate_pulse_results, statsig.list_gate_pulse_loads])
@pytest.mark.parametrize("gate_id", ["beta", "gamma"])
def test_a_missing_rule_or_gate_is_an_error(rule_id: str, data_source: Callable[[str, str], Any], gate_id: str) -> None:
    with pytest.raises(GoneError, match=f"^there is no rule 'r' of gate '{gate_id}' in this Statsig project$"):
        data_source(gate_id, "r")
