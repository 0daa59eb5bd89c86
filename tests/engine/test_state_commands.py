"""Commands that change the state or select resources, and two stacks at once: each object keeps one owner."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .vault import PROVIDER
from .wire import Wire

PROGRAM = """
gate = statsig.Gate("{name}", name="first gate")
statsig.GateOverrides("overrides", gate_id=gate.id, passing_user_ids={ids})
statsig.Gate("second", name="second gate", rules=[
    statsig.Rule(name="First", pass_percentage=10, conditions=[statsig.Condition.passes_gate(gate)])])
"""
GATES = """
for number in range(6):
    statsig.Gate(f"gate-{number}", name=f"gate {number}", description="One")
"""


def test_renamed_resources_and_stacks_are_the_same_objects(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(PROGRAM.format(name="first", ids=["ana"])).up()
    wire.requests()
    stack.run("state", "rename", "--yes", stack.resources()["first"]["urn"], "renamed")
    stack.run("stack", "rename", "other")
    stack.env["PULUMI_STACK"] = "other"
    stack.program(PROGRAM.format(name="renamed", ids=["ana"])).preview_is_empty()
    stack.refresh_is_empty()
    stack.run("refresh", "--yes", "--run-program", "--expect-no-changes")
    emulator.edit("gates", "first_gate", {"description": "Hers"})
    stack.up("--refresh", "--expect-no-changes")  # the program does not declare it
    assert wire.writes() == []

    urn = stack.resources()["renamed"]["urn"]
    assert "was not specified in --target list" in stack.destroy("--target", urn, ok=False)
    stack.destroy("--target", urn, "--target-dependents")
    assert emulator.objects("gates") == []
    stack.up()
    stack.preview_is_empty()


def test_resources_that_move_to_another_stack_are_left_by_the_first(stack: Stack, emulator: Emulator) -> None:
    stack.program('statsig.Gate("a", name="gate a")\nstatsig.Gate("b", name="gate b")').up()
    stack.run("stack", "init", "second", "--secrets-provider", PROVIDER)
    stack.run("state", "move", "--yes", "--source", "test", "--dest", "second", stack.resources()["a"]["urn"])
    stack.program('statsig.Gate("b", name="gate b")').preview_is_empty()
    stack.destroy()
    assert [gate["id"] for gate in emulator.objects("gates")] == ["gate_a"]
    stack.env["PULUMI_STACK"] = "second"
    stack.program('statsig.Gate("a", name="gate a")').preview_is_empty()
    stack.refresh_is_empty()


def test_an_update_plan_is_kept(stack: Stack) -> None:
    stack.env["PULUMI_EXPERIMENTAL"] = "1"
    for ids in (["ana"], ["ana", "bob"]):
        stack.program(PROGRAM.format(name="first", ids=ids)).preview("--save-plan", "plan.json")
        stack.up("--plan", "plan.json")
    stack.preview_is_empty()


def test_two_stacks_at_once_own_no_object_together(
    stack: Stack, tmp_path: Path, empty_stack: Stack, emulator: Emulator
) -> None:
    others = {name: stack.env[name] for name in ("PULUMI_HOME", "STATSIG_CONSOLE_KEY", "STATSIG_CONSOLE_URL")}
    stacks = [stack, Stack(tmp_path / "other", others).init_as(empty_stack)]
    emulator.fault(kind="delay", method="POST", path="/gates", seconds=0.5, times=None)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda each: each.program(GATES).up("--continue-on-error", ok=None), stacks))
    first, second = (set(each.resources()) for each in stacks)
    assert not first & second
    assert len(first | second) == len(emulator.objects("gates")) == 6
    stacks[1].destroy()
    assert {gate["name"] for gate in emulator.objects("gates")} == {name.replace("-", " ") for name in first}
