"""Statuses of experiments: the exact requests from each status to each other."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Request
from .conftest import Deployment, registrations

PATH = "/experiments/new_checkout"
CREATE = ("POST", "/experiments", {"name": "New checkout"})
START: Request = ("PUT", f"{PATH}/start", {})
ABANDON = ("PUT", f"{PATH}/abandon", {"decisionReason": "too slow"})
ARCHIVE: Request = ("PUT", f"{PATH}/archive", {})
UNARCHIVE: Request = ("PUT", f"{PATH}/unarchive", None)
DECIDE = "decide"
"""Placeholder for the decision, whose request contains the id of the group."""

SETUP: dict[str, Any] = {"status": "setup"}
ACTIVE: dict[str, Any] = {"status": "active"}
DECIDED: dict[str, Any] = {"status": "decision_made", "launched_group": "Test", "decision_reason": "it won"}
ABANDONED: dict[str, Any] = {"status": "abandoned", "decision_reason": "too slow"}
ARCHIVED: dict[str, Any] = {"status": "archived"}


def starts_over(status: str) -> str:
    """Return the advice to reset the experiment, if no trigger is declared yet."""
    if status == "setup":
        return ""
    return (
        f"; to start over, which deletes the results, declare reset_trigger with status='{status}' and run"
        " `pulumi up`, then change reset_trigger"
    )


def keeps(before: dict[str, Any]) -> str:
    """Return the advice to declare the status as it is."""
    status = before["status"]
    if "stopped" in status:
        return f"; to keep '{status}', omit status"
    names = ("launched_group", "decision_reason") if status in ("decision_made", "abandoned") else ()
    rest = "".join(f", {name}={before[name]!r}" for name in names if name in before)
    return f"; to keep '{status}', declare status='{status}'{rest}"


def experiment(**properties: Any) -> None:
    statsig.Experiment("experiment", name="New checkout", **properties)


def id_of(deployment: Deployment, group: str) -> str:
    groups = deployment.project.emulator.object("experiments", "new_checkout")["groups"]
    return next(str(item["id"]) for item in groups if item["name"] == group)


def calls(deployment: Deployment, writes: tuple[Request | str, ...]) -> list[Request]:
    """What is sent, with the decision spelled out."""
    messages = {"id": id_of(deployment, "Test"), "decisionReason": "it won"}
    return [("PUT", f"{PATH}/make_decision", messages) if isinstance(call, str) else call for call in writes]


def status(deployment: Deployment) -> str:
    return str(deployment.resources["experiment"].live()["status"])


def deploy_all(deployment: Deployment, *steps: dict[str, Any]) -> None:
    """An experiment that has come this way."""
    for step in steps:
        deployment.up(lambda step=step: experiment(**step))  # type: ignore[misc]


def problems_of_create(deployment: Deployment, **properties: Any) -> list[str]:
    """Return why a preview rejects a new experiment; it sends nothing."""
    [(_, _, inputs)] = registrations(lambda: experiment(**properties))
    problems = deployment.project.resource(REGISTRY["Experiment"]).lifecycle.check(inputs, new=True)[1]
    assert deployment.project.new_writes() == []
    return [str(problem) for problem in problems]


def drift_warning(deployment: Deployment, **properties: Any) -> str:
    """Return the warning of a preview of drift that no update can change back."""
    [(_, _, inputs)] = registrations(lambda: experiment(**properties))
    resource = deployment.resources["experiment"]
    assert resource.preview(inputs)
    return resource.reporter.warnings[-1]


def problems_of_update(deployment: Deployment, **properties: Any) -> dict[str, str]:
    """Why a preview refuses the program, by place; nothing is sent for it."""
    [(_, _, inputs)] = registrations(lambda: experiment(**properties))
    deployment.project.new_writes()
    with pytest.raises(InvalidInputsError) as error:
        deployment.resources["experiment"].preview(inputs)
    assert deployment.project.new_writes() == []
    return {problem.place: problem.reason for problem in error.value.problems}


@pytest.mark.parametrize(
    ("declared", "writes"),
    [
        (SETUP, ()),
        (ACTIVE, (START,)),
        (DECIDED, (START, DECIDE)),
        (ABANDONED, (START, ABANDON)),
        (ARCHIVED, (ARCHIVE,)),
        (DECIDED | ARCHIVED, (START, DECIDE, ARCHIVE)),
        (ABANDONED | ARCHIVED, (START, ABANDON, ARCHIVE)),
    ],
)
def test_an_experiment_is_created_in_its_declared_status(
    deployment: Deployment, declared: dict[str, Any], writes: tuple[Request | str, ...]
) -> None:
    made = deployment.up(lambda: experiment(**declared))
    assert made == [CREATE, *calls(deployment, writes)]
    resource = deployment.resources["experiment"]
    assert {name: resource.outputs[name] for name in declared} == declared
    assert deployment.up(lambda: experiment(**declared)) == []
    assert resource.drift() == ()


@pytest.mark.parametrize(
    ("before", "after", "writes"),
    [
        ((SETUP,), ACTIVE, (START,)),
        ((SETUP,), ARCHIVED, (ARCHIVE,)),
        ((ACTIVE,), DECIDED, (DECIDE,)),
        ((ACTIVE,), ABANDONED, (ABANDON,)),
        ((ACTIVE,), ARCHIVED, (ARCHIVE,)),
        ((ACTIVE,), DECIDED | ARCHIVED, (DECIDE, ARCHIVE)),
        ((ACTIVE,), ABANDONED | ARCHIVED, (ABANDON, ARCHIVE)),
        ((DECIDED,), DECIDED | ARCHIVED, (ARCHIVE,)),
        ((DECIDED,), ARCHIVED, (ARCHIVE,)),
        ((ABANDONED,), ABANDONED | ARCHIVED, (ARCHIVE,)),
        ((SETUP, ARCHIVED), SETUP, (UNARCHIVE,)),
        ((SETUP, ARCHIVED), ACTIVE, (UNARCHIVE, START)),
        ((ACTIVE, ARCHIVED), ACTIVE, (UNARCHIVE,)),
        ((ACTIVE, ARCHIVED), DECIDED, (UNARCHIVE, DECIDE)),
        ((ACTIVE, ARCHIVED), ABANDONED, (UNARCHIVE, ABANDON)),
        ((DECIDED, DECIDED | ARCHIVED), DECIDED, (UNARCHIVE,)),
        ((ABANDONED, ABANDONED | ARCHIVED), ABANDONED, (UNARCHIVE,)),
    ],
)
def test_each_change_of_the_status_sends_its_own_requests(
    deployment: Deployment, before: tuple[dict[str, Any], ...], after: dict[str, Any], writes: tuple[Request | str, ...]
) -> None:
    deploy_all(deployment, *before)
    assert deployment.up(lambda: experiment(**after)) == calls(deployment, writes)
    assert status(deployment) == after["status"]
    assert deployment.resources["experiment"].drift() == ()


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ((SETUP,), DECIDED, "'active' or 'archived'"),
        ((SETUP,), ABANDONED, "'active' or 'archived'"),
        ((ACTIVE,), SETUP, "'decision_made' or 'abandoned' or 'archived'"),
        ((DECIDED,), SETUP, "'archived'"),
        ((DECIDED,), ACTIVE, "'archived'"),
        ((DECIDED,), ABANDONED, "'archived'"),
        ((ABANDONED,), SETUP, "'archived'"),
        ((ABANDONED,), ACTIVE, "'archived'"),
        ((ABANDONED,), DECIDED, "'archived'"),
        ((ACTIVE, ARCHIVED), SETUP, "'active' or 'decision_made' or 'abandoned'"),
        ((DECIDED, ARCHIVED), SETUP, "'decision_made'"),
        ((DECIDED, ARCHIVED), ACTIVE, "'decision_made'"),
        ((DECIDED, ARCHIVED), ABANDONED, "'decision_made'"),
        ((ABANDONED, ARCHIVED), ACTIVE, "'abandoned'"),
        ((ABANDONED, ARCHIVED), DECIDED, "'abandoned'"),
    ],
)
def test_an_impossible_status_is_an_error_with_the_possible_ones(
    deployment: Deployment, before: tuple[dict[str, Any], ...], after: dict[str, Any], allowed: str
) -> None:
    deploy_all(deployment, *before)
    words = f"'{before[-1]['status']}' cannot become '{after['status']}', only {allowed}"
    words += keeps(before[-1]) + starts_over(before[-1]["status"])
    assert problems_of_update(deployment, **after)["status"] == words


@pytest.mark.parametrize("stopped", ["experiment_stopped", "assignment_stopped"])
def test_an_experiment_stopped_in_the_console_cannot_be_active_again(deployment: Deployment, stopped: str) -> None:
    deploy_all(deployment, ACTIVE)
    deployment.project.emulator.edit("experiments", "new_checkout", {"status": stopped})
    assert deployment.resources["experiment"].refresh()["status"] == stopped
    allowed = "'decision_made' or 'abandoned' or 'archived'"
    words = f"'{stopped}' cannot become 'active', only {allowed}{keeps({'status': stopped})}{starts_over(stopped)}"
    assert words in drift_warning(deployment, **ACTIVE)
    assert deployment.up(lambda: experiment(**DECIDED | ARCHIVED)) == calls(deployment, (DECIDE, ARCHIVE))


@pytest.mark.parametrize(
    ("properties", "place", "words"),
    [
        ({"status": "decision_made", "decision_reason": "x"}, "launched_group", "is required for status"),
        ({"status": "decision_made", "launched_group": "Test"}, "decision_reason", "is required for status"),
        ({"status": "abandoned"}, "decision_reason", "is required for status 'abandoned'"),
        ({"launched_group": "Test", "decision_reason": "x"}, "launched_group", "requires status 'decision_made'"),
        ({"decision_reason": "x"}, "decision_reason", "requires status 'decision_made' or 'abandoned'"),
        (ABANDONED | {"launched_group": "Test"}, "launched_group", "requires status 'decision_made'"),
        (ARCHIVED | {"launched_group": "Test"}, "decision_reason", "is required for status 'archived'"),
        (DECIDED | {"decision_reason": ""}, "decision_reason", "at least 1"),
        (
            DECIDED | {"remove_targeting": True, "targeting_gate_id": "adults"},
            "remove_targeting",
            "conflicts with",
        ),
        (
            DECIDED | {"groups": [statsig.Group(name="a", size=1)]},
            "launched_group",
            "there is no group 'Test'; the groups are a",
        ),
    ],
)
def test_a_status_without_its_required_properties_fails_before_any_request(
    properties: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: experiment(**properties))
    problems = {problem.place: problem.reason for problem in error.value.problems}
    assert words in problems[place]


def test_an_unknown_status_is_not_validated() -> None:
    def program() -> None:
        tag = statsig.Tag("tag", name="abandoned")
        experiment(status=tag.name, decision_reason="x")

    assert [name for _, name, _ in registrations(program)] == ["tag", "experiment"]


def test_an_undeclared_status_is_left_to_the_console(deployment: Deployment) -> None:
    deploy_all(deployment, {})
    deployment.project.emulator.edit("experiments", "new_checkout", {"status": "active"})
    assert deployment.resources["experiment"].drift() == ()
    assert deployment.up(lambda: experiment(hypothesis="Ours")) == [("PATCH", PATH, {"hypothesis": "Ours"})]
    assert status(deployment) == "active"


def test_the_reason_of_a_status_is_sent_with_its_action(deployment: Deployment) -> None:
    deploy_all(deployment, {"targeting_gate_id": "adults"})
    messages: dict[str, Any] = {"analysis_start_time": "2026-01-01", "remove_targeting": True, "archive_reason": "done"}
    assert deployment.up(lambda: experiment(**ACTIVE, **messages)) == [
        ("PUT", f"{PATH}/start", {"analysisStartTime": "2026-01-01"})
    ]
    decision = {"id": id_of(deployment, "Test"), "decisionReason": "it won", "removeTargeting": True}
    assert deployment.up(lambda: experiment(**DECIDED, **messages)) == [("PUT", f"{PATH}/make_decision", decision)]
    assert deployment.resources["experiment"].live()["targetingGateID"] == ""
    assert deployment.up(lambda: experiment(**DECIDED, **messages, targeting_gate_id=None)) == []
    assert deployment.up(lambda: experiment(**DECIDED | ARCHIVED, **messages)) == [
        ("PUT", f"{PATH}/archive", {"archiveReason": "done"})
    ]


def test_edits_are_sent_before_the_start_and_before_the_decision(deployment: Deployment) -> None:
    deploy_all(deployment, SETUP)
    edit = ("PATCH", PATH, {"targetingGateID": "adults", "allocation": 10})
    assert deployment.up(lambda: experiment(**ACTIVE, targeting_gate_id="adults", allocation=10)) == [edit, START]
    patch = ("PATCH", PATH, {"allocation": 100})
    assert [patch, *calls(deployment, (DECIDE,))] == deployment.up(lambda: experiment(**DECIDED, allocation=100))


def test_a_reason_is_updated_alone(deployment: Deployment) -> None:
    deploy_all(deployment, DECIDED)
    for declared in (DECIDED, DECIDED | ARCHIVED):
        deploy_all(deployment, declared)
        corrected = f"it won, {declared['status']}"
        assert deployment.up(lambda: experiment(**declared | {"decision_reason": corrected})) == [  # noqa: B023
            ("PATCH", PATH, {"decisionReason": corrected})
        ]


def test_a_decision_changed_in_the_console_is_drift_with_the_next_step(deployment: Deployment) -> None:
    deploy_all(deployment, DECIDED)
    edit = {"launchedGroupID": id_of(deployment, "Control"), "decisionReason": "Ana's"}
    deployment.project.emulator.edit("experiments", "new_checkout", edit)
    assert deployment.resources["experiment"].refresh()["launched_group"] == "Control"
    words = f"launched_group: 'Control' was already launched{starts_over('decision_made')}"
    assert words in drift_warning(deployment, **DECIDED)


def test_an_archived_undecided_experiment_launches_no_group(deployment: Deployment) -> None:
    deploy_all(deployment, ACTIVE, ARCHIVED)
    reason = f"the experiment is 'archived', so it cannot launch a group{starts_over('archived')}"
    assert problems_of_update(deployment, **DECIDED | ARCHIVED) == {"launched_group": reason}


def test_a_missing_group_is_not_launched(deployment: Deployment) -> None:
    deploy_all(deployment, ACTIVE)
    words = "there is no group 'C'; the groups are Control, Test"
    assert problems_of_update(deployment, **DECIDED | {"launched_group": "C"}) == {"launched_group": words}
    assert problems_of_create(deployment, **DECIDED | {"launched_group": "C"}) == [f"launched_group: {words}"]
