"""The audit log: one entry for each object that was created, changed or deleted, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import days
from .json_values import Json, Record

if TYPE_CHECKING:
    from .project import Project

NAME: Final = "audit_logs"
MAX_ENTRIES: Final = 10_000
# The time of an entry. It is stored, but not part of any response.
TIME: Final = "timeMs"
# Records that no audit log has: the log itself, and what the emulator stores to work.
SILENT: Final = (NAME, "reviews", "pulse_loads", "experiment_schedules", "autotune_schedules")
# The fields that every change of a config changes.
MODIFICATION: Final = ("version", "lastModifiedTime", "lastModifierID", "lastModifierName", "lastModifierEmail")
NOUNS: Final = {"gates": "gate", "autotunes": "autotune_experiment"}


def note(project: Project, kind: str, key: str, before: Record | None, after: Record | None) -> None:
    """Add an entry for a change of one record, unless nothing was changed."""
    if kind in SILENT or before == after:
        return
    verb, past = ("create", "Created") if before is None else ("delete", "Deleted") if after is None else UPDATE
    record = after or before or {}
    noun = NOUNS.get(kind) or kind.removesuffix("s")
    entry = {
        "name": str(record.get("name") or key),
        "changeLog": f"{past} {noun.replace('_', ' ').title()}",
        "actionType": f"{noun}_{verb}",
        "changes": _changes(before, after),
        "tags": list(record.get("tags") or []),
        "targetAppIDs": [],
    }
    add(project, project.issuer.new_id(), entry)


UPDATE: Final = ("update", "Edited")


def add(project: Project, id_: str, entry: Record) -> Record:
    """Store an entry by the actor of the project; the log keeps the latest entries."""
    actor, log = project.actor, project.store[NAME]
    author = {"updatedBy": actor.name, "updatedByUserID": actor.id, "modifierEmail": actor.email}
    at_ms = entry.get(TIME) or project.issuer.now_ms()
    complete = {"id": id_, **days.console_time(at_ms), **author, **entry, TIME: at_ms}
    if len(log) >= MAX_ENTRIES:
        log.remove(next(iter(log))["id"])
    return log.put(id_, complete)


def _changes(before: Record | None, after: Record | None) -> Record:
    """Return the fields of a config that changed. Other objects may hold secrets, so their values are not logged."""
    if before is None or after is None or "version" not in after:
        return {}
    names = [name for name in {**before, **after} if name not in MODIFICATION]
    pairs: dict[str, tuple[Json, Json]] = {name: (before.get(name), after.get(name)) for name in names}
    return {name: {"old": old, "new": new} for name, (old, new) in pairs.items() if old != new}
