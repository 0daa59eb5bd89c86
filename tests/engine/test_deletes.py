"""Objects that are referred to or retained are not deleted."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PROGRAM = """
inner = statsig.Gate("inner", name="employees")
outer = statsig.Gate("outer", name="checkout", rules=[statsig.Rule(name="Employees", pass_percentage=100, conditions=[
    statsig.Condition(type="passes_gate", target_value=[inner.id]),
])])
statsig.DynamicConfig("config", name="limits", rules=[statsig.ConfigRule(name="Open", conditions=[
    statsig.Condition(type="fails_gate", target_value=[outer.id]),
])])
statsig.Gate("put-away", name="history", archive_on_delete=True)
statsig.Gate("kept", name="kept_gate", opts=pulumi.ResourceOptions(retain_on_delete=True))
"""


def test_a_rejected_delete_names_the_references_and_keeps_the_state(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    preview = stack.program(PROGRAM).preview("--diff")
    # An id that is not known yet may stand inside a condition.
    assert preview.text.count("[0]: [unknown]") == 2
    assert "+ 6 to create" in preview
    stack.up()
    assert emulator.object("gates", "checkout")["rules"][0]["conditions"] == [
        {"type": "passes_gate", "targetValue": "employees"}
    ]
    condition = {"type": "passes_gate", "targetValue": "employees"}
    by_hand = {"name": "By Hand", "rules": [{"name": "All", "passPercentage": 1, "conditions": [condition]}]}
    emulator.add("gates", by_hand)
    emulator.add("dynamic_configs", by_hand | {"name": "Config By Hand"})
    wire.requests()

    answer = stack.destroy(ok=False)
    refusal = next(line for line in answer.text.splitlines() if "answered 403" in line)
    assert "DELETE /gates/employees answered 403: Failed to delete config" in refusal
    assert "first remove the references from gate 'by_hand', dynamic_config 'config_by_hand'" in refusal
    assert "Traceback" not in answer
    assert "inner" in stack.resources()
    assert emulator.object("gates", "employees")["name"] == "employees"
    # What refers goes first.
    deletes = [entry["path"] for entry in wire.writes() if entry["method"] == "DELETE"]
    assert deletes == ["/dynamic_configs/limits", "/gates/checkout", "/gates/employees"]

    emulator.remove("gates", "by_hand")
    emulator.remove("dynamic_configs", "config_by_hand")
    stack.destroy()
    assert stack.resources() == {}
    left = {gate["id"]: gate["status"] for gate in emulator.objects("gates")}
    assert left == {"history": "Archived", "kept_gate": "In Progress"}


def test_objects_deleted_in_the_console_can_be_destroyed(stack: Stack, emulator: Emulator) -> None:
    stack.program(
        """
        statsig.Gate("gate", name="checkout")
        statsig.DynamicConfig("config", name="limits")
        statsig.Team("team", name="Shop")
        statsig.Tag("tag", name="payments")
        """
    ).up()
    for kind, name in (("gates", "checkout"), ("dynamic_configs", "limits"), ("teams", "Shop"), ("tags", "payments")):
        emulator.remove(kind, name)
    stack.destroy()
    assert stack.resources() == {}
