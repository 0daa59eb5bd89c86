"""Rate limit: a maximum of mutations in sliding windows."""

from __future__ import annotations

import time
from collections import deque

from ..model.errors import ApiError
from ..model.quirks import Quirks


class RateLimiter:
    """The limit of the project, for all its keys together. A 429 does not count as a mutation."""

    def __init__(self) -> None:
        self._times: dict[tuple[int, float], deque[float]] = {}

    def count_mutation(self, quirks: Quirks) -> None:
        """Count a mutation, or raise a 429 if a window is full."""
        if not quirks["rate_limit"]:
            return
        now = time.monotonic()
        windows = [(int(limit), float(seconds)) for limit, seconds in quirks["rate_limit_windows"]]
        if not all(self._has_room(window, now) for window in windows):
            seconds = quirks["retry_after_seconds"]
            headers = {} if seconds is None else {"Retry-After": str(seconds)}
            raise ApiError(429, "Too Many Requests", headers=headers)
        for window in windows:
            self._times[window].append(now)

    def _has_room(self, window: tuple[int, float], now: float) -> bool:
        limit, seconds = window
        times = self._times.setdefault(window, deque())
        while times and times[0] <= now - seconds:
            times.popleft()
        return len(times) < limit

    def reset(self) -> None:
        self._times.clear()
