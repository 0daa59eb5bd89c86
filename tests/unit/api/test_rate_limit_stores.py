"""The servers through which machines share a write budget; tests marked slow start real ones."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from statsig_pulumi.api import rate_limit_stores
from statsig_pulumi.api.rate_limit import WriteBudget
from statsig_pulumi.api.rate_limit_stores import shared_store
from statsig_pulumi.errors import InvalidSettingError
from statsig_pulumi.settings import STORE_SERVERS, Window

from ... import servers

WINDOWS = (Window(5, 1), Window(12, 3))
WRITE_S = 0.1
"""The time that a write takes, in which others send theirs."""
LATENCY_S = 0.5
"""The longest time that a busy machine takes to note that a write may be sent."""
SERVERS: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "postgresql": servers.postgresql,
    "redis": servers.redis,
}


@pytest.fixture(params=SERVERS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with SERVERS[request.param]() as url:
        yield url


def spend(url: str, name: str, count: int, begin_s: float = 0) -> list[float]:
    """The times at which another machine may send each of its writes."""
    time.sleep(max(0, begin_s - time.time()))
    messages: list[str] = []
    budget = WriteBudget(WINDOWS, shared_store(url, name))
    times = []
    for _ in range(count):
        budget.spend(messages.append)
        times.append(time.time())
        time.sleep(WRITE_S)
    assert [message for message in messages if "cannot be used" in message] == []
    return times


def most_within(seconds: float, times: list[float]) -> int:
    return max(sum(start <= t < start + seconds - LATENCY_S for t in times) for start in times)


@pytest.mark.slow
def test_machines_share_one_budget_in_fair_parts(url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        machines = pool.starmap(spend, [(url, "project", 8, time.time() + 3)] * 3)
    times = sorted(t for machine in machines for t in machine)
    assert most_within(1, times) <= 5
    assert most_within(3, times) <= 12
    first_end = min(machine[-1] for machine in machines)
    assert min(sum(t <= first_end for t in machine) for machine in machines) >= 2


@pytest.mark.slow
def test_projects_have_separate_budgets(url: str) -> None:
    began_s = time.time()
    times = spend(url, "one", 5) + spend(url, "another", 5)
    assert most_within(max(times) - began_s + 1, times) == 10


@pytest.mark.slow
def test_the_clock_of_a_machine_does_not_matter(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    times, real = spend(url, "project", 5), time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 3_600 * 10**9)
    times += spend(url, "project", 1)
    assert most_within(1, times) <= 5


def test_every_accepted_scheme_has_a_store() -> None:
    stores = {scheme: type(shared_store(f"{scheme}://host", "project")).__name__ for scheme in STORE_SERVERS}
    assert stores == {
        "postgres": "PostgresStore",
        "postgresql": "PostgresStore",
        "redis": "RedisStore",
        "rediss": "RedisStore",
    }


@pytest.mark.parametrize(("server", "library"), [("postgresql", "psycopg_pool"), ("redis", "redis")])
def test_an_error_for_a_missing_library_names_the_extra(
    server: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit_stores, "find_spec", lambda name: None)
    with pytest.raises(InvalidSettingError) as error:
        shared_store(f"{server}://:pass-word@host", "project")
    assert str(error.value) == (
        f"statsig:writeBudgetStore is a {server} URL, and {library} is not installed;"
        f" pip install 'statsig-pulumi[{server}]'"
    )


@pytest.mark.parametrize("url", ["postgresql://me:pass-word@127.0.0.1:1/x", "redis://:pass-word@127.0.0.1:1"])
def test_without_the_server_the_machine_counts_for_itself(url: str) -> None:
    messages: list[str] = []
    budget = WriteBudget(WINDOWS, shared_store(url, "project"))
    budget.spend(messages.append)
    budget.spend(messages.append)
    (message,) = messages
    assert message.startswith("the server of statsig:writeBudgetStore cannot be used (")
    assert "pass-word" not in message
