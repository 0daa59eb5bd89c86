"""Overrides of experiments and autotunes, which assign units to a group: `/experiments/{id}/overrides`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..model import references
from ..model.errors import ApiError, invalid_value, not_found
from ..model.json_values import Json, Record
from ..model.project import Project
from .experiment_bodies import MAX_OVERRIDES, OVERRIDES
from .kind import Kind
from .responses import Response, object_response
from .routes import Call, Handler, Routes
from .shapes import Fields, Text

Combine = Callable[[Record, Record], Record]


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


CONDITIONAL = Fields({"groupID": Text(least=1), "environment": Text()}, frozenset({"groupID"}))
UNIT = Fields({"groupID": Text(least=1), "unitType": Text(), "environment": Text()}, frozenset({"groupID"}))


@dataclass(frozen=True, kw_only=True)
class GroupOverrides:
    """The routes of the overrides of one kind."""

    kind: Kind
    # The name of the collection that stores the overrides, by the id of their object.
    name: str
    title: str
    # Returns the names of the groups of an object.
    group_names: Callable[[Record], Iterable[Json]]
    # The quirk that all routes depend on.
    quirk: str | None = None
    # Whether DELETE takes the overrides to remove. Otherwise, it removes all of them.
    deletes_by_body: bool = False

    def routes(self) -> Routes:
        routes, path = Routes(), f"{self.kind.item_template()}/overrides"
        routes.add("GET", path, self.read, self.quirk)
        routes.add("POST", path, self._changing(replace_entries), self.quirk)
        routes.add("PATCH", path, self._changing(add_entries), self.quirk)
        if self.deletes_by_body:
            routes.add("DELETE", path, self._changing(remove_entries), self.quirk)
            return routes
        routes.add("DELETE", path, self.clear, self.quirk)
        routes.add("DELETE", f"{path}/conditional/{{type}}/{{name}}", self.remove_conditional, self.quirk)
        routes.add("DELETE", f"{path}/userID/{{userID}}", self.remove_unit, self.quirk)
        return routes

    def current(self, project: Project, id_: str) -> Record:
        return project.store[self.name].get(id_) or {"overrides": [], "userIDOverrides": []}

    def read(self, call: Call) -> Response:
        record = self.current(call.project, self.kind.find(call)["id"])
        if call.project.quirks["named_overrides"]:
            record = record | {"overrides": [_rename_id(entry) for entry in record["overrides"]]}
        return object_response(f"{self.title} Overrides read successfully.", record)

    def clear(self, call: Call) -> Response:
        return self._put(call, self.kind.find(call), {"overrides": [], "userIDOverrides": []})

    def remove_conditional(self, call: Call) -> Response:
        owner, query = self.kind.find(call), call.read_query(CONDITIONAL)
        self._validate_group(owner, query["groupID"])
        row = {"type": call.params["type"], "id": call.params["name"], **query}
        return self._put(call, owner, remove_entries(self.current(call.project, owner["id"]), _rows([row], [])))

    def remove_unit(self, call: Call) -> Response:
        """Remove one id from the rows of a group, unit type and environment; the type of a row may be implicit."""
        owner, query = self.kind.find(call), call.read_query(UNIT)
        self._validate_group(owner, query["groupID"])
        own_type = owner.get("idType")
        before, wanted = self.current(call.project, owner["id"]), query.get("unitType") or own_type
        rows = [
            entry | {"ids": [call.params["userID"]]}
            for entry in before["userIDOverrides"]
            if (entry["groupID"], entry.get("environment")) == (query["groupID"], query.get("environment"))
            and (entry.get("unitType") or own_type) == wanted
        ]
        return self._put(call, owner, remove_entries(before, _rows([], rows)))

    def _validate_group(self, owner: Record, name: str) -> None:
        if name not in self.group_names(owner):
            raise not_found(f"Group with name {name} does not exist")

    def _changing(self, combine: Combine) -> Handler:
        def change(call: Call) -> Response:
            owner, body = self.kind.find(call), call.read(OVERRIDES)
            if combine is not remove_entries:
                self._validate_references(call.project, owner, body)
            after = combine(self.current(call.project, owner["id"]), body)
            _validate_size(after)
            return self._put(call, owner, after)

        return change

    def _put(self, call: Call, owner: Record, after: Record) -> Response:
        call.project.put(self.name, owner["id"], after)
        return object_response(f"{self.title} Overrides updated successfully.", after)

    def _validate_references(self, project: Project, owner: Record, body: Record) -> None:
        """Raise for a missing group, gate or segment. `groupID` is the name of a group here."""
        if project.quirks["unknown_references"] == "accept":
            return
        known = self.group_names(owner)
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


def _rows(overrides: list[Record], units: list[Record]) -> Record:
    return {"overrides": overrides, "userIDOverrides": units}


def _validate_size(after: Record) -> None:
    lists = [after["overrides"], *(entry["ids"] for entry in after["userIDOverrides"])]
    if any(len(entries) > MAX_OVERRIDES for entries in lists):
        raise ApiError(400, f"Overrides are limited to {MAX_OVERRIDES}")


def _rename_id(entry: Record) -> Record:
    return {"name" if key == "id" else key: value for key, value in entry.items()}
