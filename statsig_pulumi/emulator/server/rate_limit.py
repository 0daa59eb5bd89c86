"""Rate limit: a maximum of requests in sliding windows."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

from ..api.routes import MUTATIONS
from ..model.errors import ApiError
from ..model.quirks import Quirks

ID_LIST: Final = "/segments/{id}/id_list"
PARTS: Final = {
    **{(method, ID_LIST): "id_list_limit" for method in ("PATCH", "DELETE")},
    ("POST", f"{ID_LIST}/reset"): "id_list_limit",
    ("GET", ID_LIST): "id_list_read_limit",
}
"""The routes with limits of their own, and the quirks with these."""


class RateLimiter:
    """The limits of the project, for all its keys together. A 429 does not count as a request."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, int, float], deque[float]] = {}

    def count(self, quirks: Quirks, method: str, template: str) -> None:
        """Count a request of a route, or raise a 429 if a window is full."""
        if not quirks["rate_limit"]:
            return
        now = time.monotonic()
        names = ["rate_limit_windows"] if method in MUTATIONS else []
        names += [PARTS[method, template]] if (method, template) in PARTS else []
        windows = [(name, int(limit), float(seconds)) for name in names for limit, seconds in quirks[name]]
        if not all(self._has_room(window, now) for window in windows):
            seconds = quirks["retry_after_seconds"]
            headers = {} if seconds is None else {"Retry-After": str(seconds)}
            raise ApiError(429, "Too Many Requests", headers=headers)
        for window in windows:
            self._times[window].append(now)

    def _has_room(self, window: tuple[str, int, float], now: float) -> bool:
        _, limit, seconds = window
        times = self._times.setdefault(window, deque())
        while times and times[0] <= now - seconds:
            times.popleft()
        return len(times) < limit

    def reset(self) -> None:
        self._times.clear()
