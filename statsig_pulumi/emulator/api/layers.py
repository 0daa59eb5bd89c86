"""Layers: `/layers`. The API lists implicit layers too, one for each experiment without a layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..model import held_objects, references, team_ownership
from ..model.errors import GENERIC_BAD_REQUEST, ApiError, Issue, invalid_body, invalid_value
from ..model.json_values import Record, join_path, type_name
from ..model.project import Project
from .config_kind import VersionedKind
from .experiments import EXPERIMENTS, IMPLICIT_LAYER
from .kind import Create, Delete, List, Read, Update
from .pages import page
from .responses import Response
from .routes import Call, Routes
from .shapes import Choice, Fields, Flag, FreeObject, Listed, Nullable, Number, OneOf, Shape, Text

routes: Final = Routes()

SCALARS: Final[tuple[Shape, ...]] = (Text(), Number(), Flag(), FreeObject())
TARGET_APPS = OneOf((Text(), Listed(Text())))
CREATE = Fields(
    {
        "name": Text(least=3, most=100, pattern=r"[A-Za-z0-9_ -]*"),
        "description": Text(most=1000),
        "idType": Text(),
        "targetApps": TARGET_APPS,
        "team": Text(),
    },
    frozenset({"name", "idType"}),
)
PARAMETER = Fields(
    {
        "name": Text(),
        "type": Choice(("string", "number", "boolean", "object", "array")),
        "defaultValue": OneOf((*SCALARS, Listed(OneOf(SCALARS)))),
        "description": Text(),
        "schema": Nullable(Text()),
    },
    frozenset({"name", "type", "defaultValue"}),
)
UPDATE = Fields({"description": Text(most=1000), "parameters": Listed(PARAMETER), "targetApps": TARGET_APPS})
UPDATED: Final = "Layer updated successfully."
INITIAL: Final[Record] = {
    "idType": "userID",
    "description": "",
    "tags": [],
    "targetApps": [],
    "holdoutIDs": [],
    "team": None,
    "teamID": None,
    "isImplicitLayer": False,
    "parameters": [],
}
# The fields that an implicit layer has from its experiment, and the prefixes of others.
SHARED: Final = ("idType", "targetApps", "holdoutIDs", "team", "teamID")
AUTHORS: Final = ("created", "creator", "lastModif")


@dataclass(frozen=True, kw_only=True)
class LayerKind(VersionedKind):
    """Layers. A create takes no parameters."""

    def new_record(self, project: Project, body: Record) -> Record:
        return INITIAL | super().new_record(project, body)

    def create(self, call: Call, body: Record) -> Record:
        project = call.project
        references.validate_references(project, body)
        record = self.new_record(project, _normalize(body))
        collection = project.store[self.name]
        if record["id"] in collection or collection.named(record["name"]):
            raise invalid_value("name", "Layer name is already in use")
        record = team_ownership.assign_team(project, record, body)
        team_ownership.validate_team(project, record)
        record = project.add_config(self.name, record)
        return held_objects.attach_to_global(project, self.name, record)

    def update(self, call: Call, before: Record, body: Record, *, is_full: bool) -> Record:
        project = call.project
        if before["isImplicitLayer"]:
            raise ApiError(400, GENERIC_BAD_REQUEST)
        references.validate_references(project, body)
        if "parameters" in body:
            _validate_parameters(project, before, body["parameters"])
        start = before | {"targetApps": []} if is_full and project.quirks["full_update_resets"] else before
        return project.change_config(self.name, start | _normalize(body))

    def find_record(self, call: Call) -> Record | None:
        key = call.params[self.parameter]
        return super().find_record(call) or next((each for each in _implicit(call.project) if each["id"] == key), None)

    def records(self, call: Call) -> list[Record]:
        return [*super().records(call), *_implicit(call.project)]

    def validate_delete(self, project: Project, record: Record) -> None:
        if experiments_of(project, record["id"]):
            raise ApiError(400, "Layer cannot be deleted with experiments still on it")

    def clean_up(self, project: Project, record: Record) -> None:
        project.discard("layer_overrides", record["id"])

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        return team_ownership.assign_team(project, before | change, change)

    def present(self, call: Call, record: Record) -> Record:
        presented = team_ownership.present_team(call.project, record)
        if call.project.quirks["api_2026_10"]:
            presented = presented | {"holdout_parameter_values": [], "targeting_gate_parameter_values": []}
        return presented


def _normalize(body: Record) -> Record:
    return body | {"targetApps": [body["targetApps"]]} if isinstance(body.get("targetApps"), str) else body


def experiments_of(project: Project, layer_id: str) -> list[Record]:
    """Return the experiments in a layer."""
    return [each for each in project.store["experiments"] if each["layerID"] == layer_id]


def _implicit(project: Project) -> Iterator[Record]:
    """Yield the layer of each experiment without one, with the parameters of its groups."""
    for each in project.store["experiments"]:
        if each["layerID"].startswith(IMPLICIT_LAYER):
            values: Record = {}
            for group in each["groups"]:
                values |= group["parameterValues"]
            shared = {key: value for key, value in each.items() if key in SHARED or key.startswith(AUTHORS)}
            own = {"id": each["layerID"], "name": each["layerID"], "isImplicitLayer": True}
            yield {**INITIAL, **shared, **own, "parameters": list(_describe(values))}


def _describe(values: Record) -> Iterator[Record]:
    """Yield a parameter for each value. The API has no parameters with lists of lists."""
    for name, value in sorted(values.items()):
        if not isinstance(value, list) or not any(isinstance(item, list) for item in value):
            yield {"name": name, "type": type_name(value), "defaultValue": value}


def _validate_parameters(project: Project, layer: Record, parameters: list[Record]) -> None:
    """Raise for a default of another type, by quirk, and if an experiment uses a parameter that is missing."""
    if project.quirks["layer_parameter_types"] == "reject":
        wrong = [i for i, each in enumerate(parameters) if type_name(each["defaultValue"]) != each["type"]]
        if wrong:
            place = join_path("parameters", wrong[0])
            raise invalid_body([Issue(f"{place}.defaultValue", f"Expected {parameters[wrong[0]]['type']}")])
    names = {each["name"] for each in parameters}
    groups = [group for each in experiments_of(project, layer["id"]) for group in each["groups"]]
    missing = {name: None for group in groups for name in group["parameterValues"] if name not in names}
    if missing:
        raise invalid_value("parameters", f"Parameter(s) missing: [{', '.join(missing)}]")


LAYERS: Final = LayerKind(
    name="layers",
    path="/layers",
    operations=(
        List("Layers listed successfully."),
        Create(CREATE, "Layer created successfully."),
        Read("Layer read successfully."),
        Update("POST", UPDATE.requiring("description", "parameters"), UPDATED, is_full=True),
        Update("PATCH", UPDATE, UPDATED),
        Delete("Layer deleted successfully."),
    ),
    missing="Layer not found.",
)


@routes.on("GET", "/layers/{id}/experiments")
def list_experiments(call: Call) -> Response:
    layer = LAYERS.find(call)
    experiments = experiments_of(call.project, layer["id"])
    return page(call, "Experiments listed successfully.", experiments, lambda each: EXPERIMENTS.present(call, each))
