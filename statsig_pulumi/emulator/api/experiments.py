"""Experiments: `/experiments`."""

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
from ..model.errors import ApiError, invalid_value
from ..model.json_values import Record
from ..model.project import Project
from .config_kind import ConfigKind
from .experiment_bodies import CREATE, FULL_UPDATE, PARTIAL_UPDATE
from .filters import CREATION_DATES, by_field, by_flag, by_list
from .kind import Create, Delete, List, Read, Update
from .routes import Call

IMPLICIT_LAYER: Final = "statsig::"
UPDATED: Final = "Experiment updated successfully."


def implicit_layer(experiment_id: str) -> str:
    """Return the id of the layer that an experiment without a layer has."""
    return f"{IMPLICIT_LAYER}{experiment_id}_layer"


class ExperimentKind(ConfigKind):
    """Experiments, which have groups instead of rules and a status machine instead of `isEnabled`."""

    def initial_fields(self, project: Project) -> Record:
        halves: list[Record] = [{"name": name, "size": 50, "parameterValues": {}} for name in ("Control", "Test")]
        return super().initial_fields(project) | {
            "hypothesis": "",
            "status": experiment_status.SETUP,
            "groups": experiment_groups.identify_groups(project, halves, []),
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

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        after = super().merge(project, before, body)
        if "groups" in body:
            after["groups"] = experiment_groups.identify_groups(project, body["groups"], before["groups"])
        _validate_control_group(after, body)
        after = _complete(metric_tags.expand_metric_tags(project, after, body))
        _validate_parameters(project, after, body)
        experiment = experiment_status.apply_status(project, before, after, body)
        experiment_locks.validate_locks(project.quirks, before, experiment)
        return experiment

    def catch_up(self, project: Project) -> None:
        experiment_status.start_scheduled(project)

    def present(self, call: Call, record: Record) -> Record:
        presented = super().present(call, record)
        presented.pop(experiment_status.BEFORE_ARCHIVE, None)
        if not call.project.quirks["implicit_layer_id"] and presented["layerID"].startswith(IMPLICIT_LAYER):
            presented["layerID"] = None
        return presented

    def validate_delete(self, project: Project, record: Record) -> None:
        is_active = record["status"] == experiment_status.ACTIVE
        if is_active and project.quirks["delete_active_experiment"] == "reject":
            raise ApiError(400, experiment_status.NOT_FINISHED)

    def clean_up(self, project: Project, record: Record) -> None:
        for kind in ("experiment_overrides", experiment_status.SCHEDULES):
            project.discard(kind, record["id"])
        pulse_loads.remove_loads(project, self.name, record["id"])

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        """Return the experiment with an edit applied.

        The console also sets times of a status and ids of new groups.
        """
        start = before
        if "status" in change:
            start = experiment_status.enter_status(project, before, change["status"])
        after = start | change
        after["groups"] = experiment_groups.add_missing_ids(project, after["groups"])
        after = _complete(metric_tags.expand_metric_tags(project, after, change))
        return team_ownership.assign_team(project, after, change)


def _complete(record: Record) -> Record:
    """Return the experiment with the fields that every one has: targeting gate, layer, control group."""
    after = record | {"targetingGateID": record.get("targetingGateID") or ""}
    after["layerID"] = record.get("layerID") or implicit_layer(record["id"])
    if after.get("isAnalysisOnly", False) is None:
        # A write may have null here, a response omits the field.
        del after["isAnalysisOnly"]
    return experiment_groups.set_control_group(after)


def _validate_control_group(after: Record, body: Record) -> None:
    wanted = body.get("controlGroupID")
    if wanted and experiment_groups.find_group(after, wanted) is None:
        raise invalid_value("controlGroupID", f"Group with ID {wanted} does not exist")


def _validate_parameters(project: Project, after: Record, body: Record) -> None:
    """Raise if a group of an experiment in a layer sets a parameter that the layer does not have."""
    layer = project.store["layers"].get(after["layerID"])
    if "groups" not in body or layer is None or "parameters" not in layer:
        return
    known = {parameter["name"] for parameter in layer["parameters"]}
    missing = {name: None for group in after["groups"] for name in group["parameterValues"] if name not in known}
    if missing:
        raise invalid_value("groups", f"Parameter(s) missing: [{', '.join(missing)}]")


EXPERIMENTS: Final = ExperimentKind(
    name="experiments",
    path="/experiments",
    operations=(
        List("Experiments listed successfully."),
        Create(CREATE, "Experiment created successfully."),
        Read("Experiment read successfully."),
        Update("POST", FULL_UPDATE, UPDATED, is_full=True),
        Update("PATCH", PARTIAL_UPDATE, UPDATED),
        Delete("Experiment deleted successfully."),
    ),
    missing="Experiment not found.",
    title="Experiment",
    updated=UPDATED,
    full_update=FULL_UPDATE,
    lasting=("groups", "status", "holdoutIDs", *experiment_status.CLEARED),
    filters={
        "creatorName": by_field("creatorName"),
        "creatorID": by_field("creatorID"),
        "tags": by_list("tags"),
        "idType": by_field("idType"),
        "layerID": by_field("layerID"),
        "teamID": by_field("teamID"),
        "targetAppID": by_list("targetApps"),
        "status": by_field("status"),
        "stale": by_flag("isStale"),
        **CREATION_DATES,
    },
)


def restarted_experiment(project: Project, old: Record, name: str) -> Record:
    """Return a copy of an experiment in setup, with another name, new group ids and another owner."""
    omitted = (
        *configs.ARCHIVE_KEYS,
        *("creatorID", "creatorName", "creatorEmail", "activeReview", "controlGroupID"),
        experiment_status.BEFORE_ARCHIVE,
    )
    kept = {key: value for key, value in old.items() if key not in omitted}
    identifier = configs.slug(name)
    groups = experiment_groups.renew_ids(project, old["groups"])
    new = kept | experiment_status.CLEARED | {"id": identifier, "name": name, "status": experiment_status.SETUP}
    new |= {"isStale": False, "owner": project.actor.owner(), "groups": groups}
    if old["layerID"].startswith(IMPLICIT_LAYER):
        new["layerID"] = implicit_layer(identifier)
    old_ids = [group["id"] for group in old["groups"]]
    if old.get("controlGroupID") in old_ids:
        new["controlGroupID"] = groups[old_ids.index(old["controlGroupID"])]["id"]
    return new
