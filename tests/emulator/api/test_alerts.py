"""Alerts, their mutes and events, and the alerts of experiments."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api


@pytest.fixture
def alert(api: Api) -> Any:
    body = {"name": "Few purchases", "definitionMetricsJson": ['{"e": 1}'], "groupBys": [{"column": "c", "key": "k"}]}
    response = api("POST", "/alerts", body | {"tags": [{"id": "1", "name": "shop"}]})
    assert response.status_code == 201
    return response.json()["data"]


def test_a_new_alert_is_not_complete_until_it_has_a_threshold(api: Api, alert: Any) -> None:
    read = {"metrics": {"A": {"e": 1}}, "metricGroupBys": {"k": "c"}, "tags": ["shop"], "status": "setup_incomplete"}
    assert read.items() <= alert.items()
    path = f"/alerts/{alert['id']}"
    assert api.data("PATCH", path, {"alertThreshold": 3, "warningThreshold": 2})["status"] == "stable"
    assert "warningThreshold" not in api.data("PATCH", path, {"warningThreshold": None})
    assert api.errors("PATCH", path, {"priority": "P0", "windowMs": 1}).keys() == {"priority", "windowMs"}
    assert api("PATCH", path, {"definitionMetricsJson": ["{"]}).status_code == 400
    (listed,) = api.data("GET", "/alerts")
    assert not {"status", "lastTriggeredTime", "activeMuteSchedules"} & listed.keys()
    assert api("DELETE", path).json() == {"message": "Alert deleted successfully."}
    assert api("GET", path).json() == {"status": 404, "message": "Alert not found."}


def test_a_team_is_written_by_its_id_and_read_by_its_name(api: Api, emulator: Emulator, alert: Any) -> None:
    team = emulator.add("teams", {"name": "Core"})
    path = f"/alerts/{alert['id']}"
    changed = api.data("PATCH", path, {"teamID": team["id"]})
    assert (changed["team"], changed.get("teamID")) == ("Core", None)
    assert api.data("PATCH", path, {"teamID": None})["team"] is None
    assert api("PATCH", path, {"teamID": "none"}).status_code == 404


def test_the_whole_alert_and_its_groups_are_muted_apart(api: Api, alert: Any) -> None:
    path, group = f"/alerts/{alert['id']}", [{"key": "k", "value": "NL"}]
    assert api("POST", f"{path}/mute", {}).status_code == 400
    api.data("POST", f"{path}/mute", {"durationSeconds": 60, "groupBys": group})
    whole = api.data("POST", f"{path}/mute", {"indefinite": True})["activeMuteSchedules"]
    assert [(each["groupBys"], bool(each["end"])) for each in whole] == [(group, True), ([], False)]
    assert [each["groupBys"] for each in api.data("POST", f"{path}/unmute", {})["activeMuteSchedules"]] == [group]
    assert api.data("POST", f"{path}/unmute", {"groupBys": group})["activeMuteSchedules"] == []


def test_events_belong_to_their_alert(api: Api, emulator: Emulator, alert: Any) -> None:
    event = emulator.add("alert_events", {"alertID": alert["id"], "eventType": "warn"})
    path = f"/alerts/{alert['id']}/events"
    assert [each["id"] for each in api.data("GET", path)] == [event["id"]]
    assert api.data("GET", f"{path}/{event['id']}")["eventType"] == "warn"
    assert api("GET", f"{path}/none").status_code == 404
    api("DELETE", f"/alerts/{alert['id']}")
    assert emulator.objects("alert_events") == []


def test_an_alert_of_an_experiment_is_resolved(api: Api, emulator: Emulator) -> None:
    api.experiment()
    api.gate()
    alerts = {"m::user": {"status": "Alert", "arms": []}}
    emulator.add("experiment_alerts", {"id": "an_experiment", "alerts": alerts})
    path = "/experiments/an_experiment/alerts"
    assert api.data("GET", path) == {"alerts": alerts}
    assert api.data("POST", f"{path}/m%3A%3Auser/resolve", {"reasoning": "known"}).keys() == {"resolvedAt"}
    assert api.data("GET", path)["alerts"]["m::user"]["status"] == "OK"
    assert api("POST", "/gates/a_gate/alerts/m/resolve", {}).is_success
    assert api("POST", "/gates/none/alerts/m/resolve", {}).status_code == 404


def test_an_older_api_only_reads_alerts(api: Api, emulator: Emulator, alert: Any) -> None:
    emulator.quirk(api_2026_10=False)
    path = f"/alerts/{alert['id']}"
    assert api("GET", path).is_success
    calls = [
        ("POST", "/alerts"),
        ("PATCH", path),
        ("DELETE", path),
        ("POST", f"{path}/mute"),
        ("POST", f"{path}/unmute"),
    ]
    assert {api(method, to, {}).status_code for method, to in calls} == {404}
