"""Loads of Pulse results: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from .conftest import Deployment, registrations

EXPERIMENT, GATE = "/experiments/checkout/load_pulse", "/gates/new_checkout/load_pulse"


def load(**properties: Any) -> None:
    statsig.PulseLoad("load", **properties)


def of_experiment(**properties: Any) -> None:
    load(experiment_id="checkout", **properties)


@pytest.fixture
def emulator(deployment: Deployment) -> Emulator:
    """A project with an experiment and a gate."""
    emulator = deployment.project.emulator
    emulator.add("experiments", {"id": "checkout", "name": "checkout"})
    rules = [{"name": name, "passPercentage": 10, "conditions": []} for name in ("few", "many")]
    emulator.add("gates", {"id": "new_checkout", "name": "new checkout", "rules": rules})
    return emulator


def loads(emulator: Emulator) -> list[Any]:
    return [entry["load"] for entry in emulator.objects("pulse_loads")]


def test_every_property_is_sent_in_one_post_and_the_load_is_an_output(
    deployment: Deployment, emulator: Emulator
) -> None:
    def program() -> None:
        of_experiment(
            refresh="metric", metric_ids=["b::user", "a::user"], turbo_mode=True, triggers=["a"], wait_minutes=5
        )

    body = {"refresh": "metric", "metricIDs": ["a::user", "b::user"], "turboMode": True}
    assert deployment.up(program) == [("POST", EXPERIMENT, body)]
    assert deployment.up(program) == []
    [load_record] = loads(emulator)
    resource = deployment.resources["load"]
    assert resource.id == f"experiments/checkout/{load_record['dagID']}"
    shown = ("dag_id", "started_time", "finished_time", "finished_state", "start_ds", "end_ds", "is_finished")
    assert {name: resource.outputs[name] for name in shown} == {
        "dag_id": load_record["dagID"],
        "started_time": load_record["createdTime"],
        "finished_time": load_record["finishedTime"],
        "finished_state": "success",
        "start_ds": load_record["startDs"],
        "end_ds": load_record["endDs"],
        "is_finished": True,
    }
    assert deployment.refresh() == {"load": resource.inputs}
    assert deployment.destroy() == []


def test_an_experiment_is_enough(deployment: Deployment, emulator: Emulator) -> None:
    assert deployment.up(of_experiment) == [("POST", EXPERIMENT, {})]


@pytest.mark.parametrize("by", ["name", "id", "baseID"])
def test_a_rule_is_selected_by_name_or_id(deployment: Deployment, emulator: Emulator, by: str) -> None:
    few, many = emulator.object("gates", "new_checkout")["rules"]
    rule = many | {"id": f"{many['baseID']}:20.00:2"}
    emulator.edit("gates", "new_checkout", {"rules": [few, rule]})

    def program() -> None:
        load(gate_id="new_checkout", rule=rule[by], refresh="incremental")

    assert deployment.up(program) == [("POST", GATE, {"refresh": "incremental", "ruleId": rule["id"]})]
    [load_record] = loads(emulator)
    assert deployment.resources["load"].id == f"gates/new_checkout/{rule['baseID']}/{load_record['dagID']}"

    # The id of the rule moves with its percentage; the load stays the one it is.
    emulator.edit("gates", "new_checkout", {"rules": [few, rule | {"id": f"{many['baseID']}:30.00:3"}]})
    assert deployment.refresh() == {"load": deployment.resources["load"].inputs}
    found = deployment.resources["load"].lifecycle.read(str(deployment.resources["load"].id), {})
    assert found is not None
    assert found.outputs["dag_id"] == load_record["dagID"]


def test_a_load_is_waited_for(deployment: Deployment, emulator: Emulator) -> None:
    emulator.quirk(pulse_load_polls=4)
    assert deployment.up(lambda: of_experiment(wait_minutes=5)) == [("POST", EXPERIMENT, {})]
    resource = deployment.resources["load"]
    assert resource.outputs["finished_state"] == "success"
    title = f"info: PulseLoad '{resource.id}'"
    assert resource.reporter.messages == [f"{title}: loading, waiting 0 of 300 s", f"{title}: success after 5 s"]


@pytest.mark.parametrize("state_word", ["failure", "partial_failure", "cancelled", "timeout"])
def test_a_load_that_does_not_succeed_is_an_error(deployment: Deployment, emulator: Emulator, state_word: str) -> None:
    emulator.quirk(pulse_load_polls=100)
    deployment.up(of_experiment)
    state = emulator.state()
    [entry] = state["collections"]["pulse_loads"]["records"].values()
    entry["load"] |= {"finishedState": state_word, "finishedTime": 1}
    emulator.load_state(state)
    with pytest.raises(StatsigError, match=f"failed in Statsig: {state_word}; change triggers to start it again"):
        deployment.up(lambda: of_experiment(wait_minutes=5))
    assert not deployment.resources["load"].preview({"experiment_id": "checkout"})


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_load_without_an_id_is_identified_by_its_time(
    deployment: Deployment, emulator: Emulator, is_shown: bool
) -> None:
    deployment.up(of_experiment)
    [load_record] = loads(emulator)
    del load_record["dagID"]
    history = {"message": "done", "data": [load_record], "pagination": {"nextPage": None}}
    deployment.resources.clear()

    def set_history(times: int | None, data: list[Any]) -> None:
        path = "/experiments/checkout/pulse_load_history"
        emulator.fault(method="GET", path=path, status=200, times=times, body=history | {"data": data})

    set_history(1 if is_shown else 3, [])
    set_history(None, [load_record])
    deployment.up(of_experiment)
    resource = deployment.resources["load"]
    key = str(resource.id).removeprefix("experiments/checkout/")
    assert key == str(load_record["createdTime"]) or (not is_shown and key.isdigit())
    deployment.refresh()
    assert resource.outputs["started_time"] == load_record["createdTime"]
    assert resource.outputs["finished_state"] == "success"
    emulator.clear_faults()
    deployment.project.new_writes()
    deployment.project.exchanges.clear()  # in the newest specification a load has an id


def test_a_load_that_someone_else_started_is_not_adopted(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(lambda: of_experiment(refresh="incremental"))
    first = deployment.resources.pop("load")
    deployment.up(lambda: of_experiment(refresh="incremental"))
    assert deployment.resources["load"].id != first.id
    assert {load["dagID"] for load in loads(emulator)} == {
        str(resource.id).rpartition("/")[2] for resource in (first, deployment.resources["load"])
    }


def test_a_lost_response_starts_no_second_load(deployment: Deployment, emulator: Emulator) -> None:
    emulator.fault(method="POST", path=EXPERIMENT, status=502, applied=True)
    deployment.up(of_experiment)
    [load_record] = loads(emulator)
    assert deployment.resources["load"].id == f"experiments/checkout/{load_record['dagID']}"


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        (
            {"gate_id": "new_checkout", "rule": "most"},
            "gate 'new_checkout' has no rule 'most'; its rules are 'few', 'many'",
        ),
        (
            {"gate_id": "no_gate", "rule": "few"},
            "Gate not found.; check the experiment",
        ),
        ({"experiment_id": "none"}, "Experiment not found.; check the experiment"),
    ],
)
def test_a_missing_object_is_a_one_line_error(
    deployment: Deployment, emulator: Emulator, properties: dict[str, Any], words: str
) -> None:
    with pytest.raises(StatsigError) as error:
        deployment.up(lambda: load(**properties))
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert loads(emulator) == []


def test_a_load_of_a_deleted_experiment_is_not_run_again(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(of_experiment)
    resource = deployment.resources["load"]
    before = dict(resource.outputs)
    emulator.remove("experiments", "checkout")
    assert deployment.refresh() == {"load": resource.inputs}
    assert resource.outputs == before
    assert not resource.preview()


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({}, "experiment_id: a load needs an experiment or a gate: set either experiment_id, or gate_id and rule"),
        ({"experiment_id": "a", "gate_id": "b", "rule": "c"}, "experiment_id: a load needs an experiment or a gate"),
        ({"gate_id": "b"}, "rule: is required with gate_id"),
        ({"experiment_id": "a", "rule": "c"}, "rule: requires gate_id"),
        ({"experiment_id": "a", "refresh": "all"}, "refresh: input should be 'full'"),
    ],
)
def test_invalid_inputs_fail_in_the_constructor(properties: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: load(**properties))
    assert words in str(error.value)
