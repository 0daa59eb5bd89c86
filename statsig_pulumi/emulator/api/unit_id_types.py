"""Unit id types: `/unit_id_types`."""

from __future__ import annotations

from typing import Final

from ..model.errors import ApiError, invalid_value
from ..model.json_values import Record
from ..model.project import Project
from .kind import Create, Delete, Kind, List, Read, Update
from .shapes import Fields, Text

BUILT_IN: Final = ("userID", "stableID")
"""Every project has these, and no list contains them."""
HOLDERS: Final = ("gates", "dynamic_configs", "experiments", "segments", "layers", "holdouts", "autotunes")
"""The kinds of objects that have an `idType`."""
FIELDS = Fields({"name": Text(least=1), "description": Text()})


class UnitIdTypeKind(Kind):
    """Unit id types. Their key is their name."""

    def validate_name(self, project: Project, body: Record, before: Record | None = None) -> None:
        if body.get("name") in BUILT_IN:
            raise invalid_value("name", "Unit ID Type already exists")
        super().validate_name(project, body, before)

    def validate_delete(self, project: Project, record: Record) -> None:
        is_used = any(item.get("idType") == record["name"] for kind in HOLDERS for item in project.store[kind])
        if is_used and project.quirks["unit_id_type_delete_used"] == "reject":
            raise ApiError(400, "The Unit ID Type is in use.")


UNIT_ID_TYPES: Final = UnitIdTypeKind(
    name="unit_id_types",
    path="/unit_id_types",
    key_field="name",
    operations=(
        List("Unit ID Types listed successfully."),
        Create(FIELDS.requiring("name"), "Unit ID Type created successfully."),
        Read("Unit ID Type read successfully."),
        Update("PATCH", FIELDS.without("name").requiring("description"), "Unit ID Type updated successfully."),
        Delete("Unit ID Type deleted successfully."),
    ),
    defaults={"name": "", "description": ""},
    has_unique_names=True,
    missing="Not Found",
    missing_quirk="role_missing_status",
)
