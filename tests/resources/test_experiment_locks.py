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
STARTS_OVER = "or change reset_trigger to start over"
FREE = "of a group, description, disabled, highlighted, foreign_group_id can be changed"


def group(name: str, size: float = 50, **given: Any) -> statsig.Group:
    return statsig.Group(name=name, size=size, **given)


GROUPS = [group("a", parameter_values={"steps": 3}, description="As it is"), group("b", parameter_values={"steps": 2})]
RUNNING: dict[str, Any] = {
    "status": "active",
    "groups": GROUPS,
    "id_type": "userID",
    "targeting_gate_id": "adults",
    "allocation": 10,
    "reset_trigger": "1",
}


def experiment(**given: Any) -> None:
    statsig.Experiment("experiment", name="New checkout", **given)


def running(**given: Any) -> None:
    experiment(**RUNNING | given)


def refused(deployment: Deployment, **given: Any) -> dict[str, str]:
    """Why a preview refuses the program, by place; nothing is sent for it."""
    [(_, _, inputs)] = registrations(lambda: running(**given))
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
    "given",
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
def test_a_locked_property_is_refused_with_what_is_allowed(deployment: Deployment, given: dict[str, Any]) -> None:
    deployment.up(running)
    [name] = given
    rest = f"; {FREE}" if name == "groups" else ""
    assert refused(deployment, **given) == {name: f"is locked, because the experiment is 'active'{rest}; {STARTS_OVER}"}


@pytest.mark.parametrize("given", [{"targeting_gate_id": "everyone"}, {"groups": [group("a", 40), group("b", 60)]}])
def test_it_stays_locked_after_the_decision(deployment: Deployment, given: dict[str, Any]) -> None:
    deployment.up(running)
    deployment.up(lambda: running(**DECISION))
    [reason] = refused(deployment, **DECISION, **given).values()
    assert reason.startswith("is locked, because the experiment is 'decision_made'; ")
    assert reason.endswith(STARTS_OVER)


