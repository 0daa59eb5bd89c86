"""Overrides of gates and holdouts, the ids that pass or fail regardless of the rules: `/gates/{id}/overrides`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..model.errors import ApiError
from ..model.json_values import Record
from ..model.project import Project
from .gates import GATES
from .kind import Kind
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Fields, Listed, Nullable, Text

USER_LISTS: Final = ("passingUserIDs", "failingUserIDs")
ID_LISTS: Final = (*USER_LISTS, "passingCustomIDs", "failingCustomIDs")
MAX_IDS: Final = 2000
IDS = Listed(Text(least=1), most=MAX_IDS)
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
# Fields that every response has.
EMPTY: Final[Record] = {"passingUserIDs": [], "failingUserIDs": [], "environmentOverrides": []}

Combine = Callable[[list[str], list[str]], list[str]]


def replace_ids(old: list[str], new: list[str]) -> list[str]:
    return new


def add_ids(old: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def remove_ids(old: list[str], new: list[str]) -> list[str]:
    return [item for item in old if item not in new]


def _read_body(call: Call) -> Record:
    """Return the body, which has environment overrides, both lists of user ids, or all of them."""
    body = call.read(OVERRIDES)
    if "environmentOverrides" not in body:
        body = call.read(OVERRIDES.requiring(*USER_LISTS))
    return body


def _combine(old: Record, body: Record, combine: Combine) -> Record:
    new: Record = {key: combine(old.get(key, []), body[key]) for key in ID_LISTS if key in body}
    given = body.get("environmentOverrides")
    if given is not None:
        new["environmentOverrides"] = _combine_environments(old["environmentOverrides"], given, combine)
    return old | new


def _combine_environments(old: list[Record], given: list[Record], combine: Combine) -> list[Record]:
    if combine is replace_ids:
        return given
    merged = {(entry.get("environment"), entry["unitID"]): entry for entry in old}
    for entry in given:
        place = (entry.get("environment"), entry["unitID"])
        before = merged.get(place, {**entry, "passingIDs": [], "failingIDs": []})
        merged[place] = before | {key: combine(before[key], entry[key]) for key in ("passingIDs", "failingIDs")}
    return [entry for entry in merged.values() if entry["passingIDs"] or entry["failingIDs"]]


@dataclass(frozen=True)
class UnitOverrides:
    """The overrides of the objects of one kind: gates or holdouts."""

    kind: Kind
    # The kind under which they are stored, their name in messages, and the status of successful responses.
    stored: str
    title: str
    status: int

    def routes(self) -> Routes:
        routes, path = Routes(), f"{self.kind.item_template()}/overrides"
        routes.add("GET", path, self.read)
        routes.add("POST", path, lambda call: self._change(call, replace_ids))
        routes.add("PATCH", path, lambda call: self._change(call, add_ids))
        routes.add("DELETE", path, lambda call: self._change(call, remove_ids))
        return routes

    def current(self, project: Project, owner_id: str) -> Record:
        return EMPTY | (project.store[self.stored].get(owner_id) or {})

    def read(self, call: Call) -> Response:
        overrides = self.current(call.project, self.kind.find(call)["id"])
        return object_response(f"{self.title} Overrides read successfully.", overrides, self.status)

    def _change(self, call: Call, combine: Combine) -> Response:
        owner_id = self.kind.find(call)["id"]
        before, body = self.current(call.project, owner_id), _read_body(call)
        if combine is replace_ids and call.project.quirks["overrides_replaced_whole"]:
            before = EMPTY
        after = _combine(before, body, combine)
        too_long = [key for key in ID_LISTS if len(after.get(key, [])) > MAX_IDS]
        if too_long:
            raise ApiError(400, f"Overrides are limited to {MAX_IDS} IDs: {', '.join(too_long)}")
        call.project.put(self.stored, owner_id, after)
        return object_response(f"{self.title} Overrides updated successfully.", after, self.status)


# The specification documents 201 for all requests, also for the read.
routes: Final = UnitOverrides(GATES, "gate_overrides", "Gate", 201).routes()
