"""Param stores: `/param_stores`. A create takes no parameters, and an update nothing but them and the description."""

from __future__ import annotations

from typing import Final

from ..model import references, team_ownership
from ..model.json_values import Record
from ..model.project import Project
from .kind import Create, Delete, Kind, List, Read, Update
from .routes import Call
from .shapes import Choice, Fields, Flag, FreeObject, Listed, Number, OneOf, Shape, Text

READ: Final = "Param Store read successfully."
SCALARS: Final[tuple[Shape, ...]] = (Text(), Number(), Flag(), FreeObject())
VALUES: Final[dict[str, Shape]] = {
    "boolean": Flag(),
    "number": Number(),
    "string": Text(),
    "object": FreeObject(),
    "array": Listed(OneOf((*SCALARS, Listed(OneOf(SCALARS))))),
}
"""The shape of a value, by the type of its parameter."""
REFERENCES: Final = {
    "layer": ("layer_name", "layers", "Layers"),
    "dynamic_config": ("config_name", "dynamic_configs", "Dynamic configs"),
    "experiment": ("experiment_name", "experiments", "Experiments"),
    "gate": ("gate_name", "gates", "Gates"),
}
"""By form, the key with what a parameter refers to, its kind, and the noun for it in errors."""


def _parameter(form: str, type_: Shape, values: dict[str, Shape]) -> Fields:
    keys: dict[str, Shape] = {"ref_type": Choice((form,)), "name": Text(), "param_type": type_, **values}
    return Fields(keys, frozenset(keys))


PARAMETER: Final = OneOf(
    (
        *(_parameter("static", Choice((type_,)), {"value": value}) for type_, value in VALUES.items()),
        *(
            _parameter("gate", Choice((type_,)), {"gate_name": Text(), "pass_value": value, "fail_value": value})
            for type_, value in VALUES.items()
        ),
        *(
            _parameter(form, Choice(tuple(VALUES)), {REFERENCES[form][0]: Text(), "param_name": Text()})
            for form in ("layer", "dynamic_config", "experiment")
        ),
    )
)
CREATE: Final = Fields(
    {
        "name": Text(),
        "description": Text(),
        "displayName": Text(),
        "targetAppIDs": Listed(Text()),
        "tags": Listed(Text()),
        "team": Text(),
    },
    frozenset({"name", "description", "displayName"}),
)
UPDATE: Final = Fields({"description": Text(), "parameters": Listed(PARAMETER)})
HIDDEN: Final = ("tags", "targetAppIDs")


class ParamStoreKind(Kind):
    """Param stores. Their key is their name; responses have neither their tags nor their target apps."""

    def new_record(self, project: Project, body: Record) -> Record:
        now, author = project.issuer.now_ms(), project.actor.id
        made = {"id": project.issuer.new_id(), "createdTime": now, "creatorID": author, "lastModifierID": author}
        return team_ownership.assign_team(project, made | super().new_record(project, body), body)

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        return before | body | {"lastModifierID": project.actor.id}

    def validate(self, project: Project, body: Record) -> None:
        references.validate_references(project, body)
        if project.quirks["unknown_references"] == "accept":
            return
        for key, kind, noun in REFERENCES.values():
            named = [each[key] for each in body.get("parameters", ()) if key in each]
            if unknown := references.unknown_keys(project, kind, named):
                raise references.missing_objects(noun, unknown)

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        return team_ownership.assign_team(project, before | change, change)

    def present(self, call: Call, record: Record) -> Record:
        presented = team_ownership.present_team(call.project, record)
        shown = {key: value for key, value in presented.items() if key not in HIDDEN}
        return shown if shown.get("teamID") else {key: value for key, value in shown.items() if key != "teamID"}


PARAM_STORES: Final = ParamStoreKind(
    name="param_stores",
    path="/param_stores",
    parameter="name",
    key_field="name",
    operations=(
        List("List param stores success"),
        Create(CREATE, READ, status=200),
        Read(READ),
        Update("POST", UPDATE, READ),
        Delete("Param Store deleted successfully."),
    ),
    defaults={"name": "", "displayName": "", "description": "", "parameters": []},
    has_unique_names=True,
    missing="Param Store not found.",
    missing_quirk="param_store_missing_status",
    delete_quirk="api_2026_10",
)
