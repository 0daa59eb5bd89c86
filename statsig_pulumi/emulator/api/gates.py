"""Feature gates: `/gates` and their lifecycle."""

from __future__ import annotations

from typing import Final

from ..model import configs, pulse_loads, references
from ..model.configs import Config
from ..model.project import Project
from ..model.rules import GATE_RULE
from . import deletion
from .config_kind import ConfigRoutes
from .kind import Kind, register
from .responses import Answer, ApiError, Record
from .routes import Call, Routes
from .shapes import Choice, Fields, Flag, Listed, Nullable, OneOf, Text

routes: Final = Routes()

NAME = Text(least=3, most=100, pattern=r"[a-zA-Z0-9_\-. ]*")
ID = Text(least=3, most=100, pattern=r"[a-zA-Z0-9_\-.]*")
METRIC = Fields({"name": Text(), "type": Text()}, frozenset({"name", "type"}))
CREATE = Fields(
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
UPDATE = CREATE.without("id", "isTemplate")


def _defaults(project: Project) -> Record:
    return {
        "idType": "userID",
        "description": "",
        "tags": [],
        "targetApps": [],
        "holdoutIDs": [],
        "team": None,
        "teamID": None,
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


def _settle(project: Project, before: Record, body: Record) -> Record:
    after = configs.settle_shared(project, GATE, before, body)
    if "reviewSettings" in body:
        after["reviewSettings"] = before["reviewSettings"] | body["reviewSettings"]
    return after


GATE: Final = Config(
    kind="gates",
    missing="Gate not found.",
    create=CREATE,
    full_update=UPDATE.requiring("isEnabled", "description", "rules"),
    partial_update=UPDATE,
    defaults=_defaults,
    settle=_settle,
    status={True: "In Progress", False: "Disabled"},
    messages={
        "created": "Gate created successfully.",
        "read": "Gate read successfully.",
        "updated": "Gate updated successfully.",
        "deleted": "Gate deleted successfully.",
        "listed": "Gates listed successfully.",
        "versions": "Gate versions listed successfully.",
        "committed": "Gate review committed successfully",
    },
)

register(
    Kind(
        "gates",
        fresh=lambda project, body: configs.blank_record(project, GATE, body),
        tidy=lambda project, before, edit: configs.tidy(project, GATE, before, edit),
        versioned=True,
    )
)


def _refuse_used(project: Project, gate: Record) -> None:
    if references.is_gate_used(project, gate["id"]):
        # The typo is the API's.
        raise ApiError(403, "Failed to delete config because it is refenced in another config")


def _clear(project: Project, gate: Record) -> None:
    deletion.forget(project, "gate_overrides", gate["id"])
    pulse_loads.forget(project, "gates", gate["id"])


_shared: Final = ConfigRoutes(GATE, refuse_delete=_refuse_used, clear=_clear)
_shared.register(routes)
_shared.register_switches(routes)
answer: Final = _shared.answer


@routes.on("PUT", "/gates/{id}/launch")
def launch_gate(call: Call) -> Answer:
    before = GATE.find(call)
    enabled = not call.project.quirks["launch_disables"]
    return answer(call, configs.save(call, GATE, before, before | {"status": "Launched", "isEnabled": enabled}))
