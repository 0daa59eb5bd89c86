"""Several runners share one write budget and Pulumi's own backend on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from .. import servers
from .killing import kill_all, kill_up
from .stack import Stack
from .wire import Wire

COUNT = 25
TAGS = """
for i in range({count}):
    statsig.Tag(f"tag-{{i}}", name=f"{word} {{i}}")
"""
RUNNERS = ("red", "blue", "green", "grey")


@pytest.fixture
def server() -> Iterator[str]:
    with servers.postgresql() as url:
        yield url


@pytest.fixture
def runner(tmp_path: Path, stack: Stack, server: str) -> Callable[[str], Stack]:
    """A machine of its own, with a stack of its own; the Statsig project and the backend are those of all."""

    def made(word: str) -> Stack:
        own = {name: stack.env[name] for name in ("STATSIG_CONSOLE_KEY", "STATSIG_CONSOLE_URL")}
        backend = server.replace("postgresql://", "postgres://") + "?sslmode=disable"
        own |= {"PULUMI_HOME": str(tmp_path / word / "home"), "PULUMI_BACKEND_URL": backend}
        machine = Stack(tmp_path / word, own, name=word).init()
        machine.run("config", "set", "statsig:writeBudget", "10/2s")
        machine.set_secret("statsig:writeBudgetStore", server)
        return machine.program(TAGS.format(count=COUNT, word=word))

    return made


@pytest.fixture(autouse=True)
def strict(emulator: Emulator) -> None:
    # Shorter than the budget by the delay of a request on a busy machine.
    emulator.quirk(rate_limit_windows=[[10, 1]])


def writes(wire: Wire) -> list[dict[str, Any]]:
    found = wire.writes()
    assert [entry for entry in found if entry["status"] == 429] == []
    return found


def names(emulator: Emulator, word: str) -> set[str]:
    return {tag["name"] for tag in emulator.objects("tags") if tag["name"].startswith(word)}


def test_four_concurrent_runners_share_the_budget_fairly(
    runner: Callable[[str], Stack], emulator: Emulator, wire: Wire
) -> None:
    machines = [runner(word) for word in RUNNERS]
    with ThreadPoolExecutor(len(machines)) as pool:
        list(pool.map(Stack.up, machines))
    sent = [entry["body"]["name"].partition(" ")[0] for entry in writes(wire)]
    assert [len(names(emulator, word)) for word in RUNNERS] == [COUNT] * 4
    first_is_done = min(len(sent) - sent[::-1].index(word) for word in RUNNERS)
    assert min(sent[:first_is_done].count(word) for word in RUNNERS) >= COUNT // 8
    assert not [machine for machine in machines if servers.PASSWORD in machine.exported()]
    for machine in machines:
        machine.preview_is_empty()


def test_the_share_of_a_killed_run_is_released(runner: Callable[[str], Stack], emulator: Emulator, wire: Wire) -> None:
    lost, other = runner("red"), runner("blue")
    kill_up(lost, emulator, posts=15)
    kill_all(lost)
    other.up()
    assert len(names(emulator, "blue")) == COUNT
    lost.up()
    assert len(names(emulator, "red")) == COUNT
    writes(wire)
