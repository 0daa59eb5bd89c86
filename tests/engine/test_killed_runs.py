"""Interrupted runs: the next run finds what was created, and nothing is created twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from statsig_pulumi.emulator import Emulator

from .all_kinds import PHASES, find_wrong_objects, prepare, program
from .killing import (
    INTERRUPTS,
    interrupt,
    kill_all,
    kill_up,
    remove_empty_attributes,
    wait_until_plugin_ends,
)
from .stack import Stack

DELAY_S = 0.5
_HOW = tuple(INTERRUPTS)
CASES = [
    pytest.param(
        tuple(_HOW[(first + 2 * phase) % len(_HOW)] for phase in range(len(PHASES))),
        marks=[pytest.mark.soak] if first else [],
    )
    for first in range(len(_HOW))
]
"""The interrupt of each phase. Together, the cases interrupt each phase in each way."""

GATES = "for i in range(4):\n    statsig.Gate(f'gate-{i}', name=f'gate {i}', description='One'{more})\n"


@pytest.fixture(autouse=True)
def orphans(stack: Stack) -> Iterator[None]:
    """What a killed engine leaves behind is ended with the test."""
    yield
    kill_all(stack)


def kill_creates(stack: Stack, emulator: Emulator, program: str) -> None:
    """Kill the run of a program during its four creates, which Statsig completes."""
    emulator.fault(kind="delay", method="POST", path="/gates", seconds=1.5, times=None)
    stack.program(program)
    kill_up(stack, emulator, posts=4)
    emulator.clear_faults()
    time.sleep(2)


def test_objects_created_by_a_killed_run_are_adopted(stack: Stack, emulator: Emulator) -> None:
    kill_creates(stack, emulator, GATES.replace("{more}", ", is_launched=i == 2"))
    made = {gate["id"]: gate["createdTime"] for gate in emulator.objects("gates")}
    assert len(made) == 4
    answer = stack.up()
    assert "created by an interrupted run; the object is adopted" in answer
    assert {gate["id"]: gate["createdTime"] for gate in emulator.objects("gates")} == made
    assert emulator.object("gates", "gate_2")["status"] == "Launched"
    stack.preview_is_empty()
    stack.refresh_is_empty()


def test_objects_edited_after_a_killed_run_are_not_adopted(stack: Stack, emulator: Emulator) -> None:
    kill_creates(stack, emulator, GATES.replace("{more}", ""))
    emulator.edit("gates", "gate_1", {"description": "Hers"})
    answer = stack.up(ok=False)
    assert "Gate 'gate 1' exists already in Statsig" in answer
    assert "description: 'Hers' => 'One'" in answer
    assert emulator.object("gates", "gate_1")["description"] == "Hers"


def test_a_completed_run_leaves_no_claim_to_an_equal_object(stack: Stack, emulator: Emulator) -> None:
    stack.program('statsig.Gate("gate", name="gate", description="One")').up()
    stack.run("state", "delete", "--yes", stack.resources()["gate"]["urn"])
    answer = stack.up(ok=False)
    assert "Gate 'gate' exists already in Statsig: id 'gate', created by CONSOLE API; it was not changed" in answer


def test_a_state_with_empty_attributes_is_mended_as_documented(stack: Stack) -> None:
    stack.program('statsig.Gate("gate", name="gate")').up()
    (attributes,) = (stack.folder / "state").rglob(f"{stack.name}.json.attrs")
    attributes.write_text("")
    assert "failed to load checkpoint: EOF" in stack.preview(ok=False)
    remove_empty_attributes(stack)
    stack.preview_is_empty()


@pytest.mark.parametrize("status", [503, 429])
def test_a_plugin_ends_after_its_engine_and_sends_no_more(stack: Stack, emulator: Emulator, status: int) -> None:
    emulator.fault(method="POST", path="/gates", status=status, headers={"Retry-After": "50"})
    stack.program('statsig.Gate("gate", name="checkout")')
    kill_up(stack, emulator, posts=1)
    wait_until_plugin_ends(stack)
    assert [entry["status"] for entry in emulator.requests()["log"] if entry["method"] == "POST"] == [status]
    assert emulator.objects("gates") == []


def test_a_plugin_ends_after_its_engine_but_not_within_a_write(stack: Stack, emulator: Emulator) -> None:
    emulator.fault(kind="delay", method="POST", path="/gates", seconds=3)
    stack.program('statsig.Gate("gate", name="checkout", is_launched=True)')
    kill_up(stack, emulator, posts=1)
    wait_until_plugin_ends(stack)
    log = [(entry["method"], entry["status"]) for entry in emulator.requests()["log"] if entry["method"] != "GET"]
    assert log == [("POST", 201)]


def interrupt_phase(stack: Stack, emulator: Emulator, phase: str, how: str, writes: int) -> None:
    """Interrupt the command of a phase of a program of all kinds, and let what is on its way end."""
    emulator.fault(kind="delay", seconds=DELAY_S, path="^", times=None)
    stack.program(program(phase))
    interrupt(stack, emulator, "destroy" if phase == "delete" else "up", how, writes=writes)
    emulator.clear_faults()
    wait_until_plugin_ends(stack)


def assert_completes(stack: Stack, emulator: Emulator, phase: str) -> None:
    """Assert that one more run completes a phase, with each object once."""
    if phase == "delete":
        stack.destroy()
    else:
        stack.up()
        stack.preview_is_empty()
    assert find_wrong_objects(emulator, phase) == {}


@pytest.mark.parametrize("interrupts", CASES, ids="-".join)
@pytest.mark.parametrize("writes", [3, pytest.param(9, marks=pytest.mark.soak)])
def test_interrupted_phases_are_completed_by_one_run(
    stack: Stack, emulator: Emulator, interrupts: tuple[str, ...], writes: int
) -> None:
    prepare(emulator)
    stack.run("config", "set", "statsig:writeBudget", "off")
    for phase, how in zip(PHASES, interrupts, strict=True):
        interrupt_phase(stack, emulator, phase, how, writes)
        assert_completes(stack, emulator, phase)
