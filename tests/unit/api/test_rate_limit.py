"""The write budget of a project, shared by threads and processes; time does not pass here but where it is slept."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from statsig_pulumi.api.rate_limit import WriteBudget
from statsig_pulumi.api.rate_limit_stores import MachineStore
from statsig_pulumi.settings import Window

SHORT = (Window(5, 1),)


def spent(file: Path | None, count: int, limit: tuple[Window, ...] = SHORT) -> list[float]:
    """When each of these writes could be sent."""
    budget = WriteBudget(limit, *([MachineStore(file)] if file else []))

    def one(_: int) -> float:
        budget.spend(lambda message: None)
        return time.time()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, range(count)))


def most_in_a_second(times: list[float]) -> int:
    return max(sum(start <= t < start + 1 for t in times) for start in times)


def test_threads_share_it(tmp_path: Path) -> None:
    assert most_in_a_second(spent(tmp_path / "x.sqlite", 12)) == 5


def test_processes_share_it(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        times = pool.starmap(spent, [(tmp_path / "x.sqlite", 5)] * 3)
    assert most_in_a_second([t for each in times for t in each]) == 5


def test_the_next_run_knows_what_the_one_before_has_used(tmp_path: Path) -> None:
    first = spent(tmp_path / "x.sqlite", 5, (Window(5, 2),))
    second = spent(tmp_path / "x.sqlite", 1, (Window(5, 2),))
    assert second[0] - first[0] >= 2


def test_without_a_file_this_process_keeps_it_for_itself() -> None:
    assert most_in_a_second(spent(None, 7)) == 5


@pytest.mark.parametrize("content", [b"", b"no database" * 1000])
def test_a_database_that_cannot_be_read_is_made_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.sqlite"
    file.write_bytes(content)
    assert most_in_a_second(spent(file, 6)) == 5
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT COUNT(*) FROM rate_bucket").fetchone() == (6,)


def test_where_nothing_can_be_written_writes_are_counted_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, and no folder")
    assert most_in_a_second(spent(tmp_path / "taken" / "x.sqlite", 6)) == 5


def test_a_clock_that_was_put_back_does_not_stop_all_writes(tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite"
    spent(file, 1)
    with sqlite3.connect(file) as database:
        ahead = [("write", time.time_ns() // 1_000_000 + 3_600_000)] * 5
        database.executemany("INSERT INTO rate_bucket VALUES (?, ?)", ahead)
    assert len(spent(file, 5)) == 5


def test_a_pause_holds_all_threads() -> None:
    budget, began = WriteBudget(), time.monotonic()
    budget.pause(0.3)
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: budget.spend(lambda message: None) or time.monotonic(), range(4)))
    assert min(ended) - began >= 0.3


def test_waiting_is_told_once_for_all_threads(tmp_path: Path) -> None:
    told: list[str] = []
    budget = WriteBudget((Window(2, 2),), MachineStore(tmp_path / "x.sqlite"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: budget.spend(told.append), range(4)))
    assert told == ["waiting 2 s for Statsig's write budget, 2 of 2 in 2 s used"]


def test_a_long_wait_tells_how_long_all_will_take(monkeypatch: pytest.MonkeyPatch) -> None:
    class SleepingError(Exception):
        """Instead of it."""

    def slept(seconds: float) -> None:
        raise SleepingError

    monkeypatch.setattr("statsig_pulumi.api.rate_limit.time.sleep", slept)
    told: list[str] = []
    budget = WriteBudget((Window(2, 10), Window(10, 600)))
    for _ in range(25):
        budget.expect()
    budget.spend(told.append)
    budget.spend(told.append)
    with pytest.raises(SleepingError):
        budget.spend(told.append)
    assert told[-1].endswith("2 of 2 in 10 s used; about 20 min for the 23 writes that are to come")
