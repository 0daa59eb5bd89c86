"""What the Console API says: envelopes, pages aside, and errors in their documented wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

Json: TypeAlias = Any
Record: TypeAlias = dict[str, Json]

GENERIC_BAD_REQUEST = "Invalid request. Please check the request input and try again."


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body; `None` as body is an empty one."""

    status: int
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Issue:
    """One entry of a zod-form `errors` array."""

    path: str
    text: str

    def as_json(self) -> Record:
        return {"property": self.path, "errorMessage": self.text}


class ApiError(Exception):
    """An answer in the 4xx range, raised from wherever it is noticed."""

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

    def answer(self, shape: str) -> Answer:
        """The error as sent; `shape` is the quirk `error_shape`, for both forms were seen."""
        body: Record = {shape: self.status, "message": self.message}
        if shape == "statusCode":
            body["error"] = HTTPStatus(self.status).phrase
        if self.issues:
            body["errors"] = [issue.as_json() for issue in self.issues]
        return Answer(self.status, body, self.headers)


def single(message: str, data: Json, status: int = 200) -> Answer:
    return Answer(status, {"message": message, "data": data})


def message_only(message: str, status: int = 200) -> Answer:
    """Deletes and a few lifecycle calls answer without `data`."""
    return Answer(status, {"message": message})


def not_found(message: str) -> ApiError:
    return ApiError(404, message)


def forbidden(message: str = "Forbidden resource") -> ApiError:
    return ApiError(403, message)


def invalid(issues: Sequence[Issue]) -> ApiError:
    """The body does not have the documented shape: every problem at once."""
    return ApiError(400, "Bad Request Exception", issues)


def refused(path: str, message: str) -> ApiError:
    """The body has the right shape and the wrong meaning: the text stands in both places."""
    return ApiError(400, message, [Issue(path, message)])
