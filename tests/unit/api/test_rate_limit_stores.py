"""The servers that machines share a write budget through, on real ones."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from statsig_pulumi.api import rate_limit_stores
from statsig_pulumi.api.rate_limit import WriteBudget
from statsig_pulumi.errors import InvalidSettingError
from statsig_pulumi.settings import Window

from ... import servers

LIMIT = (Window(5, 1), Window(12, 3))
WRITE_S = 0.1
"""So long takes a write, in which others come to theirs."""
NEWS_S = 0.1
SERVERS: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "postgresql": servers.postgresql,
    "redis": servers.redis,
}


@pytest.fixture(params=SERVERS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with SERVERS[request.param]() as found:
        yield found


def spent(url: str, name: str, count: int, begin_s: float = 0) -> list[float]:
    """When another machine could send each of its writes."""
    time.sleep(max(0, begin_s - time.time()))
    said: list[str] = []
    budget = WriteBudget(LIMIT, rate_limit_stores.shared_store(url, name))
    times = []
    for _ in range(count):
        budget.spend(said.append)
        times.append(time.time())
        time.sleep(WRITE_S)
    assert not [text for text in said if "cannot be used" in text]
    return times


def most_in(seconds: float, times: list[float]) -> int:
    """The most writes in so long, but for what the news of one takes to come from the server."""
    return max(sum(start <= t < start + seconds - NEWS_S for t in times) for start in times)


def test_machines_share_one_budget_in_fair_parts(url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        each = pool.starmap(spent, [(url, "project", 8, time.time() + 3)] * 3)
    times = sorted(t for machine in each for t in machine)
    assert most_in(1, times) == 5
    assert most_in(3, times) == 12
    first_is_done = min(machine[-1] for machine in each)
    assert min(sum(t <= first_is_done for t in machine) for machine in each) >= 2


def test_projects_share_nothing(url: str) -> None:
    began_s = time.time()
    times = spent(url, "one", 5) + spent(url, "another", 5)
    assert most_in(max(times) - began_s + 1, times) == 10


def test_the_clock_of_a_machine_does_not_matter(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    times, real = spent(url, "project", 5), time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 3_600 * 10**9)
    times += spent(url, "project", 1)
    assert most_in(1, times) == 5


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit_stores, "find_spec", lambda name: None)
    with pytest.raises(InvalidSettingError, match=r"pip install 'statsig-pulumi\[redis\]'"):
        rate_limit_stores.shared_store("redis://host", "project")


@pytest.mark.parametrize("said", ["postgresql://me:pass-word@127.0.0.1:1/x", "redis://:pass-word@127.0.0.1:1"])
def test_where_the_server_is_not_there_the_machine_counts_for_itself(said: str) -> None:
    told: list[str] = []
    budget = WriteBudget(LIMIT, rate_limit_stores.shared_store(said, "project"))
    for _ in range(6):
        budget.spend(told.append)
    (first, *_) = told
    assert first.startswith("the server of statsig:writeBudgetStore cannot be used (")
    assert "pass-word" not in " ".join(told)
