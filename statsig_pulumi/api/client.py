"""Client of the Console API: the requests that resources need, over one authenticated connection pool.

After a lost connection, a 5xx or a 429 a request is sent again: reads, replacements and deletes
are safe to repeat. A create may have been applied, so the object is looked for first. A request
whose effect cannot be looked for is repeated only if it cannot have been applied.
"""

from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from ..errors import MissingKeyError, NotFoundError, RejectedError, ServerError, UnreachableError
from ..json_values import Json
from ..settings import DEFAULT_BASE_URL, Settings, Window
from .connection import Connection, ServerClock
from .deadline import NO_DEADLINE, Deadline, Workers
from .rate_limit import MessageFn, WriteBudget, ignore_message
from .redaction import Redactor
from .responses import Response
from .retry import Reachability, attempts
from .settling import SETTLE_S, AcceptedWrites, NewObjects, read_until
from .shared_lock import SharedLock
from .writes import Writes

if TYPE_CHECKING:
    import httpx
    from tenacity import Retrying

API_VERSION: Final = "20240601"
PAGE_ITEMS: Final = 100
MAX_PAGES: Final = 100_000
MAX_EMPTY_PAGES: Final = 100
"""So many empty pages in a row may precede other items, such as those that the key may not see."""
FRESH_S: Final = 1.0
"""The longest wait for the write budget after which a write needs no new look at its object."""
REQUEST_S: Final = 180.0
"""The longest time that a request and its response may take, the connection included."""
MAX_RESPONSE_BYTES: Final = 256 * 1024 * 1024
"""The largest response that is accepted, decompressed. The largest that the API sends is a page of 100 configs."""

Query = Mapping[str, str | Sequence[str]]
T = TypeVar("T")


