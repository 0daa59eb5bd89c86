"""A transport to an emulator in this process, without sockets and without a change of threads."""

from __future__ import annotations

from collections.abc import Coroutine, MutableMapping
from email.utils import formatdate
from functools import cache
from typing import Any

import httpx

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.emulator.server.http import TRANSPORT

Message = MutableMapping[str, Any]


class InProcessTransport(httpx.BaseTransport):
    """Calls the application of an emulator in the thread of the client.

    A connection that the emulator closes is an error, as it is over HTTP. Delays need a server.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._application = emulator.application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(request)
        _run(self._application(exchange.scope, exchange.receive, exchange.send))
        return exchange.response()


@cache
def client_of(emulator: Emulator) -> Client:
    """Return the client of a console user, who does by requests what `Emulator` has no method for."""
    return Client(emulator.key, emulator.url, transport=InProcessTransport(emulator))


class _Exchange:
    """One request, and what the application has sent in response."""

    def __init__(self, request: httpx.Request) -> None:
        path, _, query = request.url.raw_path.partition(b"?")
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        self.scope = {
            "type": "http",
            "method": request.method,
            "path": request.url.path,
            "raw_path": path,
            "query_string": query,
            "headers": headers,
            TRANSPORT: self,
        }
        self._request = request
        self._is_closed = False
        self._start: Message = {}
        self._body = b""

    def close(self) -> None:
        """Close the connection."""
        self._is_closed = True

    abort = close

    async def receive(self) -> Message:
        if self._is_closed:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self._request.read()}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body += message["body"]

    def response(self) -> httpx.Response:
        """Return the response; raise an error if the connection was closed before its end."""
        if self._is_closed:
            raise httpx.RemoteProtocolError("the server disconnected", request=self._request)
        headers = [*self._start["headers"], (b"date", formatdate(usegmt=True).encode())]
        return httpx.Response(self._start["status"], headers=headers, content=self._body)


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("the application waits")
