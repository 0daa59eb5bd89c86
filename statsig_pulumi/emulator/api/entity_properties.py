"""Entity property sources of warehouse-native projects: `/experiments/entity_properties`."""

from __future__ import annotations

from typing import Final

from .kind import Create, Delete, List, Read, Update
from .shapes import Absent, Fields, Flag
from .source_kind import SHARED, SourceKind

QUERY: Final = ("sql", "idTypeMapping")
# The owner is read-only.
FIELDS = Fields({**SHARED, "timestampAsDay": Flag()})

# Some of these messages have typos, as in the API.
ENTITY_PROPERTIES: Final = SourceKind(
    name="entity_properties",
    path="/experiments/entity_properties",
    item_path="/experiments/entity_property/{name}",
    operations=(
        List("Entity Property Sourcess listed successfully."),
        Create(FIELDS.requiring("name", *QUERY), "Entity Property Source created successfully"),
        Read("Entity Property Source read successfully."),
        Update("POST", FIELDS.requiring(*QUERY), "Entity Property Sources updated successfully.", is_full=True),
        Update("PATCH", Fields({**FIELDS.keys, "sql": Absent()}), "Entity Property Source updated successfully"),
        Delete("Entity property source deleted successfully."),
    ),
    query=QUERY,
    missing="Entity property source not found.",
    missing_quirk="entity_property_missing_status",
    missing_quirk_methods=("GET",),
)
