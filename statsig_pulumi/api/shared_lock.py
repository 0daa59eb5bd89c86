"""A lock that many threads share, or one has for itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class SharedLock:
    """Held shared by requests that change one item of a list, and exclusively while the whole list is sent back.

    Otherwise an item that another thread adds between the read and the write of the list would be lost.
    """

    def __init__(self) -> None:
        self._condition = Condition()
        self._sharers, self._is_exclusive = 0, False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the lock together with other threads that share it."""
        with self._condition:
            self._condition.wait_for(lambda: not self._is_exclusive)
            self._sharers += 1
        try:
            yield
        finally:
            with self._condition:
                self._sharers -= 1
                self._condition.notify_all()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock while no other thread does."""
        with self._condition:
            self._condition.wait_for(lambda: not self._is_exclusive and not self._sharers)
            self._is_exclusive = True
        try:
            yield
        finally:
            with self._condition:
                self._is_exclusive = False
                self._condition.notify_all()
