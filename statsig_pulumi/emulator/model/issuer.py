"""Hands out the ids and timestamps that the service makes itself."""

from __future__ import annotations

import random
import string
import time
from datetime import UTC, datetime

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_LENGTH = 22


def day(ms: float) -> str:
    """The day of a timestamp, as the API writes days."""
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


class Issuer:
    """Ids look like Statsig's (22 characters of base62); times are milliseconds and never repeat."""

    def __init__(self) -> None:
        self._random = random.Random()
        self._last_ms = 0

    def new_id(self) -> str:
        return "".join(self._random.choices(BASE62, k=ID_LENGTH))

    def now_ms(self) -> int:
        self._last_ms = max(time.time_ns() // 1_000_000, self._last_ms + 1)
        return self._last_ms

    def not_before(self, ms: int) -> None:
        """After a state was loaded, time goes on from there."""
        self._last_ms = max(self._last_ms, ms)
