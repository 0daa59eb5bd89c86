"""Who passes or fails a gate whatever its rules say: `/gates/{id}/overrides`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..model.project import Project
from .gates import GATE
from .responses import Answer, ApiError, Record, single
from .routes import Call, Routes
from .shapes import Fields, Listed, Nullable, Text

routes: Final = Routes()

KIND: Final = "gate_overrides"
USER_LISTS: Final = ("passingUserIDs", "failingUserIDs")
ID_LISTS: Final = (*USER_LISTS, "passingCustomIDs", "failingCustomIDs")
MOST_IDS: Final = 2000
IDS = Listed(Text(least=1), most=MOST_IDS)
ENVIRONMENT = Fields(
    {
        "environment": Nullable(Text()),
        "unitID": Nullable(Text()),
        "passingIDs": Listed(Text()),
        "failingIDs": Listed(Text()),
    },
    frozenset({"unitID", "passingIDs", "failingIDs"}),
)
OVERRIDES = Fields({**dict.fromkeys(ID_LISTS, IDS), "environmentOverrides": Listed(ENVIRONMENT)})

Combine = Callable[[list[str], list[str]], list[str]]


def _replaced(old: list[str], new: list[str]) -> list[str]:
    return new


def _added(old: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def _removed(old: list[str], new: list[str]) -> list[str]:
    return [item for item in old if item not in new]


def current(project: Project, gate_id: str) -> Record:
    """`environmentOverrides` is always in the answer, and so are the lists of users."""
    blank: Record = {"passingUserIDs": [], "failingUserIDs": [], "environmentOverrides": []}
    return blank | (project.store[KIND].get(gate_id) or {})


def _read_body(call: Call) -> Record:
    """The contract is a union: environment overrides, or both lists of users. Both together work as well."""
    body = call.read(OVERRIDES)
    if "environmentOverrides" not in body:
        body = call.read(OVERRIDES.requiring(*USER_LISTS))
    return body


def _combined(old: Record, body: Record, combine: Combine) -> Record:
    new: Record = {key: combine(old.get(key, []), body[key]) for key in ID_LISTS if key in body}
    given = body.get("environmentOverrides")
    if given is not None:
        new["environmentOverrides"] = _environments(old["environmentOverrides"], given, combine)
    return old | new


def _environments(old: list[Record], given: list[Record], combine: Combine) -> list[Record]:
    if combine is _replaced:
        return given
    merged = {(entry.get("environment"), entry["unitID"]): entry for entry in old}
    for entry in given:
        place = (entry.get("environment"), entry["unitID"])
        before = merged.get(place, {**entry, "passingIDs": [], "failingIDs": []})
        merged[place] = before | {key: combine(before[key], entry[key]) for key in ("passingIDs", "failingIDs")}
    return [entry for entry in merged.values() if entry["passingIDs"] or entry["failingIDs"]]


def _change(call: Call, combine: Combine) -> Answer:
    gate_id = GATE.find(call)["id"]
    before, body = current(call.project, gate_id), _read_body(call)
    if combine is _replaced and call.project.quirks["overrides_replaced_whole"]:
        before = {"passingUserIDs": [], "failingUserIDs": [], "environmentOverrides": []}
    after = _combined(before, body, combine)
    too_long = [key for key in ID_LISTS if len(after.get(key, [])) > MOST_IDS]
    if too_long:
        raise ApiError(400, f"Overrides are limited to {MOST_IDS} IDs: {', '.join(too_long)}")
    call.project.put(KIND, gate_id, after)
    return single("Gate Overrides updated successfully.", after, 201)


@routes.on("GET", "/gates/{id}/overrides")
def read_overrides(call: Call) -> Answer:
    # 201 for a read is what the specification documents.
    return single("Gate Overrides read successfully.", current(call.project, GATE.find(call)["id"]), 201)


@routes.on("POST", "/gates/{id}/overrides")
def replace_overrides(call: Call) -> Answer:
    return _change(call, _replaced)


@routes.on("PATCH", "/gates/{id}/overrides")
def add_overrides(call: Call) -> Answer:
    return _change(call, _added)


@routes.on("DELETE", "/gates/{id}/overrides")
def remove_overrides(call: Call) -> Answer:
    return _change(call, _removed)
