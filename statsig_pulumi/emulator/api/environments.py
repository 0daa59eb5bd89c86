"""Environments: `/environments`. A project has one list, which is replaced as a whole."""

from __future__ import annotations

from typing import Final

from ..model.json_values import Record
from ..model.project import Project
from ..model.project_settings import ENVIRONMENTS as NAME
from .kind import Kind
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Fields, Flag, Listed, Text

routes: Final = Routes()

ENVIRONMENT = Fields(
    {
        "name": Text(least=1),
        "id": Text(),
        "isProduction": Flag(),
        "requiresReview": Flag(),
        "requiredReviewGroupID": Text(),
        "requiresReleasePipeline": Flag(),
    }
).requiring("name", "isProduction", "requiresReview", "requiresReleasePipeline")
FLAGS: Final = ("isProduction", "requiresReview", "requiresReleasePipeline")
UPDATE = Fields({"environments": Listed(ENVIRONMENT)}).requiring("environments")


class EnvironmentsKind(Kind):
    """The one list of environments."""

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        return super().edit(project, before, with_ids(project, before, change))


ENVIRONMENTS: Final = EnvironmentsKind(name=NAME)


def with_ids(project: Project, before: Record, body: Record) -> Record:
    """Return a new list: an item with a known id is that environment, and any other one is new."""
    known = {each["id"] for each in before.get("environments", [])}
    items = [
        dict.fromkeys(FLAGS, False)
        | each
        | ({} if each.get("id") in known else {"id": project.issuer.new_environment_id()})
        for each in body.get("environments", [])
    ]
    return body | {"environments": items}


def _stored(call: Call) -> Record:
    record = call.project.store[NAME].get(NAME) or {}
    return {"environments": record.get("environments", [])}


@routes.on("GET", "/environments")
def read_environments(call: Call) -> Response:
    return object_response("Environments read successfully.", _stored(call))


@routes.on("POST", "/environments")
def update_environments(call: Call) -> Response:
    """Replace the list."""
    call.project.put(NAME, NAME, {"id": NAME, **with_ids(call.project, _stored(call), call.read(UPDATE))})
    return object_response("Environments updated successfully.", _stored(call))
