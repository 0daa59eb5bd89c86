"""API keys: `/keys`. The path of a key contains the key itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..model.errors import forbidden
from ..model.json_values import Record
from ..model.project import Project
from .kind import Create, Delete, Kind, List, Read, Update
from .responses import Response, message_response, object_response
from .routes import Call, Routes
from .shapes import Choice, Fields, Listed, Nullable, Text

routes: Final = Routes()

PREFIXES: Final = {"SERVER": "secret-", "CLIENT": "client-", "CONSOLE": "console-", "SCIM": "scim-", "ORG": "org-"}
SCOPES: Final = (
    *("omni_read_only", "omni_read_write", "client_download_config_specs", "none_hash_enabled"),
    *("can_access_keys", "client_can_write_user_store", "personal_read_only", "personal_read_write"),
)
MANAGES_KEYS: Final = "can_access_keys"
FIELDS = Fields(
    {
        "description": Text(most=1000),
        "type": Choice(tuple(PREFIXES)),
        "scopes": Listed(Choice(SCOPES)),
        "environments": Listed(Text()),
        "targetAppID": Text(),
        "secondaryTargetAppIDs": Listed(Text()),
    }
)
CREATE = FIELDS.requiring("description", "type")
# A type is accepted and ignored.
UPDATE = Fields(
    {
        **FIELDS.keys,
        "targetAppID": Nullable(Text()),
        "secondaryTargetAppIDs": Nullable(Listed(Text())),
    }
)
APP_FIELDS: Final = ("targetAppID", "secondaryTargetAppIDs")
"""The fields of requests with ids of target apps. Responses have names instead."""


class KeyKind(Kind):
    """API keys. Responses have the names of target apps, and bodies have their ids."""

    def new_record(self, project: Project, body: Record) -> Record:
        key = f"{PREFIXES[body.get('type', 'SERVER')]}{project.issuer.new_id()}"
        return {"key": key, "status": "active", **super().new_record(project, body)}

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        return before | {name: value for name, value in body.items() if name != "type"}

    def create(self, call: Call, body: Record) -> Record:
        validate_access(call)
        return super().create(call, body)

    def update(self, call: Call, before: Record, body: Record, *, is_full: bool) -> Record:
        validate_access(call)
        return super().update(call, before, body, is_full=is_full)

    def find_record(self, call: Call) -> Record | None:
        if call.method == "DELETE":
            validate_access(call)
        return super().find_record(call)

    def clean_up(self, project: Project, record: Record) -> None:
        project.dead_keys.add(record["key"])

    def records(self, call: Call) -> list[Record]:
        environment, app = call.first("environment"), call.first("primaryTargetApp")
        named = [(record, self.present(call, record)) for record in super().records(call)]
        return [
            record
            for record, shown in named
            if (environment is None or environment in record["environments"])
            and (app is None or app == shown["primaryTargetApp"])
        ]

    def present(self, call: Call, record: Record) -> Record:
        is_new = call.method == "POST"
        is_visible = is_new or (call.project.quirks["key_visible"] and manages_keys(call))
        return present_key(call.project, record) | ({} if is_visible else {"key": None})


KEYS: Final = KeyKind(
    name="keys",
    path="/keys",
    key_field="key",
    operations=(
        List("Keys listed successfully."),
        Create(CREATE, "Key created successfully.", status=200),
        Read("Key read successfully."),
        Update("PATCH", UPDATE, "Key updated successfully."),
        Delete("Key deleted successfully."),
    ),
    defaults={
        "type": "SERVER",
        "description": "",
        "scopes": [],
        "environments": [],
        "targetAppID": None,
        "secondaryTargetAppIDs": [],
        "lastUsed": None,
    },
    missing="Key not found.",
)


def present_key(project: Project, record: Record) -> Record:
    """Return a key with the names of its target apps."""
    apps = project.store["target_app"]

    def name(app: str) -> str:
        return str((apps.get(app) or {"name": app})["name"])

    primary, secondary = record["targetAppID"], record["secondaryTargetAppIDs"] or []
    shown = {field: value for field, value in record.items() if field not in APP_FIELDS}
    return shown | {
        "primaryTargetApp": None if primary is None else name(primary),
        "secondaryTargetApps": [name(app) for app in secondary],
    }


def manages_keys(call: Call) -> bool:
    """Return whether the calling key may see and change keys. One that the project does not know may."""
    headers: Mapping[str, str] = call.headers
    caller = call.project.store[KEYS.name].get(headers.get("statsig-api-key", ""))
    return caller is None or MANAGES_KEYS in caller["scopes"]


def validate_access(call: Call) -> None:
    """Raise unless the calling key may change keys."""
    if not manages_keys(call):
        raise forbidden("Forbidden. The request was valid, but the server is refusing action.")


@routes.on("PATCH", "/keys/{id}/deactivate")
def deactivate_key(call: Call) -> Response:
    validate_access(call)
    record = KEYS.find(call)
    call.project.put(KEYS.name, record["key"], record | {"status": "deactivated"})
    return message_response("Key deactivated successfully.")


@routes.on("PATCH", "/keys/{id}/rotate")
def rotate_key(call: Call) -> Response:
    """Replace a key by a new one. The old one stops working at once, unless a quirk keeps it."""
    validate_access(call)
    project, record = call.project, KEYS.find(call)
    if not project.quirks["rotate_keeps_old"]:
        project.remove(KEYS.name, record["key"])
        KEYS.clean_up(project, record)
    rotated = record | {"key": f"{PREFIXES[record['type']]}{project.issuer.new_id()}"}
    KEYS.put(project, rotated)
    # The message has this comma.
    return object_response("Key rotated successfully,", present_key(project, rotated))
