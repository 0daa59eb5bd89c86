"""Speaks HTTP for the service and its control plane."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..api.responses import Answer
from . import control, service
from .control import Control
from .service import Reply, Request, Service, encoded

TRANSPORT = "emulator.transport"


class Protocol(H11Protocol):
    """uvicorn's HTTP protocol, which lets the application hang up."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope[TRANSPORT] = transport
            await app(scope, receive, send)

        self.app = with_transport


class Web:
    """An ASGI application over one service."""

    def __init__(self, emulated: Service) -> None:
        self._service = emulated
        self._control = Control(emulated)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        path = raw.decode("latin-1").partition("?")[0]
        request = HttpRequest(scope, receive)
        body = await request.body()
        wire = Request(request.method, path, scope["query_string"].decode("latin-1"), dict(request.headers), body)
        if _is_under(path, control.PREFIX):
            answer = self._control.handle(_below(wire, control.PREFIX))
            await _send(scope, receive, send, Reply(answer.status, encoded(answer), answer.headers))
        elif _is_under(path, service.PREFIX):
            await self._emulate(scope, receive, send, _below(wire, service.PREFIX))
        else:
            lost = Answer(404, {"statusCode": 404, "message": f"Cannot {request.method} {path}", "error": "Not Found"})
            await _send(scope, receive, send, Reply(lost.status, encoded(lost), lost.headers))

    async def _emulate(self, scope: Scope, receive: Receive, send: Send, request: Request) -> None:
        fault = self._service.plan(request)
        latency = self._service.project.quirks["latency_ms"] / 1000
        late = fault.seconds if fault and fault.kind == "delay" and not fault.is_applied else 0
        if latency or late:
            await asyncio.sleep(latency + late)
        reply = self._service.handle(request, fault)
        if reply.wait_before:
            await asyncio.sleep(reply.wait_before)
        await _send(scope, receive, send, reply)


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


def _below(request: Request, prefix: str) -> Request:
    path = request.path.removeprefix(prefix) or "/"
    return Request(request.method, path, request.query, request.headers, request.body)


async def _send(scope: Scope, receive: Receive, send: Send, reply: Reply) -> None:
    if reply.status == 0:
        await _hang_up(scope, receive, at_once=True)
        return
    headers = {
        "content-type": "application/json; charset=utf-8",
        **reply.headers,
        "content-length": str(len(reply.body)),
    }
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
    if reply.cut:
        await send({"type": "http.response.body", "body": reply.body[: len(reply.body) // 2], "more_body": True})
        await _hang_up(scope, receive, at_once=False)
        return
    await send({"type": "http.response.body", "body": reply.body})


async def _hang_up(scope: Scope, receive: Receive, *, at_once: bool) -> None:
    """Ends the connection; what was sent before still arrives unless it is ended at once."""
    transport = scope[TRANSPORT]
    if at_once:
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
