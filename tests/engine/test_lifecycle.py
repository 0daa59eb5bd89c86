"""The main use on the real engine: preview, up, empty preview, a change, drift and refresh, destroy."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack

PROGRAM = """
team = statsig.Team("team", name="Checkout", members=["ben@example.com", "Ana@example.com"])
tag = statsig.Tag("tag", name="payments", description="Touches money")
inner = statsig.Gate("inner", name="employees", team=team.name)
gate = statsig.Gate(
    "gate",
    name="New Checkout",
    description="{description}",
    tags=[tag.name],
    rules=[
        statsig.Rule(
            name="Employees",
            pass_percentage={share},
            conditions=[statsig.Condition(type="passes_gate", target_value=[inner.id])],
        ),
    ],
)
config = statsig.DynamicConfig("config", name="limits", default_value={{"max": 3, "ratio": 0.5, "on": True}})
pulumi.export("id", gate.id)
"""


def program(description: str = "One page", share: float = 33.33) -> str:
    return PROGRAM.format(description=description, share=share)


def test_a_stack_is_created_updated_refreshed_and_destroyed(stack: Stack, emulator: Emulator) -> None:
    stack.program(program())
    assert "+ 6 to create" in stack.preview()
    assert emulator.requests()["mutations"] == 0

    stack.up()
    assert stack.output("id") == "new_checkout"
    assert emulator.object("gates", "new_checkout")["rules"][0]["conditions"] == [
        {"type": "passes_gate", "targetValue": "employees"}
    ]
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()

    rule_id = emulator.object("gates", "new_checkout")["rules"][0]["baseID"]
    emulator.clear_requests()
    stack.program(program(description="Two pages", share=50))
    assert "~ 1 to update" in stack.preview()
    stack.up()
    writes = [entry for entry in emulator.requests()["log"] if entry["method"] != "GET"]
    assert [(e["method"], e["route"], sorted(e["body"])) for e in writes] == [
        ("PATCH", "/gates/{id}", ["description", "rules"])
    ]
    assert emulator.object("gates", "new_checkout")["rules"][0]["baseID"] == rule_id
    stack.preview_is_empty()

    emulator.edit("gates", "new_checkout", {"description": "Edited in the console"})
    stack.preview_is_empty()
    assert "~ 1 updated" in stack.refresh()
    diff = stack.preview("--diff")
    assert '"Edited in the console" => "Two pages"' in diff
    stack.up()
    assert emulator.object("gates", "new_checkout")["description"] == "Two pages"

    stack.destroy()
    assert emulator.objects("gates") == emulator.objects("dynamic_configs") == emulator.objects("teams") == []
    assert [tag["name"] for tag in emulator.objects("tags")] == ["★ Core"]
