"""Reads after writes: for a few seconds, a service of many servers may not show what it has just accepted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from .deadline import Deadline

T = TypeVar("T")

SETTLE_S: Final = 5.0
"""How long after a write the API may answer as if it was not made."""
FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 1.0


def read_until(read_fn: Callable[[], T], is_shown_fn: Callable[[T], bool], deadline: Deadline, limit_s: float) -> T:
    """Return the first result that shows what was written; after the time, the last result."""
    end_s, pause_s = time.monotonic() + limit_s, FIRST_PAUSE_S
    while True:
        result = read_fn()
        left_s = min(end_s - time.monotonic(), deadline.left_s())
        if is_shown_fn(result) or left_s <= 0:
            return result
        time.sleep(min(pause_s, left_s))
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def is_found(result: object) -> bool:
    """Return whether a read has found something."""
    return result is not None


class AcceptedWrites:
    """The writes that the API has accepted: a read may show the object as it was before. Any thread may use it."""

    def __init__(self) -> None:
        self._accepted_s: dict[str, float] = {}

    def note(self, path: str) -> None:
        """Note that the API has accepted a write now."""
        self._accepted_s[path] = time.monotonic()

    def settle_s(self, path: str) -> float:
        """Return how long the API may show the object at a path as it was before a write to it, or below it."""
        accepted_s = [at_s for other, at_s in list(self._accepted_s.items()) if f"{other}/".startswith(f"{path}/")]
        return max(accepted_s, default=-SETTLE_S) + SETTLE_S - time.monotonic()


class NewObjects:
    """The objects that this run has created: a 404 for one of them may only be early. Any thread may use it."""

    def __init__(self) -> None:
        self._created_s: dict[str, float] = {}

    def note(self, path: str) -> None:
        """Note that the object at this path was created now."""
        self._created_s[path] = time.monotonic()

    def forget(self, path: str) -> None:
        """Note that the object at this path was deleted."""
        self._created_s.pop(path, None)

    def is_new(self, path: str) -> bool:
        """Return whether the object at this path is new."""
        created_s = self._created_s.get(path)
        return created_s is not None and time.monotonic() - created_s < SETTLE_S

    def list_below(self, path: str) -> list[str]:
        """Return the rest of the path of each new object below this one."""
        return [other.removeprefix(f"{path}/") for other in list(self._created_s) if self._is_below(other, path)]

    def _is_below(self, path: str, owner: str) -> bool:
        return path.startswith(f"{owner}/") and self.is_new(path)

    def has_owner_of(self, path: str) -> bool:
        """Return whether a path is that of a new object, or below it."""
        segments = path.split("/")
        return any(self.is_new("/".join(segments[:count])) for count in range(len(segments), 1, -1))
