"""One request of any endpoint of the Console API, given as words of a command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NoReturn, get_args
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
PREFIX = "console/v1/"


class WordsError(ValueError):
    """The words make no request; nothing was sent."""


@dataclass(frozen=True)
class Request:
    """What is asked of the API."""

    method: str
    path: str
    """Under the base URL, without a leading slash."""
    query: dict[str, list[str]] = field(default_factory=dict)
    body: Json = None

    @classmethod
    def of(cls, method: str, path: str, query: Iterable[str] = (), body: str | None = None) -> Request:
        """The request that these words make; raises WordsError where they make none."""
        if method.upper() not in get_args(Method):
            raise WordsError(f"METHOD is one of {', '.join(get_args(Method))}, not '{method}'")
        plain, asked = _path(path)
        for word in query:
            name, equals, value = word.partition("=")
            if not name or not equals:
                raise WordsError(f"--query takes name=value, not '{word}'")
            asked.setdefault(name, []).append(value)
        return cls(method.upper(), plain, asked, None if body is None else _body(body))

    def answer(self, client: Client) -> Json:
        """The whole JSON that the API answers; a POST may make something, so it is not sent twice."""
        return client.send(
            self.method, self.path, body=self.body, query=self.query or None, repeatable=self.method != "POST"
        )

    def pages(self, client: Client) -> Iterator[Json]:
        """Every object of a list."""
        if self.method != "GET" or self.body is not None:
            raise WordsError("--pages is for a GET without a body")
        return client.pages(self.path, self.query)

    def complaint(self, error: StatsigError) -> str:
        """What went wrong, and the next step of someone who has no program to mend and no stack to refresh."""
        match error:
            case MissingKeyError():
                return f"{error.summary}; set the environment variable STATSIG_CONSOLE_KEY"
            case NoSuchEndpointError():
                return (
                    f"{self.method} /{self.path} answered 404: the API does not serve this,"
                    " or STATSIG_CONSOLE_URL does not name its whole base"
                )
            case ServerError() | UnreachableError() if self.method == "POST" and not is_unapplied(error):
                return f"{error.summary}; it may have been applied, so it was not sent again: look before you do"
            case NotFoundError() | RejectedError():
                return error.summary
            case _:
                return str(error)


def _path(given: str) -> tuple[str, dict[str, list[str]]]:
    """The path under the base, and what is asked after its question mark."""
    refusal = WordsError(f"PATH is a path of the Console API, such as gates/new_checkout, not {given!r}")
    try:
        parts = urlsplit(given)
    except ValueError:
        raise refusal from None
    path = f"{parts.path.strip('/')}/".removeprefix(PREFIX).rstrip("/")
    # A whole URL would be sent the key, whoever's it is.
    if not path or not given.isprintable() or parts.scheme or parts.netloc or parts.fragment:
        raise refusal
    return path, parse_qs(parts.query, keep_blank_values=True)


def _body(given: str) -> Json:
    """The JSON of --body: itself, a file, or what stands on standard input."""
    try:
        text = sys.stdin.read() if given == "-" else Path(given[1:]).read_text("utf-8") if given[:1] == "@" else given
        body = json.loads(text, parse_constant=_refuse_constant)
    except OSError as error:
        raise WordsError(f"--body: {given[1:]} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise WordsError(f"--body is not JSON: {error}") from None
    if not isinstance(body, (dict, list)):
        raise WordsError("--body takes a JSON object, a file as @FILE, or - for standard input")
    return body


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is none of its numbers")
