"""An ``up`` that is killed: what it sent and could not note is found again, and nothing is made twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from statsig_pulumi.emulator import Emulator

from .killing import kill_all, killed
from .stack import Stack

GATES = "for i in range(4):\n    statsig.Gate(f'gate-{i}', name=f'gate {i}', description='One'{more})\n"


@pytest.fixture(autouse=True)
def orphans(stack: Stack) -> Iterator[None]:
    """What a killed engine leaves behind is ended with the test."""
    yield
    kill_all(stack)


def test_what_a_killed_up_has_made_is_taken_over(stack: Stack, emulator: Emulator) -> None:
    emulator.fault(kind="delay", method="POST", path="/gates", seconds=1.5, times=None)
    stack.program(GATES.replace("{more}", ", is_launched=i == 2"))
    killed(stack, emulator, posts=4)
    emulator.clear_faults()
    time.sleep(2)
    made = {gate["id"]: gate["createdTime"] for gate in emulator.objects("gates")}
    assert len(made) == 4
    answer = stack.up()
    assert "an interrupted run has made it already; it was found as it was sent" in answer
    assert {gate["id"]: gate["createdTime"] for gate in emulator.objects("gates")} == made
    assert emulator.object("gates", "gate_2")["status"] == "Launched"
    stack.preview_is_empty()
    stack.refresh_is_empty()


def test_what_a_colleague_has_changed_since_is_not_taken_over(stack: Stack, emulator: Emulator) -> None:
    emulator.fault(kind="delay", method="POST", path="/gates", seconds=1.5, times=None)
    stack.program(GATES.replace("{more}", ""))
    killed(stack, emulator, posts=4)
    emulator.clear_faults()
    time.sleep(2)
    emulator.edit("gates", "gate_1", {"description": "Hers"})
    answer = stack.up(ok=False)
    assert "Gate 'gate 1' exists already in Statsig" in answer
    assert "description: 'Hers' => 'One'" in answer
    assert emulator.object("gates", "gate_1")["description"] == "Hers"


def test_a_run_that_ended_leaves_no_claim_to_an_equal_object(stack: Stack, emulator: Emulator) -> None:
    stack.program('statsig.Gate("gate", name="gate", description="One")').up()
    stack.run("state", "delete", "--yes", stack.resources()["gate"]["urn"])
    answer = stack.up(ok=False)
    assert "Gate 'gate' exists already in Statsig: id 'gate', created by CONSOLE API; it was not changed" in answer
