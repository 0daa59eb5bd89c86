"""State file: the state of a service in a JSON file, written after each change."""

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
    """A file that a thread updates after changes. Changes in quick succession are one write."""

    def __init__(self, service: Service, path: Path) -> None:
        self._service = service
        self._path = path
        self._written = -1
        self._writing = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="statsig-emulator-state", daemon=True)

    def open(self) -> None:
        """Load the file if it exists, and start to watch for changes."""
        if self._path.exists():
            with self._service.lock:
                self._service.project.load(json.loads(self._path.read_text(encoding="utf-8")))
                self._written = self._service.project.revision
        self._thread.start()

    def close(self) -> None:
        """Stop watching and write the last changes."""
        self._closing.set()
        self._thread.join()
        self.write()

    def _watch(self) -> None:
        pause = PAUSE_SECONDS
        while not self._closing.wait(pause):
            began = time.monotonic()
            self.write()
            # A large state takes long to write. Pause longer, so that most of the time is left for requests.
            pause = max(PAUSE_SECONDS, PAUSE_FACTOR * (time.monotonic() - began))

    def write(self) -> None:
        """Replace the file if the state has changed. A reader sees the old file or the new one, never a part."""
        with self._writing:
            with self._service.lock:
                revision = self._service.project.revision
                if revision == self._written:
                    return
                state = self._service.project.as_json()
            # Records are never changed in place, so encoding them needs no lock.
            text = json.dumps(state, ensure_ascii=False)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            draft.write_text(text, encoding="utf-8")
            draft.replace(self._path)
            self._written = revision
