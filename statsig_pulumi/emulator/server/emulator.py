"""The emulator, run in a thread for tests or in the foreground by the command line."""

from __future__ import annotations

import asyncio
import copy
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import uvicorn

from ..model.json_values import Json, Record
from ..model.project import DEFAULT_ID
from . import console, service
from .faults import Fault
from .http import Application, Protocol
from .service import Service
from .state_file import StateFile

HOST: Final = "127.0.0.1"
DEFAULT_KEY: Final = "console-emulator"
KEEP_ALIVE_SECONDS: Final = 300
GRACE_SECONDS: Final = 1
TICK_SECONDS: Final = 0.01
BACKLOG: Final = 2048


class _Server(uvicorn.Server):
    """A uvicorn server that returns after a signal, so that the state can be written.

    uvicorn's own server raises the signal again.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def main_loop(self) -> None:
        """Run as uvicorn does, but with a shorter tick: a test run stops hundreds of emulators."""
        while not await self.on_tick(0):
            await asyncio.sleep(TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close connections at once if the stop is forced."""
        if not self.force_exit:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


class Emulator:
    """An emulated Console API on its own port, which runs for the duration of a `with` block.

    with Emulator(quirks={"rate_limit": False}) as emulator:
        httpx.get(emulator.url + "/gates", headers={"STATSIG-API-KEY": emulator.key})

    ``control_key`` is the key of the control endpoints, in the header ``Statsig-Emulator-Key``; by default a new one.
    """

    def __init__(
        self,
        port: int = 0,
        key: str = DEFAULT_KEY,
        state_file: str | Path | None = None,
        quirks: Mapping[str, Json] | None = None,
        read_only_keys: Iterable[str] = (),
        project: str = DEFAULT_ID,
        control_key: str = "",
    ) -> None:
        self.key, self.project = key, project
        self.control_key = control_key or secrets.token_urlsafe()
        self._service = Service(key, read_only_keys, quirks, project)
        self._state = StateFile(self._service, Path(state_file)) if state_file else None
        self._socket = open_listener(port)
        self._port: int = self._socket.getsockname()[1]
        self.application = Application(self._service, self.control_key)
        """The ASGI application, for clients in this process that need no HTTP."""
        self._server = _Server(_settings(self.application))
        self._thread = threading.Thread(target=self._run, name="statsig-emulator", daemon=True)

    @property
    def root(self) -> str:
        """The URL without a path. Control endpoints are below `root + "/_emulator"`."""
        return f"http://{HOST}:{self._port}"

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return self.root + service.PREFIX

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Load the state file and serve in a thread."""
        if self._state:
            self._state.open()
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The emulator did not start.")
            time.sleep(0.002)

    def stop(self) -> None:
        """Stop serving and write the state file."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        if self._state:
            self._state.close()

    def run(self, announce: Callable[[Emulator], None] | None = None) -> None:
        """Serve in this thread until it is interrupted."""
        if self._state:
            self._state.open()
        try:
            if announce:
                announce(self)
            self._run()
        finally:
            if self._state:
                self._state.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def requests(self, *, log: bool = True) -> Record:
        """Return the counts of all requests and, unless `log` is false, the log of the latest ones."""
        with self._service.lock:
            return self._service.request_log.as_json(log=log)

    def clear_requests(self) -> None:
        """Clear the request log and its counts."""
        with self._service.lock:
            self._service.request_log.clear()

    def state(self) -> Record:
        """Return a copy of all records, which `load_state` accepts."""
        with self._service.lock:
            return copy.deepcopy(self._service.project.as_json())

    def load_state(self, state: Mapping[str, Json]) -> None:
        """Replace all records by those of a state."""
        with self._service.lock:
            self._service.project.load(state)

    def objects(self, kind: str) -> list[Record]:
        """Return copies of all records of a kind."""
        with self._service.lock:
            return console.read_all(self._service.project, kind)

    def object(self, kind: str, id: str) -> Record:
        """Return a copy of the record with an id or name."""
        with self._service.lock:
            return console.read(self._service.project, kind, id)

    def add(self, kind: str, body: Mapping[str, Json]) -> Record:
        """Create an object as a console user."""
        with self._service.lock:
            return console.add(self._service.project, kind, dict(body))

    def edit(self, kind: str, id: str, change: Mapping[str, Json]) -> Record:
        """Merge a change into an object as a console user."""
        with self._service.lock:
            return console.edit(self._service.project, kind, id, dict(change))

    def remove(self, kind: str, id: str) -> None:
        """Delete an object as a console user, even if others refer to it."""
        with self._service.lock:
            console.remove(self._service.project, kind, id)

    def fault(self, **order: Json) -> None:
        """Make coming requests fail. The keywords are the fields of `Fault`."""
        with self._service.lock:
            self._service.faults.add(Fault(**order))

    def clear_faults(self) -> None:
        """Remove all faults."""
        with self._service.lock:
            self._service.faults.clear()

    def quirk(self, **changes: Json) -> None:
        """Set quirks."""
        with self._service.lock:
            self._service.project.quirks.change(changes)

    def quirks(self) -> Record:
        """Return the values of all quirks."""
        with self._service.lock:
            return self._service.project.quirks.as_json()

    def set_key(self, key: str, access: str = "read_write") -> None:
        """Set the access of a key: `read_write`, `read_only` or `revoked`."""
        with self._service.lock:
            self._service.keys.grant(key, access)

    def reset(self) -> None:
        """Reset the project, the rate limit, the faults and the request log, but not quirks and keys."""
        with self._service.lock:
            self._service.reset()


def serve(
    port: int = 0,
    key: str = DEFAULT_KEY,
    state_file: str | Path | None = None,
    quirks: Mapping[str, Json] | None = None,
    read_only_keys: Iterable[str] = (),
    announce: Callable[[Emulator], None] | None = None,
    project: str = DEFAULT_ID,
) -> None:
    """Serve until Ctrl-C or SIGTERM, then write the state and return.

    `announce` is called when the port is open, such as to print the URL.
    """
    Emulator(port, key, state_file, quirks, read_only_keys, project).run(announce)


def open_listener(port: int) -> socket.socket:
    """Return a socket that listens on a port of the loopback interface."""
    # asyncio disables Nagle's algorithm only if the protocol of the socket is TCP. With it, a response takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _settings(application: Application) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        # A pooled connection of a client must not be closed while the client may still use it.
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
