"""Statuses of experiments: the exact requests from each status to each other."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from ..contract.project import Request
from .conftest import Deployment, registrations

PATH = "/experiments/new_checkout"
CREATE = ("POST", "/experiments", {"name": "New checkout"})
START: Request = ("PUT", f"{PATH}/start", {})
ABANDON = ("PUT", f"{PATH}/abandon", {"decisionReason": "too slow"})
ARCHIVE: Request = ("PUT", f"{PATH}/archive", {})
UNARCHIVE: Request = ("PUT", f"{PATH}/unarchive", None)
DECIDE = "decide"
"""Stands for the decision, which tells the id of the group."""

SETUP: dict[str, Any] = {"status": "setup"}
ACTIVE: dict[str, Any] = {"status": "active"}
DECIDED: dict[str, Any] = {"status": "decision_made", "launched_group": "Test", "decision_reason": "it won"}
ABANDONED: dict[str, Any] = {"status": "abandoned", "decision_reason": "too slow"}
ARCHIVED: dict[str, Any] = {"status": "archived"}


def starts_over(status: str) -> str:
    """The way back from a status, where no trigger is declared yet."""
    if status == "setup":
        return ""
    return f"; to start over, declare reset_trigger with the status as it is, '{status}', and change it after that"


def experiment(**given: Any) -> None:
    statsig.Experiment("experiment", name="New checkout", **given)


def id_of(deployment: Deployment, group: str) -> str:
    groups = deployment.project.emulator.object("experiments", "new_checkout")["groups"]
    return next(str(item["id"]) for item in groups if item["name"] == group)


def calls(deployment: Deployment, sent: tuple[Request | str, ...]) -> list[Request]:
    """What is sent, with the decision spelled out."""
    said = {"id": id_of(deployment, "Test"), "decisionReason": "it won"}
    return [("PUT", f"{PATH}/make_decision", said) if isinstance(call, str) else call for call in sent]


def status(deployment: Deployment) -> str:
    return str(deployment.resources["experiment"].live()["status"])


def brought(deployment: Deployment, *steps: dict[str, Any]) -> None:
    """An experiment that has come this way."""
    for step in steps:
        deployment.up(lambda step=step: experiment(**step))  # type: ignore[misc]


def refused(deployment: Deployment, **given: Any) -> dict[str, str]:
    """Why a preview refuses the program, by place; nothing is sent for it."""
    [(_, _, inputs)] = registrations(lambda: experiment(**given))
    deployment.project.new_writes()
    with pytest.raises(InvalidInputsError) as error:
        deployment.resources["experiment"].preview(inputs)
    assert deployment.project.new_writes() == []
    return {problem.place: problem.reason for problem in error.value.problems}


@pytest.mark.parametrize(
    ("declared", "sent"),
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
def test_an_experiment_is_made_where_it_is_to_stand(
    deployment: Deployment, declared: dict[str, Any], sent: tuple[Request | str, ...]
) -> None:
    made = deployment.up(lambda: experiment(**declared))
    assert made == [CREATE, *calls(deployment, sent)]
    resource = deployment.resources["experiment"]
    assert {name: resource.outputs[name] for name in declared} == declared
    assert deployment.up(lambda: experiment(**declared)) == []
    assert resource.drift() == ()


@pytest.mark.parametrize(
    ("before", "after", "sent"),
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
def test_each_change_of_the_status_is_its_own_calls(
    deployment: Deployment, before: tuple[dict[str, Any], ...], after: dict[str, Any], sent: tuple[Request | str, ...]
) -> None:
    brought(deployment, *before)
    assert deployment.up(lambda: experiment(**after)) == calls(deployment, sent)
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
def test_a_status_that_cannot_be_is_refused_with_what_can(
    deployment: Deployment, before: tuple[dict[str, Any], ...], after: dict[str, Any], allowed: str
) -> None:
    brought(deployment, *before)
    words = f"'{before[-1]['status']}' cannot become '{after['status']}', only {allowed}"
    words += starts_over(before[-1]["status"])
    assert refused(deployment, **after)["status"] == words


@pytest.mark.parametrize("stopped", ["experiment_stopped", "assignment_stopped"])
def test_what_a_console_user_stopped_can_be_decided_and_put_away_and_not_go_on(
    deployment: Deployment, stopped: str
) -> None:
    brought(deployment, ACTIVE)
    deployment.project.emulator.edit("experiments", "new_checkout", {"status": stopped})
    assert deployment.resources["experiment"].refresh()["status"] == stopped
    allowed = "'decision_made' or 'abandoned' or 'archived'"
    words = f"'{stopped}' cannot become 'active', only {allowed}{starts_over(stopped)}"
    assert refused(deployment, **ACTIVE)["status"] == words
    assert deployment.up(lambda: experiment(**DECIDED | ARCHIVED)) == calls(deployment, (DECIDE, ARCHIVE))


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"status": "decision_made", "decision_reason": "x"}, "launched_group", "is required for status"),
        ({"status": "decision_made", "launched_group": "Test"}, "decision_reason", "is required for status"),
        ({"status": "abandoned"}, "decision_reason", "is required for status 'abandoned'"),
        ({"launched_group": "Test", "decision_reason": "x"}, "launched_group", "goes with status 'decision_made'"),
        ({"decision_reason": "x"}, "decision_reason", "goes with status 'decision_made' or 'abandoned'"),
        (ABANDONED | {"launched_group": "Test"}, "launched_group", "goes with status 'decision_made'"),
        (ARCHIVED | {"launched_group": "Test"}, "decision_reason", "is required for status 'archived'"),
        (DECIDED | {"decision_reason": ""}, "decision_reason", "at least 1"),
        (DECIDED | {"remove_targeting": True, "targeting_gate_id": "adults"}, "remove_targeting", "takes away"),
        (
            DECIDED | {"groups": [statsig.Group(name="a", size=1)]},
            "launched_group",
            "there is no group 'Test'; declared are: a",
        ),
    ],
)
def test_what_a_status_lacks_fails_before_anything_is_sent(given: dict[str, Any], place: str, words: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: experiment(**given))
    problems = {problem.place: problem.reason for problem in error.value.problems}
    assert words in problems[place]


def test_a_status_that_is_not_known_yet_is_not_judged() -> None:
    def program() -> None:
        tag = statsig.Tag("tag", name="abandoned")
        experiment(status=tag.name, decision_reason="x")

    assert [name for _, name, _ in registrations(program)] == ["tag", "experiment"]


def test_an_undeclared_status_is_nobodys_but_the_consoles(deployment: Deployment) -> None:
    brought(deployment, {})
    deployment.project.emulator.edit("experiments", "new_checkout", {"status": "active"})
    assert deployment.resources["experiment"].drift() == ()
    assert deployment.up(lambda: experiment(hypothesis="Ours")) == [("PATCH", PATH, {"hypothesis": "Ours"})]
    assert status(deployment) == "active"


def test_what_belongs_to_a_call_goes_with_it(deployment: Deployment) -> None:
    brought(deployment, {"targeting_gate_id": "adults"})
    said: dict[str, Any] = {"analysis_start_time": "2026-01-01", "remove_targeting": True, "archive_reason": "done"}
    assert deployment.up(lambda: experiment(**ACTIVE, **said)) == [
        ("PUT", f"{PATH}/start", {"analysisStartTime": "2026-01-01"})
    ]
    decision = {"id": id_of(deployment, "Test"), "decisionReason": "it won", "removeTargeting": True}
    assert deployment.up(lambda: experiment(**DECIDED, **said)) == [("PUT", f"{PATH}/make_decision", decision)]
    assert deployment.resources["experiment"].live()["targetingGateID"] == ""
    assert deployment.up(lambda: experiment(**DECIDED, **said, targeting_gate_id=None)) == []
    assert deployment.up(lambda: experiment(**DECIDED | ARCHIVED, **said)) == [
        ("PUT", f"{PATH}/archive", {"archiveReason": "done"})
    ]


def test_edits_come_before_the_start_and_before_the_decision(deployment: Deployment) -> None:
    brought(deployment, SETUP)
    edit = ("PATCH", PATH, {"targetingGateID": "adults", "allocation": 10})
    assert deployment.up(lambda: experiment(**ACTIVE, targeting_gate_id="adults", allocation=10)) == [edit, START]
    patch = ("PATCH", PATH, {"allocation": 100})
    assert [patch, *calls(deployment, (DECIDE,))] == deployment.up(lambda: experiment(**DECIDED, allocation=100))


def test_a_reason_is_mended_by_itself(deployment: Deployment) -> None:
    brought(deployment, DECIDED)
    for declared in (DECIDED, DECIDED | ARCHIVED):
        brought(deployment, declared)
        mended = f"it won, {declared['status']}"
        assert deployment.up(lambda: experiment(**declared | {"decision_reason": mended})) == [  # noqa: B023
            ("PATCH", PATH, {"decisionReason": mended})
        ]


def test_a_decision_that_a_console_user_changed_is_refused_with_what_to_do(deployment: Deployment) -> None:
    brought(deployment, DECIDED)
    edit = {"launchedGroupID": id_of(deployment, "Control"), "decisionReason": "Ana's"}
    deployment.project.emulator.edit("experiments", "new_checkout", edit)
    assert deployment.resources["experiment"].refresh()["launched_group"] == "Control"
    assert refused(deployment, **DECIDED) == {
        "launched_group": f"'Control' is launched already{starts_over('decision_made')}"
    }


def test_what_was_not_decided_launches_nothing_later(deployment: Deployment) -> None:
    brought(deployment, ACTIVE, ARCHIVED)
    reason = f"the experiment is 'archived' and launches no group{starts_over('archived')}"
    assert refused(deployment, **DECIDED | ARCHIVED) == {"launched_group": reason}


def test_a_group_that_is_not_there_is_not_launched(deployment: Deployment) -> None:
    brought(deployment, ACTIVE)
    words = "there is no group 'C'; there are Control, Test"
    assert refused(deployment, **DECIDED | {"launched_group": "C"}) == {"launched_group": words}
    with pytest.raises(StatsigError, match=f"was not created: {words}; what was made of it is deleted again"):
        deployment.up(lambda: statsig.Experiment("other", name="Other", **DECIDED | {"launched_group": "C"}))
    assert [item["id"] for item in deployment.project.emulator.objects("experiments")] == ["new_checkout"]
