"""What gates, dynamic configs and their kin have in common, from creation to archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..api.kind import slug
from ..api.responses import ApiError, Record, not_found, refused
from ..api.routes import Call
from ..api.shapes import Fields, Flag, Text
from . import references, reviews, rules, team_ownership
from .project import Project

IDENTITY: Final[tuple[str, ...]] = (
    "id",
    "name",
    "isTemplate",
    "createdTime",
    "creatorID",
    "creatorName",
    "creatorEmail",
    "version",
    "owner",
)
NAMESPACE: Final = ("gates", "dynamic_configs", "segments", "experiments")
ARCHIVE_KEYS: Final = ("archivedAt", "archivedByID", "archivedByName", "archivedByEmail", "archiveReason")
ARCHIVED: Final = ("Archived", "archived")
NAME_TAKEN: Final = "Name is already in use"
ARCHIVE = Fields({"forceArchive": Flag(), "archiveReason": Text()})
UNARCHIVE = Fields({"unarchiveReason": Text()})


@dataclass(frozen=True)
class Config:
    """One kind of config: its shapes, its defaults and its words."""

    kind: str
    missing: str
    create: Fields
    full_update: Fields
    partial_update: Fields
    defaults: Callable[[Project], Record]
    # Takes the record as it was and the body; gives the record as it will be.
    settle: Callable[[Project, Record, Record], Record]
    messages: Mapping[str, str]
    status: Mapping[bool, str] = field(default_factory=dict)
    # What a full update leaves as it is, be it in the body or not.
    lasting: tuple[str, ...] = ("rules", "holdoutIDs")
    has_dry_run: bool = False
    # Does what was to happen by itself since the last request.
    catch_up: Callable[[Project], None] = lambda project: None

    def find(self, call: Call) -> Record:
        self.catch_up(call.project)
        record = call.project.store[self.kind].get(call.params["id"])
        if record is None:
            raise not_found(self.missing)
        return record


def new_record(project: Project, config: Config, body: Record) -> Record:
    """A record as a create makes it, before it is stored."""
    record = config.settle(project, blank_record(project, config, body), body)
    return team_ownership.inject_defaults(project, config.kind, record, body)


def blank_record(project: Project, config: Config, body: Record) -> Record:
    """The defaults under the id and name of the body."""
    name = str(body.get("name") or body.get("id") or "")
    return {
        "id": body.get("id") or slug(name),
        "name": name,
        **config.defaults(project),
        "tags": list(project.quirks["default_tags"]),
        "owner": project.actor.owner(),
    }


def create(call: Call, config: Config) -> Record:
    # Either of the two names the config; without both it is the name that is missing.
    anonymous = not isinstance(call.body, dict) or not {"id", "name"} & set(call.body)
    body = call.read(config.create.requiring("name") if anonymous else config.create)
    references.refuse_unknown(call.project, body)
    record = new_record(call.project, config, body)
    refuse_taken(call.project, config.kind, record)
    return call.project.add_config(config.kind, record)


def refuse_taken(project: Project, kind: str, record: Record) -> None:
    kinds = NAMESPACE if project.quirks["shared_namespace"] and kind in NAMESPACE else (kind,)
    for other in kinds:
        collection = project.store[other]
        if record["id"] in collection or slug(record["name"]) in collection or collection.named(record["name"]):
            raise refused("name", NAME_TAKEN)


def is_archived(record: Record) -> bool:
    return record.get("status") in ARCHIVED


def update(call: Call, config: Config, *, full: bool) -> Record:
    before = config.find(call)
    body = call.read(config.full_update if full else config.partial_update)
    references.refuse_unknown(call.project, body)
    _refuse_archived(call.project, before)
    _refuse_taken_rename(call.project, config.kind, before, body)
    start = before
    if full and call.project.quirks["full_update_resets"]:
        start = _reset(call.project, config, before)
    return save(call, config, before, config.settle(call.project, start, body))


def _reset(project: Project, config: Config, before: Record) -> Record:
    unwritten = {key: value for key, value in before.items() if key not in config.full_update.keys}
    kept = {key: before[key] for key in (*IDENTITY, *config.lasting) if key in before}
    return {**unwritten, **config.defaults(project), **kept}


def _refuse_archived(project: Project, record: Record) -> None:
    if is_archived(record) and project.quirks["archived_updates"] == "reject":
        raise ApiError(400, "Invalid request. Please check the request input and try again.")


def _refuse_taken_rename(project: Project, kind: str, before: Record, body: Record) -> None:
    if not project.quirks["unique_display_names"] or body.get("name", before["name"]) == before["name"]:
        return
    if project.store[kind].named(body["name"]):
        raise refused("name", NAME_TAKEN)


def save(call: Call, config: Config, before: Record, after: Record) -> Record:
    """The one way to change a config: a dry run leaves it as it is, a review may hold it back."""
    if config.has_dry_run and call.flag("dryRun"):
        return after
    if reviews.holds_back(call, before):
        return reviews.hold(call, config.kind, before, after)
    return call.project.change_config(config.kind, after)


def settle_shared(project: Project, config: Config, before: Record, body: Record) -> Record:
    """The body laid over the record, with the fields that every config treats alike."""
    after = before | body
    if "id" in body:
        after["id"] = before["id"]
    if isinstance(after.get("targetApps"), str):
        after["targetApps"] = [after["targetApps"]]
    if "rules" in body:
        after["rules"] = rules.identify(project, body["rules"], before["rules"])
    if "isEnabled" in body and body["isEnabled"] != before["isEnabled"]:
        after["status"] = config.status[body["isEnabled"]]
    return team_ownership.settle(project, after, body)


def switch(call: Call, config: Config, *, on: bool) -> Record:
    before = config.find(call)
    return save(call, config, before, before | {"isEnabled": on, "status": config.status[on]})


def archive(call: Call, config: Config) -> Record:
    before, body = config.find(call), call.read(ARCHIVE)
    if _needs_force(call.project, config, before) and not body.get("forceArchive"):
        raise ApiError(400, "Failed to archive config because it is referenced in another config")
    traces = archive_traces(call.project, body.get("archiveReason"))
    return save(call, config, before, before | {"status": "Archived", **traces})


def archive_traces(project: Project, reason: str | None) -> Record:
    """Who archived something, when and why."""
    actor = project.actor
    traces = (project.issuer.now_ms(), actor.id, actor.name, actor.email, reason)
    return dict(zip(ARCHIVE_KEYS, traces, strict=True))


def _needs_force(project: Project, config: Config, record: Record) -> bool:
    guarded = config.kind == "gates" and project.quirks["archive_referenced"] == "reject"
    return guarded and references.is_gate_used(project, record["id"])


def unarchive(call: Call, config: Config) -> Record:
    before = config.find(call)
    call.read(UNARCHIVE)
    after = {key: value for key, value in before.items() if key not in ARCHIVE_KEYS}
    return save(call, config, before, after | {"status": config.status[before["isEnabled"]]})


def presented(call: Call, record: Record) -> Record:
    """What a GET of a config shows."""
    hidden = () if call.flag("includeArchiveMetadata") else ARCHIVE_KEYS
    shown = {key: value for key, value in record.items() if key not in hidden}
    if "rules" in record:
        shown["rules"] = [rules.presented(call.project.quirks, rule) for rule in record["rules"]]
    return team_ownership.presented(call.project, shown)


def tidy(project: Project, config: Config, before: Record, edit: Record) -> Record:
    """What the console does along with an edit: ids for new rules, the status, the other team key."""
    after = before | edit
    if isinstance(edit.get("rules"), list):
        after["rules"] = rules.issue_unidentified(project, edit["rules"])
    if "isEnabled" in edit and "status" not in edit and edit["isEnabled"] != before["isEnabled"]:
        after["status"] = config.status[edit["isEnabled"]]
    return team_ownership.settle(project, after, edit)
