"""The command ``statsig-pulumi api``: one request to any endpoint of the Console API."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NoReturn, cast, get_args
from urllib.parse import parse_qs, urlsplit

from ..api.client import Client
from ..api.retry import is_unapplied
from ..errors import (
    MissingKeyError,
    NoSuchEndpointError,
    NotFoundError,
    RejectedError,
    ServerError,
    StatsigError,
    UnreachableError,
)
from ..json_values import Json

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
BASE_PATH = "console/v1/"


class UsageError(ValueError):
    """Raised when the arguments do not form a request; nothing was sent."""


@dataclass(frozen=True)
class Request:
    """One request to the Console API."""

    method: Method
    path: str
    """The path below the base URL, without a leading slash."""
    query: dict[str, list[str]] = field(default_factory=dict)
    body: Json = None

    @classmethod
    def parse(cls, method: Method, path: str, query: Iterable[str] = (), body: str | None = None) -> Request:
        """Return the request for these arguments; raises UsageError."""
        plain_path, parameters = _parse_path(path)
        for argument in query:
            name, equals, value = argument.partition("=")
            if not name or not equals:
                raise UsageError(f"--query must be name=value, not '{argument}'")
            parameters.setdefault(name, []).append(value)
        return cls(method, plain_path, parameters, None if body is None else _parse_body(body))

    def send(self, client: Client) -> Json:
        """Send the request and return the JSON of the response.

        A POST is sent again only if it cannot have been applied, because it may create something.
        """
        return client.send(
            self.method, self.path, body=self.body, query=self.query or None, repeatable=self.method != "POST"
        )

    def read_pages(self, client: Client) -> Iterator[Json]:
        """Yield every object of all pages of a list; raises UsageError if this is not a plain GET."""
        if self.method != "GET" or self.body is not None:
            raise UsageError("--pages requires a GET without a body")
        return client.pages(self.path, self.query, item_type=object)

    def describe_error(self, error: StatsigError) -> str:
        """Return what happened and what to do next, for a user without a program or a stack."""
        match error:
            case MissingKeyError():
                return f"{error.summary}; set the environment variable STATSIG_CONSOLE_KEY"
            case NoSuchEndpointError(since=""):
                return (
                    f"{self.method} /{self.path} answered 404: the API has no such endpoint,"
                    " or STATSIG_CONSOLE_URL is not the full base URL"
                )
            case ServerError() | UnreachableError() if self.method == "POST" and not is_unapplied(error):
                return f"{error.summary}; the request may have been applied: check the object before you send it again"
            case NotFoundError() | RejectedError():
                return error.summary
            case _:
                return str(error)


def parse_method(argument: str) -> Method:
    """Return the method of an argument in upper or lower case; raises UsageError."""
    for method in get_args(Method):
        if method == argument.upper():
            return cast(Method, method)
    raise UsageError(f"METHOD must be one of {', '.join(get_args(Method))}, not '{argument}'")


def _parse_path(argument: str) -> tuple[str, dict[str, list[str]]]:
    """Return the path below the base URL, and its query parameters."""
    invalid = UsageError(f"PATH must be a path of the Console API, such as gates/new_checkout, not {argument!r}")
    try:
        parts = urlsplit(argument)
    except ValueError:
        raise invalid from None
    path = f"{parts.path.strip('/')}/".removeprefix(BASE_PATH).rstrip("/")
    # A URL with a host is refused, because the key would be sent to that host.
    if not path or not argument.isprintable() or parts.scheme or parts.netloc or parts.fragment:
        raise invalid
    return path, parse_qs(parts.query, keep_blank_values=True)


def _parse_body(argument: str) -> Json:
    """Return the JSON of --body, which is the JSON itself, @FILE, or - for standard input."""
    try:
        body = json.loads(_read_body(argument), parse_constant=_refuse_constant)
    except OSError as error:
        raise UsageError(f"--body: cannot read {argument[1:]}: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(f"--body is not JSON: {error}") from None
    if not isinstance(body, (dict, list)):
        raise UsageError("--body must be a JSON object, a file as @FILE, or - for standard input")
    return body


def _read_body(argument: str) -> str:
    if argument == "-":
        return sys.stdin.read()
    return Path(argument[1:]).read_text("utf-8") if argument.startswith("@") else argument


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")
