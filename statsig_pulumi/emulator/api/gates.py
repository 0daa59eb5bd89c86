"""Feature gates: `/gates`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..model import pulse_loads, references
from ..model.errors import ApiError
from ..model.json_values import Json, Record
from ..model.project import Project
from .config_kind import ConfigKind
from .filters import by_field, by_flag, by_list, by_rollout_rate
from .kind import Create, Delete, List, Read, Update
from .responses import Response
from .routes import Call, Routes
from .rule_bodies import GATE_RULE
from .shapes import Choice, Fields, Findings, Flag, Listed, Nullable, OneOf, Text

routes: Final = Routes()

NAME = Text(least=3, most=100, pattern=r"[a-zA-Z0-9_\-. ]*")
ID = Text(least=3, most=100, pattern=r"[a-zA-Z0-9_\-.]*")
METRIC = Fields({"name": Text(), "type": Text()}, frozenset({"name", "type"}))
FIELDS = Fields(
    {
        "id": ID,
        "name": NAME,
        "isEnabled": Flag(),
        "description": Text(most=1000),
        "rules": Listed(GATE_RULE),
        "tags": Listed(Text()),
        "type": Choice(("PERMANENT", "TEMPORARY")),
        "idType": Text(),
        "targetApps": OneOf((Text(), Listed(Text()))),
        "creatorID": Nullable(Text()),
        "creatorEmail": Nullable(Text()),
        "team": Nullable(Text()),
        "teamID": Nullable(Text()),
        "measureMetricLifts": Flag(),
        "monitoringMetrics": Listed(METRIC),
        "reviewSettings": Fields({"requiredReview": Flag()}, frozenset({"requiredReview"})),
        "releasePipelineID": Nullable(Text()),
        "isTemplate": Flag(),
    }
)


@dataclass(frozen=True)
class NewGate:
    """The body of a create. It requires an id or a name; if both are missing, the API reports the name."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        is_named = isinstance(value, dict) and not {"id", "name"}.isdisjoint(value)
        return (FIELDS if is_named else FIELDS.requiring("name")).read(value, path, findings)


UPDATE = FIELDS.without("id", "isTemplate")
FULL_UPDATE = UPDATE.requiring("isEnabled", "description", "rules")
UPDATED: Final = "Gate updated successfully."


class GateKind(ConfigKind):
    """Feature gates."""

    def initial_fields(self, project: Project) -> Record:
        return super().initial_fields(project) | {
            "checksPerHour": 0,
            "status": "In Progress",
            "type": project.quirks["gate_type_default"],
            "typeReason": "NONE",
            "isEnabled": True,
            "rules": [],
            "measureMetricLifts": True,
            "monitoringMetrics": [],
            "reviewSettings": {"requiredReview": False, "allowedReviewers": []},
        }

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        after = super().merge(project, before, body)
        if "reviewSettings" in body:
            after["reviewSettings"] = before["reviewSettings"] | body["reviewSettings"]
        return after

    def needs_force(self, project: Project, record: Record) -> bool:
        return project.quirks["archive_referenced"] == "reject" and references.is_gate_used(project, record["id"])

    def validate_delete(self, project: Project, record: Record) -> None:
        if references.is_gate_used(project, record["id"]):
            # The API has this typo.
            raise ApiError(403, "Failed to delete config because it is refenced in another config")

    def clean_up(self, project: Project, record: Record) -> None:
        project.discard("gate_overrides", record["id"])
        pulse_loads.remove_loads(project, self.name, record["id"])


GATES: Final = GateKind(
    name="gates",
    path="/gates",
    operations=(
        List("Gates listed successfully."),
        Create(NewGate(), "Gate created successfully."),
        Read("Gate read successfully."),
        Update("POST", FULL_UPDATE, UPDATED, is_full=True),
        Update("PATCH", UPDATE, UPDATED),
        Delete("Gate deleted successfully."),
    ),
    missing="Gate not found.",
    title="Gate",
    updated=UPDATED,
    full_update=FULL_UPDATE,
    status={True: "In Progress", False: "Disabled"},
    filters={
        "releasePipelineID": by_field("releasePipelineID"),
        "creatorName": by_field("creatorName"),
        "creatorID": by_field("creatorID"),
        "tags": by_list("tags"),
        "idType": by_field("idType"),
        "type": by_field("type"),
        "typeReason": by_field("typeReason"),
        "targetAppID": by_list("targetApps"),
        "rolloutRate": by_rollout_rate,
        # The emulator has no exposures, so the pass rate is that of the rules.
        "passRate": by_rollout_rate,
        "store0100Exposures": by_flag("store0100Exposures"),
    },
)


@routes.on("PUT", "/gates/{id}/launch")
def launch_gate(call: Call) -> Response:
    before = GATES.find(call)
    is_enabled = not call.project.quirks["launch_disables"]
    after = before | {"status": "Launched", "isEnabled": is_enabled}
    return GATES.updated_response(call, GATES.save(call, before, after))
