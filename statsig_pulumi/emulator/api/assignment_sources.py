"""Assignment sources of warehouse-native projects: `/experiments/assignment_sources`, without a read of one."""

from __future__ import annotations

from typing import Final

from . import deletion, source_kind
from .literals import Absent
from .pages import page
from .responses import Answer, message_only, single
from .routes import Call, Routes
from .shapes import Fields, Flag, Nullable, Number, Text
from .source_kind import Source

routes: Final = Routes()

UPDATED: Final = "Assignment Source updated successfully"
DELETED: Final = "Assignment source deleted successfully."
QUERY: Final = ("sql", "timestampColumn", "experimentIDColumn", "groupIDColumn", "idTypeMapping")
BODY = Fields(
    {
        **source_kind.SHARED,
        "experimentIDColumn": Text(),
        "groupIDColumn": Text(),
        "groupNameColumn": Text(),
        "scheduledReloadHour": Nullable(Number()),
        "isVerified": Flag(),
        "owner": source_kind.OWNER,
    }
)
SOURCE: Final = Source(
    kind="assignment_sources",
    missing="No assignment source was found with the given name",
    create=BODY.requiring("name", *QUERY),
    full_update=BODY.requiring(*QUERY),
    partial_update=Fields({**BODY.keys, "sql": Absent()}),
)

source_kind.register_kind(SOURCE)


@routes.on("GET", "/experiments/assignment_sources")
def list_assignment_sources(call: Call) -> Answer:
    records = list(call.project.store[SOURCE.kind])
    # The message is the API's: it has that of the entity properties.
    return page(
        call,
        "Entity Property Sources listed successfully.",
        records,
        lambda record: source_kind.presented(call, record),
    )


@routes.on("POST", "/experiments/assignment_sources")
def create_assignment_source(call: Call) -> Answer:
    record = source_kind.create(call, SOURCE)
    return single("Assignment Source created successfully", source_kind.presented(call, record), 201)


@routes.on("POST", "/experiments/assignment_source/{name}")
def update_assignment_source(call: Call) -> Answer:
    return single(UPDATED, source_kind.presented(call, source_kind.update(call, SOURCE, full=True)))


@routes.on("PATCH", "/experiments/assignment_source/{name}")
def change_assignment_source(call: Call) -> Answer:
    return single(UPDATED, source_kind.presented(call, source_kind.update(call, SOURCE, full=False)))


@routes.on("DELETE", "/experiments/assignment_source/{name}")
def delete_assignment_source(call: Call) -> Answer:
    name = call.params["name"]
    if name not in call.project.store[SOURCE.kind]:
        return deletion.answer(call.project, SOURCE.missing, DELETED)
    call.project.remove(SOURCE.kind, name)
    return message_only(DELETED)
