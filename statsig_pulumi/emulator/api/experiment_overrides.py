"""Who is in which group of an experiment whatever chance says: `/experiments/{id}/overrides`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..model import experiment_groups, references
from ..model.project import Project
from .experiment_bodies import MOST_OVERRIDES, OVERRIDES
from .experiments import EXPERIMENT
from .responses import Answer, ApiError, Json, Record, not_found, refused, single
from .routes import Call, Routes

routes: Final = Routes()

KIND: Final = "experiment_overrides"

Combine = Callable[[Record, Record], Record]


def current(project: Project, experiment_id: str) -> Record:
    return project.store[KIND].get(experiment_id) or {"overrides": [], "userIDOverrides": []}


def _place(entry: Record) -> tuple[Json, ...]:
    """What an entry is about; null and nothing are the same."""
    return tuple(entry.get(key) for key in ("type", "id", "groupID", "environment", "unitType"))


def _replaced(old: Record, new: Record) -> Record:
    return new


def _added(old: Record, new: Record) -> Record:
    by_place = {_place(entry): entry for entry in [*old["overrides"], *new["overrides"]]}
    users = {_place(entry): entry for entry in old["userIDOverrides"]}
    for entry in new["userIDOverrides"]:
        before = users.get(_place(entry), entry | {"ids": []})
        users[_place(entry)] = before | {"ids": list(dict.fromkeys([*before["ids"], *entry["ids"]]))}
    return {"overrides": list(by_place.values()), "userIDOverrides": list(users.values())}


def _removed(old: Record, new: Record) -> Record:
    gone = {_place(entry) for entry in new["overrides"]}
    users = {_place(entry): entry for entry in old["userIDOverrides"]}
    for entry in new["userIDOverrides"]:
        before = users.get(_place(entry), {"ids": []})
        users[_place(entry)] = before | {"ids": [item for item in before["ids"] if item not in entry["ids"]]}
    return {
        "overrides": [entry for entry in old["overrides"] if _place(entry) not in gone],
        "userIDOverrides": [entry for entry in users.values() if entry["ids"]],
    }


def _refuse_unknown(project: Project, experiment: Record, body: Record) -> None:
    """Groups go by their names here."""
    if project.quirks["unknown_references"] == "accept":
        return
    known = experiment_groups.names(experiment)
    for key in ("overrides", "userIDOverrides"):
        for index, entry in enumerate(body[key]):
            if entry["groupID"] not in known:
                raise refused(f"{key}.{index}.groupID", f"Group with name {entry['groupID']} does not exist")
    targets = {kind: [entry["id"] for entry in body["overrides"] if entry["type"] == kind] for kind in _TARGETS}
    gates = references.unknown_keys(project, "gates", targets["gate"])
    if gates:
        raise not_found(f"Gates with IDs [{', '.join(gates)}] do not exist")
    if references.unknown_keys(project, "segments", targets["segment"]):
        raise not_found("Segment not found.")


_TARGETS: Final = ("gate", "segment")


def _refuse_too_many(after: Record) -> None:
    lists = [after["overrides"], *(entry["ids"] for entry in after["userIDOverrides"])]
    if any(len(entries) > MOST_OVERRIDES for entries in lists):
        raise ApiError(400, f"Overrides are limited to {MOST_OVERRIDES}")


def _change(call: Call, combine: Combine) -> Answer:
    experiment, body = EXPERIMENT.find(call), call.read(OVERRIDES)
    if combine is not _removed:
        _refuse_unknown(call.project, experiment, body)
    after = combine(current(call.project, experiment["id"]), body)
    _refuse_too_many(after)
    call.project.put(KIND, experiment["id"], after)
    return _answer(call, "Experiment Overrides updated successfully.", after)


def _answer(call: Call, message: str, record: Record) -> Answer:
    if call.project.quirks["named_overrides"] and call.method == "GET":
        record = record | {"overrides": [_named(entry) for entry in record["overrides"]]}
    return single(message, record)


def _named(entry: Record) -> Record:
    return {"name" if key == "id" else key: value for key, value in entry.items()}


@routes.on("GET", "/experiments/{id}/overrides")
def read_overrides(call: Call) -> Answer:
    record = current(call.project, EXPERIMENT.find(call)["id"])
    return _answer(call, "Experiment Overrides read successfully.", record)


@routes.on("POST", "/experiments/{id}/overrides")
def replace_overrides(call: Call) -> Answer:
    return _change(call, _replaced)


@routes.on("PATCH", "/experiments/{id}/overrides")
def add_overrides(call: Call) -> Answer:
    return _change(call, _added)


@routes.on("DELETE", "/experiments/{id}/overrides")
def remove_overrides(call: Call) -> Answer:
    return _change(call, _removed)
