"""Runs the emulator: in a thread for tests, or in the foreground for the command line."""

from __future__ import annotations

import asyncio
import copy
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

from ..api.responses import Json, Record
from . import console, service
from .faults import Fault
from .http import Protocol, Web
from .service import Service
from .state_file import StateFile

HOST: Final = "127.0.0.1"
DEFAULT_KEY: Final = "console-emulator"
KEEP_ALIVE_SECONDS: Final = 300
GRACE_SECONDS: Final = 1
TICK_SECONDS: Final = 0.01
BACKLOG: Final = 2048


class _Server(uvicorn.Server):
    """uvicorn raises the signal again once it has stopped; here the caller still has a file to write."""

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
        """As uvicorn's, with a shorter tick: a test run stops hundreds of emulators."""
        while not await self.on_tick(0):
            await asyncio.sleep(TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """A forced stop waits for no one."""
        if not self.force_exit:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


class Emulator:
    """A Console API of its own on a free port, for as long as the `with` block lasts.

    with Emulator(quirks={"rate_limit": False}) as emulator:
        httpx.get(emulator.url + "/gates", headers={"STATSIG-API-KEY": emulator.key})
    """

    def __init__(
        self,
        port: int = 0,
        key: str = DEFAULT_KEY,
        state_file: str | Path | None = None,
        quirks: Mapping[str, Json] | None = None,
        read_only_keys: Iterable[str] = (),
    ) -> None:
        self.key = key
        self._service = Service(key, read_only_keys, quirks)
        self._state = StateFile(self._service, Path(state_file)) if state_file else None
        self._socket = _listen(port)
        self._port: int = self._socket.getsockname()[1]
        self._server = _Server(_settings(self._service))
        self._thread = threading.Thread(target=self._run, name="statsig-emulator", daemon=True)

    @property
    def root(self) -> str:
        """Where the control plane is: `root + "/_emulator/requests"`."""
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
        if self._state:
            self._state.open()
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The emulator did not start.")
            time.sleep(0.002)

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        if self._state:
            self._state.close()

    def run(self, announce: Callable[[Emulator], None] | None = None) -> None:
        """Serves in this thread until it is interrupted."""
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
        """The counts of all requests and the log of the latest."""
        with self._service.lock:
            return self._service.journal.as_json(log=log)

    def clear_requests(self) -> None:
        with self._service.lock:
            self._service.journal.clear()

    def state(self) -> Record:
        """Everything that is stored, as `load_state` takes it."""
        with self._service.lock:
            return copy.deepcopy(self._service.project.as_json())

    def load_state(self, state: Mapping[str, Json]) -> None:
        with self._service.lock:
            self._service.project.load(state)

    def objects(self, kind: str) -> list[Record]:
        """Copies of all records of a kind, as they are stored."""
        with self._service.lock:
            return console.records(self._service.project, kind)

    def object(self, kind: str, id: str) -> Record:
        with self._service.lock:
            return console.record(self._service.project, kind, id)

    def add(self, kind: str, body: Mapping[str, Json]) -> Record:
        """Makes a record as a console user would."""
        with self._service.lock:
            return console.add(self._service.project, kind, dict(body))

    def edit(self, kind: str, id: str, change: Mapping[str, Json]) -> Record:
        """Merges a console user's change straight into a record."""
        with self._service.lock:
            return console.edit(self._service.project, kind, id, dict(change))

    def remove(self, kind: str, id: str) -> None:
        """Deletes a record as a console user would, whoever refers to it."""
        with self._service.lock:
            console.remove(self._service.project, kind, id)

    def fault(self, **order: Json) -> None:
        """Makes coming requests fail; the keywords are the fields of `faults.Fault`."""
        with self._service.lock:
            self._service.faults.order(Fault(**order))

    def clear_faults(self) -> None:
        with self._service.lock:
            self._service.faults.clear()

    def quirk(self, **changes: Json) -> None:
        with self._service.lock:
            self._service.project.quirks.change(changes)

    def quirks(self) -> Record:
        with self._service.lock:
            return self._service.project.quirks.as_json()

    def set_key(self, key: str, access: str = "read_write") -> None:
        """Gives a key its access: `read_write`, `read_only` or `revoked`."""
        with self._service.lock:
            self._service.keys.grant(key, access)

    def reset(self) -> None:
        """A fresh project, no requests, no faults; quirks and keys stay."""
        with self._service.lock:
            self._service.reset()


def serve(
    port: int = 0,
    key: str = DEFAULT_KEY,
    state_file: str | Path | None = None,
    quirks: Mapping[str, Json] | None = None,
    read_only_keys: Iterable[str] = (),
    announce: Callable[[Emulator], None] | None = None,
) -> None:
    """Serves until Ctrl-C or SIGTERM, then writes the state and returns.

    `announce` is called once the port is taken: the command line prints the URL there.
    """
    Emulator(port, key, state_file, quirks, read_only_keys).run(announce)


def _listen(port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only for sockets that say they are TCP; with it, answers take 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _settings(emulated: Service) -> uvicorn.Config:
    return uvicorn.Config(
        Web(emulated),
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        # A client's pooled connection should not be closed under it.
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
