"""Alerts, their events, and the alerts of experiments and gates: `/alerts`."""

from __future__ import annotations

import json
from typing import Final

from ..model.errors import Issue, invalid_body, not_found
from ..model.json_values import Json, Record
from ..model.project import Project
from .experiments import EXPERIMENTS
from .gates import GATES
from .kind import Create, Delete, Kind, List, Read, Update
from .pages import page
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Choice, Fields, Flag, Listed, Nullable, Number, Text

routes: Final = Routes()

QUIRK: Final = "api_2026_10"
EVENTS: Final = "alert_events"
EXPERIMENT_ALERTS: Final = "experiment_alerts"
DETAILS: Final = ("status", "lastTriggeredTime", "activeMuteSchedules")
MAX_MS: Final = 2_592_000_000
CONDITIONS: Final = ("greater", "greater_or_equal", "less", "less_or_equal", "equal", "not_equal")
NAME = Text(least=4, most=100)
GROUP_BYS = Listed(Fields({"column": Text(), "key": Text()}, frozenset({"column", "key"})))
MUTED_GROUPS = Listed(Fields({"key": Text(), "value": Text()}, frozenset({"key", "value"})))
OWNER = Fields({"ownerID": Text(), "ownerType": Text(), "ownerName": Text(), "ownerEmail": Text()})
SUBSCRIBER = Fields(
    {"type": Choice(("user", "slackChannel", "pagerDutyOncall", "pagerDutyService")), "id": Text()},
    frozenset({"type", "id"}),
)
CREATE = Fields(
    {
        "name": NAME,
        "message": Text(),
        "teamID": Text(),
        "formula": Text(),
        "definitionMetricsJson": Listed(Text()),
        "groupBys": GROUP_BYS,
        "tags": Listed(Fields({"id": Text(), "name": Text()}, frozenset({"id", "name"}))),
    },
    frozenset({"name"}),
)
UPDATE = Fields(
    {
        "name": NAME,
        "message": Text(),
        "alertThreshold": Number(),
        "warningThreshold": Nullable(Number()),
        "formula": Nullable(Text()),
        "windowMs": Number(least=60_000, most=MAX_MS),
        "condition": Choice(CONDITIONS),
        "priority": Choice(("P1", "P2", "P3", "P4")),
        "renotificationConditions": Nullable(Listed(Choice(("raise", "warn", "no-data")))),
        "renotificationWindowMs": Number(),
        "renotificationMessage": Text(),
        "evaluationDelayMs": Number(least=0, most=MAX_MS),
        "teamID": Nullable(Text()),
        "owner": Nullable(OWNER),
        "definitionMetricsJson": Listed(Text()),
        "groupBys": GROUP_BYS,
        "tags": Listed(Text()),
        "subscribers": Listed(SUBSCRIBER),
    }
)
SCHEDULE = Fields(
    {"start": Number(), "end": Number(), "groupBys": MUTED_GROUPS}, frozenset({"start", "end", "groupBys"})
)
UNMUTE = Fields({"groupBys": MUTED_GROUPS, "currentSchedule": Nullable(SCHEDULE)})
MUTE = Fields({**UNMUTE.keys, "indefinite": Flag(), "durationSeconds": Number(least=1, whole=True)})
RESOLVE = Fields({"reasoning": Text()})
UPDATED: Final = "Alert updated successfully."


class AlertKind(Kind):
    """Alerts. A create takes neither a threshold nor a condition, so a new alert is not complete."""

    def new_record(self, project: Project, body: Record) -> Record:
        record: Record = {
            "id": project.issuer.new_id(),
            "name": "an alert",
            "alertType": "threshold",
            "definitionMetricsJson": [],
            "groupBys": [],
            "teamID": None,
            "message": "",
            "creatorID": project.actor.id,
            "companyID": "emulated-company",
            "priority": "P3",
            "alertThreshold": 0,
            "windowMs": 3_600_000,
            "condition": "greater",
            "tags": [],
            "evaluationDelayMs": None,
            "owner": None,
            "subscribers": [],
            "status": "setup_incomplete",
            "lastTriggeredTime": None,
            "activeMuteSchedules": [],
        }
        names = [tag["name"] if isinstance(tag, dict) else tag for tag in body.get("tags") or []]
        return {**record, **body, "tags": names}

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        after = before | body
        if "alertThreshold" in body and after["status"] == "setup_incomplete":
            after["status"] = "stable"
        return after

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        if "team" in change:
            change = change | {"teamID": project.store["teams"].key_of(change["team"] or "")}
        return self.merge(project, before, {key: value for key, value in change.items() if key != "team"})

    def validate(self, project: Project, body: Record) -> None:
        for index, text in enumerate(body.get("definitionMetricsJson") or []):
            _parse(index, text)
        if body.get("teamID") is not None and body["teamID"] not in project.store["teams"]:
            raise not_found("Team not found.")

    def present(self, call: Call, record: Record) -> Record:
        """Return an alert in the form of responses, which differs from that of requests."""
        metrics = [_parse(index, text) for index, text in enumerate(record["definitionMetricsJson"])]
        teams = call.project.store["teams"]
        team = teams.get(teams.key_of(record["teamID"] or "") or "")
        read = {
            "metrics": {chr(ord("A") + index): metric for index, metric in enumerate(metrics)},
            "metricGroupBys": {each["key"]: each["column"] for each in record["groupBys"]},
            "team": team["name"] if team else None,
        }
        optional = ("formula", "warningThreshold", "renotificationConditions")
        kept = {key: value for key, value in record.items() if key not in optional or value is not None}
        return {key: value for key, value in kept.items() if key not in WRITTEN} | read

    def present_in_list(self, call: Call, record: Record) -> Record:
        return {key: value for key, value in self.present(call, record).items() if key not in DETAILS}

    def clean_up(self, project: Project, record: Record) -> None:
        for event in project.store[EVENTS]:
            if event["alertID"] == record["id"]:
                project.remove(EVENTS, event["id"])


