"""Segments: `/segments`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..model import references, reviews, rules
from ..model.configs import archive_metadata
from ..model.errors import ApiError
from ..model.json_values import Record
from ..model.project import Project
from .config_kind import ConfigKind
from .kind import Create, Delete, List, Read
from .responses import Response, message_response, object_response
from .routes import Call, Routes
from .rule_bodies import SEGMENT_RULE, rule_list
from .shapes import Choice, Fields, Listed, Nullable, Text

routes: Final = Routes()

RULE_BASED: Final = "rule_based"
TYPES: Final = ("id_list", RULE_BASED, "analysis_list", "user_store_id_list")
CREATE = Fields(
    {
        "name": Text(least=3, most=100, pattern=r"[a-zA-Z0-9_\- ]*"),
        "id": Text(least=3, most=100, pattern=r"[a-zA-Z0-9_\-]*"),
        "description": Text(most=1000),
        "type": Choice(TYPES),
        "idType": Text(),
        "tags": Listed(Text()),
        "creatorID": Nullable(Text()),
        "creatorEmail": Nullable(Text()),
        "team": Nullable(Text()),
        "teamID": Nullable(Text()),
        "rules": Listed(SEGMENT_RULE),
    },
    frozenset({"name", "type"}),
)
ROLLOUTS: Final = ("completedAutomatedRollouts", "pendingAutomatedRollouts")
# The collection with the ids of each segment.
IDS: Final = "segment_ids"
RULES_UPDATED: Final = "Rules successfully updated"


@dataclass(frozen=True, kw_only=True)
class SegmentKind(ConfigKind):
    """Segments. Only their rules can be updated."""

    def initial_fields(self, project: Project) -> Record:
        return super().initial_fields(project) | {"isEnabled": True, "type": RULE_BASED, "rules": []}

    def new_record(self, project: Project, body: Record) -> Record:
        return {key: value for key, value in super().new_record(project, body).items() if key != "owner"}

    def create(self, call: Call, body: Record) -> Record:
        if "rules" in body:
            validate_type(body, RULE_BASED)
        return super().create(call, body)

    def records(self, call: Call) -> list[Record]:
        hides_archived = call.project.quirks["segment_archived"] == "unlisted"
        return [each for each in super().records(call) if not (hides_archived and "archivedAt" in each)]

    def present(self, call: Call, record: Record) -> Record:
        """Return a segment as a response has it: with rules, without their rollouts, or with the count of its ids."""
        presented = super().present(call, record)
        kept = [{key: rule[key] for key in rule if key not in ROLLOUTS} for rule in presented.pop("rules")]
        if record["type"] == RULE_BASED:
            return presented | {"rules": kept}
        return presented | {"count": len(current_ids(call.project, record["id"]))}

    def clean_up(self, project: Project, record: Record) -> None:
        project.discard(IDS, record["id"])

    def validate_delete(self, project: Project, record: Record) -> None:
        is_refused = project.quirks["segment_delete_used"] == "reject"
        if is_refused and references.is_segment_used(project, record["id"]):
            # The message of gates, with its typo.
            raise ApiError(403, "Failed to delete config because it is refenced in another config")


SEGMENTS: Final = SegmentKind(
    name="segments",
    path="/segments",
    operations=(
        List("Segments listed successfully."),
        Create(CREATE, "Segment created successfully."),
        Read("Segment read successfully."),
        Delete("Segment deleted successfully."),
    ),
    missing="Segment not found.",
    title="Segment",
    updated=RULES_UPDATED,
    full_update=CREATE,
    has_versions=False,
)


def current_ids(project: Project, segment_id: str) -> list[str]:
    """Return the ids of a segment that is a list of ids."""
    ids: list[str] = (project.store[IDS].get(segment_id) or {}).get("ids", [])
    return ids


def validate_type(record: Record, *types: str) -> None:
    """Raise if an endpoint does not accept segments of this type."""
    if record["type"] not in types:
        named = " or ".join(f"'{each}'" for each in types)
        raise ApiError(400, f"Segment must be of type {named} to be modified on this endpoint")


@routes.on("POST", "/segments/{id}/conditional")
def replace_rules(call: Call) -> Response:
    before = SEGMENTS.find(call)
    validate_type(before, RULE_BASED)
    if call.project.quirks["segment_rules_body"] == "array":
        sent = call.read_items(SEGMENT_RULE)
    else:
        sent = call.read(rule_list(SEGMENT_RULE))["rules"]
    references.validate_references(call.project, {"rules": sent})
    identified = rules.identify_rules(call.project, sent, before["rules"])
    record = SEGMENTS.save(call, before, before | {"rules": identified})
    if call.project.quirks["segment_rules_answer"] == "message":
        return message_response(RULES_UPDATED)
    return object_response(RULES_UPDATED, SEGMENTS.present(call, record))


@routes.on("DELETE", "/segments/{id}/reviews/{reviewID}", quirk="api_2026_10")
def cancel_review(call: Call) -> Response:
    reviews.cancel_review(call.project, SEGMENTS.name, SEGMENTS.find(call)["id"], call.params["reviewID"])
    return message_response("Segment review cancelled successfully.")


@routes.on("PUT", "/segments/{id}/archive")
def archive(call: Call) -> Response:
    before = SEGMENTS.find(call)
    shown = {"isEnabled": False} if call.project.quirks["segment_archived"] == "disabled" else {}
    SEGMENTS.save(call, before, before | shown | archive_metadata(call.project, None))
    return message_response("Segment archived successfully.")
