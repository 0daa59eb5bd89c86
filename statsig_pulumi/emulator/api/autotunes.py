"""Autotunes: `/autotunes`."""

from __future__ import annotations

import re
from typing import Final

from ..model import configs
from ..model.errors import ApiError, invalid_value
from ..model.json_values import Json, Record
from ..model.project import Project
from .config_kind import VersionedKind
from .experiment_bodies import DECISION, SCHEDULE
from .kind import Create, Delete, List, Read, Update
from .responses import Response, message_response
from .routes import Call, Routes
from .shapes import Choice, Fields, Flag, Listed, Number, Shape, Text

routes: Final = Routes()

OVERRIDES: Final = "autotune_overrides"
REVIEWS: Final = "autotune_reviews"
SCHEDULES: Final = "autotune_schedules"
ALREADY_STARTED: Final = "Autotune experiment has already started"
ALREADY_FINISHED: Final = "Autotune experiment has already finished"
NOT_STARTED: Final = "Autotune experiment has not yet started"
LOCKED: Final = (
    *("variants", "successEvent", "successEventValue"),
    *("explorationWindow", "attributionWindow", "attributionWindowUnit"),
)
# Fields that no response has.
HIDDEN: Final = ("decisionReason",)
RATE: Final = Number(least=0.001, most=1)


class Anything:
    """Any JSON value."""

    def read(self, value: Json, path: str, findings: object) -> Json:
        return value


def _windows(*hours: int) -> Choice:
    return Choice(tuple(f"{hour}{unit}" for unit in ("hr", "", "hrs") for hour in hours))


VARIANT = Fields({"name": Text(), "json": Anything(), "size": Number()}, frozenset({"name", "json"}))
_FIELDS: Final[dict[str, Shape]] = {
    "description": Text(),
    "variants": Listed(VARIANT, least=2),
    "successEvent": Text(),
    "successEventValue": Text(),
    "explorationWindow": _windows(1, 24, 48, 168, 336),
    "attributionWindow": _windows(1, 2, 4, 24),
    "attributionWindowUnit": Choice(("min", "hour", "day")),
    "explorationWindowRate": RATE,
    "longtermExplorationAllocation": RATE,
    "winnerThreshold": Choice(("80%", "90%", "95%", "98%", "99%")),
    "metadataField": Text(),
    "higherIsBetter": Flag(),
    "isContextual": Flag(),
    "metricSourceID": Text(),
    "linkedExperimentName": Text(),
    "goalRichText": Text(),
    "optimizationParameter": Choice(("occurrence", "value")),
    "valueColumn": Text(),
    "featureList": Listed(Text()),
}
PARTIAL_UPDATE = Fields(_FIELDS)
REQUIRED: Final = ("variants", "successEvent", "explorationWindow", "attributionWindow", "winnerThreshold")
FULL_UPDATE = PARTIAL_UPDATE.requiring(*REQUIRED)
CREATE = Fields({**_FIELDS, "name": Text(), "idType": Text()}, frozenset({*REQUIRED, "name"}))


class AutotuneKind(VersionedKind):
    """Autotunes. They run from their start until a winner is chosen."""

    def new_record(self, project: Project, body: Record) -> Record:
        name = str(body.get("name") or project.issuer.new_id())
        return {
            "id": configs.slug(name),
            "name": name,
            "idType": "userID",
            "description": "",
            "variants": _identify_variants(project, [{"name": name, "json": name} for name in "AB"], []),
            "successEvent": "",
            "successEventValue": "",
            "explorationWindow": "24hr",
            "attributionWindow": "1hr",
            "winnerThreshold": "95%",
            "isStarted": False,
            "winner": None,
            "tags": [],
            "targetApps": [],
            "holdoutIDs": [],
            "team": None,
            "teamID": None,
        }

    def create(self, call: Call, body: Record) -> Record:
        project = call.project
        record = self.merge(project, self.new_record(project, body), body)
        configs.validate_new_name(project, self.name, record)
        return project.add_config(self.name, record)

    def update(self, call: Call, before: Record, body: Record, *, is_full: bool) -> Record:
        after = self.merge(call.project, before, body)
        if call.project.quirks["autotune_locked"] and before["isStarted"]:
            for field in LOCKED:
                if _comparable(before.get(field)) != _comparable(after.get(field)):
                    raise invalid_value(field, f"{field} cannot be changed once the autotune has started")
        return call.project.change_config(self.name, after)

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        after = before | body
        if "variants" in body:
            after["variants"] = _identify_variants(project, body["variants"], before["variants"])
        return after

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        return self.merge(project, before, change)

    def find(self, call: Call) -> Record:
        start_scheduled(call.project)
        return super().find(call)

    def records(self, call: Call) -> list[Record]:
        start_scheduled(call.project)
        return super().records(call)

    def present(self, call: Call, record: Record) -> Record:
        presented = {key: value for key, value in record.items() if key not in HIDDEN}
        for field in ("explorationWindow", "attributionWindow"):
            presented[field] = _present_window(str(record[field]), call.project.quirks["autotune_windows"])
        return presented

    def validate_delete(self, project: Project, record: Record) -> None:
        is_running = record["isStarted"] and record["winner"] is None
        if is_running and project.quirks["delete_started_autotune"] == "reject":
            raise ApiError(400, ALREADY_STARTED)

    def clean_up(self, project: Project, record: Record) -> None:
        for kind in (OVERRIDES, SCHEDULES):
            project.discard(kind, record["id"])
        for review in project.store[REVIEWS]:
            if review["autotuneID"] == record["id"]:
                project.remove(REVIEWS, review["review_id"])


