"""Write budget: keep the writes to one Statsig project within the rate limits of its API.

Each write is recorded with its time in a small database of the project, beside Pulumi's own files. All threads,
concurrent runs and consecutive runs consult it before they send another write. Several machines share the budget
through a server (``statsig:writeBudgetStore``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock, local
from typing import Any, Final, NamedTuple, TypeAlias

from ..local_files import local_state_folder
from ..settings import WRITE_BUDGET_STORE, Window
from .deadline import NO_DEADLINE, Deadline
from .rate_limit_stores import LocalStore, MachineStore, Store, shared_store

MessageFn: TypeAlias = Callable[[str], None]
"""Receives a sentence for the user."""

MARGIN_S: Final = 0.25
"""Windows are kept longer by this, because requests do not arrive at the moment when they are sent."""
REPORT_INTERVAL_S: Final = 10.0
MIN_REPORTED_S: Final = 1.0
"""Shorter waits are not reported."""
MIN_ESTIMATE_S: Final = 60.0
"""The wait for all expected writes is reported if it is longer."""


def ignore_message(message: str) -> None:
    """Do nothing with a message."""


class Wait(NamedTuple):
    """A wait until the next write may be sent."""

    seconds: float
    reason: str
    total_s: float = 0.0
    """The estimated time until all expected writes are sent."""


class WriteBudget:
    """The writes that may still be sent; thread-safe. Without windows, writes are not limited.

    Writes are recorded in the first of the stores that works, or else in this process alone.
    """

    def __init__(
        self,
        windows: tuple[Window, ...] = (),
        *stores: Store,
        title: str = "Statsig's write budget",
        outer: WriteBudget | None = None,
    ) -> None:
        """Every write of this budget takes from ``outer`` too. Messages name the budget by its title."""
        self._windows, self._stores = windows, [*stores, LocalStore()]
        self._title, self._outer = title, outer
        self._lock, self._thread = Lock(), local()
        self._open_store: Store | None = None
        self._paused_until_s = self._reported_at_s = 0.0
        self._expected_writes = 0

    @classmethod
    def of_project(
        cls,
        project_hash: str,
        windows: tuple[Window, ...] = (),
        store_url: str = "",
        part: str = "",
        title: str = "Statsig's write budget",
        outer: WriteBudget | None = None,
    ) -> WriteBudget:
        """Return the budget of a project, or of a part of its API that has limits of its own.

        Raises InvalidSettingError if the library for the store is missing.
        """
        name = "_".join(filter(None, (project_hash[:32], part)))
        shared = [shared_store(store_url, name)] if store_url else []
        machine = MachineStore(local_state_folder("budgets") / f"{name}.sqlite")
        return cls(windows, *shared, machine, title=title, outer=outer)

    @property
    def waited_s(self) -> float:
        """The seconds that this thread has waited for the budget in total."""
        waited_s: float = getattr(self._thread, "waited_s", 0.0)
        return waited_s + (self._outer.waited_s if self._outer else 0.0)

    def expect(self) -> None:
        """Expect one more write; messages about long waits estimate the time for all expected writes."""
        with self._lock:
            self._expected_writes += 1

    def spend(
        self, on_message: MessageFn, on_wait: MessageFn = ignore_message, deadline: Deadline = NO_DEADLINE
    ) -> None:
        """Wait until one write may be sent; ``on_message`` reports for all threads, ``on_wait`` for this one.

        Raises TimedOutError if the wait would end after the deadline.
        """
        while (wait := self._next_wait(on_message)) is not None:
            deadline.check(f"the wait for {self._title}, {wait.reason}, takes longer", wait.seconds)
            self._report(on_message, on_wait, wait)
            slept_s = min(wait.seconds, REPORT_INTERVAL_S)
            time.sleep(slept_s)
            self._thread.waited_s = getattr(self._thread, "waited_s", 0.0) + slept_s
        if self._outer:
            self._outer.spend(on_message, on_wait, deadline)

    def count_used(self) -> int:
        """Return how many writes of the longest window are used; raises the errors of the first store."""
        with self._lock:
            store = self._stores[0]
            self._open(store)
            bucket: Any = store.bucket
            with store.lock():
                bucket.leak(store.now_ms())
                return int(bucket.count())

    def pause(self, seconds: float) -> None:
        """Send no write for this time, because the API accepts none; the caller has reported it."""
        if self._outer:
            self._outer.pause(seconds)
        now_s = time.monotonic()
        self._paused_until_s, self._reported_at_s = max(self._paused_until_s, now_s + seconds), now_s

    def _next_wait(self, on_message: MessageFn) -> Wait | None:
        """Return the wait until the next try, or None if a write is recorded and may be sent."""
        if (seconds := self._paused_until_s - time.monotonic()) > 0:
            return Wait(seconds, "which Statsig reports as used up")
        with self._lock:
            wait = self._try_stores(on_message) if self._windows else None
            self._expected_writes -= wait is None and self._expected_writes > 0
            return wait

    def _try_stores(self, on_message: MessageFn) -> Wait | None:
        """Record a write in the first store; a store that fails is not used again in this run."""
        while True:
            store = self._stores[0]
            try:
                self._open(store)
                return self._record(store)
            except Exception as error:
                if len(self._stores) == 1:
                    raise
                del self._stores[0]
                if store.is_shared:  # without the text of the error, which may contain a part of the URL
                    on_message(
                        f"the server of {WRITE_BUDGET_STORE.key} cannot be used ({type(error).__name__}):"
                        " this run shares the write budget with this machine alone"
                    )

    def _open(self, store: Store) -> None:
        from pyrate_limiter import Rate

        if store is not self._open_store:
            store.open([Rate(window.writes, _interval_ms(window)) for window in self._windows])
            store.bucket.leak(store.now_ms())
            self._open_store = store

    def _record(self, store: Store) -> Wait | None:
        """Record a write, or return how long the store is full."""
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
        return Wait(seconds, f"{min(used, full.writes)} of {full} used", self._estimate_s(full, seconds, used))

    def _estimate_s(self, full: Window, seconds: float, used: int) -> float:
        """Return the time for all expected writes, if this window is full and the longest one has ``used`` writes."""

        def rounded_up_s(window: Window, writes: int) -> int:
            return window.seconds * max(0, -(-writes // window.writes))

        return max(
            seconds + rounded_up_s(window, self._expected_writes - window.writes)
            if window.seconds <= full.seconds
            else rounded_up_s(window, self._expected_writes - window.writes + used)
            for window in self._windows
        )

    def _report(self, on_message: MessageFn, on_wait: MessageFn, wait: Wait) -> None:
        """Report a wait for this thread, and for all threads at most once in an interval."""
        if wait.seconds < MIN_REPORTED_S:
            return
        message = f"waiting {wait.seconds:.0f} s for {self._title}, {wait.reason}"
        on_wait(message)
        # A wait may end just before the interval does, hence the second.
        if time.monotonic() - self._reported_at_s >= REPORT_INTERVAL_S - 1:
            self._reported_at_s = time.monotonic()
            if wait.total_s > MIN_ESTIMATE_S:
                message += f"; about {wait.total_s / 60:.0f} min for the {self._expected_writes} expected writes"
            on_message(message)


def _interval_ms(window: Window) -> int:
    return int((window.seconds + MARGIN_S) * 1000)
