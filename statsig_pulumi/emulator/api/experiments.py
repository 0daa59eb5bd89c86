"""Experiments: `/experiments`, from creation to deletion."""

from __future__ import annotations

from typing import Final

from ..model import (
    configs,
    experiment_groups,
    experiment_locks,
    experiment_status,
    metric_tags,
    pulse_loads,
    team_ownership,
)
from ..model.configs import Config
from ..model.project import Project
from . import deletion
from .config_kind import ConfigRoutes
from .experiment_bodies import CREATE, FULL_UPDATE, PARTIAL_UPDATE
from .kind import Kind, register
from .responses import ApiError, Record, refused
from .routes import Call, Routes

routes: Final = Routes()

IMPLICIT: Final = "statsig::"


def _defaults(project: Project) -> Record:
    halves: list[Record] = [{"name": name, "size": 50, "parameterValues": {}} for name in ("Control", "Test")]
    return {
        "idType": "userID",
        "description": "",
        "hypothesis": "",
        "tags": [],
        "targetApps": [],
        "holdoutIDs": [],
        "team": None,
        "teamID": None,
        "status": experiment_status.SETUP,
        "groups": experiment_groups.identified(project, halves, []),
        "allocation": 100,
        "duration": 14,
        "targetingGateID": "",
        "primaryMetrics": [],
        "secondaryMetrics": [],
        "primaryMetricTags": [],
        "secondaryMetricTags": [],
        "bonferroniCorrection": False,
        "defaultConfidenceInterval": "95",
        **experiment_status.CLEARED,
        "experimentType": "BASE",
        "isStale": False,
        "healthChecks": [],
        "healthCheckStatus": "PASSED",
        "reviewSettings": {"requiredReview": False, "allowedReviewers": []},
    }


def _settle(project: Project, before: Record, body: Record) -> Record:
    after = configs.settle_shared(project, EXPERIMENT, before, body)
    if "groups" in body:
        after["groups"] = experiment_groups.identified(project, body["groups"], before["groups"])
    _refuse_foreign_control(after, body)
    after = _completed(metric_tags.exploded(project, after, body))
    _refuse_foreign_parameters(project, after, body)
    experiment = experiment_status.settle(project, before, after, body)
    experiment_locks.refuse_changes(project.quirks, before, experiment)
    return experiment


def _completed(record: Record) -> Record:
    """What holds of every experiment, whoever wrote it."""
    after = record | {"targetingGateID": record.get("targetingGateID") or ""}
    after["layerID"] = record.get("layerID") or f"{IMPLICIT}{record['id']}_layer"
    if after.get("isAnalysisOnly", False) is None:
        # It can be written as null and is not read so.
        del after["isAnalysisOnly"]
    return experiment_groups.with_control(after)


def _refuse_foreign_control(after: Record, body: Record) -> None:
    wanted = body.get("controlGroupID")
    if wanted and experiment_groups.find(after, wanted) is None:
        raise refused("controlGroupID", f"Group with ID {wanted} does not exist")


def _refuse_foreign_parameters(project: Project, after: Record, body: Record) -> None:
    """In a layer, an experiment can set only what the layer has."""
    layer = project.store["layers"].get(after["layerID"])
    if "groups" not in body or layer is None or "parameters" not in layer:
        return
    known = {parameter["name"] for parameter in layer["parameters"]}
    missing = {name: None for group in after["groups"] for name in group["parameterValues"] if name not in known}
    if missing:
        raise refused("groups", f"Parameter(s) missing: [{', '.join(missing)}]")


def _tidy(project: Project, before: Record, edit: Record) -> Record:
    """A status brings its times along, groups without ids get one."""
    start = experiment_status.entered(project, before, edit["status"]) if "status" in edit else before
    after = start | edit
    after["groups"] = experiment_groups.issue_unidentified(project, after["groups"])
    return team_ownership.settle(project, _completed(metric_tags.exploded(project, after, edit)), edit)


EXPERIMENT: Final = Config(
    kind="experiments",
    missing="Experiment not found.",
    create=CREATE,
    full_update=FULL_UPDATE,
    partial_update=PARTIAL_UPDATE,
    defaults=_defaults,
    settle=_settle,
    messages={
        "created": "Experiment created successfully.",
        "read": "Experiment read successfully.",
        "updated": "Experiment updated successfully.",
        "deleted": "Experiment deleted successfully.",
        "listed": "Experiments listed successfully.",
        "versions": "Experiment versions listed successfully.",
        "committed": "Experiment review committed successfully",
        "disabled": "Experiment groups disabled successfully.",
        "enabled": "Experiment groups enabled successfully.",
        "restarted": "Restart As New Experiment Success",
    },
    lasting=("groups", "status", "holdoutIDs", *experiment_status.CLEARED),
    catch_up=experiment_status.start_due,
)

register(
    Kind(
        "experiments",
        fresh=lambda project, body: _completed(configs.blank_record(project, EXPERIMENT, body)),
        tidy=_tidy,
        versioned=True,
    )
)


def presented(call: Call, record: Record) -> Record:
    hidden = (experiment_status.BEFORE_ARCHIVE,)
    shown = {key: value for key, value in configs.presented(call, record).items() if key not in hidden}
    if not call.project.quirks["implicit_layer_id"] and shown["layerID"].startswith(IMPLICIT):
        shown["layerID"] = None
    return shown


def _refuse_active(project: Project, record: Record) -> None:
    is_active = record["status"] == experiment_status.ACTIVE
    if is_active and project.quirks["delete_active_experiment"] == "reject":
        raise ApiError(400, experiment_status.NOT_FINISHED)


def _clear(project: Project, record: Record) -> None:
    for kind in ("experiment_overrides", experiment_status.SCHEDULES):
        deletion.forget(project, kind, record["id"])
    pulse_loads.forget(project, "experiments", record["id"])


_shared: Final = ConfigRoutes(EXPERIMENT, present=presented, refuse_delete=_refuse_active, clear=_clear)
_shared.register(routes)
answer: Final = _shared.answer