def variant_names(record: Record) -> list[str]:
    return [variant["name"] for variant in record["variants"]]


def _identify_variants(project: Project, sent: list[Record], known: list[Record]) -> list[Record]:
    """Return the variants with ids. By quirk, those of the same name keep their id."""
    keeps_ids = project.quirks["match_rules_by_name"]
    ids = {variant["name"]: variant["id"] for variant in known if keeps_ids}
    return [variant | {"id": ids.get(variant["name"]) or project.issuer.new_id()} for variant in sent]


def _comparable(value: Json) -> Json:
    """Return the value of a locked field without ids, and a window as its number."""
    if isinstance(value, list):
        return [{key: item for key, item in variant.items() if key != "id"} for variant in value]
    return re.sub(r"hrs?$", "", value) if isinstance(value, str) else value


def _present_window(text: str, form: str) -> str:
    number = text.rstrip("hrs")
    return {"sent": text, "number": number, "hrs": f"{number}hrs"}[form]


AUTOTUNES: Final = AutotuneKind(
    name="autotunes",
    path="/autotunes",
    operations=(
        List("Autotune Experiments listed successfully."),
        Create(CREATE, "Autotune Experiments created successfully."),
        Read("Autotune Experiment read successfully."),
        Update("POST", FULL_UPDATE, "Autotune Experiment read successfully.", is_full=True),
        Update("PATCH", PARTIAL_UPDATE, "Autotune Experiment updated successfully."),
        Delete("Autotune Experiment deleted successfully."),
    ),
    missing="Autotune Experiment not found.",
)


def start_autotune(project: Project, record: Record) -> None:
    project.discard(SCHEDULES, record["id"])
    project.change_config(AUTOTUNES.name, record | {"isStarted": True})


def decide(project: Project, record: Record, variant_id: str, reason: str) -> None:
    """Make a variant the winner."""
    variant = next((each for each in record["variants"] if each["id"] == variant_id), None)
    if variant is None:
        raise invalid_value("id", f"Variant with ID {variant_id} does not exist")
    winner = {"id": variant["id"], "name": variant["name"]}
    is_started = not project.quirks["autotune_decision_stops"]
    decided = record | {"winner": winner, "decisionReason": reason, "isStarted": is_started}
    project.change_config(AUTOTUNES.name, decided)


def schedule(project: Project, autotune_id: str, at_ms: int) -> None:
    """Schedule the start of an autotune. A time in the past means now."""
    entry = {"id": autotune_id, "scheduledTime": max(at_ms, project.issuer.now_ms())}
    project.put(SCHEDULES, autotune_id, entry)


def start_scheduled(project: Project) -> None:
    """Start the autotunes whose scheduled time has passed since the last request."""
    for entry in project.store[SCHEDULES]:
        record = project.store[AUTOTUNES.name].get(entry["id"])
        if entry["scheduledTime"] <= project.issuer.now_ms():
            project.remove(SCHEDULES, entry["id"])
            if record and not record["isStarted"]:
                start_autotune(project, record)


@routes.on("PUT", "/autotunes/{id}/start")
def start(call: Call) -> Response:
    record = AUTOTUNES.find(call)
    if record["isStarted"] or record["winner"]:
        if call.project.quirks["autotune_start_again"] == "reject":
            raise ApiError(400, ALREADY_STARTED)
    else:
        start_autotune(call.project, record)
    return message_response("Autotune Experiment successfully started.")


@routes.on("PUT", "/autotunes/{id}/reset")
def reset(call: Call) -> Response:
    record = AUTOTUNES.find(call)
    _require_started(record)
    runs_on = call.project.quirks["autotune_reset_restarts"]
    call.project.change_config(AUTOTUNES.name, record | {"isStarted": runs_on, "winner": None})
    return message_response("Autotune Experiment successfully restarted.")


@routes.on("PUT", "/autotunes/{id}/make_decision")
def make_decision(call: Call) -> Response:
    record, body = AUTOTUNES.find(call), call.read(DECISION)
    _require_started(record)
    if record["winner"]:
        raise ApiError(400, ALREADY_FINISHED)
    decide(call.project, record, body["id"], body["decisionReason"])
    return message_response("Decision made for Autotune Experiment.")


@routes.on("POST", "/autotunes/{id}/schedule_start", quirk="api_2026_10")
def schedule_start(call: Call) -> Response:
    record, body = AUTOTUNES.find(call), call.read(SCHEDULE)
    if record["isStarted"] or record["winner"]:
        raise ApiError(400, ALREADY_STARTED)
    schedule(call.project, record["id"], int(body["scheduledTime"]))
    return message_response("Successfully scheduled autotune start")


def _require_started(record: Record) -> None:
    if not record["isStarted"] and not record["winner"]:
        raise ApiError(400, NOT_STARTED)
