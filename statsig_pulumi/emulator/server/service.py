"""Takes a request through key, fault, limit and handler to its answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote

from ..api.responses import GENERIC_BAD_REQUEST, Answer, ApiError, Json
from ..api.routes import MUTATIONS, Call, Route, no_such_route
from ..api.table import all_routes
from ..model import json_values
from ..model.project import Project
from ..model.quirks import Quirks
from . import access
from .access import Keys
from .faults import Fault, Faults
from .rate_limit import RateLimiter
from .request_log import Entry, Journal

PREFIX: Final = "/console/v1"
NOT_JSON: Final = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire; the path is still percent-encoded and has no prefix."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back, and how: whole, cut short, late, or not at all (status 0)."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    cut: bool = False
    wait_before: float = 0


class Service:
    """The emulated API. Every entry point takes the lock: it may be called from any thread."""

    def __init__(self, key: str, read_only_keys: Iterable[str] = (), quirks: Mapping[str, Json] | None = None) -> None:
        self.lock = threading.RLock()
        self.project = Project(Quirks(quirks))
        self.keys = Keys(key, read_only_keys)
        self.limiter = RateLimiter()
        self.faults = Faults()
        self.journal = Journal()
        self.routes = all_routes()

    def reset(self) -> None:
        """A fresh project; quirks and keys stay as they are."""
        self.project.seed()
        self.project.revision += 1
        self.limiter.forget()
        self.faults.clear()
        self.journal.clear()

    def plan(self, request: Request) -> Fault | None:
        """The fault that the request will meet."""
        with self.lock:
            found = self.routes.find(request.method, request.path)
            template = found[0].template if found else ""
            return self.faults.take(request.method, unquote(request.path), template)

    def handle(self, request: Request, fault: Fault | None = None) -> Reply:
        """The reply to one request, which is also written down."""
        with self.lock:
            found = self._find(request)
            reply = self._reply(request, found, fault)
            self._write_down(request, found[0] if found else None, reply)
            return reply

    def _find(self, request: Request) -> tuple[Route, dict[str, str]] | None:
        found = self.routes.find(request.method, request.path)
        off = found is not None and found[0].quirk is not None and not self.project.quirks[found[0].quirk]
        return None if off else found

    def _reply(self, request: Request, found: tuple[Route, dict[str, str]] | None, fault: Fault | None) -> Reply:
        if fault is not None and not fault.is_applied and fault.kind != "delay":
            return _faulty(fault, Answer(200, {"message": "OK"}))
        answer = self._answer(request, found)
        return _faulty(fault, answer) if fault else Reply(answer.status, encoded(answer), answer.headers)

    def _answer(self, request: Request, found: tuple[Route, dict[str, str]] | None) -> Answer:
        try:
            if found is None:
                raise no_such_route(request.method, PREFIX + unquote(request.path))
            self._admit(request)
            return found[0].handler(call_of(self.project, request, found[1]))
        except ApiError as error:
            return error.answer(self.project.quirks["error_shape"])

    def _admit(self, request: Request) -> None:
        self.keys.check(request.headers.get(access.HEADER), request.method)
        if self.project.quirks["strict_version"]:
            access.check_version(request.headers.get(access.VERSION_HEADER))
        if request.method in MUTATIONS:
            self.limiter.admit(self.project.quirks)

    def _write_down(self, request: Request, route: Route | None, reply: Reply) -> None:
        self.journal.add(
            Entry(
                method=request.method,
                path=request.path,
                query=parse_qs(request.query, keep_blank_values=True),
                route=route.template if route else None,
                headers=request.headers,
                body=request.body,
                status=reply.status,
                answer=reply.body,
            )
        )


def call_of(project: Project, request: Request, params: dict[str, str]) -> Call:
    return Call(
        project=project,
        method=request.method,
        path=request.path,
        params=params,
        query=parse_qs(request.query, keep_blank_values=True),
        headers=request.headers,
        body=_parsed(request.body),
    )


def _faulty(fault: Fault, answer: Answer) -> Reply:
    match fault.kind:
        case "status":
            body = {"status": fault.status, "message": "Injected fault"} if fault.body is None else fault.body
            return Reply(fault.status, encoded(Answer(fault.status, body)), fault.headers)
        case "not_json":
            return Reply(fault.status, NOT_JSON, {"content-type": "text/html", **fault.headers})
        case "drop_before" | "drop_after":
            return Reply(0, b"", {})
        case "truncate":
            return Reply(answer.status, encoded(answer), answer.headers, cut=True)
        case _:
            # A delay that comes before the request is carried out is over by now.
            late = fault.seconds if fault.is_applied else 0
            return Reply(answer.status, encoded(answer), answer.headers, wait_before=late)


def encoded(answer: Answer) -> bytes:
    if answer.body is None:
        return b""
    return json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()


def _parsed(body: bytes) -> Json:
    if not body.strip():
        return None
    try:
        return json_values.loads(body, _refuse_constant)
    except ValueError as error:
        raise ApiError(400, GENERIC_BAD_REQUEST) from error


def _refuse_constant(text: str) -> Json:
    raise ValueError(f"{text} is not JSON")
