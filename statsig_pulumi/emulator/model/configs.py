"""Fields and rules that gates, dynamic configs and experiments have in common."""

from __future__ import annotations

from typing import Final

from .errors import invalid_value
from .json_values import Record
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


def slug(name: str) -> str:
    """Return the id that the API derives from a name: "A Gate" becomes "a_gate".

    Other characters stay the same, because it is not documented what the API does with them.
    """
    return name.lower().replace(" ", "_")


def is_archived(record: Record) -> bool:
    return record.get("status") in ARCHIVED


def archive_metadata(project: Project, reason: str | None) -> Record:
    """Return the author, time and reason of an archive, as fields of the config."""
    actor = project.actor
    values = (project.issuer.now_ms(), actor.id, actor.name, actor.email, reason)
    return dict(zip(ARCHIVE_KEYS, values, strict=True))


def validate_new_name(project: Project, kind: str, record: Record) -> None:
    """Raise if the id or the name of a new config is in use."""
    kinds = NAMESPACE if project.quirks["shared_namespace"] and kind in NAMESPACE else (kind,)
    for other in kinds:
        collection = project.store[other]
        if record["id"] in collection or slug(record["name"]) in collection or collection.named(record["name"]):
            raise invalid_value("name", NAME_TAKEN)
