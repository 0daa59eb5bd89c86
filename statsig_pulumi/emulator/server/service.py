"""The emulated service: key, faults, rate limit, handler and request log of each request."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote

from ..api.keys import KEYS
from ..api.responses import Response, error_response
from ..api.routes import Call, Route, no_such_route
from ..api.table import all_routes
from ..model import json_values
from ..model.errors import GENERIC_BAD_REQUEST, ApiError
from ..model.json_values import Json
from ..model.project import DEFAULT_ID, Project
from ..model.quirks import Quirks
from . import access
from .access import Keys
from .faults import Fault, Faults
from .rate_limit import RateLimiter
from .request_log import Entry, RequestLog

PREFIX: Final = "/console/v1"
NOT_JSON: Final = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """A request as it was sent. The path is percent-encoded and has no prefix."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class EncodedResponse:
    """A response as it is sent: complete, truncated or delayed.

    With status 0, the connection is closed instead.
    """

    status: int
    body: bytes
    headers: Mapping[str, str]
    is_truncated: bool = False
    delay_seconds: float = 0


class Service:
    """The emulated API. Its methods take the lock, so that any thread can call them."""

    def __init__(
        self,
        key: str,
        read_only_keys: Iterable[str] = (),
        quirks: Mapping[str, Json] | None = None,
        project: str = DEFAULT_ID,
    ) -> None:
        self.lock = threading.RLock()
        self.project = Project(Quirks(quirks), project)
        self.keys = Keys(key, read_only_keys)
        self.limiter = RateLimiter()
        self.faults = Faults()
        self.request_log = RequestLog()
        self.routes = all_routes()
        self._add_own_key()

    def reset(self) -> None:
        """Reset the project, the rate limit, the faults and the request log, but not quirks and keys."""
        self.project.seed()
        self._add_own_key()
        self.project.revision += 1
        self.limiter.reset()
        self.faults.clear()
        self.request_log.clear()

    def _add_own_key(self) -> None:
        """Add the key of the service to the keys of the project."""
        own = {"type": "CONSOLE", "description": "Emulator", "scopes": ["omni_read_write", "can_access_keys"]}
        record = KEYS.new_record(self.project, own) | {"key": self.keys.own}
        self.project.store[KEYS.name].put(KEYS.key(record), record)

    def take_fault(self, request: Request) -> Fault | None:
        """Return the fault of a request and count it down."""
        with self.lock:
            found = self.routes.find(request.method, request.path)
            template = found[0].template if found else ""
            return self.faults.take(request.method, unquote(request.path), template)

    def handle(self, request: Request, fault: Fault | None = None) -> EncodedResponse:
        """Return the response to a request, and log both."""
        with self.lock:
            found = self._find_route(request)
            response = self._encoded_response(request, found, fault)
            self._log(request, found[0] if found else None, response)
            return response

    def _find_route(self, request: Request) -> tuple[Route, dict[str, str]] | None:
        found = self.routes.find(request.method, request.path)
        is_off = found is not None and found[0].quirk is not None and not self.project.quirks[found[0].quirk]
        return None if is_off else found

    def _encoded_response(
        self, request: Request, found: tuple[Route, dict[str, str]] | None, fault: Fault | None
    ) -> EncodedResponse:
        if fault is not None and not fault.is_applied and fault.kind != "delay":
            return _fault_response(fault, Response(200, {"message": "OK"}))
        response = self._response(request, found)
        if fault:
            return _fault_response(fault, response)
        return EncodedResponse(response.status, encode(response), response.headers)

    def _response(self, request: Request, found: tuple[Route, dict[str, str]] | None) -> Response:
        try:
            if found is None:
                raise no_such_route(request.method, PREFIX + unquote(request.path))
            self._admit(request, found[0])
            return found[0].handler(parse_call(self.project, request, found[1]))
        except ApiError as error:
            return error_response(error, self.project.quirks["error_shape"])

    def _admit(self, request: Request, route: Route) -> None:
        self.keys.validate(request.headers.get(access.HEADER), request.method, self.project)
        if self.project.quirks["strict_version"]:
            access.validate_version(request.headers.get(access.VERSION_HEADER))
        self.limiter.count(self.project.quirks, request.method, route.template)

    def _log(self, request: Request, route: Route | None, response: EncodedResponse) -> None:
        self.request_log.add(
            Entry(
                method=request.method,
                path=request.path,
                query=parse_qs(request.query, keep_blank_values=True),
                route=route.template if route else None,
                headers=request.headers,
                body=request.body,
                status=response.status,
                response=response.body,
            )
        )


def parse_call(project: Project, request: Request, params: dict[str, str]) -> Call:
    """Return a request with its query and body parsed.

    Raises:
        ApiError: if the body is not JSON.
    """
    return Call(
        project=project,
        method=request.method,
        path=request.path,
        params=params,
        query=parse_qs(request.query, keep_blank_values=True),
        headers=request.headers,
        body=_parse_body(request.body),
    )


def _fault_response(fault: Fault, response: Response) -> EncodedResponse:
    match fault.kind:
        case "status":
            body = {"status": fault.status, "message": "Injected fault"} if fault.body is None else fault.body
            return EncodedResponse(fault.status, encode(Response(fault.status, body)), fault.headers)
        case "not_json":
            return EncodedResponse(fault.status, NOT_JSON, {"content-type": "text/html", **fault.headers})
        case "drop_before" | "drop_after":
            return EncodedResponse(0, b"", {})
        case "truncate":
            return EncodedResponse(response.status, encode(response), response.headers, is_truncated=True)
        case _:
            # If the request is not applied at first, the server has delayed it already.
            seconds = fault.seconds if fault.is_applied else 0
            return EncodedResponse(response.status, encode(response), response.headers, delay_seconds=seconds)


def encode(response: Response) -> bytes:
    if response.text is not None:
        return response.text.encode()
    if response.body is None:
        return b""
    return json.dumps(response.body, ensure_ascii=False, separators=(",", ":")).encode()


def _parse_body(body: bytes) -> Json:
    if not body.strip():
        return None
    try:
        return json_values.loads(body, _raise_for_constant)
    except ValueError as error:
        raise ApiError(400, GENERIC_BAD_REQUEST) from error


def _raise_for_constant(text: str) -> Json:
    """Raise for NaN and Infinity, which Python parses although they are not JSON."""
    raise ValueError(f"{text} is not JSON")
