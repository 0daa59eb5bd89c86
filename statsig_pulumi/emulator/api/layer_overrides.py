"""Overrides of a layer, which assign units to groups of its experiments: `/layers/{id}/overrides`."""

from __future__ import annotations

from typing import Final

from ..model.errors import Issue, invalid_body
from ..model.json_values import Json, Record
from .layers import LAYERS
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Choice, Fields, Listed, Nullable, Text

routes: Final = Routes()

KIND: Final = "layer_overrides"
EMPTY: Final[Record] = {"conditionalOverrides": [], "idOverrides": []}
CONDITIONAL = Fields(
    {
        "type": Text(),
        "name": Text(),
        "experimentName": Text(),
        "groupName": Text(),
        "environment": Nullable(Text()),
    },
    frozenset({"type", "name", "experimentName", "groupName"}),
)
BY_ID = Fields(
    {
        "groupName": Text(),
        "ids": Listed(Text()),
        "idType": Nullable(Text()),
        "environment": Nullable(Text()),
        "experimentName": Nullable(Text()),
    },
    frozenset({"groupName", "ids"}),
)
OVERRIDES = Fields({"conditionalOverrides": Listed(CONDITIONAL), "idOverrides": Listed(BY_ID)}, frozenset(EMPTY))
ADDITION = Fields({"op": Choice(("add",)), **OVERRIDES.keys}, frozenset({"op", *EMPTY}))
UPDATED: Final = "Layer Overrides updated successfully."


def _current(call: Call) -> tuple[str, Record]:
    """Return the id and the overrides of the layer that the path names."""
    layer_id = LAYERS.find(call)["id"]
    return layer_id, EMPTY | (call.project.store[KIND].get(layer_id) or {})


def _store(call: Call, layer_id: str, overrides: Record) -> Response:
    merged = _merge(overrides)
    call.project.put(KIND, layer_id, merged)
    return object_response(UPDATED, merged)


def _key(row: Record) -> tuple[Json, ...]:
    """Return the fields that identify a row: all but the ids. Null and a missing key are equal."""
    return tuple(row.get(key) for key in ("type", "name", "experimentName", "groupName", "environment", "idType"))


def _merge(overrides: Record) -> Record:
    """Return the overrides with each row once, and without rows that have no ids."""
    rows: dict[tuple[Json, ...], Record] = {}
    for row in overrides["idOverrides"]:
        ids = [*rows.get(_key(row), {"ids": []})["ids"], *row["ids"]]
        rows[_key(row)] = row | {"ids": list(dict.fromkeys(ids))}
    conditional = {_key(row): row for row in overrides["conditionalOverrides"]}
    return {
        "conditionalOverrides": list(conditional.values()),
        "idOverrides": [row for row in rows.values() if row["ids"]],
    }


@routes.on("GET", "/layers/{id}/overrides")
def read_overrides(call: Call) -> Response:
    return object_response("Layer Overrides read successfully.", _current(call)[1])


@routes.on("POST", "/layers/{id}/overrides")
def replace_overrides(call: Call) -> Response:
    return _store(call, _current(call)[0], call.read(OVERRIDES))


@routes.on("PATCH", "/layers/{id}/overrides")
def add_overrides(call: Call) -> Response:
    (layer_id, before), body = _current(call), call.read(ADDITION)
    return _store(call, layer_id, {name: [*before[name], *body[name]] for name in EMPTY})


@routes.on("DELETE", "/layers/{id}/overrides")
def remove_overrides(call: Call) -> Response:
    """Remove all overrides, or by quirk those of the body."""
    layer_id, before = _current(call)
    if call.project.quirks["layer_overrides_delete"] == "all":
        return _store(call, layer_id, EMPTY)
    body = call.read(OVERRIDES)
    keys, ids = [_key(row) for row in body["conditionalOverrides"]], {_key(r): r["ids"] for r in body["idOverrides"]}
    return _store(
        call,
        layer_id,
        {
            "conditionalOverrides": [row for row in before["conditionalOverrides"] if _key(row) not in keys],
            "idOverrides": [
                row | {"ids": [each for each in row["ids"] if each not in ids.get(_key(row), ())]}
                for row in before["idOverrides"]
            ],
        },
    )


# -- single overrides, since October 2026


def _read_query(call: Call, *optional: str) -> Record:
    """Return the query, in which the group and the experiment are required."""
    missing = [name for name in ("groupName", "experimentName") if call.first(name) is None]
    if missing:
        raise invalid_body([Issue(name, "Required") for name in missing])
    return {name: call.first(name) for name in ("groupName", "experimentName", *optional)}


@routes.on("DELETE", "/layers/{id}/overrides/conditional/{type}/{name}", quirk="api_2026_10")
def remove_conditional(call: Call) -> Response:
    layer_id, before = _current(call)
    wanted = _key({**_read_query(call, "environment"), "type": call.params["type"], "name": call.params["name"]})
    kept = [row for row in before["conditionalOverrides"] if _key(row) != wanted]
    return _store(call, layer_id, before | {"conditionalOverrides": kept})


@routes.on("DELETE", "/layers/{id}/overrides/userID/{userID}", quirk="api_2026_10")
def remove_id(call: Call) -> Response:
    layer_id, before = _current(call)
    query, user_id = _read_query(call, "environment", "idType"), call.params["userID"]
    experiment = call.project.store["experiments"].get(query["experimentName"]) or {"idType": "userID"}
    types = (None, experiment["idType"])

    def is_wanted(row: Record) -> bool:
        wanted = query["idType"] or experiment["idType"]
        has_type = row.get("idType") == wanted or (wanted in types and row.get("idType") in types)
        return has_type and _key(row | {"idType": None}) == _key(query | {"idType": None})

    rows = [
        row | {"ids": [each for each in row["ids"] if each != user_id]} if is_wanted(row) else row
        for row in before["idOverrides"]
    ]
    return _store(call, layer_id, before | {"idOverrides": rows})
