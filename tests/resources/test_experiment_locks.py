"""Properties that a running experiment locks, and the reset that unlocks them."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from ..contract.project import Request
from .conftest import Deployment, registrations

PATH = "/experiments/new_checkout"
START: Request = ("PUT", f"{PATH}/start", {})
RESET = ("PUT", f"{PATH}/reset", None)
DECISION: dict[str, Any] = {"status": "decision_made", "launched_group": "b", "decision_reason": "it won"}
STARTS_OVER = "to start over, which deletes the results, change reset_trigger"
FREE = "of a group, description, disabled, highlighted, foreign_group_id can be changed"


def group(name: str, size: float = 50, **properties: Any) -> statsig.Group:
    return statsig.Group(name=name, size=size, **properties)


GROUPS = [group("a", parameter_values={"steps": 3}, description="As it is"), group("b", parameter_values={"steps": 2})]
RUNNING: dict[str, Any] = {
    "status": "active",
    "groups": GROUPS,
    "id_type": "userID",
    "targeting_gate_id": "adults",
    "allocation": 10,
    "reset_trigger": "1",
}


def experiment(**properties: Any) -> None:
    statsig.Experiment("experiment", name="New checkout", **properties)


def running(**properties: Any) -> None:
    experiment(**RUNNING | properties)


def messages(deployment: Deployment) -> list[str]:
    return deployment.resources["experiment"].reporter.messages


def problems_of_update(deployment: Deployment, **properties: Any) -> dict[str, str]:
    """Why a preview refuses the program, by place; nothing is sent for it."""
    [(_, _, inputs)] = registrations(lambda: running(**properties))
    deployment.project.new_writes()
    with pytest.raises(InvalidInputsError) as error:
        deployment.resources["experiment"].preview(inputs)
    assert deployment.project.new_writes() == []
    return {problem.place: problem.reason for problem in error.value.problems}


@pytest.fixture(params=["targeting", "strict"])
def emulator(deployment: Deployment, request: pytest.FixtureRequest) -> Emulator:
    """The API locks more, or less, of what runs."""
    deployment.project.emulator.quirk(experiment_locks=request.param)
    return deployment.project.emulator


@pytest.mark.parametrize(
    "properties",
    [
        {"targeting_gate_id": "everyone"},
        {"targeting_gate_id": None},
        {"id_type": "companyID"},
        {"groups": [group("a", 40), group("b", 60)]},
        {"groups": [*GROUPS, group("c", 0)]},
        {"groups": GROUPS[:1]},
        {"groups": [group("a"), group("c")]},
        {"groups": [group("a", parameter_values={"steps": 1}), group("b")]},
        {"groups": []},
    ],
)
def test_a_locked_property_is_an_error_with_the_allowed_ones(
    deployment: Deployment, properties: dict[str, Any]
) -> None:
    deployment.up(running)
    [name] = properties
    rest = f"; {FREE}" if name == "groups" else ""
    assert problems_of_update(deployment, **properties) == {
        name: f"is locked, because the experiment is 'active'{rest}; {STARTS_OVER}"
    }


@pytest.mark.parametrize(
    "properties", [{"targeting_gate_id": "everyone"}, {"groups": [group("a", 40), group("b", 60)]}]
)
def test_a_decided_experiment_stays_locked(deployment: Deployment, properties: dict[str, Any]) -> None:
    deployment.up(running)
    deployment.up(lambda: running(**DECISION))
    [reason] = problems_of_update(deployment, **DECISION, **properties).values()
    assert reason.startswith("is locked, because the experiment is 'decision_made'; ")
    assert reason.endswith(STARTS_OVER)


def test_unlocked_properties_change_while_the_experiment_runs(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(running)
    patch = {"hypothesis": "Two", "allocation": 100, "duration": 28}
    assert [("PATCH", PATH, patch)] == deployment.up(lambda: running(hypothesis="Two", allocation=100, duration=28))
    assert emulator.object("experiments", "new_checkout")["status"] == "active"


def test_a_group_is_described_and_disabled_while_the_experiment_runs(
    deployment: Deployment, emulator: Emulator
) -> None:
    deployment.up(running)
    a, b = emulator.object("experiments", "new_checkout")["groups"]
    a_is = {"name": "a", "size": 50, "parameterValues": {"steps": 3}, "description": "Long", "disabled": False}
    b_is = {"name": "b", "size": 50, "parameterValues": {"steps": 2}, "highlighted": True, "foreignGroupID": "x"}
    writes = [a_is | {"id": a["id"]}, b_is | {"id": b["id"], "disabled": False}]
    steps = {"steps": 2}
    shown = [
        group("a", parameter_values={"steps": 3}, description="Long"),
        group("b", parameter_values=steps, highlighted=True, foreign_group_id="x"),
    ]
    assert deployment.up(lambda: running(groups=shown)) == [("PATCH", PATH, {"groups": writes})]
    off = [shown[0], group("b", parameter_values=steps, highlighted=True, foreign_group_id="x", disabled=True)]
    assert deployment.up(lambda: running(groups=off)) == [("POST", f"{PATH}/disable_groups", {"group_names": ["b"]})]
    back = [shown[0], group("b", parameter_values=steps, highlighted=True, foreign_group_id="x", disabled=False)]
    assert deployment.up(lambda: running(groups=back)) == [("POST", f"{PATH}/enable_groups", {"group_names": ["b"]})]


def test_a_start_after_the_preview_fails_the_update_before_any_write(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(targeting_gate_id="adults"))
    deployment.project.emulator.edit("experiments", "new_checkout", {"status": "active"})
    with pytest.raises(InvalidInputsError, match="targeting_gate_id: is locked, because the experiment is 'active'"):
        deployment.up(lambda: experiment(targeting_gate_id="everyone", hypothesis="Two"))
    assert deployment.project.new_writes() == []


def test_a_trigger_that_is_added_or_removed_resets_nothing(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(status="active"))
    assert deployment.up(lambda: experiment(status="active", reset_trigger="1")) == []
    assert deployment.up(lambda: experiment(status="active", reset_trigger="1", hypothesis="Two")) == [
        ("PATCH", PATH, {"hypothesis": "Two"})
    ]
    assert deployment.up(lambda: experiment(status="active")) == []


def test_a_trigger_that_is_added_runs_nothing(deployment: Deployment) -> None:
    for properties in ({"reset_trigger": "1"}, {}, {"reset_trigger": "2"}):
        writes = deployment.up(lambda properties=properties: experiment(status="active", **properties))  # type: ignore[misc]
    assert writes == []


def test_a_trigger_that_changes_resets(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(reset_trigger="1", status="active"))
    assert deployment.up(lambda: experiment(reset_trigger="2", status="setup")) == [RESET]
    assert deployment.resources["experiment"].live()["status"] == "setup"
    assert deployment.up(lambda: experiment(reset_trigger="2", status="active")) == [START]
    assert deployment.up(lambda: experiment(reset_trigger="3")) == [RESET]
    assert deployment.up(lambda: experiment(reset_trigger="3")) == []


def test_a_reset_experiment_starts_again_if_it_is_declared_active(deployment: Deployment) -> None:
    deployment.up(running)
    before = deployment.resources["experiment"].live()["startTime"]
    assert deployment.up(lambda: running(reset_trigger="2")) == [RESET, START]
    live = deployment.resources["experiment"].live()
    assert live["status"] == "active"
    assert live["startTime"] > before


def test_locked_properties_change_between_reset_and_start(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(running)
    a, b = (item["id"] for item in emulator.object("experiments", "new_checkout")["groups"])
    properties = {"id_type": "companyID", "targeting_gate_id": None, "groups": [group("b", 60), group("a", 40)]}
    writes = [
        {"name": "b", "size": 60, "parameterValues": {"steps": 2}, "disabled": False, "id": b},
        {
            "name": "a",
            "size": 40,
            "parameterValues": {"steps": 3},
            "description": "As it is",
            "disabled": False,
            "id": a,
        },
    ]
    patch = {"idType": "companyID", "targetingGateID": None, "groups": writes}
    [reset, (method, path, body), start] = deployment.up(lambda: running(reset_trigger="2", **properties))
    assert (reset, method, path, start) == (RESET, "PATCH", PATH, START)
    assert body == patch


@pytest.mark.parametrize("after", [{"status": "active"}, {"status": "setup"}])
def test_a_decided_experiment_can_be_reset(deployment: Deployment, after: dict[str, Any]) -> None:
    deployment.up(running)
    deployment.up(lambda: running(**DECISION))
    writes = [RESET, START] if after["status"] == "active" else [RESET]
    assert deployment.up(lambda: running(**after, reset_trigger="2")) == writes
    live = deployment.resources["experiment"].live()
    assert (live["status"], live["launchedGroupID"], live["decisionReason"]) == (after["status"], None, None)


def test_an_archived_experiment_is_unarchived_and_reset(deployment: Deployment) -> None:
    deployment.up(running)
    deployment.up(lambda: running(status="archived"))
    assert deployment.up(lambda: running(status="setup", reset_trigger="2", targeting_gate_id="everyone")) == [
        ("PUT", f"{PATH}/unarchive", None),
        RESET,
        ("PATCH", PATH, {"targetingGateID": "everyone"}),
    ]


def test_a_reset_before_the_start_sends_nothing(deployment: Deployment) -> None:
    deployment.up(lambda: running(status="setup"))
    assert deployment.up(lambda: running(status="setup", reset_trigger="2")) == []
    assert "info: Experiment 'New checkout': reset_trigger is carried out already" in messages(deployment)


def test_a_reset_whose_result_the_state_lacks_is_not_repeated(deployment: Deployment) -> None:
    deployment.up(running)
    deployment.project.emulator.edit("experiments", "new_checkout", {"status": "setup"})
    assert deployment.up(lambda: running(reset_trigger="2")) == [START]


def test_a_decision_right_after_a_reset_is_rejected(deployment: Deployment) -> None:
    deployment.up(running)
    words = (
        "'setup' cannot become 'decision_made', only 'active' or 'archived'; to keep 'setup', declare status='setup'"
    )
    assert problems_of_update(deployment, **DECISION, reset_trigger="2") == {"status": words}


def test_a_rejected_reset_of_a_running_experiment_is_reported(deployment: Deployment) -> None:
    deployment.up(running)
    deployment.project.emulator.quirk(reset_active_experiment="reject")
    with pytest.raises(StatsigError, match="Experiment has not yet finished"):
        deployment.up(lambda: running(reset_trigger="2"))
    assert deployment.resources["experiment"].live()["status"] == "active"


def test_an_archived_experiment_is_edited_before_it_starts(deployment: Deployment) -> None:
    deployment.up(lambda: running(status="setup"))
    deployment.up(lambda: running(status="archived"))
    assert deployment.up(lambda: running(targeting_gate_id="everyone")) == [
        ("PUT", f"{PATH}/unarchive", None),
        ("PATCH", PATH, {"targetingGateID": "everyone"}),
        START,
    ]
