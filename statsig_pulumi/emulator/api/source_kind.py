"""Kinds of warehouse sources: assignment sources, entity properties and metric sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..model import references, team_ownership
from ..model.errors import Issue, invalid_body, invalid_value
from ..model.json_values import Record
from ..model.project import Project
from .kind import Kind
from .routes import Call
from .shapes import INVALID_LITERAL, Fields, Flag, Listed, Nullable, Shape, Text

# Keys that control a request and are not stored.
CONTROL_KEYS: Final = ("dryRun", "skip_validation", "all_columns", "column_types")
OWNER: Final = Nullable(Fields({key: Text() for key in ("ownerID", "ownerType", "ownerName", "ownerEmail")}))
UNITS: Final = Listed(Fields({"statsigUnitID": Text(), "column": Text()}).requiring("statsigUnitID", "column"))
SHARED: Final[Mapping[str, Shape]] = {
    "name": Text(),
    "description": Text(),
    "tags": Listed(Text()),
    "sql": Text(),
    "timestampColumn": Text(),
    "idTypeMapping": UNITS,
    "isReadOnly": Flag(),
    "team": Nullable(Text()),
    "teamID": Nullable(Text()),
    "dryRun": Flag(),
}


@dataclass(frozen=True, kw_only=True)
class SourceKind(Kind):
    """A kind of warehouse source. The key of a source is its name."""

    parameter: str = "name"
    key_field: str = "name"
    # The fields of the query, which every source has.
    query: tuple[str, ...]
    is_renamable: bool = True

    def validate_source(self, before: Record, after: Record, body: Record) -> None:
        """Raise if a source is not valid. Overridden by kinds with own rules."""

    def create(self, call: Call, body: Record) -> Record:
        references.validate_references(call.project, body)
        self._validate_free(call.project, body["name"])
        start = self._blank(call.project, body["name"])
        return self._save(call, start, self.merge(call.project, start, body), body)

    def update(self, call: Call, before: Record, body: Record, *, is_full: bool) -> Record:
        references.validate_references(call.project, body)
        self._validate_rename(call.project, before, body)
        start = before
        if is_full and call.project.quirks["source_update_resets"]:
            start = self._blank(call.project, before["name"]) | {"owner": before["owner"]}
        return self._save(call, before, self.merge(call.project, start, body), body)

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        given = {key: value for key, value in body.items() if key not in CONTROL_KEYS}
        if not given.get("owner"):
            # The API ignores an empty owner.
            given.pop("owner", None)
        return team_ownership.assign_team(project, before | given, given)

    def present(self, call: Call, record: Record) -> Record:
        """Return the source without its unset fields, which responses omit instead of returning null."""
        presented = team_ownership.present_team(call.project, record)
        return {key: value for key, value in presented.items() if value is not None}

    def new_record(self, project: Project, body: Record) -> Record:
        name = str(body.get("name", project.issuer.new_id()))
        self._validate_free(project, name)
        query = {key: [] if key == "idTypeMapping" else "" for key in self.query}
        return self._blank(project, name) | query

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        if change.get("name", before["name"]) != before["name"]:
            self._validate_free(project, change["name"])
        return team_ownership.assign_team(project, before | change, change)

    def _blank(self, project: Project, name: str) -> Record:
        return {"name": name, "description": "", "tags": [], "owner": project.actor.owner()}

    def _save(self, call: Call, before: Record, after: Record, body: Record) -> Record:
        self.validate_source(before, after, body)
        _run_query(call.project, body)
        if body.get("dryRun"):
            return after
        return self.replace(call.project, self.key(before), after)

    def _validate_rename(self, project: Project, before: Record, body: Record) -> None:
        if body.get("name", before["name"]) == before["name"]:
            return
        if not self.is_renamable:
            raise invalid_body([Issue("name", f'{INVALID_LITERAL} "{before["name"]}"')])
        self._validate_free(project, body["name"])

    def _validate_free(self, project: Project, name: str) -> None:
        if name in project.store[self.name]:
            raise invalid_value("name", project.quirks["source_name_taken"])


def _run_query(project: Project, body: Record) -> None:
    """Raise if the query contains the text of the quirk `sql_errors`.

    There is no warehouse that could run it.
    """
    failing = project.quirks["sql_errors"]
    if failing and failing in body.get("sql", "") and not body.get("skip_validation"):
        raise invalid_value("sql", f"SQL compilation error: syntax error: unexpected '{failing}'.")
