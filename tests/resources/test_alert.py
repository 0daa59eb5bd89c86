"""Alerts: a create in two calls, updates, mutes, and what a preview refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import GoneError, InvalidInputsError, NoSuchEndpointError, UnreachableError
from statsig_pulumi.lifecycle.call import Call
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.journal import Journal
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Resource
from .conftest import Deployment, registrations

METRIC = {"type": "count", "event": "purchase"}
TEXT = json.dumps({"event": "purchase", "type": "count"})
REQUIRED: dict[str, Any] = {
    "name": "Few purchases",
    "metrics": [METRIC],
    "condition": "less",
    "alert_threshold": 10,
    "window_ms": 3_600_000,
    "priority": "P2",
}
CREATE = ("POST", "/alerts", {"name": "Few purchases", "definitionMetricsJson": [TEXT]})
REST = {"condition": "less", "alertThreshold": 10, "windowMs": 3_600_000, "priority": "P2"}


def alert(**properties: Any) -> None:
    statsig.Alert("alert", **REQUIRED | properties)


def path(deployment: Deployment) -> str:
    (record,) = deployment.project.emulator.objects("alerts")
    return f"/alerts/{record['id']}"


def live(deployment: Deployment) -> Any:
    return deployment.project.client.get(path(deployment).lstrip("/"))


def check(deployment: Deployment, **properties: Any) -> tuple[Resource, Any, dict[str, str]]:
    """Return a new resource, its inputs, and the problems of a preview by place."""
    [(_, _, inputs)] = registrations(lambda: statsig.Alert("alert", **properties))
    resource = deployment.project.resource(REGISTRY["Alert"])
    problems = resource.lifecycle.check(inputs, new=True)[1]
    return resource, inputs, {problem.place: problem.reason for problem in problems}


def test_a_create_is_two_calls(deployment: Deployment) -> None:
    assert deployment.up(alert) == [CREATE, ("PATCH", path(deployment), REST)]
    assert live(deployment)["status"] == "stable"
    assert deployment.resources["alert"].drift() == ()
    to = path(deployment)
    assert deployment.destroy() == [("DELETE", to, None)]


def test_all_properties_are_sent_changed_and_cleared(deployment: Deployment) -> None:
    optional: dict[str, Any] = {
        "message": "look",
        "formula": "A / B",
        "group_bys": [statsig.AlertGroupBy(column="country", key="A")],
        "warning_threshold": 20.5,
        "evaluation_delay_ms": 60_000,
        "renotification_conditions": ["warn", "raise"],
        "renotification_window_ms": 1000,
        "renotification_message": "again",
        "team": "Core",
        "owner": statsig.Owner(owner_id="u1", owner_type="USER", owner_email="ana@example.com"),
        "tags": ["shop"],
        "subscribers": [statsig.AlertSubscriber(type="user", id="u1")],
    }
    create = {"message": "look", "formula": "A / B", "groupBys": [{"column": "country", "key": "A"}]}
    rest = {
        "warningThreshold": 20.5,
        "evaluationDelayMs": 60_000,
        "renotificationConditions": ["raise", "warn"],
        "renotificationWindowMs": 1000,
        "renotificationMessage": "again",
        "owner": {"ownerID": "u1", "ownerType": "USER", "ownerEmail": "ana@example.com"},
        "tags": ["shop"],
        "subscribers": [{"type": "user", "id": "u1"}],
    }
    created, updated = deployment.up(lambda: alert(**optional))
    assert created == (*CREATE[:2], CREATE[2] | create | {"teamID": "core-team"})
    assert updated == ("PATCH", path(deployment), REST | rest)
    assert deployment.resources["alert"].drift() == ()

    cleared: dict[str, Any] = {
        "formula": None,
        "group_bys": [],
        "warning_threshold": None,
        "evaluation_delay_ms": 0,
        "renotification_conditions": [],
        "team": None,
        "owner": None,
        "tags": [],
        "subscribers": [],
    }
    [(_, _, body)] = deployment.up(lambda: alert(**optional | cleared))
    assert body == {
        "formula": None,
        "groupBys": [],
        "warningThreshold": None,
        "evaluationDelayMs": 0,
        "renotificationConditions": None,
        "teamID": None,
        "owner": None,
        "tags": [],
        "subscribers": [],
    }
    assert deployment.resources["alert"].drift() == ()


def test_an_alert_is_renamed_and_its_metrics_are_replaced(deployment: Deployment) -> None:
    deployment.up(alert)
    changed = deployment.up(lambda: alert(name="No purchases", metrics=['{"b": 1}']))
    assert changed == [("PATCH", path(deployment), {"name": "No purchases", "definitionMetricsJson": ['{"b": 1}']})]
    assert live(deployment)["metrics"] == {"A": {"b": 1}}
    assert deployment.up(lambda: alert(name="No purchases", metrics=['{"b": 1}'])) == []


def test_a_team_can_be_set_by_its_id(deployment: Deployment) -> None:
    created, _ = deployment.up(lambda: alert(team_id="core-team"))
    assert created[2] == {**CREATE[2], "teamID": "core-team"}
    assert live(deployment)["team"] == "Core"
    assert deployment.resources["alert"].drift() == ()


def test_a_team_that_does_not_exist_is_an_error(deployment: Deployment) -> None:
    with pytest.raises(GoneError, match="there is no team 'Nobody'"):
        deployment.up(lambda: alert(team="Nobody"))
    assert deployment.project.new_writes() == []


def test_an_alert_is_muted_and_unmuted(deployment: Deployment) -> None:
    _, _, muted = deployment.up(lambda: alert(is_muted=True))
    assert muted == ("POST", f"{path(deployment)}/mute", {"indefinite": True})
    of_a_group = {"durationSeconds": 60, "groupBys": [{"key": "A", "value": "NL"}]}
    deployment.project.client.change("POST", f"{path(deployment)}/mute".lstrip("/"), of_a_group)
    assert deployment.resources["alert"].drift() == ()
    deployment.project.new_writes()
    assert deployment.up(lambda: alert(is_muted=False)) == [("POST", f"{path(deployment)}/unmute", {})]
    assert [each["groupBys"] for each in live(deployment)["activeMuteSchedules"]] == [[{"key": "A", "value": "NL"}]]
    assert deployment.resources["alert"].drift() == ()


def test_an_alert_without_its_second_call_is_finished_by_the_next_run(deployment: Deployment) -> None:
    deployment.project.emulator.fault(method="PATCH", path="/alerts/{id}", status=400, times=None)
    resource, inputs, problems = check(deployment, **REQUIRED)
    assert problems == {}
    resource.up(inputs)
    (message,) = resource.reporter.warnings
    found = re.search(r"Alert 'Few purchases' was created without (.*): PATCH /alerts/\w+ answered 400", message)
    assert found is not None
    assert sorted(found[1].split(", ")) == ["alert_threshold", "condition", "priority"]
    deployment.project.emulator.clear_faults()
    deployment.project.new_writes()
    assert set(resource.preview(inputs).changed) == {"condition", "alert_threshold", "priority"}
    resource.up(inputs)
    rest = {name: value for name, value in REST.items() if name != "windowMs"}  # it is the default
    assert deployment.project.new_writes() == [("PATCH", path(deployment), rest)]
    assert not resource.preview(inputs)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_create_makes_one_alert(deployment: Deployment, kind: str) -> None:
    deployment.project.emulator.fault(method="POST", path="/alerts", kind=kind)
    deployment.up(alert)
    assert len(deployment.project.emulator.objects("alerts")) == 1
    assert live(deployment)["status"] == "stable"


def test_a_lost_create_beside_an_alert_of_the_same_name_finds_the_new_one(deployment: Deployment) -> None:
    other = deployment.project.emulator.add("alerts", {"name": "Few purchases", "status": "stable"})
    deployment.project.emulator.fault(method="POST", path="/alerts", kind="drop_after")
    deployment.up(alert)
    ids = {each["id"] for each in deployment.project.emulator.objects("alerts")}
    assert ids == {other["id"], deployment.resources["alert"].id}


def test_two_alerts_may_have_one_name(deployment: Deployment) -> None:
    def program() -> None:
        alert()
        statsig.Alert("other", **REQUIRED)

    deployment.up(program)
    assert len(deployment.project.emulator.objects("alerts")) == 2


def test_an_older_api_is_named_by_the_error(deployment: Deployment) -> None:
    deployment.project.reset(api_2026_10=False)
    with pytest.raises(NoSuchEndpointError, match=r"POST /alerts answered 404: .* needs version 2026-10"):
        deployment.up(alert)


def test_an_older_api_keeps_the_alert_and_a_warning_says_so(deployment: Deployment) -> None:
    deployment.up(alert)
    resource = deployment.resources["alert"]
    deployment.project.emulator.quirk(api_2026_10=False)
    deployment.destroy()
    assert len(deployment.project.emulator.objects("alerts")) == 1
    (warning,) = resource.reporter.warnings
    assert warning.startswith("warning: Alert 'Few purchases' is kept in Statsig: DELETE /alerts/")
    assert warning.endswith("which needs version 2026-10 of the Console API")


def test_an_alert_without_metrics_is_reported(deployment: Deployment) -> None:
    resource, inputs, _ = check(deployment, **{name: value for name, value in REQUIRED.items() if name != "metrics"})
    resource.up(inputs)
    assert resource.reporter.messages == [
        "info: Alert 'Few purchases' has no metrics, so it alerts nobody: declare metrics"
    ]


def test_an_import_needs_neither_metrics_nor_priority(deployment: Deployment) -> None:
    record = deployment.project.emulator.add("alerts", {"name": "Made by hand", "priority": "P0"})
    declared = {"name": "Made by hand", "alert_threshold": 0, "window_ms": 3_600_000, "condition": "greater"}
    resource, inputs, problems = check(deployment, **declared)
    assert problems == {}
    resource.up(inputs | {"__import": record["id"]})
    assert deployment.project.new_writes() == []
    assert resource.drift() == ()


INVALID: list[tuple[dict[str, Any], str, str]] = [
    ({"name": "abc"}, "name", "at least 4"),
    ({"window_ms": 1000}, "window_ms", "60000"),
    ({"priority": "P0"}, "priority", "'P1', 'P2', 'P3' or 'P4'"),
    ({"metrics": ["{"]}, "metrics[0]", "must be an object, or a JSON text"),
    ({"metrics": []}, "metrics", "must have at least one item"),
    ({"team": "Core", "team_id": "core-team"}, "team_id", "conflicts with team"),
    ({"message": ""}, "message", "at least 1"),
    ({"renotification_message": ""}, "renotification_message", "at least 1"),
    ({"subscribers": [{"type": "email", "id": "x"}]}, "subscribers[0].type", "'user', 'slackChannel'"),
]


@pytest.mark.parametrize(("properties", "place", "reason"), INVALID, ids=[place for _, place, _ in INVALID])
def test_invalid_inputs_are_refused_with_their_place(properties: dict[str, Any], place: str, reason: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: alert(**properties))
    [problem] = error.value.problems
    assert problem.place == place
    assert reason in problem.reason


def test_an_alert_that_existed_before_an_interrupted_create_is_not_taken_for_its_object(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declaration, project = statsig.Alert.declaration, deployment.project
    other = project.emulator.add("alerts", {"name": "Few purchases", "status": "setup_incomplete"})

    def lifecycle(number: int) -> Lifecycle:
        context = RunContext(project.client, journal=Journal(tmp_path, f"127.0.0.1:{number}"))
        created: Lifecycle = declaration.cls.lifecycle(declaration, context, Call("alert"))
        return created

    def lose(*_: Any) -> None:
        raise UnreachableError("POST", "/alerts", "lost")

    interrupted, inputs = lifecycle(1), {"name": "Few purchases", "metrics": [TEXT]}
    monkeypatch.setattr(interrupted.resource_client, "create", lose)
    with pytest.raises(UnreachableError):
        interrupted.create(inputs)
    assert lifecycle(2).create(inputs)[0] != other["id"]
    assert len(project.emulator.objects("alerts")) == 2
