"""Target apps: `/target_app`, one by one and assigned in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..model.configs import NAME_TAKEN
from ..model.project import Project
from ..model.references import unknown_keys
from . import deletion
from .kind import Kind, register
from .pages import page
from .responses import Answer, ApiError, Record, message_only, not_found, refused, single
from .routes import Call, Routes
from .shapes import Fields, Listed, Text

routes: Final = Routes()

KIND: Final = "target_app"
DELETED: Final = "Target app deleted successfully"
UPDATED: Final = "Target apps updated successfully."
# The lists of ids in a body, the kinds they name, and what the kinds are called in errors.
ASSIGNED: Final = (
    ("gates", "gates", "Gates"),
    ("dynamicConfigs", "dynamic_configs", "Dynamic configs"),
    ("experiments", "experiments", "Experiments"),
)
UPDATE = Fields({"name": Text(), "description": Text()})
LISTS = {key: Listed(Text()) for key, _, _ in ASSIGNED}
CREATE = Fields({**UPDATE.keys, **LISTS}, frozenset({"name", "description"}))
BULK = Fields({"targetApps": Listed(Text(), least=1), **LISTS}, frozenset({"targetApps"}))


def _fresh(project: Project, body: Record) -> Record:
    return {"id": project.issuer.new_id(), "name": "", "description": "", **body}


register(Kind(KIND, fresh=_fresh))


def _presented(call: Call, record: Record) -> Record:
    """The description can be written; the documented answer has none."""
    hidden = () if call.project.quirks["target_app_description"] else ("description",)
    return {key: value for key, value in record.items() if key not in hidden}


def _missing(names: Iterable[str], called: str = "Target apps") -> ApiError:
    return not_found(f"{called} with IDs [{', '.join(names)}] do not exist")


def _find(call: Call) -> Record:
    record = call.project.store[KIND].get(call.params["id"])
    if record is None:
        raise _missing([call.params["id"]])
    return record


def _refuse_taken(call: Call, name: str) -> None:
    if call.project.store[KIND].named(name):
        raise refused("name", NAME_TAKEN)


def _refuse_unknown_configs(call: Call, body: Record) -> None:
    for key, kind, called in ASSIGNED:
        unknown = [name for name in body.get(key, []) if name not in call.project.store[kind]]
        if unknown:
            raise _missing(unknown, called)


def _assign(call: Call, body: Record, apps: list[str]) -> None:
    """Configs hold the names of their target apps."""
    for key, kind, _ in ASSIGNED:
        for config_id in body.get(key, []):
            config = call.project.store[kind].get(config_id) or {}
            own = config.get("targetApps") or []
            added = [app for app in apps if app not in own]
            if added:
                call.project.change_config(kind, config | {"targetApps": [*own, *added]})


@routes.on("GET", "/target_app")
def list_target_apps(call: Call) -> Answer:
    records = list(call.project.store[KIND])
    return page(call, "Target apps listed successfully.", records, lambda record: _presented(call, record))


@routes.on("POST", "/target_app")
def create_target_app(call: Call) -> Answer:
    body = call.read(CREATE)
    _refuse_taken(call, body["name"])
    _refuse_unknown_configs(call, body)
    record = _fresh(call.project, {key: body[key] for key in UPDATE.keys})
    call.project.put(KIND, record["id"], record)
    _assign(call, body, [record["name"]])
    return single("Target app created successfully.", _presented(call, record))


@routes.on("PATCH", "/target_app")
def assign_target_apps(call: Call) -> Answer:
    body = call.read(BULK)
    apps = call.project.store[KIND]
    unknown = unknown_keys(call.project, KIND, body["targetApps"])
    if unknown:
        raise _missing(unknown)
    _refuse_unknown_configs(call, body)
    records = [apps.get(apps.key_of(app) or "") or {} for app in body["targetApps"]]
    _assign(call, body, [record["name"] for record in records])
    return message_only(UPDATED)


@routes.on("GET", "/target_app/{id}")
def read_target_app(call: Call) -> Answer:
    return single("Target app read successfully.", _presented(call, _find(call)))


@routes.on("PATCH", "/target_app/{id}")
def change_target_app(call: Call) -> Answer:
    before, body = _find(call), call.read(UPDATE)
    if body.get("name", before["name"]) != before["name"]:
        _refuse_taken(call, body["name"])
    call.project.put(KIND, before["id"], before | body)
    return message_only(UPDATED)


@routes.on("DELETE", "/target_app/{id}")
def delete_target_app(call: Call) -> Answer:
    key = call.params["id"]
    if key not in call.project.store[KIND]:
        return deletion.answer(call.project, _missing([key]).message, DELETED)
    call.project.remove(KIND, key)
    return message_only(DELETED)
