"""Settings of the project: `/settings/project`, `/settings/reviews`, `/settings/roles` and `/settings/teams`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..model.json_values import Record
from ..model.project_settings import INITIAL_SETTINGS
from ..model.project_settings import SETTINGS as NAME
from .kind import Kind
from .responses import Response, object_response
from .routes import Call, Handler, Routes
from .shapes import Choice, Fields, Flag, Text

routes: Final = Routes()

SETTINGS: Final = Kind(name=NAME)
REVIEW_FLAGS: Final = ("is_config_review_required", "is_metric_review_required")
VERIFIED_ONLY: Final = "is_metric_review_required_on_verified_only"
WAREHOUSE_FLAGS: Final = ("is_whn_analysis_only_review_required", "is_whn_source_review_required")
BODIES: Final[Mapping[str, Fields]] = {
    "project": Fields(
        {"name": Text(least=1), "visibility": Choice(("OPEN", "CLOSED", "EXTERNAL")), "default_unit_type": Text()}
    ).requiring("name", "visibility"),
    "reviews": Fields(dict.fromkeys((*REVIEW_FLAGS, VERIFIED_ONLY, *WAREHOUSE_FLAGS), Flag())).requiring(
        *REVIEW_FLAGS, VERIFIED_ONLY
    ),
    "roles": Fields({"default_project_role": Text(least=1)}).requiring("default_project_role"),
    "teams": Fields({"require_teams_on_configs": Flag()}).requiring("require_teams_on_configs"),
}
"""The body of a write, by the last segment of the path."""
READ: Final = "Settings read successfully."
UPDATED: Final = "Settings updated successfully."
CLEARED_BY_OMISSION: Final = "default_unit_type"
"""The API documents that a body without it leaves the project without a default unit type."""


def _stored(call: Call, group: str) -> Record:
    record = call.project.store[NAME].get(f"{NAME}/{group}") or INITIAL_SETTINGS[group]
    return {name: value for name, value in record.items() if name != "id" and value is not None}


def _reader(group: str) -> Handler:
    return lambda call: object_response(READ, _stored(call, group))


def _writer(group: str) -> Handler:
    def write(call: Call) -> Response:
        body = call.read(BODIES[group])
        kept = _stored(call, group) if call.project.quirks["settings_omitted"] == "keep" else {}
        kept.pop(CLEARED_BY_OMISSION, None)
        call.project.put(NAME, f"{NAME}/{group}", {"id": f"{NAME}/{group}", **kept, **body})
        # The message of this one is that of a read.
        return object_response(READ if group == "project" else UPDATED, _stored(call, group))

    return write


for _group in BODIES:
    routes.add("GET", f"/settings/{_group}", _reader(_group))
    routes.add("POST", f"/settings/{_group}", _writer(_group))
