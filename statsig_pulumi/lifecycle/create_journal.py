"""Remembers on this machine which creates were sent by a run that was killed before its state was saved.

Each run has a file, in which it notes a mark for each create before it is sent, and which it removes when it
ends. A file that is still there when its engine no longer answers is of an interrupted run.
"""

from __future__ import annotations

import atexit
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

KEPT_S: Final = 7 * 24 * 60 * 60
ANSWER_S: Final = 0.5


class CreateJournal:
    """The creates of this run, and those of interrupted ones; where nothing can be written it knows of none.

    ``engine`` is the address of the engine of this run: ``127.0.0.1:4711``.
    """

    def __init__(self, at: Path, engine: str) -> None:
        self._folder, self._own = at, at / f"{engine.replace(':', '_')}_{os.getpid()}"
        self._lock = Lock()

    def note(self, mark: str) -> None:
        """This create is about to be sent."""
        with self._lock, suppress(OSError):
            if not self._own.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                atexit.register(self._own.unlink, missing_ok=True)
            with self._own.open("a", encoding="ascii") as file:
                file.write(f"{mark}\n")

    def was_interrupted(self, mark: str) -> bool:
        """Whether a run that was killed had sent this create."""
        self._forget_old_runs()
        return any(mark in _marks(file) and not _is_running(file) for file in self._others())

    def _others(self) -> list[Path]:
        with suppress(OSError):
            return [file for file in self._folder.iterdir() if file != self._own]
        return []

    def _forget_old_runs(self) -> None:
        for file in self._others():
            with suppress(OSError):
                if time.time() - file.stat().st_mtime > KEPT_S:
                    file.unlink()


def _marks(file: Path) -> list[str]:
    with suppress(OSError, UnicodeDecodeError):
        return file.read_text(encoding="ascii").split()
    return []


def _is_running(file: Path) -> bool:
    """Whether the engine of this run still answers."""
    host, _, rest = file.name.partition("_")
    with suppress(OSError, ValueError), socket.create_connection((host, int(rest.partition("_")[0])), ANSWER_S):
        return True
    return False
