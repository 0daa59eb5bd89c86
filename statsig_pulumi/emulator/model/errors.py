"""Errors of the API, raised wherever a problem is found and sent by the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .json_values import Record

GENERIC_BAD_REQUEST = "Invalid request. Please check the request input and try again."


@dataclass(frozen=True)
class Issue:
    """One entry of the `errors` array of a response."""

    path: str
    text: str

    def as_json(self) -> Record:
        return {"property": self.path, "errorMessage": self.text}


class ApiError(Exception):
    """A response with a 4xx status."""

    def __init__(
        self,
        status: int,
        message: str,
        issues: Sequence[Issue] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.issues = tuple(issues)
        self.headers = headers or {}


def not_found(message: str) -> ApiError:
    """Return a 404."""
    return ApiError(404, message)


def forbidden(message: str = "Forbidden resource") -> ApiError:
    """Return a 403."""
    return ApiError(403, message)


def invalid_body(issues: Sequence[Issue]) -> ApiError:
    """Return a 400 for a body that does not have the documented shape, with all its issues."""
    return ApiError(400, "Bad Request Exception", issues)


def invalid_value(path: str, message: str) -> ApiError:
    """Return a 400 for a value that has the right shape but is not allowed.

    It repeats its message as an issue.
    """
    return ApiError(400, message, [Issue(path, message)])