WRITTEN: Final = ("definitionMetricsJson", "groupBys", "teamID")


def _parse(index: int, text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        raise invalid_body([Issue(f"definitionMetricsJson.{index}", "Invalid JSON")]) from None


ALERTS: Final = AlertKind(
    name="alerts",
    path="/alerts",
    operations=(
        List("Alerts listed successfully."),
        Create(CREATE, "Alert created successfully."),
        Read("Alert read successfully."),
        Update("PATCH", UPDATE, UPDATED),
        Delete("Alert deleted successfully."),
    ),
    missing="Alert not found.",
    write_quirk=QUIRK,
)
ALERT_EVENTS: Final = Kind(
    name=EVENTS,
    defaults={
        "alertID": "",
        "eventType": "raise",
        "title": "Alert",
        "message": "",
        "reason": "",
        "createdTime": 0,
        "multiAlertGroupBys": {},
    },
)


def _save(call: Call, record: Record, schedules: list[Record]) -> Response:
    after = ALERTS.put(call.project, record | {"activeMuteSchedules": schedules})
    return object_response(UPDATED, ALERTS.present(call, after))


@routes.on("POST", "/alerts/{id}/mute", quirk=QUIRK)
def mute(call: Call) -> Response:
    record, body = ALERTS.find(call), call.read(MUTE)
    if bool(body.get("indefinite")) == ("durationSeconds" in body):
        raise invalid_body([Issue("indefinite", "Exactly one of indefinite and durationSeconds is required")])
    start = call.project.issuer.now_ms() // 1000
    end = start + int(body["durationSeconds"]) if "durationSeconds" in body else 0
    groups = body.get("groupBys", [])
    others = [each for each in record["activeMuteSchedules"] if each["groupBys"] != groups]
    return _save(call, record, [*others, {"start": start, "end": end, "groupBys": groups}])


@routes.on("POST", "/alerts/{id}/unmute", quirk=QUIRK)
def unmute(call: Call) -> Response:
    record, body = ALERTS.find(call), call.read(UNMUTE)
    groups = body.get("groupBys", [])
    return _save(call, record, [each for each in record["activeMuteSchedules"] if each["groupBys"] != groups])


@routes.on("GET", "/alerts/{id}/events")
def list_events(call: Call) -> Response:
    alert = ALERTS.find(call)
    events = [each for each in call.project.store[EVENTS] if each["alertID"] == alert["id"]]
    return page(call, "Alert events listed successfully.", events, _present_event)


@routes.on("GET", "/alerts/{id}/events/{eventId}")
def read_event(call: Call) -> Response:
    alert, event = ALERTS.find(call), call.project.store[EVENTS].get(call.params["eventId"])
    if event is None or event["alertID"] != alert["id"]:
        raise not_found("Alert event not found.")
    return object_response("Alert event read successfully.", _present_event(event))


def _present_event(event: Record) -> Record:
    return {key: value for key, value in event.items() if key != "alertID"}


@routes.on("GET", "/experiments/{id}/alerts")
def read_experiment_alerts(call: Call) -> Response:
    stored = call.project.store[EXPERIMENT_ALERTS].get(EXPERIMENTS.find(call)["id"]) or {}
    return object_response("Experiment alerts read successfully.", {"alerts": stored.get("alerts", {})})


@routes.on("POST", "/gates/{id}/alerts/{metricId}/resolve")
def resolve_gate_alert(call: Call) -> Response:
    GATES.find(call)
    return _resolve(call)


@routes.on("POST", "/experiments/{id}/alerts/{metricId}/resolve")
def resolve_experiment_alert(call: Call) -> Response:
    stored = call.project.store[EXPERIMENT_ALERTS].get(EXPERIMENTS.find(call)["id"])
    metric_id = call.params["metricId"]
    if stored and metric_id in stored["alerts"]:
        resolved = stored["alerts"] | {metric_id: stored["alerts"][metric_id] | {"status": "OK"}}
        call.project.put(EXPERIMENT_ALERTS, stored["id"], stored | {"alerts": resolved})
    return _resolve(call)


def _resolve(call: Call) -> Response:
    call.read(RESOLVE)
    return object_response("Alert resolved successfully.", {"resolvedAt": call.project.issuer.now_ms()})
