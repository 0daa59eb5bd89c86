"""Lifecycle of an experiment: `start`, `make_decision`, `abandon`, `reset`, `archive` and their like."""

from __future__ import annotations

from typing import Final

from ..model import configs, experiment_groups, experiment_status
from ..model.errors import ApiError, invalid_value
from ..model.experiment_status import ABANDONED, ACTIVE, ARCHIVED, DECIDED, NOT_STARTED, SETUP, STOPPED, enter_status
from ..model.json_values import Record
from ..model.project import Project
from .experiment_bodies import ABANDON, ARCHIVE, DECISION, DEFER, GROUP_NAMES, RESTART, SCHEDULE, START
from .experiments import EXPERIMENTS, restarted_experiment
from .responses import Response, message_response, object_response
from .routes import Call, Routes

routes: Final = Routes()


def _validate_transition(project: Project, record: Record, status: str, repeated: str) -> None:
    """Raise if the experiment cannot change to a status.

    Unlike an update, these endpoints do not accept the current status: `repeated` is the message for it.
    """
    problem = repeated
    if record["status"] != status:
        problem = experiment_status.transition_problem(project.quirks, record, status) or ""
    if problem:
        raise ApiError(400, problem)


def _change_status(call: Call, before: Record, status: str, fields: Record, message: str) -> Response:
    EXPERIMENTS.save(call, before, enter_status(call.project, before, status) | fields)
    return message_response(message)


@routes.on("PUT", "/experiments/{id}/start")
def start(call: Call) -> Response:
    before, body = EXPERIMENTS.find(call), call.read(START)
    _validate_transition(call.project, before, ACTIVE, experiment_status.ALREADY_STARTED)
    fields = {key: body[key] for key in ("analysisEndTime",) if key in body}
    return _change_status(call, before, ACTIVE, fields, "Experiment successfully started.")


@routes.on("PUT", "/experiments/{id}/make_decision")
def make_decision(call: Call) -> Response:
    before, body = EXPERIMENTS.find(call), call.read(DECISION)
    _validate_transition(call.project, before, DECIDED, experiment_status.ALREADY_FINISHED)
    if experiment_groups.find_group(before, body["id"]) is None:
        raise invalid_value("id", f"Group with ID {body['id']} does not exist")
    fields = {"launchedGroupID": body["id"], "decisionReason": body["decisionReason"]}
    if body.get("removeTargeting"):
        fields["targetingGateID"] = ""
    return _change_status(call, before, DECIDED, fields, "Decision made for Experiment.")


@routes.on("PUT", "/experiments/{id}/abandon")
def abandon(call: Call) -> Response:
    before, body = EXPERIMENTS.find(call), call.read(ABANDON)
    _validate_transition(call.project, before, ABANDONED, f"Experiment {before['id']} is already abandoned")
    return _change_status(call, before, ABANDONED, body, "Experiment successfully abandoned.")


@routes.on("PUT", "/experiments/{id}/defer_decision")
def defer_decision(call: Call) -> Response:
    before, body = EXPERIMENTS.find(call), call.read(DEFER)
    _validate_transition(call.project, before, STOPPED, experiment_status.FINISHED)
    reason = {"decisionReason": body["stopReason"]} if "stopReason" in body else {}
    return _change_status(call, before, STOPPED, reason, "Experiment successfully stopped.")


@routes.on("PUT", "/experiments/{id}/reset")
def reset(call: Call) -> Response:
    before = EXPERIMENTS.find(call)
    _validate_transition(call.project, before, SETUP, NOT_STARTED)
    return _change_status(call, before, SETUP, {}, "Experiment successfully restarted.")


@routes.on("PUT", "/experiments/{id}/archive")
def archive(call: Call) -> Response:
    before, body = EXPERIMENTS.find(call), call.read(ARCHIVE)
    return _change_status(call, before, ARCHIVED, body, "Experiment successfully archived.")


@routes.on("PUT", "/experiments/{id}/unarchive")
def unarchive(call: Call) -> Response:
    """Restore the status from before the archive. An experiment that is not archived keeps its status."""
    before = EXPERIMENTS.find(call)
    is_archived = before["status"] == ARCHIVED
    status = experiment_status.status_before_archive(before) if is_archived else before["status"]
    return _change_status(call, before, status, {}, "Experiment successfully unarchived.")


@routes.on("POST", "/experiments/{id}/schedule_start")
def schedule_start(call: Call) -> Response:
    record, body = EXPERIMENTS.find(call), call.read(SCHEDULE)
    _validate_transition(call.project, record, ACTIVE, experiment_status.ALREADY_STARTED)
    experiment_status.schedule_start(call.project, record["id"], int(body["scheduledTime"]))
    return message_response("Successfully scheduled experiment start")


@routes.on("POST", "/experiments/{id}/restart_as_new")
def restart_as_new(call: Call) -> Response:
    old, body = EXPERIMENTS.find(call), call.read(RESTART)
    if old["status"] == SETUP:
        raise ApiError(400, NOT_STARTED)
    record = restarted_experiment(call.project, old, body["name"])
    configs.validate_new_name(call.project, EXPERIMENTS.name, record)
    added = call.project.add_config(EXPERIMENTS.name, record)
    return object_response("Restart As New Experiment Success", EXPERIMENTS.present(call, added))


def _set_groups_disabled(call: Call, message: str, *, is_disabled: bool) -> Response:
    before, wanted = EXPERIMENTS.find(call), call.read(GROUP_NAMES)["group_names"]
    unknown = [name for name in wanted if name not in experiment_groups.group_names(before)]
    if unknown:
        raise invalid_value("group_names", f"Groups with names [{', '.join(unknown)}] do not exist")
    groups = [group | {"disabled": is_disabled} if group["name"] in wanted else group for group in before["groups"]]
    record = EXPERIMENTS.save(call, before, before | {"groups": groups})
    return object_response(message, EXPERIMENTS.present(call, record), 201)


@routes.on("POST", "/experiments/{id}/enable_groups")
def enable_groups(call: Call) -> Response:
    return _set_groups_disabled(call, "Experiment groups enabled successfully.", is_disabled=False)


@routes.on("POST", "/experiments/{id}/disable_groups")
def disable_groups(call: Call) -> Response:
    return _set_groups_disabled(call, "Experiment groups disabled successfully.", is_disabled=True)
