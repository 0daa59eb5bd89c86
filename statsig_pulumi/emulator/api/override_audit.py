"""The overrides of all objects of a project: `/overrides`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..model.json_values import Json, Record
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Fields, Text

routes: Final = Routes()

QUERY = Fields({"userId": Text(least=1), "idType": Text(least=1)})
USER_ID: Final = "userID"
RULE_LISTS: Final[Record] = {
    "passingUserIDs": [],
    "failingUserIDs": [],
    "passingCustomIDs": [],
    "failingCustomIDs": [],
    "environmentOverrides": [],
}
GROUP_LISTS: Final[Record] = {"overrides": [], "userIDOverrides": []}
LAYER_LISTS: Final[Record] = {"conditionalOverrides": [], "idOverrides": []}
# By kind of the overridden objects, where their overrides are stored, and the lists that each has.
KINDS: Final[dict[str, tuple[str, Record]]] = {
    "gates": ("gate_overrides", RULE_LISTS),
    "holdouts": ("holdout_overrides", RULE_LISTS),
    "experiments": ("experiment_overrides", GROUP_LISTS),
    "autotunes": ("autotune_overrides", GROUP_LISTS),
    "layers": ("layer_overrides", LAYER_LISTS),
}


@routes.on("GET", "/overrides", quirk="api_2026_10")
def read_all_overrides(call: Call) -> Response:
    call.read_query(QUERY)
    data = {kind: list(_overridden(call, kind)) for kind in KINDS}
    return object_response("Overrides read successfully.", data)


def _overridden(call: Call, kind: str) -> Iterator[Record]:
    """Return the objects of a kind that have overrides, or overrides of the requested id."""
    stored, empty = KINDS[kind]
    for owner in call.project.store[kind]:
        lists = empty | (call.project.store[stored].get(owner["id"]) or {})
        lists = {name: lists[name] for name in empty}
        if (unit_id := call.first("userId")) is not None:
            lists = _matching(lists, unit_id, call.first("idType") or USER_ID, owner.get("idType", USER_ID))
        if any(lists.values()):
            yield {"id": owner["id"], "name": owner["name"], **lists}


def _matching(lists: Record, unit_id: str, id_type: str, own_type: str) -> Record:
    """Return the lists with nothing but one id of one type; overrides by gate or segment name no ids."""
    matching: Record = {name: [] for name in lists}
    for name, items in lists.items():
        if name.endswith(("UserIDs", "CustomIDs")):
            listed_type = USER_ID if name.endswith("UserIDs") else own_type
            matching[name] = [item for item in items if (item, listed_type) == (unit_id, id_type)]
        elif name in ("environmentOverrides", "userIDOverrides", "idOverrides"):
            rows = [_with_one_id(row, unit_id) for row in items if _type_of(row, own_type) == id_type]
            matching[name] = [row for row in rows if _has_ids(row)]
    return matching


def _type_of(row: Record, own_type: str) -> Json:
    return next((row[key] for key in ("unitID", "unitType", "idType") if row.get(key)), own_type)


def _with_one_id(row: Record, unit_id: str) -> Record:
    keys = [key for key in ("passingIDs", "failingIDs", "ids") if key in row]
    return row | {key: [item for item in row[key] if item == unit_id] for key in keys}


def _has_ids(row: Record) -> bool:
    return any(row.get(key) for key in ("passingIDs", "failingIDs", "ids"))
