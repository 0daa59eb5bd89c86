"""Tags: `/tags`."""

from __future__ import annotations

from typing import Final

from ..model.configs import NAME_TAKEN
from ..model.project import Project
from . import deletion
from .kind import Kind, register
from .pages import page
from .responses import Answer, Record, message_only, not_found, refused, single
from .routes import Call, Routes
from .shapes import Fields, Flag, Text

routes: Final = Routes()

KIND: Final = "tags"
MISSING: Final = "Tag not found."
DELETED: Final = "Tag deleted successfully"
UPDATE = Fields({"name": Text(least=1, most=100), "description": Text(most=1000), "isCore": Flag()})
CREATE = UPDATE.requiring("name", "description")


def _fresh(project: Project, body: Record) -> Record:
    return {"id": project.issuer.new_id(), "name": "", "description": "", "isCore": False, **body}


register(Kind(KIND, fresh=_fresh))


def _presented(call: Call, record: Record) -> Record:
    return record | {"id": record["name"]} if call.project.quirks["tag_id_is_name"] else record


def _find(call: Call) -> Record:
    """The name works as the id in the path."""
    key = call.project.store[KIND].key_of(call.params["id"])
    record = call.project.store[KIND].get(key or "")
    if record is None:
        raise not_found(MISSING)
    return record


def _refuse_taken(call: Call, name: str) -> None:
    if call.project.store[KIND].named(name):
        raise refused("name", NAME_TAKEN)


@routes.on("GET", "/tags")
def list_tags(call: Call) -> Answer:
    records = list(call.project.store[KIND])
    return page(call, "Tags listed successfully", records, lambda record: _presented(call, record))


@routes.on("POST", "/tags")
def create_tag(call: Call) -> Answer:
    record = _fresh(call.project, call.read(CREATE))
    _refuse_taken(call, record["name"])
    call.project.put(KIND, record["id"], record)
    return single("Tag created successfully", _presented(call, record))


@routes.on("GET", "/tags/{id}")
def read_tag(call: Call) -> Answer:
    return single("Tag read successfully", _presented(call, _find(call)))


@routes.on("PATCH", "/tags/{id}")
def change_tag(call: Call) -> Answer:
    before, body = _find(call), call.read(UPDATE)
    if body.get("name", before["name"]) != before["name"]:
        _refuse_taken(call, body["name"])
    if call.project.quirks["tag_update_resets_core"]:
        body = {"isCore": False, **body}
    record = call.project.put(KIND, before["id"], before | body)
    return single("Tag updated successfully", _presented(call, record))


@routes.on("DELETE", "/tags/{id}")
def delete_tag(call: Call) -> Answer:
    key = call.project.store[KIND].key_of(call.params["id"])
    if key is None:
        return deletion.answer(call.project, MISSING, DELETED)
    call.project.remove(KIND, key)
    return message_only(DELETED)
