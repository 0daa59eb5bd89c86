"""The transport: one authenticated connection to the Console API, and the calls an entity needs.

After a lost connection, a 5xx or a 429 a request is sent again: reads, full-value updates and
deletes are safe to repeat. A create may have been applied, so it is looked up before.
What nobody can look up is sent again only where it cannot have been applied.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ..errors import (
    InvalidSettingError,
    MissingKeyError,
    NoSuchEndpointError,
    NotFoundError,
    RateLimitedError,
    RejectedError,
    ServerError,
    StatsigError,
    UnauthorizedError,
    UnreachableError,
)
from ..json_values import Json
from ..settings import BASE_URL, DEFAULT_BASE_URL, Settings, Window
from .rate_limit import Report, WriteBudget
from .retry import BUDGET_RETRY_S, attempts

if TYPE_CHECKING:
    import httpx

API_VERSION: Final = "20240601"
TIMEOUT_S: Final = 60.0
CONNECT_S: Final = 10.0
PAGE_ITEMS: Final = 100
_KEY: Final = re.compile(r"\bconsole-[A-Za-z0-9_-]{4,}")

Query = Mapping[str, str | Sequence[str]]


class Clock:
    """The API's clock, as the Date of its latest answer told it; all views of a client share one."""

    ahead_s = 0.0

    def now_s(self) -> float:
        return time.time() + self.ahead_s

    def take(self, answer: httpx.Response) -> None:
        with suppress(KeyError, ValueError):
            self.ahead_s = parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()


