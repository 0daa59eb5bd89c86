"""Keep the writes to one Statsig project within what its API takes, together with all others on this machine.

Each write that is sent is noted with its time in a small database of the project, beside Pulumi's own files.
All threads, consecutive runs and concurrent runs look into it before they send another one. Several machines
share it through a server (``statsig:writeBudgetStore``).
Console API, Rate limits: about 100 writes in 10 s and 900 in 15 min per project.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock, local
from typing import Any, Final, NamedTuple

from ..settings import WRITE_BUDGET_STORE, Window, local_state_folder
from . import rate_limit_stores
from .rate_limit_stores import Store

Report = Callable[[str], None]
MARGIN_S: Final = 0.25
"""A window is kept so much longer, because requests do not arrive just when they are sent."""
TOLD_EACH_S: Final = 10.0
A_MINUTE_S: Final = 60.0


class Wait(NamedTuple):
    """Why a write is not sent yet."""

    seconds: float
    why: str
    in_all_s: float = 0.0
    """About how long it takes to send all writes that are known to come."""


class WriteBudget:
    """The writes that may still be sent; without windows, all. Any thread may ask."""

    def __init__(self, windows: tuple[Window, ...] = (), *stores: Store) -> None:
        """Noted in the first of the stores that can be used, or by this process alone."""
        self._windows, self._stores = windows, [*stores, Store()]
        self._lock, self._of_thread = Lock(), local()
        self._store: Store | None = None
        self._paused_until_s = self._told_s = 0.0
        self._due = 0

    @classmethod
    def of_project(cls, mark: str, windows: tuple[Window, ...] = (), store_url: str = "") -> WriteBudget:
        """The budget of the project with this mark; raises InvalidSettingError for what is no budget or no store."""
        name = mark[:32]
        stores = [rate_limit_stores.shared_store(store_url, name)] if store_url else []
        machine = rate_limit_stores.MachineStore(local_state_folder("budgets") / f"{name}.sqlite")
        return cls(windows, *stores, machine)

    @property
    def waited_s(self) -> float:
        """How long this thread has waited for it so far."""
        return getattr(self._of_thread, "waited_s", 0.0)

    def expect(self) -> None:
        """One more write is known to come, of which those who wait are told."""
        with self._lock:
            self._due += 1

    def spend(self, report: Report, report_wait: Report = lambda message: None) -> None:
        """Wait until one write may be sent; ``report`` is told for all threads, and ``report_wait`` by each."""
        while (wait := self._wait(report)) is not None:
            self._tell(report, report_wait, wait)
            slept_s = min(wait.seconds, TOLD_EACH_S)
            time.sleep(slept_s)
            self._of_thread.waited_s = self.waited_s + slept_s

    def pause(self, seconds: float) -> None:
        """The API takes no write of anyone for so long, which was told."""
        now_s = time.monotonic()
        self._paused_until_s, self._told_s = max(self._paused_until_s, now_s + seconds), now_s

    def _wait(self, report: Report) -> Wait | None:
        """How long to wait before asking again; None where a write is noted and may be sent."""
        if (seconds := self._paused_until_s - time.monotonic()) > 0:
            return Wait(seconds, "which Statsig says is used up")
        with self._lock:
            wait = self._asked(report) if self._windows else None
            self._due -= wait is None and self._due > 0
            return wait

    def _asked(self, report: Report) -> Wait | None:
        """Ask the first store; one that cannot be used is left for this run."""
        from pyrate_limiter import Rate

        while True:
            store = self._stores[0]
            try:
                if store is not self._store:
                    store.open([Rate(window.writes, _interval_ms(window)) for window in self._windows])
                    store.bucket.leak(store.now_ms())
                    self._store = store
                return self._noted(store)
            except Exception as error:
                if len(self._stores) == 1:
                    raise
                del self._stores[0]
                if store.is_shared:  # without the words of the error, which may hold a part of its URL
                    said = f"the server of {WRITE_BUDGET_STORE.key} cannot be used ({type(error).__name__})"
                    report(f"{said}: this run shares the write budget with this machine alone")

    def _noted(self, store: Store) -> Wait | None:
        from pyrate_limiter import RateItem

        with store.lock():
            bucket: Any = store.bucket
            item = RateItem("write", store.now_ms())
            if bucket.put(item):
                return None
            bucket.leak(item.timestamp)
            seconds = max(bucket.waiting(item), 1) / 1000
            full = next(w for w in self._windows if _interval_ms(w) == bucket.failing_rate.interval)
            used = bucket.count()
        return Wait(seconds, f"{min(used, full.writes)} of {full} used", self._in_all_s(full, seconds, used))

    def _in_all_s(self, full: Window, seconds: float, used: int) -> float:
        """How long the writes take that are known to come, where this window is full and the longest has so many."""

        def whole(window: Window, writes: int) -> int:
            return window.seconds * max(0, -(-writes // window.writes))

        return max(
            seconds + whole(window, self._due - window.writes)
            if window.seconds <= full.seconds
            else whole(window, self._due - window.writes + used)
            for window in self._windows
        )

    def _tell(self, report: Report, report_wait: Report, wait: Wait) -> None:
        """For all threads once, and again while it lasts."""
        if wait.seconds < 1:
            return
        said = f"waiting {wait.seconds:.0f} s for Statsig's write budget, {wait.why}"
        report_wait(said)
        if time.monotonic() - self._told_s >= TOLD_EACH_S - 1:
            self._told_s = time.monotonic()
            whole = f"; about {wait.in_all_s / 60:.0f} min for the {self._due} writes that are to come"
            report(said + (whole if wait.in_all_s > A_MINUTE_S else ""))


def _interval_ms(window: Window) -> int:
    return int((window.seconds + MARGIN_S) * 1000)
