"""Journal of the requests that must not be repeated: creates, and triggers such as the reset of an experiment.

If a run is killed, or fails after such a request, the state does not hold what the request did. The next run finds
the request here. Each run has a file on this machine. A line is added before a create is sent, and after a trigger
was carried out. While the run lasts, it holds a lock beside the file. When it ends:

* Requests whose effect the engine has stored, or that were refused, are removed. With none left, the file is removed.
* If the engine no longer answers, it may have stored nothing, so the file stays complete.

The file of a run that is not running counts. A run is running while its plugin holds the lock and its engine answers:

* A killed plugin loses the lock, even if another process listens at the address of its engine by now.
* The plugin of a killed engine stays behind and keeps the lock, but the engine does not answer.
* A file without a lock is of an earlier version of this package, for which the engine decides.

A run has a plugin, and so a file, for each explicit provider. By notes in them, each shows the others what it did.
"""

from __future__ import annotations

import atexit
import os
import socket
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, Final

from ..local_files import make_private_file, make_private_folder

if TYPE_CHECKING:
    from filelock import BaseFileLock

RETENTION_S: Final = 7 * 24 * 60 * 60
"""The files of older runs are removed."""
CONNECT_S: Final = 0.5
LOCK_S: Final = 0.5
"""How long to wait for the lock of another run, which a third run may hold for a moment to test it."""
LOCK_SUFFIX: Final = ".lock"
REMOVED: Final = "-"
"""Prefix of a line that removes an earlier one."""
NOTE: Final = "note."
"""Prefix of a line for the other plugins of the run. It is no request."""
REST_SUFFIX: Final = ".rest"
SUFFIXES: Final = (LOCK_SUFFIX, REST_SUFFIX)
"""The files beside the file of a run: its lock, and its new content while it is written."""


def _is_always_stored() -> bool:
    return True


