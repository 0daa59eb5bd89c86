"""Kinds with versions: gates, dynamic configs, experiments, and what they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..model import configs, held_objects, references, reviews, rules, team_ownership
from ..model.configs import ARCHIVE_KEYS, IDENTITY, NAME_TAKEN, slug
from ..model.errors import GENERIC_BAD_REQUEST, ApiError, invalid_value
from ..model.json_values import Record
from ..model.project import Project
from . import filters
from .kind import Kind
from .pages import page
from .responses import Response, message_response, object_response
from .routes import Call, Routes
from .shapes import Fields, Flag, Text

REVIEW_HEADER: Final = "x-respect-review-settings"
MODIFICATION: Final = ("version", "lastModifiedTime", "lastModifierID", "lastModifierName", "lastModifierEmail")
ARCHIVE = Fields({"forceArchive": Flag(), "archiveReason": Text()})
UNARCHIVE = Fields({"unarchiveReason": Text()})


@dataclass(frozen=True, kw_only=True)
class VersionedKind(Kind):
    """A kind whose objects have versions and authors. The console can make objects of any name in it."""

    def new_record(self, project: Project, body: Record) -> Record:
        name = str(body.get("name", body.get("id", project.issuer.new_id())))
        return {"id": slug(name), "name": name, **body}

    def add_in_console(self, project: Project, body: Record) -> Record:
        record = self.edit(project, self.new_record(project, body), body)
        configs.validate_new_name(project, self.name, record)
        return held_objects.attach_to_global(project, self.name, project.add_config(self.name, record))

    def edit_in_console(self, project: Project, key: str, before: Record, change: Record) -> Record:
        changed = project.change_config(self.name, self.edit(project, before, change))
        # An edit may set the version and the modifier, which a change sets by itself.
        modification = {name: value for name, value in change.items() if name in MODIFICATION}
        return project.put(self.name, key, changed | modification) if modification else changed


@dataclass(frozen=True, kw_only=True)
class ConfigKind(VersionedKind):
    """A kind of config. A subclass defines its initial fields and its rules for updates."""

    # The noun in messages, and the message of an update.
    title: str
    updated: str
    # The status by `isEnabled`, for kinds that can be enabled, disabled, archived and unarchived by their own calls.
    status: Mapping[bool, str] = field(default_factory=dict)
    full_update: Fields
    # Fields that a full update never resets.
    lasting: tuple[str, ...] = ("rules", "holdoutIDs")
    has_dry_run: bool = False
    has_versions: bool = True

    def routes(self) -> Routes:
        routes, item = super().routes(), self.item_template()
        if self.has_versions:
            routes.add("GET", f"{item}/versions", self.list_versions)
        routes.add("PUT", f"{item}/reviews/{{reviewID}}/commit", self.commit_review)
        if self.status:
            routes.add("PUT", f"{item}/enable", lambda call: self.set_enabled(call, is_enabled=True))
            routes.add("PUT", f"{item}/disable", lambda call: self.set_enabled(call, is_enabled=False))
            routes.add("PUT", f"{item}/archive", self.archive)
            routes.add("PUT", f"{item}/unarchive", self.unarchive)
        return routes

    # Rules that a subclass overrides

    def initial_fields(self, project: Project) -> Record:
        """Return the fields of a new config that its body omits. An override extends this."""
        return {
            "idType": "userID",
            "description": "",
            "tags": [],
            "targetApps": [],
            "holdoutIDs": [],
            "team": None,
            "teamID": None,
        }

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        """Return the config with a body applied. An override extends this."""
        after = before | body
        if "id" in body:
            after["id"] = before["id"]
        if isinstance(after.get("targetApps"), str):
            after["targetApps"] = [after["targetApps"]]
        if "rules" in body:
            after["rules"] = rules.identify_rules(project, body["rules"], before["rules"])
        if "isEnabled" in body and body["isEnabled"] != before["isEnabled"]:
            after["status"] = self.status[body["isEnabled"]]
        return team_ownership.assign_team(project, after, body)

    def catch_up(self, project: Project) -> None:
        """Apply the changes that the service makes by itself as time passes."""

    def lists_archived(self, call: Call) -> bool:
        """Return whether a list contains archived configs."""
        return call.flag("includeArchived")

    def needs_force(self, project: Project, record: Record) -> bool:
        """Return whether `forceArchive` is required to archive a config."""
        return False

    # Finding configs

    def find(self, call: Call) -> Record:
        self.catch_up(call.project)
        return super().find(call)

    def records(self, call: Call) -> list[Record]:
        self.catch_up(call.project)
        requested = filters.requested_values(call, self.filters)
        # Configs have names of target apps, the query has ids.
        apps = [call.project.store["target_app"].get(key) for key in requested.get("targetAppID", [])]
        requested.get("targetAppID", []).extend(app["name"] for app in apps if app)
        records: list[Record] = list(call.project.store[self.name])
        if not self.lists_archived(call) and "archived" not in requested.get("status", []):
            records = [record for record in records if not configs.is_archived(record)]
        return filters.matching_records(records, self.filters, requested)

    # Create and update

    def new_record(self, project: Project, body: Record) -> Record:
        name = str(body.get("name") or body.get("id") or "")
        return {
            "id": body.get("id") or slug(name),
            "name": name,
            **self.initial_fields(project),
            "tags": list(project.quirks["default_tags"]),
            "owner": project.actor.owner(),
        }

    def create(self, call: Call, body: Record) -> Record:
        project = call.project
        references.validate_references(project, body)
        record = self.merge(project, self.new_record(project, body), body)
        team_ownership.validate_team(project, record)
        record = team_ownership.apply_team_defaults(project, self.name, record, body)
        configs.validate_new_name(project, self.name, record)
        return held_objects.attach_to_global(project, self.name, project.add_config(self.name, record))

    def update(self, call: Call, before: Record, body: Record, *, is_full: bool) -> Record:
        project = call.project
        references.validate_references(project, body)
        if configs.is_archived(before) and project.quirks["archived_updates"] == "reject":
            raise ApiError(400, GENERIC_BAD_REQUEST)
        self.validate_rename(project, before, body)
        start = before
        if is_full and project.quirks["full_update_resets"]:
            start = self._reset(project, before)
        return self.save(call, before, self.merge(project, start, body))

    def validate_rename(self, project: Project, before: Record, body: Record) -> None:
        """Raise if the quirk `unique_display_names` is on and the new name is in use."""
        if not project.quirks["unique_display_names"] or body.get("name", before["name"]) == before["name"]:
            return
        if project.store[self.name].named(body["name"]):
            raise invalid_value("name", NAME_TAKEN)

    def _reset(self, project: Project, before: Record) -> Record:
        read_only = {key: value for key, value in before.items() if key not in self.full_update.keys}
        kept = {key: before[key] for key in (*IDENTITY, *self.lasting) if key in before}
        return {**read_only, **self.initial_fields(project), **kept}

    def save(self, call: Call, before: Record, after: Record) -> Record:
        """Store a change of a config. A dry run stores nothing; a review stores the change apart.

        A Console API key bypasses reviews unless the request has the review header.
        """
        if self.has_dry_run and call.flag("dryRun"):
            return after
        respects_reviews = call.headers.get(REVIEW_HEADER, "false").lower() not in ("", "0", "false")
        if respects_reviews and reviews.is_required(call.project, before):
            return reviews.hold_change(call.project, self.name, before, after)
        return call.project.change_config(self.name, after)

    # Lifecycle

    def updated_response(self, call: Call, record: Record) -> Response:
        return object_response(self.updated, self.present(call, record))

    def set_enabled(self, call: Call, *, is_enabled: bool) -> Response:
        before = self.find(call)
        after = before | {"isEnabled": is_enabled, "status": self.status[is_enabled]}
        return self.updated_response(call, self.save(call, before, after))

    def archive(self, call: Call) -> Response:
        before, body = self.find(call), call.read(ARCHIVE)
        if self.needs_force(call.project, before) and not body.get("forceArchive"):
            raise ApiError(400, "Failed to archive config because it is referenced in another config")
        metadata = configs.archive_metadata(call.project, body.get("archiveReason"))
        return self.updated_response(call, self.save(call, before, before | {"status": "Archived", **metadata}))

    def unarchive(self, call: Call) -> Response:
        before = self.find(call)
        call.read(UNARCHIVE)
        after = {key: value for key, value in before.items() if key not in ARCHIVE_KEYS}
        after["status"] = self.status[before["isEnabled"]]
        return self.updated_response(call, self.save(call, before, after))

    def list_versions(self, call: Call) -> Response:
        versions = call.project.store[self.name].versions(self.find(call)["id"])
        message = f"{self.title} versions listed successfully."
        return page(call, message, versions, lambda record: self.present(call, record))

    def commit_review(self, call: Call) -> Response:
        reviews.commit_review(call.project, self.name, self.find(call)["id"], call.params["reviewID"])
        return message_response(f"{self.title} review committed successfully")

    def present(self, call: Call, record: Record) -> Record:
        hidden = () if call.flag("includeArchiveMetadata") else ARCHIVE_KEYS
        presented = {key: value for key, value in record.items() if key not in hidden}
        if "rules" in record:
            presented["rules"] = [rules.present_rule(call.project.quirks, rule) for rule in record["rules"]]
        return team_ownership.present_team(call.project, presented)

    # Changes by a console user

    def add_in_console(self, project: Project, body: Record) -> Record:
        record = self.edit(project, self.new_record(project, body), body)
        record = team_ownership.apply_team_defaults(project, self.name, record, body)
        configs.validate_new_name(project, self.name, record)
        return held_objects.attach_to_global(project, self.name, project.add_config(self.name, record))

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        """Return the config with an edit applied.

        The console also sets ids of new rules, the status and the team.
        """
        after = before | change
        if isinstance(change.get("rules"), list):
            after["rules"] = rules.add_missing_ids(project, change["rules"])
        if "isEnabled" in change and "status" not in change and change["isEnabled"] != before["isEnabled"]:
            after["status"] = self.status[change["isEnabled"]]
        return team_ownership.assign_team(project, after, change)