class Connection:
    """The pool of connections, made when the first request is sent: most previews send none.

    It takes a quarter of a second to import httpx and to read the certificates.
    """

    def __init__(self, transport: httpx.BaseTransport | None, **settings: Any) -> None:
        self._transport, self._settings = transport, settings
        self._lock = Lock()
        self._http: httpx.Client | None = None

    @property
    def http(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._http is None:
                timeout = httpx.Timeout(TIMEOUT_S, connect=CONNECT_S)
                self._http = httpx.Client(timeout=timeout, transport=self._transport, **self._settings)
            return self._http


class Writes:
    """The writes that begin and end; all views of a client share one."""

    def __init__(self) -> None:
        self._count, self.latest = itertools.count(1), 0

    def move(self) -> None:
        """A write begins or ends: where ``latest`` stays the same, nothing was written."""
        self.latest = next(self._count)


class Client:
    """One Statsig project, seen through one Console API key.

    ``base_url`` replaces the whole base of the API, ``https://statsigapi.net/console/v1``.
    ``report`` is told in a sentence whenever something is waited for, and ``report_wait`` by each thread that does
    for the write budget. ``write_budget`` and ``write_budget_store``
    are what ``statsig:writeBudget`` and ``statsig:writeBudgetStore`` say.
    Raises the ApiError of the answer's status, or UnreachableError.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        *,
        respect_reviews: bool = False,
        report: Report = lambda message: None,
        report_wait: Report = lambda message: None,
        write_budget: tuple[Window, ...] = (),
        write_budget_store: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._key, self._host = api_key, urlsplit(base_url).hostname
        self._report, self._report_wait = report, report_wait
        self._clock, self.writes, self._agent = Clock(), Writes(), f"statsig-pulumi/{_version()}"
        self._hidden: tuple[str, ...] = ()
        headers = {"STATSIG-API-KEY": api_key, "STATSIG-API-VERSION": API_VERSION}
        if respect_reviews:
            headers["x-respect-review-settings"] = "true"
        self._base = base_url.rstrip("/") + "/"
        self._connection = Connection(transport, base_url=self._base, headers=headers)
        self.budget = WriteBudget.of_project(self.project_mark, write_budget, write_budget_store)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        report: Report = lambda message: None,
        report_wait: Report = lambda message: None,
        transport: httpx.BaseTransport | None = None,
    ) -> Client:
        """Return a client with these settings; raises MissingKeyError if they have no key."""
        if not settings.api_key:
            raise MissingKeyError
        return cls(
            settings.api_key,
            settings.base_url,
            respect_reviews=settings.respect_reviews,
            write_budget=settings.write_budget,
            write_budget_store=settings.write_budget_store,
            report=report,
            report_wait=report_wait,
            transport=transport,
        )

    def on_behalf_of(self, who: str) -> Client:
        """The same connection, clock and settings; the User-Agent says who asks: ``statsig-pulumi/1.0 (Gate)``."""
        client = copy.copy(self)
        client._agent = f"statsig-pulumi/{_version()} ({who})"
        return client

    def hiding(self, *words: str) -> Client:
        """This client, whose errors and reports never repeat these words, should the API do so."""
        client = copy.copy(self)
        client._hidden = tuple(sorted(words, key=len, reverse=True))  # one may be part of another
        return client

    @property
    def project_mark(self) -> str:
        """The same text for the same API and key, from which neither can be told."""
        return hashlib.sha256(f"{self._base} {self._key}".encode()).hexdigest()

    def server_time_s(self) -> float:
        """Now on the API's clock, in seconds since 1970, as the Date of its latest answer told it."""
        return self._clock.now_s()

    def get(self, path: str) -> Json:
        """One object."""
        return self.send("GET", path).get("data")

    def pages(self, path: str, query: Query | None = None, *, limit: int | None = PAGE_ITEMS) -> Iterator[Json]:
        """Every object of a list, page after page as ``nextPage`` says; not every list takes a ``limit``."""
        import httpx

        first = httpx.QueryParams({"limit": str(limit), "page": "1"} if limit else {}).merge(query)
        params = first
        while True:
            answer = self.send("GET", path, query=params)
            data = answer.get("data")
            if not isinstance(data, list):
                raise UnreachableError("GET", f"/{path}", "the answer holds no list")
            yield from data
            following = (answer.get("pagination") or {}).get("nextPage")
            if not following or not data:
                return
            # The path of nextPage is the host's, which a proxy may have moved; its query is what counts.
            # What it leaves out, such as a filter, stays.
            before, params = params, first.merge(httpx.QueryParams(urlsplit(str(following)).query))
            if params == before:
                raise UnreachableError("GET", f"/{path}", "its pages do not advance")

    def create(self, path: str, body: Json, applied: Callable[[], Json | None]) -> Json:
        """POST that makes something, sent again after an unclear answer only when ``applied`` does not find it made."""
        unclear = False
        try:
            for attempt in attempts(self._report, self.budget):
                with attempt:
                    if unclear and (made := applied()) is not None:
                        return made
                    try:
                        return self._once("POST", path, body, None).get("data")
                    except (ServerError, UnreachableError):
                        unclear = True
                        raise
        except (RejectedError, ServerError, UnreachableError):
            # "The name is taken" may be the echo of an attempt whose answer was lost.
            if unclear and (made := applied()) is not None:
                return made
            raise
        raise AssertionError("tenacity ends by returning or raising")

    def change(self, method: str, path: str, body: Json = None) -> Json:
        """PATCH, PUT, POST or DELETE that may be repeated; the object, where the answer holds it."""
        return self.send(method, path, body=body).get("data")

    def once(self, method: str, path: str, body: Json) -> Json:
        """One request and no other, whatever becomes of it."""
        return self._once(method, path, body, None).get("data")

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Json = None,
        query: Query | None = None,
        repeatable: bool = True,
    ) -> dict[str, Json]:
        """One request with its repetitions; the JSON object of the answer.

        One that is not ``repeatable`` is sent again only where it cannot have been applied.
        """
        for attempt in attempts(self._report, self.budget, repeatable=repeatable):
            with attempt:
                return self._once(method, path, body, query)
        raise AssertionError("tenacity ends by returning or raising")

    def _once(self, method: str, path: str, body: Json, query: Query | None) -> dict[str, Json]:
        import httpx

        shown = f"/{path}"
        # Encoded here, not by httpx: its compact form is not needed, but keys in the order of the declaration are.
        content = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        headers = {"User-Agent": self._agent} | ({} if content is None else {"Content-Type": "application/json"})
        try:
            with self._noted(method):
                answer = self._connection.http.request(method, path, content=content, params=query, headers=headers)
        except httpx.HTTPError as error:
            said = self._clean(str(error) or type(error).__name__)
            was_connected = not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
            raise UnreachableError(method, shown, f"{said} ({self._host})", was_connected=was_connected) from None
        self._clock.take(answer)
        if answer.is_success:
            return self._envelope(method, shown, answer)
        raise self._refusal(method, shown, answer)

    @contextmanager
    def _noted(self, method: str) -> Iterator[None]:
        """A write waits for the budget, and is noted when it begins and when it has ended, however it ends."""
        if method == "GET":
            yield
            return
        self.budget.spend(self._report, self._report_wait)
        self.writes.move()
        try:
            yield
        finally:
            self.writes.move()

    def _envelope(self, method: str, path: str, answer: httpx.Response) -> dict[str, Json]:
        if not answer.content:
            return {}
        try:
            found = answer.json()
        except ValueError:
            raise UnreachableError(method, path, "the answer is not JSON") from None
        if not isinstance(found, dict):
            raise UnreachableError(method, path, "the answer is not a JSON object")
        return found

    def _refusal(self, method: str, path: str, answer: httpx.Response) -> StatsigError:
        status, reason = answer.status_code, self._clean(_reason(answer))
        match status:
            case 401 | 403:
                return UnauthorizedError(method, path, status, reason)
            case 404 if _is_foreign(answer):
                kind = NoSuchEndpointError if _is_of_the_router(answer, method) else InvalidSettingError
                return kind(
                    f"{method} {path} answered 404, but not as the Console API does",
                    next_step=f"check that {BASE_URL.title} is {BASE_URL.accepted}",
                )
            case 404:
                return NotFoundError(method, path, status, reason)
            case 429:
                return RateLimitedError(method, path, status, reason, _retry_after_s(answer))
            case _ if status >= 500:
                return ServerError(method, path, status, reason, _retry_after_s(answer))
            case _:
                return RejectedError(method, path, status, reason)

    def _clean(self, text: str) -> str:
        """One line without any key: the API echoes the key it refuses."""
        for word in filter(None, self._hidden):
            text = text.replace(word, "[secret]")
        text = " ".join(text.replace(self._key, "[key]").split())
        return _KEY.sub("[key]", text)[:2_000]


