"""Ids and timestamps that the service generates."""

from __future__ import annotations

import random
import string
import time

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_LENGTH = 22


class Issuer:
    """Source of ids and times.

    Ids have Statsig's form, 22 characters of base62. Times are unique milliseconds.
    """

    def __init__(self) -> None:
        self._random = random.Random()
        self._last_ms = 0

    def new_id(self) -> str:
        return "".join(self._random.choices(BASE62, k=ID_LENGTH))

    def new_environment_id(self) -> str:
        """Return an id in the form that environments have, such as `0.35629335902367476`."""
        return str(self._random.random())

    def now_ms(self) -> int:
        self._last_ms = max(time.time_ns() // 1_000_000, self._last_ms + 1)
        return self._last_ms

    def not_before(self, ms: int) -> None:
        """Make all later times greater than the given one, such as the clock of a loaded state."""
        self._last_ms = max(self._last_ms, ms)
