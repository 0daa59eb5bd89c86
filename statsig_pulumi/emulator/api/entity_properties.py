"""Entity property sources of warehouse-native projects: `/experiments/entity_properties`."""

from __future__ import annotations

from typing import Final

from . import deletion, source_kind
from .literals import Absent
from .pages import page
from .responses import Answer, message_only, single
from .routes import Call, Routes
from .shapes import Fields, Flag
from .source_kind import Source

routes: Final = Routes()

DELETED: Final = "Entity property source deleted successfully."
# There is no owner: it is read, never written.
BODY = Fields({**source_kind.SHARED, "timestampAsDay": Flag()})
SOURCE: Final = Source(
    kind="entity_properties",
    missing="Entity property source not found.",
    create=BODY.requiring("name", "sql", "idTypeMapping"),
    full_update=BODY.requiring("sql", "idTypeMapping"),
    partial_update=Fields({**BODY.keys, "sql": Absent()}),
    undocumented_missing=("GET",),
    missing_quirk="entity_property_missing_status",
)

source_kind.register_kind(SOURCE)


@routes.on("GET", "/experiments/entity_properties")
def list_entity_properties(call: Call) -> Answer:
    records = list(call.project.store[SOURCE.kind])
    # The typo is the API's.
    return page(
        call,
        "Entity Property Sourcess listed successfully.",
        records,
        lambda record: source_kind.presented(call, record),
    )


@routes.on("POST", "/experiments/entity_properties")
def create_entity_property(call: Call) -> Answer:
    record = source_kind.create(call, SOURCE)
    return single("Entity Property Source created successfully", source_kind.presented(call, record), 201)


@routes.on("GET", "/experiments/entity_property/{name}")
def read_entity_property(call: Call) -> Answer:
    return single("Entity Property Source read successfully.", source_kind.presented(call, SOURCE.find(call)))


@routes.on("POST", "/experiments/entity_property/{name}")
def update_entity_property(call: Call) -> Answer:
    record = source_kind.update(call, SOURCE, full=True)
    return single("Entity Property Sources updated successfully.", source_kind.presented(call, record))


@routes.on("PATCH", "/experiments/entity_property/{name}")
def change_entity_property(call: Call) -> Answer:
    record = source_kind.update(call, SOURCE, full=False)
    return single("Entity Property Source updated successfully", source_kind.presented(call, record))


@routes.on("DELETE", "/experiments/entity_property/{name}")
def delete_entity_property(call: Call) -> Answer:
    name = call.params["name"]
    if name not in call.project.store[SOURCE.kind]:
        return deletion.answer(call.project, SOURCE.missing, DELETED)
    call.project.remove(SOURCE.kind, name)
    return message_only(DELETED)