def _is_foreign(answer: httpx.Response) -> bool:
    """Whether a 404 is some other server's, or the API's word for a path it does not have: no object is gone then."""
    try:
        body = answer.json()
    except ValueError:
        return True
    match body:
        case {"message": str(message), "status": 404} | {"message": str(message), "statusCode": 404}:
            return message.startswith("Cannot ")
        case _:
            return True


def _is_of_the_router(answer: httpx.Response, method: str) -> bool:
    """Whether these are the API's words for a path that it does not serve."""
    with suppress(ValueError):
        match answer.json():
            case {"message": str(message)}:
                return message.startswith(f"Cannot {method} /console/v1/")
    return False


def _reason(answer: httpx.Response) -> str:
    """The API's own words: its message, and every entry of its errors."""
    try:
        body: Any = answer.json()
    except ValueError:
        return answer.reason_phrase or "no reason given"
    if not isinstance(body, dict):
        return answer.reason_phrase or "no reason given"
    message = str(body.get("message") or body.get("error") or answer.reason_phrase)
    entries = body.get("errors")
    details = [_entry(entry) for entry in entries] if isinstance(entries, list) else []
    return message + (f" ({'; '.join(details)})" if details else "")


def _entry(entry: Json) -> str:
    match entry:
        case {"property": place, "errorMessage": text}:
            return f"{place}: {text}"
        case _:
            return str(entry)


def _retry_after_s(answer: httpx.Response) -> float | None:
    """The seconds of a Retry-After header; its date form is rare and left to the backoff."""
    try:
        return min(max(float(answer.headers["Retry-After"]), 0.0), BUDGET_RETRY_S)
    except (KeyError, ValueError):
        return None


@cache
def _version() -> str:
    try:
        return version("statsig-pulumi")
    except PackageNotFoundError:
        return "0"
