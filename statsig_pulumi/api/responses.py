"""Responses of the Console API as values or errors, without the library that received them."""

from __future__ import annotations

import json
import math
import re
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import islice
from typing import Final

from ..errors import (
    InvalidSettingError,
    NoSuchEndpointError,
    NotFoundError,
    RateLimitedError,
    RejectedError,
    ServerError,
    StatsigError,
    UnauthorizedError,
    UnreachableError,
)
from ..json_values import Json, is_unicode
from ..settings import BASE_URL
from .generations import find_version
from .redaction import Redactor

NOT_IMPLEMENTED: Final = 501
"""The one status from 500 that no repetition changes."""
MAX_REASON_CHARACTERS: Final = 2_000
MAX_READ_CHARACTERS: Final = 50 * MAX_REASON_CHARACTERS
"""Of a longer reason, only so much is searched for secrets."""
CHECK_URL: Final = f"check that {BASE_URL.title} is {BASE_URL.accepted}"
MAX_DEPTH: Final = 100
"""The deepest nesting of a response that is accepted. The API's own objects have less than 20 levels."""
MAX_NUMBER: Final = sys.float_info.max
"""The largest number of the engine, which has doubles only."""
_MANY_DIGITS: Final = re.compile(rb"\d{300}")
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_NOT_JSON: Final = object()


@dataclass(frozen=True)
class Response:
    """A response to one request."""

    method: str
    path: str
    """The path of the request below the base URL, with a leading slash."""
    status: int
    reason_phrase: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def date_s(self) -> float | None:
        """The time of the server in seconds since 1970, or None without a valid Date header."""
        return _parse_date_s(self.headers.get("Date", ""))

    @property
    def retry_after_s(self) -> float | None:
        """The seconds to wait by the Retry-After header, or None without a valid one.

        A date is compared with the Date header, because the clock of this machine may be wrong.
        """
        text = self.headers.get("Retry-After", "")
        try:
            seconds = float(text)
        except ValueError:
            if (end_s := _parse_date_s(text)) is None:
                return None
            seconds = end_s - (self.date_s or time.time())
        return max(seconds, 0.0) if math.isfinite(seconds) else None

    @property
    def text(self) -> str:
        """The content as text; raises UnreachableError if it is not UTF-8."""
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            raise UnreachableError(self.method, self.path, "the response is not UTF-8 text") from None

    def envelope(self) -> dict[str, Json]:
        """Return the JSON object of a success, empty without content; raises UnreachableError for anything else."""
        if not self.content:
            return {}
        if problem := self._problem():
            raise UnreachableError(self.method, self.path, f"the response {problem}")
        body: dict[str, Json] = self._body
        return body

    def _problem(self) -> str:
        """Return what is wrong with the body of a success; empty if nothing is."""
        if self._body is _NOT_JSON:
            return "is not JSON"
        if not isinstance(self._body, dict):
            return "is not a JSON object"
        if _is_deeper_than(self._body, MAX_DEPTH):
            return f"is nested more than {MAX_DEPTH} levels deep"
        if _MANY_DIGITS.search(self.content) and _has_too_large_int(self._body):
            return f"holds a number above {MAX_NUMBER:.0e}"
        if _SURROGATE.search(self.content) and not is_unicode(json.dumps(self._body, ensure_ascii=False)):
            return "holds text that is not valid Unicode"
        return ""

    def error(self, redactor: Redactor) -> StatsigError:
        """Return the error of a response that is no success."""
        request = self.method, self.path, self.status
        reason = redactor.redact(self._reason[:MAX_READ_CHARACTERS])[:MAX_REASON_CHARACTERS]
        match self.status:
            case 401 | 403:
                return UnauthorizedError(*request, reason)
            case 404:
                return self._not_found(reason)
            case 405 if self._added_by:
                return self._no_such_endpoint("the API does not serve this method")
            case 429:
                return RateLimitedError(*request, reason, self.retry_after_s)
            case status if status < 400:  # the API redirects nobody: a proxy answered, or the URL is another one
                target = redactor.redact(self.headers.get("Location", ""))
                reason = f"it redirects to {target}" if target else f"it has the status {status}"
                return UnreachableError(self.method, self.path, reason, may_pass=False)
            case status if status >= 500 and status != NOT_IMPLEMENTED:
                return ServerError(*request, reason, self.retry_after_s)
            case _:
                return RejectedError(*request, reason)

    def _not_found(self, reason: str) -> StatsigError:
        """Return the error of a 404; only one by a handler of the API means that the object does not exist."""
        answered = f"{self.method} {self.path} answered 404"
        match self._body:
            case {"message": str(message)} if message.startswith(f"Cannot {self.method} /console/v1/"):
                return self._no_such_endpoint("the API does not serve this path")
            case {"message": str(message), "status": 404} | {"message": str(message), "statusCode": 404}:
                if not message.startswith("Cannot "):
                    return NotFoundError(self.method, self.path, self.status, reason)
        return InvalidSettingError(f"{answered}, but not as the Console API does", next_step=CHECK_URL)

    def _no_such_endpoint(self, reason: str) -> StatsigError:
        """Return the error of a response by the router of the API; an older API lacks newer operations."""
        answered, version = f"{self.method} {self.path} answered {self.status}: {reason}", self._added_by
        if not version:
            return NoSuchEndpointError(answered, next_step=CHECK_URL)
        return NoSuchEndpointError(f"{answered}, which needs version {version} of the Console API", since=version)

    @property
    def _added_by(self) -> str:
        return find_version(self.method, self.path)

    @cached_property
    def _body(self) -> Json:
        try:
            return json.loads(self.content, parse_float=_parse_float, parse_constant=_parse_float)
        except (ValueError, RecursionError):
            return _NOT_JSON

    @property
    def _reason(self) -> str:
        """The message of the API and every entry of its errors."""
        if not isinstance(self._body, dict):
            return self.reason_phrase or "no reason given"
        message = str(self._body.get("message") or self._body.get("error") or self.reason_phrase)
        entries = self._body.get("errors")
        details = "; ".join(map(_format_entry, entries)) if isinstance(entries, list) else ""
        return f"{message} ({details})" if details else message


def _parse_float(text: str) -> float:
    """Return a number of JSON; raises ValueError for NaN, Infinity and what is larger than any double."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _levels(value: Json) -> Iterator[list[Json]]:
    """Yield the items of each level of nesting of a JSON object or list, without recursion."""
    level = [value]
    while level:
        items = [item for each in level for item in (each.values() if isinstance(each, dict) else each)]
        yield items
        level = [item for item in items if isinstance(item, (dict, list))]


def _is_deeper_than(value: Json, levels: int) -> bool:
    return next(islice(_levels(value), levels, None), None) is not None


def _has_too_large_int(value: Json) -> bool:
    return any(isinstance(item, int) and abs(item) > MAX_NUMBER for items in _levels(value) for item in items)


def _format_entry(entry: Json) -> str:
    match entry:
        case {"property": place, "errorMessage": text}:
            return f"{place}: {text}"
        case _:
            return str(entry)


def _parse_date_s(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
