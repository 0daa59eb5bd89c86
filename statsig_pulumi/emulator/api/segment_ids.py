"""Id lists of segments: `/segments/{id}/id_list`, and the lists of the user store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..model.errors import ApiError
from ..model.json_values import Record
from .pages import page
from .responses import Response, message_response, object_response
from .routes import Call, Routes
from .segments import IDS, SEGMENTS, current_ids, validate_type
from .shapes import Fields, Listed, Number, Text

routes: Final = Routes()

ID_LIST: Final = "id_list"
USER_STORE: Final = "user_store_id_list"
CHUNK = Fields({"ids": Listed(Text(), most=100_000)}, frozenset({"ids"}))
USER_STORE_CHUNK = Fields({"ids": Listed(Text(), most=1000), "version": Number()}, frozenset({"ids"}))
ADDED: Final = "IDs successfully added to Segment ID List"
REMOVED: Final = "IDs successfully removed from Segment ID List"

Combine = Callable[[list[str], list[str]], list[str]]


def _add(old: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def _remove(old: list[str], new: list[str]) -> list[str]:
    gone = set(new)
    return [each for each in old if each not in gone]


def _replace(old: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys(new))


def _change(call: Call, type_: str, shape: Fields, combine: Combine, message: str) -> Response:
    segment = SEGMENTS.find(call)
    validate_type(segment, type_)
    body, state = call.read(shape), call.project.store[IDS].get(segment["id"]) or {}
    if state.get("polls"):
        raise ApiError(409, "Another update of the ID list is in progress")
    ids = combine(state.get("ids", []), body["ids"])
    changed = {"ids": ids, "version": state.get("version", 0) + 1, "polls": call.project.quirks["id_list_polls"]}
    call.project.put(IDS, segment["id"], changed)
    return message_response(message)


@routes.on("GET", "/segments/{id}/id_list")
def read_ids(call: Call) -> Response:
    segment = SEGMENTS.find(call)
    is_shown = segment["type"] == ID_LIST or (segment["type"] == USER_STORE and call.project.quirks["user_store_shown"])
    if not is_shown:
        validate_type(segment | {"type": ""}, ID_LIST)
    ids = current_ids(call.project, segment["id"])
    response = page(call, "Segments listed successfully.", ids, lambda each: each)
    response.body["data"] = {"name": segment["name"], "count": len(ids), "ids": response.body["data"]}
    return response


@routes.on("PATCH", "/segments/{id}/id_list")
def add_ids(call: Call) -> Response:
    return _change(call, ID_LIST, CHUNK, _add, ADDED)


@routes.on("DELETE", "/segments/{id}/id_list")
def remove_ids(call: Call) -> Response:
    return _change(call, ID_LIST, CHUNK, _remove, REMOVED)


@routes.on("POST", "/segments/{id}/id_list/reset")
def reset_ids(call: Call) -> Response:
    return _change(call, ID_LIST, CHUNK, _replace, "Segment Reset reset successfully.")


@routes.on("PATCH", "/segments/{id}/add_ids")
def add_user_store_ids(call: Call) -> Response:
    return _change(call, USER_STORE, USER_STORE_CHUNK, _add, ADDED)


@routes.on("PATCH", "/segments/{id}/remove_ids")
def remove_user_store_ids(call: Call) -> Response:
    return _change(call, USER_STORE, USER_STORE_CHUNK, _remove, REMOVED)


@routes.on("GET", "/segments/{id}/idlist_metadata")
def read_metadata(call: Call) -> Response:
    segment = SEGMENTS.find(call)
    state: Record = call.project.store[IDS].get(segment["id"]) or {"ids": [], "version": 0, "polls": 0}
    if state["polls"]:
        call.project.put(IDS, segment["id"], state | {"polls": state["polls"] - 1})
    metadata = {"currentVersion": state["version"], "isUpdating": bool(state["polls"])}
    return object_response("ID List metadata read successfully", metadata)
