"""Counts mutations in sliding windows and refuses those above the limit."""

from __future__ import annotations

import time
from collections import deque

from ..api.responses import ApiError
from ..model.quirks import Quirks


class RateLimiter:
    """One for the project, whichever key is used; a refused request does not count."""

    def __init__(self) -> None:
        self._times: dict[tuple[int, float], deque[float]] = {}

    def admit(self, quirks: Quirks) -> None:
        if not quirks["rate_limit"]:
            return
        now = time.monotonic()
        windows = [(int(most), float(seconds)) for most, seconds in quirks["rate_limit_windows"]]
        if not all(self._has_room(window, now) for window in windows):
            raise self._refusal(quirks)
        for window in windows:
            self._times[window].append(now)

    def _has_room(self, window: tuple[int, float], now: float) -> bool:
        most, seconds = window
        times = self._times.setdefault(window, deque())
        while times and times[0] <= now - seconds:
            times.popleft()
        return len(times) < most

    def _refusal(self, quirks: Quirks) -> ApiError:
        seconds = quirks["retry_after_seconds"]
        headers = {} if seconds is None else {"Retry-After": str(seconds)}
        return ApiError(429, "Too Many Requests", headers=headers)

    def forget(self) -> None:
        self._times.clear()
