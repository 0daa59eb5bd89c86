"""Edits in the console between two runs: nobody's edit is lost without a word."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PROGRAM = """
gate = statsig.Gate("gate", name="checkout", description="{words}", rules=[
    statsig.Rule(name="Staff", pass_percentage={share}),
    statsig.Rule(name="Everyone", pass_percentage=1),
])
statsig.GateOverrides("testers", gate_id=gate.id, passing_user_ids={ids})
"""
BY_HAND = {"name": "By hand", "passPercentage": 5, "conditions": [{"type": "public"}]}


def test_edits_of_others_are_reported_or_stop_the_update(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    def live() -> Any:
        return emulator.object("gates", "checkout")

    console = Client(emulator.key, emulator.url)
    stack.program(PROGRAM.format(words="One", share=10, ids=["ana"])).up()
    staff, everyone = live()["rules"]
    by_colleague = [BY_HAND, staff | {"passPercentage": 25}, everyone]
    emulator.edit("gates", "checkout", {"description": "Theirs", "rules": by_colleague})
    console.change("PATCH", "gates/checkout/overrides", {"passingUserIDs": ["stranger"], "failingUserIDs": []})
    wire.requests()

    stack.program(PROGRAM.format(words="Two", share=20, ids=["ana", "bob"]))
    stack.env |= {"STATSIG_ON_CONCURRENT_EDIT": "fail"}
    answer = stack.up(ok=False)
    assert (
        "statsig_pulumi.ConcurrentEditError: Gate 'checkout' was changed in Statsig after the state was written"
        " (last change by Casey Console at " in answer
    )
    edits = "rules['Staff'].pass_percentage: 10 => 25, overwritten with 20"
    assert f"description: 'One' => 'Theirs', overwritten with 'Two'; {edits}" in answer
    assert "nothing was changed; run `pulumi refresh`, then `pulumi preview` shows" in answer
    assert live()["description"] == "Theirs"

    del stack.env["STATSIG_ON_CONCURRENT_EDIT"]
    answer = stack.up()
    assert "warning: Gate 'checkout' was changed in Statsig after the state was written" in answer
    assert edits in answer
    assert "warning: Gate 'checkout' keeps rules['By hand'], which somebody added in Statsig" in answer
    assert "warning: GateOverrides 'checkout' keeps passing_user_ids['stranger'], which somebody added" in answer
    assert "holds another value" not in answer
    assert [rule["name"] for rule in live()["rules"]] == ["By hand", "Staff", "Everyone"]
    assert live()["description"] == "Two"
    assert console.get("gates/checkout/overrides")["passingUserIDs"] == ["ana", "bob", "stranger"]
    stack.preview_is_empty()

    # After a refresh they are known, so that the next update removes them.
    stack.refresh()
    assert "By hand" in stack.preview("--diff")
    assert "keeps" not in stack.up()
    assert [rule["name"] for rule in live()["rules"]] == ["Staff", "Everyone"]
    assert console.get("gates/checkout/overrides")["passingUserIDs"] == ["ana", "bob"]


def test_a_reverted_change_is_rolled_back_if_the_stack_resets(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program('statsig.Gate("gate", name="checkout", is_enabled=False, type="PERMANENT")').up()
    stack.env |= {"STATSIG_ON_RELEASE": "reset"}
    stack.program('statsig.Gate("gate", name="checkout")')
    preview = stack.preview("--diff")
    assert "is_enabled is reset to True, type stays 'PERMANENT' (no default can be set)" in preview
    assert "- is_enabled: false" in preview
    wire.requests()
    stack.up()
    assert wire.written() == ["PATCH /gates/checkout: isEnabled"]
    gate = emulator.object("gates", "checkout")
    assert (gate["isEnabled"], gate["type"]) == (True, "PERMANENT")
    assert "is reset" not in stack.preview_is_empty()
