"""Loads of Pulse results on the real engine: run once, waited for, and run again by a trigger."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PROGRAM = """
experiment = statsig.Experiment("experiment", name="checkout", hypothesis="faster", groups=[
    statsig.Group(name="Control", size=50), statsig.Group(name="Test", size=50)])
gate = statsig.Gate("gate", name="new checkout", rules=[
    statsig.Rule(name="few", pass_percentage=10, conditions=[statsig.Condition(type="public")])])
statsig.PulseLoad("experiment-load", experiment_id=experiment.id, refresh="incremental", turbo_mode=True,
                  triggers=["{trigger}"], wait_minutes={minutes})
statsig.PulseLoad("gate-load", gate_id=gate.id, rule="{rule}", wait_minutes={minutes})
"""
LOADS = ["POST /experiments/checkout/load_pulse: refresh turboMode", "POST /gates/new_checkout/load_pulse: ruleId"]


def test_results_are_loaded_once_and_again_by_a_trigger(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.quirk(pulse_load_polls=3)
    answer = stack.program(PROGRAM.format(trigger="a", rule="few", minutes=5)).up()
    assert ": loading, waiting" in answer
    assert ": success after" in answer
    assert [line for line in wire.written() if "load_pulse" in line] == LOADS
    state = stack.resources()
    assert {state[name]["outputs"]["finished_state"] for name in ("experiment-load", "gate-load")} == {"success"}
    stack.preview_is_empty()
    stack.refresh_is_empty()

    stack.program(PROGRAM.format(trigger="b", rule="few", minutes=5)).up()
    stack.up()
    assert wire.written() == LOADS[:1]
    assert stack.resources()["experiment-load"]["id"] != state["experiment-load"]["id"]
    assert stack.resources()["gate-load"]["id"] == state["gate-load"]["id"]

    stack.destroy()
    assert [line for line in wire.written() if not line.startswith("DELETE")] == []


def test_a_load_that_times_out_is_waited_for_again(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.quirk(pulse_load_polls=1000)
    answer = stack.program(PROGRAM.format(trigger="a", rule="few", minutes=0.02)).up()
    assert answer.text.count("the next `pulumi up` waits again") >= 2
    wire.requests()
    state = emulator.state()
    for entry in state["collections"]["pulse_loads"]["records"].values():
        entry["polls"] = 0
    emulator.load_state(state)
    assert ": success after" in stack.up()
    assert wire.written() == []
    stack.preview_is_empty()


def test_a_missing_rule_is_a_one_line_error(stack: Stack, wire: Wire) -> None:
    answer = stack.program(PROGRAM.format(trigger="a", rule="most", minutes=5)).up(ok=False)
    [error] = [line for line in answer.error_lines if "has no rule" in line]
    assert "gate 'new_checkout' has no rule 'most'; its rules are 'few'" in error
