"""Assignment sources of warehouse-native projects: `/experiments/assignment_sources`."""

from __future__ import annotations

from typing import Final

from .kind import Create, Delete, List, Update
from .shapes import Absent, Fields, Flag, Nullable, Number, Text
from .source_kind import OWNER, SHARED, SourceKind

UPDATED: Final = "Assignment Source updated successfully"
QUERY: Final = ("sql", "timestampColumn", "experimentIDColumn", "groupIDColumn", "idTypeMapping")
FIELDS = Fields(
    {
        **SHARED,
        "experimentIDColumn": Text(),
        "groupIDColumn": Text(),
        "groupNameColumn": Text(),
        "scheduledReloadHour": Nullable(Number()),
        "isVerified": Flag(),
        "owner": OWNER,
    }
)

# The API has no read of one assignment source, and its list has the message of another kind.
ASSIGNMENT_SOURCES: Final = SourceKind(
    name="assignment_sources",
    path="/experiments/assignment_sources",
    item_path="/experiments/assignment_source/{name}",
    operations=(
        List("Entity Property Sources listed successfully."),
        Create(FIELDS.requiring("name", *QUERY), "Assignment Source created successfully"),
        Update("POST", FIELDS.requiring(*QUERY), UPDATED, is_full=True),
        Update("PATCH", Fields({**FIELDS.keys, "sql": Absent()}), UPDATED),
        Delete("Assignment source deleted successfully."),
    ),
    query=QUERY,
    missing="No assignment source was found with the given name",
)
