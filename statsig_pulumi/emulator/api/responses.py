"""Responses of the Console API, with their documented envelopes."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from ..model.errors import ApiError
from ..model.json_values import Json, Record
from ..model.project import Project


@dataclass(frozen=True)
class Response:
    """A status and a JSON body; the body None is sent as an empty one. A text is sent in place of the body."""

    status: int
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None


def object_response(message: str, data: Json, status: int = 200) -> Response:
    """Return the envelope of one object."""
    return Response(status, {"message": message, "data": data})


def message_response(message: str, status: int = 200) -> Response:
    """Return the envelope without `data`, which deletes and some lifecycle calls have."""
    return Response(status, {"message": message})


def error_response(error: ApiError, shape: str) -> Response:
    """Return an error as a response. `shape` is a value of the quirk `error_shape`."""
    body: Record = {shape: error.status, "message": error.message}
    if shape == "statusCode":
        body["error"] = HTTPStatus(error.status).phrase
    if error.issues:
        body["errors"] = [issue.as_json() for issue in error.issues]
    return Response(error.status, body, error.headers)


def missing_delete_response(project: Project, missing: str, deleted: str) -> Response:
    """Return the response to a delete of an object that does not exist.

    Raises:
        ApiError: unless the quirk `delete_missing_status` is 200.
    """
    status = project.quirks["delete_missing_status"]
    if status == 200:
        return message_response(deleted)
    raise ApiError(status, missing)
