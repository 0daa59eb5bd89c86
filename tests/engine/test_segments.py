"""Segments on the real engine: rules, references, and what the API cannot change."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PROGRAM = """
segment = statsig.Segment("dutch", name="Dutch users", type="rule_based", description="{description}", rules=[
    statsig.Rule(name="Country", pass_percentage={share}, conditions=[
        statsig.Condition(type="country", operator="any", target_value=["NL"])])])
statsig.Gate("gate", name="checkout", rules=[statsig.Rule(name="Dutch", pass_percentage=100, conditions=[
    statsig.Condition(type="passes_segment", target_value=segment)])])
pulumi.export("share", segment.rules[0].pass_percentage)
"""


def program(stack: Stack, description: str = "All", share: float = 10) -> Stack:
    return stack.program(PROGRAM.format(description=description, share=share))


def test_a_segment_and_its_gate_go_up_change_and_are_destroyed_in_order(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    emulator.quirk(unknown_references="reject")
    program(stack).up()
    stack.preview_is_empty()
    wire.requests()
    program(stack, share=20.5).up()
    assert [(entry["method"], entry["path"]) for entry in wire.writes()] == [
        ("POST", "/segments/dutch_users/conditional")
    ]
    assert stack.output("share") == 20.5
    stack.preview_is_empty()
    stack.refresh_is_empty()
    wire.requests()
    stack.destroy()
    assert [entry["path"] for entry in wire.writes()] == ["/gates/checkout", "/segments/dutch_users"]


def test_what_the_api_cannot_change_is_refused_at_the_preview_and_can_be_replaced(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    program(stack).up()
    wire.requests()
    answer = program(stack, "Everybody").preview(ok=False)
    assert "description: the API can set it only when it creates the object: change it in the Statsig console" in answer
    assert wire.writes() == []
    urn = stack.resources()["dutch"]["urn"]
    refused = stack.up("--replace", urn, ok=False)
    assert "is used by Gate 'checkout' and was not deleted" in refused
    assert emulator.object("segments", "dutch_users")["description"] == "All"
    stack.program(PROGRAM.format(description="All", share=10).partition("statsig.Gate")[0]).up()
    stack.program(PROGRAM.format(description="Everybody", share=10).partition("statsig.Gate")[0])
    stack.up("--replace", urn)
    assert emulator.object("segments", "dutch_users")["description"] == "Everybody"
    stack.preview_is_empty()

    emulator.edit("segments", "dutch_users", {"description": "Of the console"})
    stack.refresh()
    assert "was changed in Statsig, and an update will fail" in stack.preview()
    stack.program(PROGRAM.format(description="Of the console", share=10).partition("statsig.Gate")[0])
    stack.preview_is_empty()
