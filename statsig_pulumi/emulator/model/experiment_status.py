"""Status machine of experiments: the allowed transitions and the times that they set."""

from __future__ import annotations

from typing import Final

from . import experiment_groups
from .configs import ARCHIVE_KEYS, archive_metadata
from .errors import Issue, invalid_body, invalid_value
from .json_values import Json, Record
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

# Stored with an archived experiment, but not part of any response.
BEFORE_ARCHIVE: Final = "statusBeforeArchive"
CLEARED: Final[Record] = dict.fromkeys(("startTime", "endTime", "decisionTime", "decisionReason", "launchedGroupID"))
SCHEDULES: Final = "experiment_schedules"


def transition_problem(quirks: Quirks, record: Record, status: str) -> str | None:
    """Return the API's message if the experiment cannot change to a status, or None if it can."""
    now = record["status"]
    if status in (now, ARCHIVED):
        return None
    if now == ARCHIVED:
        return None if status == status_before_archive(record) else FINISHED
    if now == SETUP:
        return None if status == ACTIVE else NOT_STARTED
    if status == SETUP:
        is_locked = now == ACTIVE and quirks["reset_active_experiment"] == "reject"
        return NOT_FINISHED if is_locked else None
    if now in (DECIDED, ABANDONED):
        return ALREADY_FINISHED
    # Assignment stops before the experiment does. After either, a decision is still possible.
    is_backwards = status == ACTIVE or (now, status) == (STOPPED, CLOSED)
    return FINISHED if is_backwards else None


def status_before_archive(record: Record) -> str:
    """Return the status that an archived experiment had before."""
    if record.get(BEFORE_ARCHIVE):
        return str(record[BEFORE_ARCHIVE])
    if record.get("decisionTime"):
        return DECIDED if record.get("launchedGroupID") else ABANDONED
    return ACTIVE if record.get("startTime") else SETUP


def enter_status(project: Project, record: Record, status: str) -> Record:
    """Return the experiment in another status, with the times that the transition sets."""
    now, before = project.issuer.now_ms(), record["status"]
    if status == before:
        return record
    if status == ARCHIVED:
        return record | {"status": ARCHIVED, BEFORE_ARCHIVE: before, **archive_metadata(project, None)}
    kept = {key: value for key, value in record.items() if key not in (BEFORE_ARCHIVE, *ARCHIVE_KEYS)}
    is_return = before == ARCHIVED and status == status_before_archive(record)
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


def apply_status(project: Project, before: Record, after: Record, body: Record) -> Record:
    """Return an updated experiment with the status and the launched group that the body requests."""
    status = str(body.get("status", before["status"]))
    problem = transition_problem(project.quirks, before, status)
    if problem:
        raise invalid_value("status", problem)
    after = after | {"status": before["status"], "launchedGroupID": before.get("launchedGroupID")}
    after = enter_status(project, after, status)
    if status == DECIDED:
        after["launchedGroupID"] = _launched_group(after, body.get("launchedGroupID") or before.get("launchedGroupID"))
    return after


def _launched_group(record: Record, group_id: Json) -> str:
    if not group_id:
        raise invalid_body([Issue("launchedGroupID", "Required")])
    if experiment_groups.find_group(record, group_id) is None:
        raise invalid_value("launchedGroupID", f"Group with ID {group_id} does not exist")
    return str(group_id)


def schedule_start(project: Project, experiment_id: str, at: int) -> None:
    """Schedule the start of an experiment. A time in the past means now."""
    entry = {"id": experiment_id, "scheduledTime": max(at, project.issuer.now_ms())}
    project.put(SCHEDULES, experiment_id, entry)


def start_scheduled(project: Project) -> None:
    """Start the experiments whose scheduled time has passed since the last request."""
    for entry in project.store[SCHEDULES]:
        if entry["scheduledTime"] > project.issuer.now_ms():
            continue
        project.remove(SCHEDULES, entry["id"])
        record = project.store["experiments"].get(entry["id"])
        if record and record["status"] == SETUP:
            started = enter_status(project, record, ACTIVE) | {"startTime": entry["scheduledTime"]}
            project.change_config("experiments", started)
