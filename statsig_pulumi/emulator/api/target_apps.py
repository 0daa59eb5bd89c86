"""Target apps, and their assignment to configs: `/target_app`."""

from __future__ import annotations

from typing import Final

from ..model.json_values import Record
from ..model.project import Project
from ..model.references import missing_objects, unknown_keys
from .kind import Create, Delete, Kind, List, Read, Update
from .responses import Response, message_response
from .routes import Call, Routes
from .shapes import Fields, Listed, Text

routes: Final = Routes()

UPDATED: Final = "Target apps updated successfully."
# The lists of config ids in a body, the kinds of these configs, and the nouns for them in errors.
ASSIGNED: Final = (
    ("gates", "gates", "Gates"),
    ("dynamicConfigs", "dynamic_configs", "Dynamic configs"),
    ("experiments", "experiments", "Experiments"),
)
FIELDS = Fields({"name": Text(), "description": Text()})
LISTS = {key: Listed(Text()) for key, _, _ in ASSIGNED}
CREATE = Fields({**FIELDS.keys, **LISTS}, frozenset({"name", "description"}))
BULK = Fields({"targetApps": Listed(Text(), least=1), **LISTS}, frozenset({"targetApps"}))


class TargetAppKind(Kind):
    """Target apps. A create may assign the new app to configs."""

    def create(self, call: Call, body: Record) -> Record:
        self.validate_name(call.project, body)
        _validate_configs(call.project, body)
        record = self.put(call.project, self.new_record(call.project, {key: body[key] for key in FIELDS.keys}))
        _assign_apps(call.project, body, [record["name"]])
        return record

    def present(self, call: Call, record: Record) -> Record:
        hidden = () if call.project.quirks["target_app_description"] else ("description",)
        return {key: value for key, value in record.items() if key not in hidden}


TARGET_APPS: Final = TargetAppKind(
    name="target_app",
    path="/target_app",
    operations=(
        List("Target apps listed successfully."),
        Create(CREATE, "Target app created successfully.", status=200),
        Read("Target app read successfully."),
        Update("PATCH", FIELDS, UPDATED, has_data=False),
        Delete("Target app deleted successfully"),
    ),
    defaults={"name": "", "description": ""},
    has_unique_names=True,
    missing="Target apps with IDs [{id}] do not exist",
)


def _validate_configs(project: Project, body: Record) -> None:
    for key, kind, noun in ASSIGNED:
        unknown = [name for name in body.get(key, []) if name not in project.store[kind]]
        if unknown:
            raise missing_objects(noun, unknown)


def _assign_apps(project: Project, body: Record, apps: list[str]) -> None:
    """Add the names of target apps to the configs in a body."""
    for key, kind, _ in ASSIGNED:
        for config_id in body.get(key, []):
            config = project.store[kind].get(config_id) or {}
            own = config.get("targetApps") or []
            added = [app for app in apps if app not in own]
            if added:
                project.change_config(kind, config | {"targetApps": [*own, *added]})


@routes.on("PATCH", "/target_app")
def assign_target_apps(call: Call) -> Response:
    body = call.read(BULK)
    apps = call.project.store[TARGET_APPS.name]
    unknown = unknown_keys(call.project, TARGET_APPS.name, body["targetApps"])
    if unknown:
        raise missing_objects("Target apps", unknown)
    _validate_configs(call.project, body)
    records = [apps.get(apps.key_of(app) or "") or {} for app in body["targetApps"]]
    _assign_apps(call.project, body, [record["name"] for record in records])
    return message_response(UPDATED)
