"""The HTTP server's application: the API and the control endpoints of one service."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request as HttpRequest
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..api.responses import Response
from . import control, service
from .control import Control
from .service import EncodedResponse, Request, Service, encode

TRANSPORT = "emulator.transport"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Protocol(H11Protocol):
    """uvicorn's HTTP protocol, extended so that the application can close the connection."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope[TRANSPORT] = transport
            await app(scope, receive, send)

        self.app = with_transport


class Application:
    """The ASGI application of one service."""

    def __init__(self, emulated: Service, control_key: str) -> None:
        self._service = emulated
        self._control = Control(emulated, control_key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        path = raw.decode("latin-1").partition("?")[0]
        http = HttpRequest(scope, receive)
        body = await http.body()
        if reason := _foreign(http):
            await _send(scope, receive, send, _encode(Response(403, {"status": 403, "message": reason})))
            return
        request = Request(http.method, path, scope["query_string"].decode("latin-1"), dict(http.headers), body)
        if _is_below(path, control.PREFIX):
            await _send(scope, receive, send, _encode(self._control.handle(_without_prefix(request, control.PREFIX))))
        elif _is_below(path, service.PREFIX):
            await self._emulate(scope, receive, send, _without_prefix(request, service.PREFIX))
        else:
            unknown = {"statusCode": 404, "message": f"Cannot {http.method} {path}", "error": "Not Found"}
            await _send(scope, receive, send, _encode(Response(404, unknown)))

    async def _emulate(self, scope: Scope, receive: Receive, send: Send, request: Request) -> None:
        fault = self._service.take_fault(request)
        latency = self._service.project.quirks["latency_ms"] / 1000
        delay = fault.seconds if fault and fault.kind == "delay" and not fault.is_applied else 0
        if latency or delay:
            await asyncio.sleep(latency + delay)
        response = self._service.handle(request, fault)
        if response.delay_seconds:
            await asyncio.sleep(response.delay_seconds)
        await _send(scope, receive, send, response)


def _foreign(http: HttpRequest) -> str:
    """Return why a request may come from a web page, which must not reach a server of this machine; else empty."""
    host = _host(http.headers.get("host", ""))
    if host not in LOOPBACK and not host.endswith(".localhost"):
        return "The Host header is not a name of this machine."
    return "Requests of web pages are not accepted: Origin header." if "origin" in http.headers else ""


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _encode(response: Response) -> EncodedResponse:
    return EncodedResponse(response.status, encode(response), response.headers)


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


def _without_prefix(request: Request, prefix: str) -> Request:
    path = request.path.removeprefix(prefix) or "/"
    return Request(request.method, path, request.query, request.headers, request.body)


async def _send(scope: Scope, receive: Receive, send: Send, response: EncodedResponse) -> None:
    if response.status == 0:
        await _disconnect(scope, receive, is_immediate=True)
        return
    headers = {
        "content-type": "application/json; charset=utf-8",
        **response.headers,
        "content-length": str(len(response.body)),
    }
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": pairs})
    if response.is_truncated:
        half = response.body[: len(response.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await _disconnect(scope, receive, is_immediate=False)
        return
    await send({"type": "http.response.body", "body": response.body})


async def _disconnect(scope: Scope, receive: Receive, *, is_immediate: bool) -> None:
    """Close the connection. Unless it is closed immediately, data that was already sent still arrives."""
    transport = scope[TRANSPORT]
    if is_immediate:
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
