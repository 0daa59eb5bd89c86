"""The write budget of a Statsig project, which the service enforces: no request fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

TAGS = """
for i in range({count}):
    statsig.Tag(f"tag-{{i}}", name=f"{word} {{i}}")
"""
SHORTER_WINDOW = [[100, 8]]
"""The window of the service. It is shorter than that of the budget by the delay of a request on a busy machine."""


@pytest.fixture
def another(tmp_path: Path, stack: Stack) -> Callable[[str], Stack]:
    """One more stack of the same Statsig project, in a folder of its own."""

    def made(name: str) -> Stack:
        own = {n: stack.env[n] for n in ("PULUMI_HOME", "STATSIG_CONSOLE_KEY", "STATSIG_CONSOLE_URL")}
        return Stack(tmp_path / name, own).init()

    return made


def refused(wire: Wire) -> list[dict[str, Any]]:
    return [entry for entry in wire.requests() if entry["status"] == 429]


def test_two_concurrent_runs_share_the_write_budget(
    another: Callable[[str], Stack], emulator: Emulator, wire: Wire
) -> None:
    emulator.quirk(rate_limit_windows=SHORTER_WINDOW)
    both = [another(word).program(TAGS.format(count=70, word=word)) for word in ("red", "blue")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(Stack.up, both))
    assert refused(wire) == []
    assert len(emulator.objects("tags")) == 141  # with the one that each project has
    assert any("s for Statsig's write budget, 100 of 100 in 10 s used" in answer for answer in answers)


def test_a_run_waits_for_the_budget_that_the_previous_one_used(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.quirk(rate_limit_windows=SHORTER_WINDOW)
    stack.program(TAGS.format(count=80, word="red")).up()
    stack.destroy()
    assert refused(wire) == []


def test_a_configured_budget_is_observed(stack: Stack, emulator: Emulator) -> None:
    stack.run("config", "set", "statsig:writeBudget", "5/3s")
    answer = stack.program(TAGS.format(count=6, word="red")).up()
    assert "s for Statsig's write budget, 5 of 5 in 3 s used" in answer
    assert len(emulator.objects("tags")) == 7


def test_writes_of_others_delay_a_run_without_loss(stack: Stack, emulator: Emulator) -> None:
    emulator.quirk(rate_limit_windows=[[5, 2]], retry_after_seconds=2)
    stack.program(TAGS.format(count=12, word="red")).up()
    assert len(emulator.objects("tags")) == 13


def test_an_invalid_budget_is_an_error_at_the_preview(stack: Stack, wire: Wire) -> None:
    stack.run("config", "set", "statsig:writeBudget", "lots")
    answer = stack.program(TAGS.format(count=1, word="red")).preview(ok=False)
    assert "statsig:writeBudget must be such as '100/10s, 900/15m', or 'off', not 'lots'" in answer
    assert wire.requests() == []


def test_waiting_is_shown_on_the_resource_and_the_stack(stack: Stack, tmp_path: Path) -> None:
    stack.run("config", "set", "statsig:writeBudget", "5/3s")
    stack.env["PULUMI_DEBUG_COMMANDS"], events = "true", tmp_path / "events"
    stack.program(TAGS.format(count=6, word="red")).up("--event-log", str(events))
    told = [json.loads(line).get("diagnosticEvent", {}) for line in events.read_text().splitlines()]
    waiting = [event for event in told if "waiting" in event.get("message", "")]
    on_resources = [event for event in waiting if event.get("urn")]
    assert {event["urn"].rpartition("::")[0] for event in on_resources} == {
        "urn:pulumi:test::engine::pulumi-python:dynamic/statsig:Tag"
    }
    assert all(event["ephemeral"] for event in on_resources)
    assert len(on_resources) < len(waiting)
