"""The write budget: how many writes it lets through in which time, and what it reports; sleeping takes no time here."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from statsig_pulumi.api import rate_limit, rate_limit_stores
from statsig_pulumi.api.rate_limit import WriteBudget
from statsig_pulumi.api.rate_limit_stores import MachineStore, Store
from statsig_pulumi.settings import Window

FIVE_A_SECOND = (Window(5, 1),)


class Clock:
    """A clock that moves only when somebody sleeps; it replaces the module ``time``."""

    def __init__(self) -> None:
        self.now_s, self._lock = 1_800_000_000.0, Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now_s += seconds

    def monotonic(self) -> float:
        return self.now_s

    def time_ns(self) -> int:
        return round(self.now_s * 1e9)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rate_limit, "time", clock)
    monkeypatch.setattr(rate_limit_stores, "time", clock)
    return clock


def spend(clock: Clock, count: int, *stores: Store, windows: tuple[Window, ...] = FIVE_A_SECOND) -> list[float]:
    """The times at which a new budget lets these writes through."""
    budget = WriteBudget(windows, *stores)
    times = []
    for _ in range(count):
        budget.spend(lambda message: None)
        times.append(clock.now_s)
    return times


def most_within(seconds: float, times: list[float]) -> int:
    return max(sum(start <= t < start + seconds for t in times) for start in times)


def test_without_windows_nothing_waits(clock: Clock) -> None:
    began_s = clock.now_s
    assert spend(clock, 500, windows=()) == [began_s] * 500


def test_every_window_is_kept(clock: Clock) -> None:
    times = spend(clock, 30, windows=(Window(5, 1), Window(12, 10)))
    assert (most_within(1, times), most_within(10, times)) == (5, 12)


@pytest.mark.usefixtures("clock")
def test_threads_share_a_budget(tmp_path: Path) -> None:
    file, an_hour = tmp_path / "x.sqlite", Window(1000, 3600)  # its writes are kept in the file
    budget = WriteBudget((*FIVE_A_SECOND, an_hour), MachineStore(file))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(budget.spend, [lambda message: None] * 12))
    with sqlite3.connect(file) as database:
        times = [time_ms / 1000 for (time_ms,) in database.execute("SELECT item_timestamp FROM rate_bucket")]
    assert len(times) == 12
    assert most_within(1, times) == 5


@pytest.mark.slow
def test_processes_share_a_budget(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        times = pool.starmap(spend_in_real_time, [(tmp_path / "x.sqlite", 5)] * 3)
    assert most_within(1, [t for process in times for t in process]) == 5


def spend_in_real_time(file: Path, count: int) -> list[float]:
    budget = WriteBudget(FIVE_A_SECOND, MachineStore(file))
    times = []
    for _ in range(count):
        budget.spend(lambda message: None)
        times.append(time.time())
    return times


def test_a_budget_counts_the_writes_of_earlier_runs(clock: Clock, tmp_path: Path) -> None:
    windows = (Window(5, 2),)
    first = spend(clock, 5, MachineStore(tmp_path / "x.sqlite"), windows=windows)
    second = spend(clock, 1, MachineStore(tmp_path / "x.sqlite"), windows=windows)
    assert second[0] - first[0] >= 2


def test_projects_have_separate_budgets(clock: Clock, tmp_path: Path) -> None:
    began_s = clock.now_s
    spend(clock, 5, MachineStore(tmp_path / "x.sqlite"))
    assert spend(clock, 5, MachineStore(tmp_path / "y.sqlite")) == [began_s] * 5


def test_without_a_store_the_process_counts_its_own_writes(clock: Clock) -> None:
    assert most_within(1, spend(clock, 7)) == 5


@pytest.mark.parametrize("content", [b"", b"no database" * 1000])
def test_a_file_that_is_no_database_is_replaced(clock: Clock, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.sqlite"
    file.write_bytes(content)
    assert most_within(1, spend(clock, 6, MachineStore(file))) == 5
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT COUNT(*) FROM rate_bucket").fetchone() == (6,)
    assert file.stat().st_mode & 0o777 == 0o600


def test_if_no_file_can_be_written_the_process_counts_its_own_writes(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, and no folder")
    assert most_within(1, spend(clock, 6, MachineStore(tmp_path / "taken" / "x.sqlite"))) == 5


def test_writes_recorded_in_the_future_are_forgotten(clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite"
    spend(clock, 1, MachineStore(file))
    with sqlite3.connect(file) as database:
        ahead = [("write", clock.time_ns() // 1_000_000 + 3_600_000)] * 5
        database.executemany("INSERT INTO rate_bucket VALUES (?, ?)", ahead)
    began_s = clock.now_s
    assert spend(clock, 5, MachineStore(file)) == [began_s] * 5


def test_a_pause_holds_all_threads(clock: Clock) -> None:
    budget, began_s = WriteBudget(), clock.now_s
    budget.pause(30)
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: budget.spend(lambda message: None) or clock.now_s, range(4)))
    assert min(ended) - began_s >= 30


def test_the_time_that_a_thread_has_waited_is_known(clock: Clock) -> None:
    budget = WriteBudget()
    assert budget.waited_s == 0
    budget.pause(25)
    budget.spend(lambda message: None)
    assert budget.waited_s == 25
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: budget.waited_s).result() == 0


def test_a_wait_is_reported_once_for_all_and_each_time_for_the_thread(clock: Clock) -> None:
    messages: list[str] = []
    waits: list[str] = []
    budget = WriteBudget((Window(2, 2),))
    for _ in range(6):
        budget.spend(messages.append, waits.append)
    message = "waiting 2 s for Statsig's write budget, 2 of 2 in 2 s used"
    assert (messages, waits) == ([message], [message] * 2)


def test_a_long_wait_is_reported_again_in_each_interval(clock: Clock) -> None:
    messages: list[str] = []
    budget = WriteBudget((Window(1, 30),))
    budget.spend(messages.append)
    budget.spend(messages.append)
    assert [message.split(",")[0] for message in messages] == [
        f"waiting {seconds} s for Statsig's write budget" for seconds in (30, 20, 10)
    ]


def test_a_long_wait_estimates_the_time_for_all_expected_writes(clock: Clock) -> None:
    messages: list[str] = []
    budget = WriteBudget((Window(2, 10), Window(10, 600)))
    for _ in range(25):
        budget.expect()
    for _ in range(3):
        budget.spend(messages.append)
    assert messages[0].endswith("2 of 2 in 10 s used; about 20 min for the 23 expected writes")


def test_a_failing_store_is_replaced_by_the_next_one(clock: Clock) -> None:
    class BrokenStore(rate_limit_stores.LocalStore):
        is_shared = True

        def open(self, rates: list[Any]) -> None:
            raise OSError("at redis://:pass-word@host")

    messages: list[str] = []
    budget = WriteBudget(FIVE_A_SECOND, BrokenStore())
    budget.spend(messages.append)
    assert messages == [
        "the server of statsig:writeBudgetStore cannot be used (OSError):"
        " this run shares the write budget with this machine alone"
    ]


def test_a_budget_within_another_one_takes_from_both(clock: Clock) -> None:
    outer = WriteBudget((Window(4, 10),))
    inner = WriteBudget((Window(3, 5),), title="the limit of lists", outer=outer)
    messages: list[str] = []
    times = []
    for _ in range(6):
        inner.spend(messages.append)
        times.append(clock.now_s)
    assert most_within(5, times) == 3
    assert most_within(10, times) == 4
    assert messages[0] == "waiting 5 s for the limit of lists, 3 of 3 in 5 s used"
    assert inner.waited_s == pytest.approx(times[-1] - times[0])
    outer.spend(messages.append)
    assert most_within(10, [*times, clock.now_s]) == 4, "the other requests of the project count those of the part"


def test_a_pause_of_a_budget_within_another_one_stops_both(clock: Clock) -> None:
    outer = WriteBudget()
    inner, start_s = WriteBudget(outer=outer), clock.now_s
    inner.pause(3)
    outer.spend(lambda message: None)
    assert clock.now_s - start_s >= 3


def test_processes_share_the_budget_of_a_part(clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    start_s = clock.now_s
    budgets = [WriteBudget.of_project("a" * 64, FIVE_A_SECOND, part="lists") for _ in range(2)]
    for number in range(6):
        budgets[number % 2].spend(lambda message: None)
    assert clock.now_s - start_s >= 1
    other_s = clock.now_s
    WriteBudget.of_project("a" * 64, FIVE_A_SECOND).spend(lambda message: None)
    assert clock.now_s == other_s
    assert sorted(file.name for file in (tmp_path / "statsig-pulumi" / "budgets").glob("*.sqlite")) == [
        f"{'a' * 32}.sqlite",
        f"{'a' * 32}_lists.sqlite",
    ]
