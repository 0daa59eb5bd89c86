"""Tags: `/tags`."""

from __future__ import annotations

from typing import Final

from ..model.json_values import Record
from ..model.project import Project
from .kind import Create, Delete, Kind, List, Read, Update
from .routes import Call
from .shapes import Fields, Flag, Text

FIELDS = Fields({"name": Text(least=1, most=100), "description": Text(most=1000), "isCore": Flag()})


class TagKind(Kind):
    """Tags. The path of a tag has its id or its name."""

    def present(self, call: Call, record: Record) -> Record:
        return record | {"id": record["name"]} if call.project.quirks["tag_id_is_name"] else record

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        reset = {"isCore": False} if project.quirks["tag_update_resets_core"] else {}
        return before | reset | body


TAGS: Final = TagKind(
    name="tags",
    path="/tags",
    operations=(
        List("Tags listed successfully"),
        Create(FIELDS.requiring("name", "description"), "Tag created successfully", status=200),
        Read("Tag read successfully"),
        Update("PATCH", FIELDS, "Tag updated successfully"),
        Delete("Tag deleted successfully"),
    ),
    defaults={"name": "", "description": "", "isCore": False},
    has_unique_names=True,
    is_found_by_name=True,
    missing="Tag not found.",
)
