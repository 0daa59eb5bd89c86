"""Keep the writes to one Statsig project within what its API takes, together with all others on this machine.

Each write that is sent is noted with its time in a small database of the project, beside Pulumi's own files.
All threads, consecutive runs and concurrent runs look into it before they send another one. The lock on it ends
with the process that holds it, and a database that cannot be read is made anew.
Console API, Rate limits: about 100 writes in 10 s and 900 in 15 min per project.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from threading import Lock, local
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .errors import InvalidSettingError
from .home import folder

if TYPE_CHECKING:
    from pyrate_limiter import AbstractBucket

SETTING: Final = "statsig:writeBudget"
MARGIN_S: Final = 0.25
"""A window is kept so much longer, because requests do not arrive just when they are sent."""
TOLD_EACH_S: Final = 10.0
CLOCK_STEP_MS: Final = 2_000
LOCKED_S: Final = 30.0
POLL_S: Final = 0.002
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}


class Window(NamedTuple):
    """So many writes in so much time."""

    writes: int
    seconds: int

    def __str__(self) -> str:
        minutes, rest = divmod(self.seconds, 60)
        return f"{self.writes} in {self.seconds} s" if rest else f"{self.writes} in {minutes} min"


WINDOWS: Final = (Window(100, 10), Window(900, 900))


class Budget:
    """The writes that may still be sent; without windows, all. Any thread may ask."""

    def __init__(self, windows: tuple[Window, ...] = (), file: Path | None = None) -> None:
        """Noted in ``file``, or by this process alone where there is none."""
        self._windows, self._file = windows, file
        self._lock, self._of_thread = Lock(), local()
        self._bucket: AbstractBucket | None = None
        self._paused_until_s = self._told_s = 0.0

    @classmethod
    def of_project(cls, mark: str, said: str = "") -> Budget:
        """The budget of the project with this mark; raises InvalidSettingError for what is no budget."""
        return cls(windows(said), folder("budgets") / f"{mark[:32]}.sqlite")

    @property
    def waited_s(self) -> float:
        """How long this thread has waited for it so far."""
        return getattr(self._of_thread, "waited_s", 0.0)

    def spend(self, report: Callable[[str], None]) -> None:
        """Wait until one write may be sent."""
        while (wait := self._wait()) is not None:
            seconds, why = wait
            self._tell(report, seconds, why)
            slept_s = min(seconds, TOLD_EACH_S)
            time.sleep(slept_s)
            self._of_thread.waited_s = self.waited_s + slept_s

    def pause(self, seconds: float) -> None:
        """The API takes no write of anyone for so long, which was told."""
        now_s = time.monotonic()
        self._paused_until_s, self._told_s = max(self._paused_until_s, now_s + seconds), now_s

    def _wait(self) -> tuple[float, str] | None:
        """How long to wait before asking again, and for what; None where a write is noted and may be sent."""
        if (seconds := self._paused_until_s - time.monotonic()) > 0:
            return seconds, "which Statsig says is used up"
        if not self._windows:
            return None
        with self._lock:
            try:
                return self._noted(self._opened())
            except (sqlite3.Error, OSError, TimeoutError):
                self._mend()
                return self._noted(self._opened())

    def _noted(self, bucket: Any) -> tuple[float, str] | None:
        from pyrate_limiter import RateItem

        lock = bucket.limiter_lock()
        with lock.acquire(LOCKED_S, poll_interval=POLL_S) if lock else nullcontext():
            item = RateItem("write", time.time_ns() // 1_000_000)
            newest = bucket.peek(0)
            if newest is not None and newest.timestamp > item.timestamp + CLOCK_STEP_MS:
                bucket.flush()  # noted by a clock that has been put back since
            if bucket.put(item):
                return None
            bucket.leak(item.timestamp)
            seconds = max(bucket.waiting(item), 1) / 1000
            window = next(w for w in self._windows if _interval_ms(w) == bucket.failing_rate.interval)
            return seconds, f"{min(bucket.count(), window.writes)} of {window} used"

    def _opened(self) -> AbstractBucket:
        from pyrate_limiter import InMemoryBucket, Rate, SQLiteBucket

        if self._bucket is None:
            rates = [Rate(window.writes, _interval_ms(window)) for window in self._windows]
            if self._file is None:
                self._bucket = InMemoryBucket(rates)
            else:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._bucket = SQLiteBucket.init_from_file(rates, db_path=str(self._file), use_file_lock=True)
                self._bucket.leak(time.time_ns() // 1_000_000)
        return self._bucket

    def _mend(self) -> None:
        """The database is made anew; where that cannot be, this process counts for itself."""
        if self._bucket is not None:
            self._bucket.close()
        self._bucket = None
        try:
            for path in self._file.parent.glob(f"{self._file.name}*") if self._file else ():
                path.unlink(missing_ok=True)
            self._opened()
        except (sqlite3.Error, OSError):
            self._file = None

    def _tell(self, report: Callable[[str], None], seconds: float, why: str) -> None:
        """For all threads once, and again while it lasts."""
        if seconds >= 1 and time.monotonic() - self._told_s >= TOLD_EACH_S - 1:
            self._told_s = time.monotonic()
            report(f"waiting {seconds:.0f} s for Statsig's write budget, {why}")


def windows(said: str) -> tuple[Window, ...]:
    """The windows of ``100/10s, 900/15m``; nothing said is what Statsig documents, ``off`` is none."""
    text = said.strip()
    if text == "off":
        return ()
    found = [re.fullmatch(r"([1-9]\d*)\s*/\s*([1-9]\d*)\s*([smh])", part.strip()) for part in text.split(",")]
    if not text:
        return WINDOWS
    if None in found:
        raise InvalidSettingError(f"{SETTING} has to be such as '100/10s, 900/15m', or 'off', not '{said}'")
    asked = [Window(int(m[1]), int(m[2]) * _UNITS[m[3]]) for m in found if m]
    asked.sort(key=lambda window: window.seconds)
    for short, long in itertools.pairwise(asked):
        if not 1 < long.writes / short.writes <= long.seconds / short.seconds:
            raise InvalidSettingError(f"{SETTING}: {short} and {long} do not limit each other, in '{said}'")
    return tuple(asked)


def _interval_ms(window: Window) -> int:
    return int((window.seconds + MARGIN_S) * 1000)
