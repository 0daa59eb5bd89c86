"""What assignment sources, entity properties and metric sources have in common, from creation to rename."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..model import references, team_ownership
from ..model.project import Project
from .kind import Kind, register
from .literals import WORDING
from .responses import ApiError, Issue, Record, invalid, refused
from .routes import Call
from .shapes import Fields, Flag, Listed, Nullable, Shape, Text

# Keys that steer a request and are not part of a source.
STEERING: Final = ("dryRun", "skip_validation", "all_columns", "column_types")
OWNER: Final = Nullable(Fields({key: Text() for key in ("ownerID", "ownerType", "ownerName", "ownerEmail")}))
UNITS: Final = Listed(Fields({"statsigUnitID": Text(), "column": Text()}).requiring("statsigUnitID", "column"))
# What the bodies of all three kinds can say.
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


def _accept(before: Record, after: Record, body: Record) -> None:
    """Most kinds have nothing of their own to check."""


@dataclass(frozen=True)
class Source:
    """One kind of source: its shapes, its words, and what it alone checks."""

    kind: str
    missing: str
    create: Fields
    full_update: Fields
    partial_update: Fields = field(default_factory=lambda: Fields({}))
    check: Callable[[Record, Record, Record], None] = _accept
    is_renamable: bool = True
    # Methods that are not documented to answer 404, and the quirk that says what they answer.
    undocumented_missing: tuple[str, ...] = ()
    missing_quirk: str = ""

    def find(self, call: Call) -> Record:
        record = call.project.store[self.kind].get(call.params["name"])
        if record is not None:
            return record
        undocumented = call.method in self.undocumented_missing
        raise ApiError(call.project.quirks[self.missing_quirk] if undocumented else 404, self.missing)


def register_kind(source: Source) -> None:
    """Lets the control plane make and rename sources, by their names."""

    def fresh(project: Project, body: Record) -> Record:
        name = str(body.get("name", project.issuer.new_id()))
        _refuse_taken(project, source.kind, name)
        query = {key: [] if key == "idTypeMapping" else "" for key in source.full_update.required}
        return _blank(project, name) | query

    def tidy(project: Project, before: Record, edit: Record) -> Record:
        if edit.get("name", before["name"]) != before["name"]:
            _refuse_taken(project, source.kind, edit["name"])
        return team_ownership.settle(project, before | edit, edit)

    register(Kind(source.kind, fresh=fresh, tidy=tidy, key_of=lambda record: str(record["name"])))


def _blank(project: Project, name: str) -> Record:
    return {"name": name, "description": "", "tags": [], "owner": project.actor.owner()}


def create(call: Call, source: Source) -> Record:
    body = call.read(source.create)
    references.refuse_unknown(call.project, body)
    _refuse_taken(call.project, source.kind, body["name"])
    start = _blank(call.project, body["name"])
    return _save(call, source, start, _settled(call.project, start, body), body)


def update(call: Call, source: Source, *, full: bool) -> Record:
    before = source.find(call)
    body = call.read(source.full_update if full else source.partial_update)
    references.refuse_unknown(call.project, body)
    _check_rename(call.project, source, before, body)
    start = before
    if full and call.project.quirks["source_update_resets"]:
        start = _blank(call.project, before["name"]) | {"owner": before["owner"]}
    return _save(call, source, before, _settled(call.project, start, body), body)


def presented(call: Call, record: Record) -> Record:
    """What was never set, or was cleared, is absent and not null."""
    return {key: value for key, value in team_ownership.presented(call.project, record).items() if value is not None}


def _settled(project: Project, start: Record, body: Record) -> Record:
    given = {key: value for key, value in body.items() if key not in STEERING}
    if not given.get("owner"):
        # An empty owner counts as none.
        given.pop("owner", None)
    return team_ownership.settle(project, start | given, given)


def _save(call: Call, source: Source, before: Record, after: Record, body: Record) -> Record:
    """A dry run goes through everything but this."""
    source.check(before, after, body)
    _run_query(call.project, body)
    if body.get("dryRun"):
        return after
    if after["name"] != before["name"]:
        call.project.remove(source.kind, before["name"])
    return call.project.put(source.kind, after["name"], after)


def _check_rename(project: Project, source: Source, before: Record, body: Record) -> None:
    if body.get("name", before["name"]) == before["name"]:
        return
    if not source.is_renamable:
        raise invalid([Issue("name", f'{WORDING} "{before["name"]}"')])
    _refuse_taken(project, source.kind, body["name"])


def _refuse_taken(project: Project, kind: str, name: str) -> None:
    if name in project.store[kind]:
        raise refused("name", project.quirks["source_name_taken"])


def _run_query(project: Project, body: Record) -> None:
    """There is no warehouse: a query fails when it contains what the quirk says."""
    failing = project.quirks["sql_errors"]
    if failing and failing in body.get("sql", "") and not body.get("skip_validation"):
        raise refused("sql", f"SQL compilation error: syntax error: unexpected '{failing}'.")
