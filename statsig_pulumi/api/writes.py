"""The writes of a client: counted, and stopped when the engine is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Writes:
    """The writes of all threads: their number, those that are sent now, and whether more may be sent."""

    def __init__(self) -> None:
        self._changed, self._is_open, self._sent_now = Condition(), True, 0
        self.latest = 0
        """Changes at the beginning and at the end of a write: while it stays the same, nothing was written."""

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count a write, even if it fails; after ``stop``, wait for ever."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_open)
            self._count(1)
        try:
            yield
        finally:
            with self._changed:
                self._count(-1)

    def stop(self) -> None:
        """Have no further write begin, and return when those that are sent now have ended."""
        with self._changed:
            self._is_open = False
            self._changed.wait_for(lambda: not self._sent_now)

    def _count(self, change: int) -> None:
        self._sent_now += change
        self.latest += 1
        self._changed.notify_all()
