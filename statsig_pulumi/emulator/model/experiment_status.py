"""The status machine of experiments: what one may become, and what comes with it."""

from __future__ import annotations

from typing import Final

from ..api.responses import Issue, Json, Record, invalid, refused
from . import experiment_groups
from .configs import ARCHIVE_KEYS, archive_traces
from .project import Project
from .quirks import Quirks

SETUP: Final = "setup"
ACTIVE: Final = "active"
DECIDED: Final = "decision_made"
ABANDONED: Final = "abandoned"
ARCHIVED: Final = "archived"
STOPPED: Final = "experiment_stopped"
CLOSED: Final = "assignment_stopped"
ALL: Final = (ACTIVE, SETUP, DECIDED, ABANDONED, ARCHIVED, STOPPED, CLOSED)

ALREADY_STARTED: Final = "Experiment has already started"
ALREADY_FINISHED: Final = "Experiment has already finished"
FINISHED: Final = "Experiment has finished"
NOT_STARTED: Final = "Experiment has not yet started"
NOT_FINISHED: Final = "Experiment has not yet finished"

# Kept with an archived experiment, never shown.
BEFORE_ARCHIVE: Final = "statusBeforeArchive"
CLEARED: Final[Record] = dict.fromkeys(("startTime", "endTime", "decisionTime", "decisionReason", "launchedGroupID"))
SCHEDULES: Final = "experiment_schedules"


def objection(quirks: Quirks, record: Record, status: str) -> str | None:
    """Why the experiment may not become that, in the API's words; nothing when it may."""
    now = record["status"]
    if status in (now, ARCHIVED):
        return None
    if now == ARCHIVED:
        return None if status == earlier(record) else FINISHED
    if now == SETUP:
        return None if status == ACTIVE else NOT_STARTED
    if status == SETUP:
        locked = now == ACTIVE and quirks["reset_active_experiment"] == "reject"
        return NOT_FINISHED if locked else None
    if now in (DECIDED, ABANDONED):
        return ALREADY_FINISHED
    # Assignment stops before the experiment does; after either a decision is still to be made.
    backwards = status == ACTIVE or (now, status) == (STOPPED, CLOSED)
    return FINISHED if backwards else None


def earlier(record: Record) -> str:
    """The status of an archived experiment before it was archived."""
    if record.get(BEFORE_ARCHIVE):
        return str(record[BEFORE_ARCHIVE])
    if record.get("decisionTime"):
        return DECIDED if record.get("launchedGroupID") else ABANDONED
    return ACTIVE if record.get("startTime") else SETUP


def entered(project: Project, record: Record, status: str) -> Record:
    """The experiment in another status, with the times that this sets."""
    now, before = project.issuer.now_ms(), record["status"]
    if status == before:
        return record
    if status == ARCHIVED:
        return record | {"status": ARCHIVED, BEFORE_ARCHIVE: before, **archive_traces(project, None)}
    kept = {key: value for key, value in record.items() if key not in (BEFORE_ARCHIVE, *ARCHIVE_KEYS)}
    is_return = before == ARCHIVED and status == earlier(record)
    return kept | {"status": status} | ({} if is_return else _times(record, status, now))


def _times(record: Record, status: str, now: int) -> Record:
    match status:
        case "setup":
            return CLEARED
        case "active":
            return {"startTime": now}
        case "experiment_stopped":
            return {"endTime": now}
        case "decision_made" | "abandoned":
            return {"decisionTime": now, "endTime": record.get("endTime") or now}
        case _:
            return {}


def settle(project: Project, before: Record, after: Record, body: Record) -> Record:
    """The status that an update asks for, and the group that it launches."""
    status = str(body.get("status", before["status"]))
    text = objection(project.quirks, before, status)
    if text:
        raise refused("status", text)
    after = after | {"status": before["status"], "launchedGroupID": before.get("launchedGroupID")}
    after = entered(project, after, status)
    if status == DECIDED:
        after["launchedGroupID"] = _launched(after, body.get("launchedGroupID") or before.get("launchedGroupID"))
    return after


def _launched(record: Record, group_id: Json) -> str:
    if not group_id:
        raise invalid([Issue("launchedGroupID", "Required")])
    if experiment_groups.find(record, group_id) is None:
        raise refused("launchedGroupID", f"Group with ID {group_id} does not exist")
    return str(group_id)


def schedule(project: Project, experiment_id: str, at: int) -> None:
    """A time that is over means now."""
    entry = {"id": experiment_id, "scheduledTime": max(at, project.issuer.now_ms())}
    project.put(SCHEDULES, experiment_id, entry)


def start_due(project: Project) -> None:
    """Starts the experiments whose time has come since the last request."""
    for entry in project.store[SCHEDULES]:
        if entry["scheduledTime"] > project.issuer.now_ms():
            continue
        project.remove(SCHEDULES, entry["id"])
        record = project.store["experiments"].get(entry["id"])
        if record and record["status"] == SETUP:
            started = entered(project, record, ACTIVE) | {"startTime": entry["scheduledTime"]}
            project.change_config("experiments", started)
