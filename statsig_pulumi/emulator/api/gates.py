"""Feature gates: `/gates` and their lifecycle."""

from __future__ import annotations

from typing import Final

from .. import configs, filters, references, reviews
from ..answers import Answer, ApiError, Record, message_only, single
from ..configs import Config
from ..kinds import Kind, register
from ..paging import page
from ..project import Project
from ..routes import Call, Routes
from ..rules import GATE_RULE
from ..shapes import Choice, Fields, Flag, Listed, Nullable, OneOf, Text
from . import vanished

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


def answer(call: Call, record: Record, word: str = "updated", status: int = 200) -> Answer:
    return single(GATE.messages[word], configs.presented(call, record), status)


@routes.on("GET", "/gates")
def list_gates(call: Call) -> Answer:
    found = filters.wanted_configs(call, "gates")
    return page(call, GATE.messages["listed"], found, lambda record: configs.presented(call, record))


@routes.on("POST", "/gates")
def create_gate(call: Call) -> Answer:
    return answer(call, configs.create(call, GATE), "created", 201)


@routes.on("GET", "/gates/{id}")
def read_gate(call: Call) -> Answer:
    return answer(call, GATE.find(call), "read")


@routes.on("POST", "/gates/{id}")
def replace_gate(call: Call) -> Answer:
    return answer(call, configs.update(call, GATE, full=True))


@routes.on("PATCH", "/gates/{id}")
def change_gate(call: Call) -> Answer:
    return answer(call, configs.update(call, GATE, full=False))


@routes.on("DELETE", "/gates/{id}")
def delete_gate(call: Call) -> Answer:
    if call.params["id"] not in call.project.store["gates"]:
        return vanished.answer(call.project, GATE.missing, GATE.messages["deleted"])
    if references.is_gate_used(call.project, call.params["id"]):
        # The typo is the API's.
        raise ApiError(403, "Failed to delete config because it is refenced in another config")
    call.project.remove("gates", call.params["id"])
    vanished.forget(call.project, "gate_overrides", call.params["id"])
    return message_only(GATE.messages["deleted"])


@routes.on("PUT", "/gates/{id}/enable")
def enable_gate(call: Call) -> Answer:
    return answer(call, configs.switch(call, GATE, on=True))


@routes.on("PUT", "/gates/{id}/disable")
def disable_gate(call: Call) -> Answer:
    return answer(call, configs.switch(call, GATE, on=False))


@routes.on("PUT", "/gates/{id}/launch")
def launch_gate(call: Call) -> Answer:
    before = GATE.find(call)
    enabled = not call.project.quirks["launch_disables"]
    return answer(call, configs.save(call, GATE, before, before | {"status": "Launched", "isEnabled": enabled}))


@routes.on("PUT", "/gates/{id}/archive")
def archive_gate(call: Call) -> Answer:
    return answer(call, configs.archive(call, GATE))


@routes.on("PUT", "/gates/{id}/unarchive")
def unarchive_gate(call: Call) -> Answer:
    return answer(call, configs.unarchive(call, GATE))


@routes.on("GET", "/gates/{id}/versions")
def list_gate_versions(call: Call) -> Answer:
    versions = call.project.store["gates"].versions(GATE.find(call)["id"])
    return page(call, "Gate versions listed successfully.", versions, lambda record: configs.presented(call, record))


@routes.on("PUT", "/gates/{id}/reviews/{reviewID}/commit")
def commit_gate_review(call: Call) -> Answer:
    reviews.commit(call, "gates", GATE.find(call)["id"])
    return message_only("Gate review committed successfully")
