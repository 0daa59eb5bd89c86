"""The life of an experiment: start, decision, abandonment, reset, archive and what lies between."""

from __future__ import annotations

from typing import Final

from ..model import configs, experiment_groups, experiment_status
from ..model.experiment_status import ABANDONED, ACTIVE, ARCHIVED, DECIDED, NOT_STARTED, SETUP, STOPPED, entered
from ..model.project import Project
from .experiment_bodies import ABANDON, ARCHIVE, DECISION, DEFER, GROUP_NAMES, RESTART, SCHEDULE, START
from .experiments import EXPERIMENT, IMPLICIT, answer
from .kind import slug
from .responses import Answer, ApiError, Record, message_only, refused
from .routes import Call, Routes

routes: Final = Routes()


def _refuse(project: Project, record: Record, status: str, again: str) -> None:
    """An update may repeat the status that there is, a call for a status may not: `again` is what it is told."""
    text = again if record["status"] == status else experiment_status.objection(project.quirks, record, status)
    if text:
        raise ApiError(400, text)


def _move(call: Call, before: Record, status: str, more: Record, message: str) -> Answer:
    configs.save(call, EXPERIMENT, before, entered(call.project, before, status) | more)
    return message_only(message)


@routes.on("PUT", "/experiments/{id}/start")
def start(call: Call) -> Answer:
    before, body = EXPERIMENT.find(call), call.read(START)
    _refuse(call.project, before, ACTIVE, experiment_status.ALREADY_STARTED)
    ends = {key: body[key] for key in ("analysisEndTime",) if key in body}
    return _move(call, before, ACTIVE, ends, "Experiment successfully started.")


@routes.on("PUT", "/experiments/{id}/make_decision")
def make_decision(call: Call) -> Answer:
    before, body = EXPERIMENT.find(call), call.read(DECISION)
    _refuse(call.project, before, DECIDED, experiment_status.ALREADY_FINISHED)
    if experiment_groups.find(before, body["id"]) is None:
        raise refused("id", f"Group with ID {body['id']} does not exist")
    more = {"launchedGroupID": body["id"], "decisionReason": body["decisionReason"]}
    if body.get("removeTargeting"):
        more["targetingGateID"] = ""
    return _move(call, before, DECIDED, more, "Decision made for Experiment.")


@routes.on("PUT", "/experiments/{id}/abandon")
def abandon(call: Call) -> Answer:
    before, body = EXPERIMENT.find(call), call.read(ABANDON)
    _refuse(call.project, before, ABANDONED, f"Experiment {before['id']} is already abandoned")
    return _move(call, before, ABANDONED, body, "Experiment successfully abandoned.")


@routes.on("PUT", "/experiments/{id}/defer_decision")
def defer_decision(call: Call) -> Answer:
    before, body = EXPERIMENT.find(call), call.read(DEFER)
    _refuse(call.project, before, STOPPED, experiment_status.FINISHED)
    reason = {"decisionReason": body["stopReason"]} if "stopReason" in body else {}
    return _move(call, before, STOPPED, reason, "Experiment successfully stopped.")


@routes.on("PUT", "/experiments/{id}/reset")
def reset(call: Call) -> Answer:
    before = EXPERIMENT.find(call)
    _refuse(call.project, before, SETUP, NOT_STARTED)
    return _move(call, before, SETUP, {}, "Experiment successfully restarted.")


@routes.on("PUT", "/experiments/{id}/archive")
def archive(call: Call) -> Answer:
    before, body = EXPERIMENT.find(call), call.read(ARCHIVE)
    return _move(call, before, ARCHIVED, body, "Experiment successfully archived.")


@routes.on("PUT", "/experiments/{id}/unarchive")
def unarchive(call: Call) -> Answer:
    """What is not archived stays as it is."""
    before = EXPERIMENT.find(call)
    status = experiment_status.earlier(before) if before["status"] == ARCHIVED else before["status"]
    return _move(call, before, status, {}, "Experiment successfully unarchived.")


@routes.on("POST", "/experiments/{id}/schedule_start")
def schedule_start(call: Call) -> Answer:
    record, body = EXPERIMENT.find(call), call.read(SCHEDULE)
    _refuse(call.project, record, ACTIVE, experiment_status.ALREADY_STARTED)
    experiment_status.schedule(call.project, record["id"], int(body["scheduledTime"]))
    return message_only("Successfully scheduled experiment start")


@routes.on("POST", "/experiments/{id}/restart_as_new")
def restart_as_new(call: Call) -> Answer:
    old, body = EXPERIMENT.find(call), call.read(RESTART)
    if old["status"] == SETUP:
        raise ApiError(400, NOT_STARTED)
    record = _renewed(call.project, old, body["name"])
    configs.refuse_taken(call.project, EXPERIMENT.kind, record)
    return answer(call, call.project.add_config(EXPERIMENT.kind, record), "restarted")


def _renewed(project: Project, old: Record, name: str) -> Record:
    """The same experiment, not yet started, by another name and under the caller's."""
    gone = (*configs.ARCHIVE_KEYS, "creatorID", "creatorName", "creatorEmail", "activeReview", "controlGroupID")
    kept = {key: value for key, value in old.items() if key not in (*gone, experiment_status.BEFORE_ARCHIVE)}
    identifier = slug(name)
    places = [group["id"] for group in old["groups"]]
    new = kept | experiment_status.CLEARED | {"id": identifier, "name": name, "status": SETUP}
    regrouped = experiment_groups.reissued(project, old["groups"])
    new |= {"isStale": False, "owner": project.actor.owner(), "groups": regrouped}
    if old["layerID"].startswith(IMPLICIT):
        new["layerID"] = f"{IMPLICIT}{identifier}_layer"
    if old.get("controlGroupID") in places:
        new["controlGroupID"] = regrouped[places.index(old["controlGroupID"])]["id"]
    return new


def _switch_groups(call: Call, word: str, *, disabled: bool) -> Answer:
    before, wanted = EXPERIMENT.find(call), call.read(GROUP_NAMES)["group_names"]
    unknown = [name for name in wanted if name not in experiment_groups.names(before)]
    if unknown:
        raise refused("group_names", f"Groups with names [{', '.join(unknown)}] do not exist")
    switched = [group | {"disabled": disabled} if group["name"] in wanted else group for group in before["groups"]]
    return answer(call, configs.save(call, EXPERIMENT, before, before | {"groups": switched}), word, 201)


@routes.on("POST", "/experiments/{id}/enable_groups")
def enable_groups(call: Call) -> Answer:
    return _switch_groups(call, "enabled", disabled=False)


@routes.on("POST", "/experiments/{id}/disable_groups")
def disable_groups(call: Call) -> Answer:
    return _switch_groups(call, "disabled", disabled=True)