class Journal:
    """The requests of this run and of interrupted runs, each as a fingerprint; thread-safe.

    If the folder cannot be written, nothing is recorded and no run counts as interrupted.
    ``engine_address`` is that of the engine of this run: ``127.0.0.1:4711``.
    """

    def __init__(self, folder: Path, engine_address: str) -> None:
        self._folder, self._prefix = folder, f"{engine_address.replace(':', '_')}_"
        self._file = folder / f"{self._prefix}{os.getpid()}"
        self._mutex = Lock()
        self._run_lock: BaseFileLock | None = None
        self._lines: BinaryIO | None = None
        """The file of this run, which stays open: opening it for each line takes longer than writing the line."""
        self._settled: dict[str, Callable[[], bool]] = {}
        self._interrupted: dict[str, float] | None = None
        self._files: list[Path] = []
        """The files of the interrupted runs."""
        self._of_this_run: set[Path] = set()
        """The files of other plugins that are known to run."""

    def record(self, fingerprint: str, at_s: float) -> None:
        """Record a request that is sent ``at_s`` seconds since 1970, by the clock of the API.

        It counts as interrupted in later runs, until it is settled or removed.
        """
        with self._mutex:
            self._settled.pop(fingerprint, None)
            self._write(f"{fingerprint} {at_s:.0f}")

    def settle(self, fingerprint: str, is_stored_fn: Callable[[], bool] = _is_always_stored) -> None:
        """Note that the engine gets the effect of a request, so that it does not count once this run has ended.

        If the engine is killed before it ends, the request counts all the same. So it does if ``is_stored_fn``, which
        is called at the end, returns that the engine has not stored it: one that is interrupted twice still takes
        results, and drops them.
        """
        with self._mutex:
            self._settled[fingerprint] = is_stored_fn

    def remove(self, fingerprint: str) -> None:
        """Remove a request that had no effect."""
        with self._mutex:
            self._write(f"{REMOVED}{fingerprint}")

    def interrupted_at_s(self, fingerprint: str) -> float | None:
        """Return when an interrupted run recorded a request, in seconds since 1970; None if none did."""
        with self._mutex:
            return self._find_interrupted().get(fingerprint)

    def interrupted_with(self, prefix: str) -> list[str]:
        """Return the fingerprints with a prefix that interrupted runs recorded."""
        with self._mutex:
            return [fingerprint for fingerprint in self._find_interrupted() if fingerprint.startswith(prefix)]

    def note(self, text: str) -> None:
        """Note something for the other plugins of this run."""
        self.record(f"{NOTE}{text}", time.time())
        self.settle(f"{NOTE}{text}")

    def is_noted_elsewhere(self, text: str) -> bool:
        """Return whether another plugin of this run noted this."""
        files = [file for file in self._other_files() if file.name.startswith(self._prefix)]
        noted = [file for file in files if file.suffix not in SUFFIXES and f"{NOTE}{text}" in _read(file)]
        return any(self._is_of_this_run(file) for file in noted)

    def _is_of_this_run(self, file: Path) -> bool:
        """Return whether the plugin of a file runs. A killed one may have had an engine of the same address."""
        if file not in self._of_this_run and _is_locked(_lock_file(file)):
            self._of_this_run.add(file)
        return file in self._of_this_run

    def _find_interrupted(self) -> dict[str, float]:
        if self._interrupted is None:
            self._interrupted = self._read_interrupted()
        return self._interrupted

    def _write(self, line: str) -> None:
        with suppress(OSError):
            if self._lines is None:
                self._lines = self._begin()
            self._lines.write(f"{line}\n".encode("ascii"))

    def _begin(self) -> BinaryIO:
        """Take the lock, then return the new file that it belongs to; raises OSError."""
        from filelock import FileLock

        make_private_folder(self._folder)
        if self._run_lock is None:
            lock = FileLock(_lock_file(self._file), thread_local=False)
            lock.acquire(timeout=LOCK_S)
            self._run_lock = lock
            atexit.register(self._end, lock)
        make_private_file(self._file)
        return self._file.open("ab", buffering=0)

    def _end(self, lock: BaseFileLock) -> None:
        """Remove what the engine has stored from the file of this run, and from those of interrupted runs."""
        with self._mutex:
            if self._lines is not None:
                self._lines.close()
                self._lines = None  # a request that comes later is recorded in a new file
            if _does_engine_answer(self._file):
                stored = {fingerprint for fingerprint, is_stored_fn in self._settled.items() if is_stored_fn()}
                for file in (self._file, *self._files):
                    with suppress(OSError):
                        _remove_lines(file, stored)
        lock.release()
        if not self._file.exists():  # otherwise the free lock shows that the run has ended
            with suppress(OSError):
                _lock_file(self._file).unlink(missing_ok=True)

    def _read_interrupted(self) -> dict[str, float]:
        """Return the requests of interrupted runs, with the first time of each; remove old files."""
        found: dict[str, float] = {}
        for file in self._other_files():
            with suppress(OSError):
                if time.time() - file.stat().st_mtime > RETENTION_S:
                    file.unlink()
                elif file.suffix not in SUFFIXES and (requests := _read(file)) and not _is_running(file):
                    self._files.append(file)
                    for fingerprint, at_s in requests.items():
                        found[fingerprint] = min(at_s, found.get(fingerprint, at_s))
        return found

    def _other_files(self) -> Iterable[Path]:
        own = (self._file, _lock_file(self._file))
        with suppress(OSError):
            return [file for file in self._folder.iterdir() if file not in own]
        return []


def _read(file: Path) -> dict[str, float]:
    """Return the fingerprints in a file, with the time of each."""
    requests: dict[str, float] = {}
    with suppress(OSError, UnicodeDecodeError):
        written_s = file.stat().st_mtime
        for line in file.read_text(encoding="ascii").splitlines():
            fingerprint, _, at_s = line.partition(" ")
            if fingerprint.startswith(REMOVED):
                requests.pop(fingerprint.removeprefix(REMOVED), None)
            elif fingerprint:
                requests[fingerprint] = float(at_s) if at_s.isdigit() else written_s
    return requests


def _remove_lines(file: Path, fingerprints: Collection[str]) -> None:
    """Remove these requests from a file, and the file if none is left; a kill at any time loses no other request."""
    rest = {fingerprint: at_s for fingerprint, at_s in _read(file).items() if fingerprint not in fingerprints}
    if rest:
        rest_file = file.with_name(file.name + REST_SUFFIX)
        make_private_file(rest_file)
        lines = "".join(f"{fingerprint} {at_s:.0f}\n" for fingerprint, at_s in rest.items())
        rest_file.write_text(lines, encoding="ascii")
        rest_file.replace(file)
    else:
        file.unlink(missing_ok=True)


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
