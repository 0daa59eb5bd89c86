"""Data sources of alerts and their events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError

from .program import list_requests


@pytest.fixture
def alert(emulator: Emulator) -> Any:
    body = {"name": "Few purchases", "definitionMetricsJson": ['{"e": 1}'], "alertThreshold": 3, "priority": "P0"}
    muted = {"start": 1, "end": 2, "groupBys": [{"key": "country", "value": "NL"}]}
    record = emulator.add("alerts", {**body, "activeMuteSchedules": [muted], "status": "warn"})
    emulator.clear_requests()
    return record


def test_an_alert_is_read_with_its_status(alert: Any) -> None:
    found = statsig.get_alert(alert["id"])
    assert (found.name, found.alert_threshold, found.priority, found.status) == ("Few purchases", 3, "P0", "warn")
    assert (found.metrics, found.team, found.owner) == ({"A": {"e": 1}}, None, None)
    (schedule,) = found.active_mute_schedules
    assert (schedule.end, schedule.group_bys[0].value) == (2, "NL")
    (listed,) = statsig.list_alerts()
    assert (listed.id, listed.status, listed.active_mute_schedules) == (alert["id"], None, [])


def test_the_events_of_an_alert_are_read(emulator: Emulator, alert: Any) -> None:
    event = emulator.add(
        "alert_events", {"alertID": alert["id"], "eventType": "warn", "multiAlertGroupBys": {"country": "NL"}}
    )
    (listed,) = statsig.list_alert_events(alert["id"])
    assert listed == statsig.get_alert_event(alert["id"], event["id"])
    assert (listed.event_type, listed.multi_alert_group_bys) == ("warn", {"country": "NL"})


def test_the_alerts_of_an_experiment_are_read_by_metric(emulator: Emulator) -> None:
    emulator.add("experiments", {"name": "Colours"})
    arm = {"groupID": "g", "groupName": "Test", "status": "Alert", "lowerCI": -1.5}
    alerts = {"clicks::user": {"status": "Alert", "arms": [arm]}}
    emulator.add("experiment_alerts", {"id": "colours", "alerts": alerts})
    found = statsig.get_experiment_alerts("colours").alerts["clicks::user"]
    assert (found.status, found.comment) == ("Alert", None)
    assert (found.arms[0].group_name, found.arms[0].lower_ci, found.arms[0].upper_ci) == ("Test", -1.5, None)


MISSING: list[tuple[Callable[[], Any], str]] = [
    (lambda: statsig.get_alert("x"), "alert 'x'"),
    (lambda: statsig.list_alert_events("x"), "alert 'x'"),
    (lambda: statsig.get_alert_event("x", "e"), "event 'e' of alert 'x'"),
    (lambda: statsig.get_experiment_alerts("x"), "experiment 'x'"),
]


@pytest.mark.parametrize(("call", "title"), MISSING, ids=[title for _, title in MISSING])
def test_what_is_missing_is_an_error(emulator: Emulator, call: Callable[[], Any], title: str) -> None:
    with pytest.raises(GoneError, match=f"there is no {title} in this Statsig project"):
        call()
    assert len(list_requests(emulator)) == 1
