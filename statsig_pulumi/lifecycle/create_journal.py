"""Journal of the creates that runs have sent, to recognise those of a run that was killed before its state was saved.

Each run has a file on this machine. It records each create there before it sends it, and removes the file when it
ends. While it runs, it holds a lock beside the file. The file of a run that is not running belongs to an interrupted
run. A run is running while its plugin holds the lock and its engine answers:

* A killed plugin loses the lock, even if another process listens at the address of its engine by now.
* The plugin of a killed engine stays behind and keeps the lock, but the engine does not answer.
* A file without a lock is of an earlier version of this package, for which the engine decides.
"""

from __future__ import annotations

import atexit
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from ..settings import make_private_file, make_private_folder

if TYPE_CHECKING:
    from filelock import BaseFileLock

RETENTION_S: Final = 7 * 24 * 60 * 60
"""The files of older runs are removed."""
CONNECT_S: Final = 0.5
LOCK_S: Final = 0.5
"""How long to wait for the lock of another run, which a third run may hold for a moment to test it."""
LOCK_SUFFIX: Final = ".lock"


class CreateJournal:
    """The creates of this run and of interrupted runs; thread-safe.

    If the folder cannot be written, nothing is recorded and no run counts as interrupted.
    ``engine_address`` is that of the engine of this run: ``127.0.0.1:4711``.
    """

    def __init__(self, folder: Path, engine_address: str) -> None:
        self._folder = folder
        self._file = folder / f"{engine_address.replace(':', '_')}_{os.getpid()}"
        self._mutex = Lock()
        self._run_lock: BaseFileLock | None = None

    def record(self, fingerprint: str) -> None:
        """Record a create that is about to be sent."""
        with self._mutex, suppress(OSError):
            if self._run_lock is None:
                self._begin()
            make_private_file(self._file)
            with self._file.open("a", encoding="ascii") as file:
                file.write(f"{fingerprint}\n")

    def was_interrupted(self, fingerprint: str) -> bool:
        """Return whether a run that was interrupted has sent this create."""
        with self._mutex:
            self._remove_old_files()
            return any(fingerprint in _fingerprints(file) and not _is_running(file) for file in self._other_files())

    def _begin(self) -> None:
        """Take the lock, before the file exists that it stands for; raises OSError."""
        from filelock import FileLock

        make_private_folder(self._folder)
        lock = FileLock(_lock_file(self._file), thread_local=False)
        lock.acquire(timeout=LOCK_S)
        self._run_lock = lock
        atexit.register(self._end, lock)

    def _end(self, lock: BaseFileLock) -> None:
        """Remove the files of this run; the lock goes last."""
        self._file.unlink(missing_ok=True)
        lock.release()
        with suppress(OSError):
            _lock_file(self._file).unlink(missing_ok=True)

    def _remove_old_files(self) -> None:
        for file in self._other_files(with_locks=True):
            with suppress(OSError):
                if time.time() - file.stat().st_mtime > RETENTION_S:
                    file.unlink()

    def _other_files(self, *, with_locks: bool = False) -> list[Path]:
        own = (self._file, _lock_file(self._file))
        with suppress(OSError):
            files = [file for file in self._folder.iterdir() if file not in own]
            return [file for file in files if with_locks or file.suffix != LOCK_SUFFIX]
        return []


def _fingerprints(file: Path) -> list[str]:
    with suppress(OSError, UnicodeDecodeError):
        return file.read_text(encoding="ascii").split()
    return []


def _lock_file(file: Path) -> Path:
    return file.with_name(file.name + LOCK_SUFFIX)


def _is_running(file: Path) -> bool:
    """Return whether the run of a file is running, or has ended properly by now."""
    if not _does_engine_answer(file):
        return False
    lock_file = _lock_file(file)
    return not lock_file.exists() or _is_locked(lock_file) or not file.exists()


def _is_locked(lock_file: Path) -> bool:
    from filelock import FileLock

    try:
        with FileLock(lock_file).acquire(timeout=LOCK_S):
            return False
    except OSError:
        return True


def _does_engine_answer(file: Path) -> bool:
    host, _, rest = file.name.partition("_")
    with suppress(OSError, ValueError), socket.create_connection((host, int(rest.partition("_")[0])), CONNECT_S):
        return True
    return False
