"""An ``up`` that is killed: what it sent and could not note is found again, and nothing is made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack

GATES = "for i in range(4):\n    statsig.Gate(f'gate-{i}', name=f'gate {i}', description='One'{more})\n"
LIMIT_S = 60


@pytest.fixture(autouse=True)
def orphans(stack: Stack) -> Iterator[None]:
    """What a killed engine leaves behind is ended with the test."""
    yield
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _is_of(process, stack.folder):
            os.kill(int(process.name), signal.SIGKILL)


def _is_of(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").resolve() == folder and b"pulumi" in (process / "cmdline").read_bytes()
    except OSError:
        return False


def killed(stack: Stack, emulator: Emulator, posts: int) -> None:
    """``pulumi up``, killed when the service has got this many creates."""
    words = ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview"]
    with subprocess.Popen(
        words, cwd=stack.folder, env=stack.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as up:
        end_s = time.monotonic() + LIMIT_S
        while len([e for e in emulator.requests()["log"] if e["method"] == "POST"]) < posts:
            assert time.monotonic() < end_s, "the creates did not come"
            time.sleep(0.01)
        up.kill()
    stack.run("cancel", "--yes", stack.name)


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
    assert "Gate 'gate' exists already in Statsig: id 'gate', made by CONSOLE API; it was not touched" in answer
