"""Holdouts: `/holdouts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..model import held_objects, pulse_results, references, team_ownership
from ..model.configs import NAME_TAKEN
from ..model.days import day, days_between
from ..model.errors import invalid_value
from ..model.json_values import Record
from ..model.project import Project
from ..model.pulse_results import Comparison
from . import pulse
from .config_kind import VersionedKind
from .experiments import IMPLICIT_LAYER, implicit_layer
from .filters import by_field, by_list
from .kind import Create, Delete, List, Read, Update
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Fields, Flag, Listed, Nullable, Number, Text

routes: Final = Routes()

CREATE = Fields(
    {
        "name": Text(least=3, most=100, pattern=r"[a-zA-Z0-9_\- ]*"),
        "description": Text(most=1000),
        "idType": Text(),
        "teamID": Nullable(Text()),
    },
    frozenset({"name"}),
)
METRIC = Fields({"name": Text(), "type": Text()}, frozenset({"name", "type"}))
UPDATE = Fields(
    {
        "isEnabled": Flag(),
        "description": Text(most=1000),
        "passPercentage": Number(least=0, most=10),
        "gateIDs": Listed(Text()),
        "experimentIDs": Listed(Text()),
        "layerIDs": Listed(Text()),
        "isGlobal": Flag(),
        "targetingGateID": Nullable(Text()),
        "monitoringMetrics": Listed(METRIC),
    }
)
FULL_UPDATE = UPDATE.requiring(*(key for key in UPDATE.keys if key != "monitoringMetrics"))
UPDATED: Final = "Holdout updated successfully."
INITIAL: Final[Record] = {
    "idType": "userID",
    "description": "",
    "tags": [],
    "targetApps": [],
    "holdoutIDs": [],
    "team": None,
    "teamID": None,
    "isEnabled": True,
    "passPercentage": 0,
    "gateIDs": [],
    "experimentIDs": [],
    "layerIDs": [],
    "isGlobal": False,
    "targetingGateID": None,
    "monitoringMetrics": [],
}
DEFAULT_CONFIDENCE: Final = 95.0


@dataclass(frozen=True, kw_only=True)
class HoldoutKind(VersionedKind):
    """Holdouts. A create takes four fields only, and a PATCH adds to the lists of what is held."""

    def new_record(self, project: Project, body: Record) -> Record:
        return INITIAL | super().new_record(project, body)

    def create(self, call: Call, body: Record) -> Record:
        project = call.project
        references.validate_references(project, body)
        record = self.new_record(project, body)
        collection = project.store[self.name]
        if record["id"] in collection or collection.named(record["name"]):
            raise invalid_value("name", NAME_TAKEN)
        record = team_ownership.assign_team(project, record, body)
        team_ownership.validate_team(project, record)
        return project.add_config(self.name, record)

    def update(self, call: Call, before: Record, body: Record, *, is_full: bool) -> Record:
        project = call.project
        _validate_held(project, before, body)
        after = before | _target(project, before, body)
        for field in held_objects.KINDS:
            if not is_full and field in body:
                after[field] = [*before[field], *body[field]]
        if is_full and "monitoringMetrics" not in body and project.quirks["full_update_resets"]:
            after["monitoringMetrics"] = []
        changed = project.change_config(self.name, after)
        held_objects.note_held(project, before, changed)
        return changed

    def clean_up(self, project: Project, record: Record) -> None:
        held_objects.note_held(project, record, {})
        project.discard("holdout_overrides", record["id"])

    def present(self, call: Call, record: Record) -> Record:
        quirks, presented = call.project.quirks, team_ownership.present_team(call.project, record)
        if quirks["holdout_targeting"] == "internal_id":
            presented = presented | {"targetingGateID": held_objects.internal_id(record["targetingGateID"])}
        if quirks["holdout_experiments"] == "layers":
            presented = presented | _with_implicit_layers(call.project, record)
        return presented

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        after = team_ownership.assign_team(project, before | change, change)
        held_objects.note_held(project, before, after)
        return after


def _target(project: Project, before: Record, body: Record) -> Record:
    """Return the body with the targeting gate that the holdout has after it."""
    mode, gate = project.quirks["holdout_targeting"], body.get("targetingGateID", before["targetingGateID"])
    is_kept = (mode, gate) in (("internal_id", None), ("null_clears", ""))
    return body | {"targetingGateID": before["targetingGateID"] if is_kept else gate}


def _validate_held(project: Project, before: Record, body: Record) -> None:
    """Raise for what does not exist, and for another unit type, by quirk."""
    gate, quirks = body.get("targetingGateID"), project.quirks
    if (
        gate
        and quirks["holdout_targeting"] == "internal_id"
        and gate == held_objects.internal_id(before["targetingGateID"])
    ):
        raise references.missing_objects("Gates", [gate])
    references.validate_references(project, {"targetingGateID": gate})
    for field, kind in held_objects.KINDS.items():
        keys = [key for key in body.get(field, ()) if not key.startswith(IMPLICIT_LAYER)]
        if quirks["unknown_references"] == "reject" and (missing := references.unknown_keys(project, kind, keys)):
            raise references.missing_objects(kind.capitalize(), missing)
        if quirks["holdout_id_types"] == "reject":
            records = [record for key in keys if (record := project.store[kind].get(key))]
            if any(record["idType"] != before["idType"] for record in records):
                raise invalid_value(field, "ID types must match")


def _with_implicit_layers(project: Project, record: Record) -> Record:
    """Return the held experiments without a layer as their implicit layers."""
    ids = record["experimentIDs"]
    implicit = [key for key in ids if _layer_of(project, key).startswith(IMPLICIT_LAYER)]
    return {
        "experimentIDs": [key for key in ids if key not in implicit],
        "layerIDs": [*record["layerIDs"], *(implicit_layer(key) for key in implicit)],
    }


def _layer_of(project: Project, experiment_id: str) -> str:
    experiment = project.store["experiments"].get(experiment_id)
    return str(experiment["layerID"]) if experiment else implicit_layer(experiment_id)


HOLDOUTS: Final = HoldoutKind(
    name="holdouts",
    path="/holdouts",
    operations=(
        List("Holdouts listed successfully."),
        Create(CREATE, "Holdout created successfully.", status=200),
        Read("Holdout read successfully."),
        Update("POST", FULL_UPDATE, UPDATED, is_full=True),
        Update("PATCH", UPDATE, UPDATED),
        Delete("Holdout deleted successfully."),
    ),
    missing="Holdout not found.",
    filters={
        "creatorName": by_field("creatorName"),
        "creatorID": by_field("creatorID"),
        "tags": by_list("tags"),
    },
)


@routes.on("GET", "/holdouts/{id}/pulse_results")
def read_results(call: Call) -> Response:
    """Return the comparison of the units that are held out with all others."""
    holdout, query = HOLDOUTS.find(call), pulse.read_result_query(call)
    today = day(call.project.issuer.now_ms())
    days, share = len(list(days_between(day(holdout["createdTime"]), today))) + 1, holdout["passPercentage"]
    comparison = Comparison(
        holdout["id"],
        control_units=pulse_results.exposures(f"{holdout['id']}/held", share, days)[-1],
        test_units=pulse_results.exposures(f"{holdout['id']}/others", 100 - share, days)[-1],
        confidence=query.numbers.get("confidence", DEFAULT_CONFIDENCE),
        cuped="cuped" in query.flags,
    )
    data = {"ds": today, "monitoringMetrics": comparison.results(holdout["monitoringMetrics"])}
    return object_response("Successfully loaded Pulse Results", data)
