"""Overrides of an experiment, which assign units to a group: `/experiments/{id}/overrides`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..model import experiment_groups, references
from ..model.errors import ApiError, invalid_value, not_found
from ..model.json_values import Json, Record
from ..model.project import Project
from .experiment_bodies import MAX_OVERRIDES, OVERRIDES
from .experiments import EXPERIMENTS
from .responses import Response, object_response
from .routes import Call, Routes

routes: Final = Routes()

KIND: Final = "experiment_overrides"

Combine = Callable[[Record, Record], Record]


def current_overrides(project: Project, experiment_id: str) -> Record:
    return project.store[KIND].get(experiment_id) or {"overrides": [], "userIDOverrides": []}


def _identity(entry: Record) -> tuple[Json, ...]:
    """Return the fields that identify an entry. Null and a missing key are equal."""
    return tuple(entry.get(key) for key in ("type", "id", "groupID", "environment", "unitType"))


def replace_entries(old: Record, new: Record) -> Record:
    return new


def add_entries(old: Record, new: Record) -> Record:
    overrides = {_identity(entry): entry for entry in [*old["overrides"], *new["overrides"]]}
    users = {_identity(entry): entry for entry in old["userIDOverrides"]}
    for entry in new["userIDOverrides"]:
        before = users.get(_identity(entry), entry | {"ids": []})
        users[_identity(entry)] = before | {"ids": list(dict.fromkeys([*before["ids"], *entry["ids"]]))}
    return {"overrides": list(overrides.values()), "userIDOverrides": list(users.values())}


def remove_entries(old: Record, new: Record) -> Record:
    removed = {_identity(entry) for entry in new["overrides"]}
    users = {_identity(entry): entry for entry in old["userIDOverrides"]}
    for entry in new["userIDOverrides"]:
        before = users.get(_identity(entry), {"ids": []})
        users[_identity(entry)] = before | {"ids": [item for item in before["ids"] if item not in entry["ids"]]}
    return {
        "overrides": [entry for entry in old["overrides"] if _identity(entry) not in removed],
        "userIDOverrides": [entry for entry in users.values() if entry["ids"]],
    }


def _validate_references(project: Project, experiment: Record, body: Record) -> None:
    """Raise for a missing group, gate or segment. `groupID` is the name of a group here."""
    if project.quirks["unknown_references"] == "accept":
        return
    known = experiment_groups.group_names(experiment)
    for key in ("overrides", "userIDOverrides"):
        for index, entry in enumerate(body[key]):
            if entry["groupID"] not in known:
                raise invalid_value(f"{key}.{index}.groupID", f"Group with name {entry['groupID']} does not exist")
    gates = [entry["id"] for entry in body["overrides"] if entry["type"] == "gate"]
    unknown = references.unknown_keys(project, "gates", gates)
    if unknown:
        raise references.missing_objects("Gates", unknown)
    segments = [entry["id"] for entry in body["overrides"] if entry["type"] == "segment"]
    if references.unknown_keys(project, "segments", segments):
        raise not_found("Segment not found.")


def _validate_size(after: Record) -> None:
    lists = [after["overrides"], *(entry["ids"] for entry in after["userIDOverrides"])]
    if any(len(entries) > MAX_OVERRIDES for entries in lists):
        raise ApiError(400, f"Overrides are limited to {MAX_OVERRIDES}")


def _change(call: Call, combine: Combine) -> Response:
    experiment, body = EXPERIMENTS.find(call), call.read(OVERRIDES)
    if combine is not remove_entries:
        _validate_references(call.project, experiment, body)
    after = combine(current_overrides(call.project, experiment["id"]), body)
    _validate_size(after)
    call.project.put(KIND, experiment["id"], after)
    return object_response("Experiment Overrides updated successfully.", after)


def _rename_id(entry: Record) -> Record:
    return {"name" if key == "id" else key: value for key, value in entry.items()}


@routes.on("GET", "/experiments/{id}/overrides")
def read_overrides(call: Call) -> Response:
    record = current_overrides(call.project, EXPERIMENTS.find(call)["id"])
    if call.project.quirks["named_overrides"]:
        record = record | {"overrides": [_rename_id(entry) for entry in record["overrides"]]}
    return object_response("Experiment Overrides read successfully.", record)


@routes.on("POST", "/experiments/{id}/overrides")
def replace_overrides(call: Call) -> Response:
    return _change(call, replace_entries)


@routes.on("PATCH", "/experiments/{id}/overrides")
def add_overrides(call: Call) -> Response:
    return _change(call, add_entries)


@routes.on("DELETE", "/experiments/{id}/overrides")
def remove_overrides(call: Call) -> Response:
    return _change(call, remove_entries)
