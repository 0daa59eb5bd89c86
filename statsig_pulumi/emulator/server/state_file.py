"""Keeps the state of a service in a JSON file, written after each change."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

from .service import Service

PAUSE_SECONDS = 0.1
PAUSE_FACTOR = 5


class StateFile:
    """A thread of its own looks for changes, so that a burst of them is one write; `close` writes what is left."""

    def __init__(self, service: Service, path: Path) -> None:
        self._service = service
        self._path = path
        self._written = -1
        self._writing = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="statsig-emulator-state", daemon=True)

    def open(self) -> None:
        """Loads the file where there is one, and watches from there."""
        if self._path.exists():
            with self._service.lock:
                self._service.project.load(json.loads(self._path.read_text(encoding="utf-8")))
                self._written = self._service.project.revision
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self.write()

    def _watch(self) -> None:
        pause = PAUSE_SECONDS
        while not self._closing.wait(pause):
            began = time.monotonic()
            self.write()
            # A large state takes a while to write: requests have most of the time all the same.
            pause = max(PAUSE_SECONDS, PAUSE_FACTOR * (time.monotonic() - began))

    def write(self) -> None:
        """Whole or not at all: a reader and a crash see the old file or the new one."""
        with self._writing:
            with self._service.lock:
                revision = self._service.project.revision
                if revision == self._written:
                    return
                state = self._service.project.as_json()
            # Records are never changed in place, so the text can be made without the lock.
            text = json.dumps(state, ensure_ascii=False)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            draft.write_text(text, encoding="utf-8")
            draft.replace(self._path)
            self._written = revision