class Client:
    """The Console API of one Statsig project, which the key determines.

    ``api_key`` and ``base_url`` are valid, as Settings returns them. ``on_message`` receives a sentence about
    every wait. ``write_budget`` and ``write_budget_store`` are those of Settings. Copies of a client share its
    connections, clock and budget.

    Requests raise the ApiError of the status, or UnreachableError.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        *,
        respect_reviews: bool = False,
        on_message: MessageFn = ignore_message,
        write_budget: tuple[Window, ...] = (),
        write_budget_store: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base, self._host = base_url.rstrip("/") + "/", urlsplit(base_url).hostname
        self._on_message, self._has_key = on_message, bool(api_key)
        self._on_wait: MessageFn = ignore_message
        self.deadline = NO_DEADLINE
        self.before_repeat_fn: Callable[[], None] = _do_nothing
        """Called before a write that was planned a while ago is sent: again after a failure, or after a wait for the
        write budget. It may raise an error, and then nothing is sent."""
        self._user_agent, self._redactor = f"statsig-pulumi/{_version()}", Redactor(api_key)
        self.hide(urlsplit(base_url).password or "")
        self._clock, self._reachability = ServerClock(), Reachability()
        self.writes, self.accepted_writes = Writes(), AcceptedWrites()
        self.new_objects = NewObjects()
        """What this run has created. A request that finds none of it is sent again for a few seconds."""
        self.rewrite_lock = SharedLock()
        """Held exclusively while a list is read, changed and sent back as a whole."""
        self.accepted_forms: dict[str, str] = {}
        """The form of a request that this API has accepted, by endpoint, where its versions differ."""
        self.respects_reviews = respect_reviews
        """Whether requests ask the API to honour the review settings of the project."""
        headers = {"STATSIG-API-KEY": api_key, "STATSIG-API-VERSION": API_VERSION}
        if respect_reviews:
            headers["x-respect-review-settings"] = "true"
        self._connection, self._workers = Connection(transport, base_url=self._base, headers=headers), Workers()
        self.project_hash = hashlib.sha256(f"{self._base} {api_key}".encode()).hexdigest()
        """A text that is the same for the same base URL and key, and reveals neither."""
        self.write_budget = WriteBudget.of_project(self.project_hash, write_budget, write_budget_store)
        self._read_budget = WriteBudget()
        self._is_limited, self._store = bool(write_budget), write_budget_store
        self._parts: dict[str, WriteBudget] = {}
        self._parts_lock = Lock()

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        on_message: MessageFn = ignore_message,
        transport: httpx.BaseTransport | None = None,
    ) -> Client:
        """Return a client with these settings.

        Raises MissingKeyError without a key, and InvalidSettingError if the write budget needs a missing library.
        """
        if not settings.api_key and not settings.policy.offline_preview:
            raise MissingKeyError
        return cls(
            settings.api_key,
            settings.base_url,
            respect_reviews=settings.respect_reviews,
            on_message=on_message,
            write_budget=settings.write_budget,
            write_budget_store=settings.write_budget_store,
            transport=transport,
        )

    def on_behalf_of(
        self, caller: str, on_wait: MessageFn = ignore_message, deadline: Deadline = NO_DEADLINE
    ) -> Client:
        """Return a copy for one caller, which its User-Agent names: ``statsig-pulumi/1.0 (Gate)``.

        ``on_wait`` receives a sentence for each thread that waits for the write budget. After the deadline, requests
        raise TimedOutError.
        """
        client = copy.copy(self)
        client._user_agent = f"statsig-pulumi/{_version()} ({caller})"
        client._on_wait, client.deadline = on_wait, deadline
        return client

    def with_limits(self, part: str, title: str, *, writes: tuple[Window, ...], reads: tuple[Window, ...]) -> Client:
        """Return a copy for a part of the API that has limits of its own, beside the write budget of the project.

        Messages name the part by its title. All copies for a part share its limits, as do all runs that share the
        write budget. Without a write budget, there are no other limits either.
        """
        client = copy.copy(self)
        if self._is_limited:
            client.write_budget = self._part(f"{part}_writes", f"the limit of {title}", writes, self.write_budget)
            client._read_budget = self._part(f"{part}_reads", f"the limit of reads of {title}", reads)
        return client

    def _part(
        self, name: str, title: str, windows: tuple[Window, ...], outer: WriteBudget | None = None
    ) -> WriteBudget:
        with self._parts_lock:
            if name not in self._parts:
                budget = WriteBudget.of_project(self.project_hash, windows, self._store, name, title, outer)
                self._parts[name] = budget
            return self._parts[name]

    def hide(self, *secrets: str) -> None:
        """Have no error or message of this client contain these texts, even if a path or the API repeats them."""
        self._redactor = self._redactor.with_secrets(*secrets)

    def redact(self, text: str) -> str:
        """Return the text in one line, without the key and without what is hidden."""
        return self._redactor.redact(text)

    def is_own_key(self, key: Json) -> bool:
        """Return whether this is the API key that the requests are sent with."""
        return self._has_key and key == self._redactor.key

    def server_time_s(self) -> float:
        """Return the time of the API in seconds since 1970, by the Date of its latest response."""
        return self._clock.now_s()

    def connect(self) -> None:
        """Make the connection pool; raises InvalidSettingError if the proxies or certificates do not allow one."""
        _ = self._connection.http

    def get(self, path: str, query: Query | None = None) -> Json:
        """Return the ``data`` of GET ``path``."""
        return self.send("GET", path, query=query).get("data")

    def get_object(self, path: str, query: Query | None = None) -> dict[str, Json]:
        """Return the ``data`` of GET ``path``; raises UnreachableError if it is no object, which proves no absence."""
        data = self.get(path, query)
        if not isinstance(data, dict) or not data:
            raise UnreachableError("GET", self._shown(path), "the response holds no object")
        return data

    def get_text(self, path: str, query: Query | None = None) -> str:
        """Return the text of GET ``path``, for a response that is not JSON."""
        for attempt in self._attempts():
            with attempt:
                return self._receive_success("GET", path, None, query).text
        raise AssertionError("tenacity ends by returning or raising")

    def pages(
        self,
        path: str,
        query: Query | None = None,
        *,
        limit: int | None = PAGE_ITEMS,
        item_type: type = dict,
        list_key: str = "",
    ) -> Iterator[Json]:
        """Yield every item of a list, page by page as ``nextPage`` names them.

        ``limit`` is the number of items of a page; None for lists that do not accept one. ``list_key`` is the key of
        the list, for responses whose data is an object that holds it.
        Raises UnreachableError if a response holds no list of this type, or if the pages do not end.
        """
        import httpx

        first = httpx.QueryParams({"limit": str(limit), "page": "1"} if limit else {}).merge(query)
        params, seen, item_count, empty_pages = first, set[httpx.QueryParams](), 0, 0
        while params not in seen and len(seen) < MAX_PAGES and empty_pages < MAX_EMPTY_PAGES:
            seen.add(params)
            envelope = self.send("GET", path, query=params)
            items = envelope.get("data")
            if list_key and isinstance(items, dict):
                held = items.get(list_key, items)
                items = [] if held is None else held  # an empty list may be null
            if not isinstance(items, list):
                raise UnreachableError("GET", self._shown(path), "the response holds no list")
            if not all(isinstance(item, item_type) for item in items):
                raise UnreachableError("GET", self._shown(path), "the list holds items of another type")
            yield from items
            item_count, empty_pages = item_count + len(items), 0 if items else empty_pages + 1
            next_page, total = _read_pagination(envelope.get("pagination"))
            if not next_page or (not items and item_count >= total):
                return
            # nextPage has the host and path of the API, which a proxy may have changed, so only its query is used.
            # Parameters that it lacks, such as filters, are kept.
            params = first.merge(httpx.QueryParams(_query_of(next_page)))
        raise UnreachableError("GET", self._shown(path), "the pages of the list do not end")

    def create(self, path: str, body: Json, find_created_fn: Callable[[], Json | None]) -> Json:
        """POST ``path`` to create an object; return its ``data``.

        After a failure that may have created the object, ``find_created_fn`` is called before the next attempt.
        If it returns the object, the object is returned and nothing more is sent.
        """
        may_exist = False
        try:
            for attempt in self._attempts():
                with attempt:
                    if may_exist and (created := find_created_fn()) is not None:
                        return created
                    try:
                        return self.post_once(path, body)
                    except (ServerError, UnreachableError):
                        may_exist = True
                        raise
        except (RejectedError, ServerError, UnreachableError):
            # "The name is taken" may be due to an attempt whose response was lost.
            if may_exist and (created := find_created_fn()) is not None:
                return created
            raise
        raise AssertionError("tenacity ends by returning or raising")

    def change(self, method: str, path: str, body: Json = None) -> Json:
        """Send a write that is safe to repeat; return the ``data`` of the response, or None."""
        return self.send(method, path, body=body).get("data")

    def post_once(self, path: str, body: Json) -> Json:
        """Send one POST; return the ``data`` of the response, or None.

        It is repeated only after a 404 that a new object may explain, because then it was not applied.
        """
        return self._exchange("POST", path, body, None).get("data")

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Json = None,
        query: Query | None = None,
        repeatable: bool = True,
    ) -> dict[str, Json]:
        """Send a request, again if necessary; return the JSON object of the response, empty if it has no content.

        A request that is not ``repeatable`` is sent again only if it cannot have been applied.
        """
        for attempt in self._attempts(repeatable=repeatable):
            with attempt:
                if method != "GET" and attempt.retry_state.attempt_number > 1:
                    self.before_repeat_fn()
                return self._exchange(method, path, body, query)
        raise AssertionError("tenacity ends by returning or raising")

    @contextmanager
    def guarded(self, check_fn: Callable[[], None]) -> Iterator[None]:
        """Call ``check_fn`` as ``before_repeat_fn`` during a block, after the one of the block around it."""
        before_fn = self.before_repeat_fn

        def check() -> None:
            before_fn()
            check_fn()

        self.before_repeat_fn = check
        try:
            yield
        finally:
            self.before_repeat_fn = before_fn

    def _attempts(self, *, repeatable: bool = True) -> Retrying:
        return attempts(self._on_message, self.write_budget, self._reachability, self.deadline, repeatable=repeatable)

    def read_until(self, read_fn: Callable[[], T], is_shown_fn: Callable[[T], bool], limit_s: float = SETTLE_S) -> T:
        """Return the first result that shows what was just written; after the time, the last result."""
        return read_until(read_fn, is_shown_fn, self.deadline, limit_s)

    def _exchange(self, method: str, path: str, body: Json, query: Query | None) -> dict[str, Json]:
        """Send a request; return the JSON object of the response. A 404 of a new object is waited out."""

        def exchange() -> dict[str, Json] | NotFoundError:
            try:
                return self._receive_success(method, path, body, query).envelope()
            except NotFoundError as error:
                return error

        result = self.read_until(exchange, lambda result: isinstance(result, dict) or not self._is_early(method, path))
        if isinstance(result, NotFoundError):
            raise result
        return result

    def _is_early(self, method: str, path: str) -> bool:
        """Return whether a 404 may be due to an object that is new. There may be nothing to read below a new one."""
        match method:
            case "GET":
                return self.new_objects.is_new(path)
            case "DELETE":
                return False
            case _:
                return self.new_objects.has_owner_of(path)

    def _receive_success(self, method: str, path: str, body: Json, query: Query | None) -> Response:
        """Send a request; return its response, or raise the error of one that is no success."""
        import httpx

        if not self._has_key:
            raise MissingKeyError
        # Encoded here, because httpx does not promise to keep the order of keys.
        content = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        headers = {"User-Agent": self._user_agent} | ({} if content is None else {"Content-Type": "application/json"})
        request = self._connection.http.build_request(method, path, content=content, params=query, headers=headers)
        shown = self._shown(path)
        try:
            with self._as_write(method):
                self.deadline.check(f"{method} {shown} was not sent")
                limit_s = min(REQUEST_S, self.deadline.left_s())
                response = self._workers.run(limit_s, lambda: self._receive(shown, request, limit_s))
        except TimeoutError:
            effect = "" if method == "GET" else " and may have been applied"
            self.deadline.check(f"{method} {shown} got no response{effect}")
            reason = f"it took more than {REQUEST_S:.0f} s"
            raise UnreachableError(method, shown, reason) from None
        except httpx.HTTPError as error:
            reason = self._redactor.redact(str(error) or type(error).__name__)
            was_connected = not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
            raise UnreachableError(method, shown, f"{reason} ({self._host})", was_connected=was_connected) from None
        self._reachability.was_given_up = False
        self._clock.update(response)
        if response.is_success:
            if method != "GET":
                self.accepted_writes.note(path)
            return response
        raise response.error(self._redactor)

    def _receive(self, shown_path: str, request: httpx.Request, limit_s: float) -> Response:
        """Return the response; raises UnreachableError if it is too large, and TimeoutError if it takes too long."""
        content, end_s = bytearray(), time.monotonic() + limit_s
        received = self._connection.http.send(request, stream=True)
        try:
            for chunk in received.iter_bytes():
                content += chunk
                if len(content) > MAX_RESPONSE_BYTES:
                    reason = f"the response has more than {MAX_RESPONSE_BYTES // 1024**2} MiB"
                    raise UnreachableError(request.method, shown_path, reason, may_pass=False)
                if time.monotonic() > end_s:
                    raise TimeoutError
        finally:
            received.close()
        return Response(
            request.method,
            shown_path,
            received.status_code,
            received.reason_phrase,
            received.headers,
            bytes(content),
        )

    def _shown(self, path: str) -> str:
        """Return the path as errors show it, because a key in it may be secret."""
        return f"/{self._redactor.redact_path(path)}"

    @contextmanager
    def _as_write(self, method: str) -> Iterator[None]:
        """Have a request wait for its budget, and count writes."""
        if method == "GET":
            self._read_budget.spend(self._on_message, self._on_wait, self.deadline)
            yield
            return
        started_s = time.monotonic()
        self.write_budget.spend(self._on_message, self._on_wait, self.deadline)
        if time.monotonic() - started_s > FRESH_S:
            self.before_repeat_fn()
        with self.writes.one():
            yield


def _do_nothing() -> None:
    pass


def _read_pagination(pagination: Json) -> tuple[str, float]:
    """Return the next page, empty without one, and the number of all items, 0 if it is not given."""
    if not isinstance(pagination, dict):
        return "", 0
    total = pagination.get("totalItems")
    return str(pagination.get("nextPage") or ""), total if isinstance(total, (int, float)) else 0


def _query_of(url: str) -> str:
    """Return the query of the next page; some servers name its number alone."""
    if url.isdecimal():
        return f"page={url}"
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


@cache
def _version() -> str:
    try:
        return version("statsig-pulumi")
    except PackageNotFoundError:
        return "0"