def test_what_is_not_locked_is_changed_while_it_runs(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(running)
    patch = {"hypothesis": "Two", "allocation": 100, "duration": 28}
    assert [("PATCH", PATH, patch)] == deployment.up(lambda: running(hypothesis="Two", allocation=100, duration=28))
    assert emulator.object("experiments", "new_checkout")["status"] == "active"


def test_a_group_is_described_and_disabled_while_it_runs(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(running)
    a, b = emulator.object("experiments", "new_checkout")["groups"]
    a_is = {"name": "a", "size": 50, "parameterValues": {"steps": 3}, "description": "Long", "disabled": False}
    b_is = {"name": "b", "size": 50, "parameterValues": {"steps": 2}, "highlighted": True, "foreignGroupID": "x"}
    sent = [a_is | {"id": a["id"]}, b_is | {"id": b["id"], "disabled": False}]
    steps = {"steps": 2}
    shown = [
        group("a", parameter_values={"steps": 3}, description="Long"),
        group("b", parameter_values=steps, highlighted=True, foreign_group_id="x"),
    ]
    assert deployment.up(lambda: running(groups=shown)) == [("PATCH", PATH, {"groups": sent})]
    off = [shown[0], group("b", parameter_values=steps, highlighted=True, foreign_group_id="x", disabled=True)]
    assert deployment.up(lambda: running(groups=off)) == [("POST", f"{PATH}/disable_groups", {"group_names": ["b"]})]
    back = [shown[0], group("b", parameter_values=steps, highlighted=True, foreign_group_id="x", disabled=False)]
    assert deployment.up(lambda: running(groups=back)) == [("POST", f"{PATH}/enable_groups", {"group_names": ["b"]})]


def test_what_started_after_the_preview_is_refused_before_anything_is_sent(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(targeting_gate_id="adults"))
    deployment.project.emulator.edit("experiments", "new_checkout", {"status": "active"})
    with pytest.raises(InvalidInputsError, match="targeting_gate_id: is locked, because the experiment is 'active'"):
        deployment.up(lambda: experiment(targeting_gate_id="everyone", hypothesis="Two"))
    assert deployment.project.new_writes() == []


def test_a_trigger_that_is_newly_declared_or_no_longer_does_nothing(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(status="active"))
    assert deployment.up(lambda: experiment(status="active", reset_trigger="1")) == []
    assert deployment.up(lambda: experiment(status="active", reset_trigger="1", hypothesis="Two")) == [
        ("PATCH", PATH, {"hypothesis": "Two"})
    ]
    assert deployment.up(lambda: experiment(status="active")) == []


def test_a_trigger_that_is_declared_anew_does_nothing(deployment: Deployment) -> None:
    for given in ({"reset_trigger": "1"}, {}, {"reset_trigger": "2"}):
        sent = deployment.up(lambda given=given: experiment(status="active", **given))  # type: ignore[misc]
    assert sent == []


def test_a_trigger_that_changes_resets(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(reset_trigger="1", status="active"))
    assert deployment.up(lambda: experiment(reset_trigger="2", status="setup")) == [RESET]
    assert deployment.resources["experiment"].live()["status"] == "setup"
    assert deployment.up(lambda: experiment(reset_trigger="2", status="active")) == [START]
    assert deployment.up(lambda: experiment(reset_trigger="3")) == [RESET]
    assert deployment.up(lambda: experiment(reset_trigger="3")) == []


def test_it_starts_again_after_the_reset_where_active_is_declared(deployment: Deployment) -> None:
    deployment.up(running)
    before = deployment.resources["experiment"].live()["startTime"]
    assert deployment.up(lambda: running(reset_trigger="2")) == [RESET, START]
    live = deployment.resources["experiment"].live()
    assert live["status"] == "active"
    assert live["startTime"] > before


def test_what_is_locked_changes_between_the_reset_and_the_start(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(running)
    a, b = (item["id"] for item in emulator.object("experiments", "new_checkout")["groups"])
    given = {"id_type": "companyID", "targeting_gate_id": None, "groups": [group("b", 60), group("a", 40)]}
    sent = [
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
    patch = {"idType": "companyID", "targetingGateID": None, "groups": sent}
    [reset, (method, path, body), start] = deployment.up(lambda: running(reset_trigger="2", **given))
    assert (reset, method, path, start) == (RESET, "PATCH", PATH, START)
    assert body == patch


@pytest.mark.parametrize("after", [{"status": "active"}, {"status": "setup"}])
def test_a_decided_experiment_starts_over(deployment: Deployment, after: dict[str, Any]) -> None:
    deployment.up(running)
    deployment.up(lambda: running(**DECISION))
    sent = [RESET, START] if after["status"] == "active" else [RESET]
    assert deployment.up(lambda: running(**after, reset_trigger="2")) == sent
    live = deployment.resources["experiment"].live()
    assert (live["status"], live["launchedGroupID"], live["decisionReason"]) == (after["status"], None, None)


def test_an_archived_experiment_is_taken_out_and_starts_over(deployment: Deployment) -> None:
    deployment.up(running)
    deployment.up(lambda: running(status="archived"))
    assert deployment.up(lambda: running(status="setup", reset_trigger="2", targeting_gate_id="everyone")) == [
        ("PUT", f"{PATH}/unarchive", None),
        RESET,
        ("PATCH", PATH, {"targetingGateID": "everyone"}),
    ]


def test_there_is_nothing_to_reset_before_the_start(deployment: Deployment) -> None:
    deployment.up(lambda: running(status="setup"))
    words = "there is nothing to reset: leave it at '1'"
    assert refused(deployment, status="setup", reset_trigger="2") == {"reset_trigger": words}


def test_a_decision_does_not_follow_a_reset_at_once(deployment: Deployment) -> None:
    deployment.up(running)
    words = "'setup' cannot become 'decision_made', only 'active' or 'archived'"
    assert refused(deployment, **DECISION, reset_trigger="2") == {"status": words}


def test_where_the_api_resets_nothing_that_runs_it_says_so(deployment: Deployment) -> None:
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
