"""Edits in the console: detected by refresh, shown by preview, undone by up."""

from __future__ import annotations

import re

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

RULES = """
statsig.Gate("gate", name="checkout", rules=[
    statsig.Rule(name="Dutch", pass_percentage=10, conditions=[
        statsig.Condition(type="country", operator="any", target_value=["NL"]),
        statsig.Condition(type="custom_field", field="age", operator="gt", target_value=[31]),
    ]),
    statsig.Rule(name="Staff", pass_percentage=100),
    statsig.Rule(name="Everyone", pass_percentage=1),
])
statsig.Gate("gone", name="forgotten", description="One")
"""


def test_console_edits_of_rules_show_by_element_and_are_undone(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(RULES).up()
    first = emulator.object("gates", "checkout")["rules"]
    dutch, staff, everyone = first
    added = {"name": "By Hand", "passPercentage": 5, "conditions": [{"type": "public"}]}
    edited = dutch | {"passPercentage": 25, "id": f"{dutch['baseID']}:25.00:1"}
    emulator.edit("gates", "checkout", {"rules": [staff, edited, added, everyone]})
    emulator.remove("gates", "forgotten")

    answer = stack.refresh()
    assert "~ 1 updated" in answer
    assert "- 1 deleted" in answer
    diff = stack.preview("--diff").text
    lines = [" ".join(line.split()) for line in diff.splitlines()]
    # Staff moved to the top, Dutch with another share, By Hand: each shows where it stands.
    for shown in ('name : "Staff" => "Dutch"', 'name : "Dutch" => "Staff"', 'name : "By Hand" => "Everyone"'):
        assert f"~ {shown}" in [line.replace("name:", "name :") for line in lines], diff
    assert "+ 1 to create" in diff
    assert "~ 1 to update" in diff
    wire.requests()
    stack.up()
    assert wire.written() == ["PATCH /gates/checkout: rules", "POST /gates: description name"]
    after = emulator.object("gates", "checkout")["rules"]
    plain = [{key: value for key, value in rule.items() if key != "id"} for rule in first]
    assert [{key: value for key, value in rule.items() if key != "id"} for rule in after] == plain
    assert emulator.object("gates", "forgotten")["description"] == "One"
    stack.refresh_is_empty()


SETS = """
statsig.Gate("gate", name="checkout", tags=["b", "a", "c"], target_apps=["web", "app"], description="{words}")
statsig.DynamicConfig("config", name="limits", tags=["b", "a"], default_value={{"max": 3}})
statsig.Team("team", name="Shop", members=["cy@example.com", "Ana@Example.com"], admins=["dee@example.com"])
"""


def test_order_in_sets_is_no_drift_but_a_missing_item_is(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(SETS.format(words="One")).up()
    before = {name: resource["inputs"] for name, resource in stack.resources().items()}
    emulator.edit("gates", "checkout", {"tags": ["c", "b", "a"], "targetApps": ["app", "web"]})
    emulator.edit("dynamic_configs", "limits", {"tags": ["b", "a"], "defaultValueJson5": "{\n  max: 3, // most\n}"})
    emulator.edit("teams", "Shop", {"members": ["ana@example.com", "cy@example.com"]})
    wire.requests()
    stack.refresh()
    assert {name: resource["inputs"] for name, resource in stack.resources().items()} == before
    # The program may list them in another order, too.
    stack.program(
        SETS.format(words="One").replace('"b", "a", "c"', '"a", "c", "b"').replace('"web", "app"', '"app", "web"')
    )
    stack.preview_is_empty()
    assert wire.written() == []

    # A tag less in the console is a change.
    emulator.edit("gates", "checkout", {"tags": ["a", "b"]})
    emulator.edit("teams", "Shop", {"members": [], "description": "Never declared"})
    assert "~ 2 updated" in stack.refresh()
    preview = stack.preview("--diff")
    assert "~ 2 to update" in preview
    assert "Never declared" not in preview
    assert '+ [2]: "c"' in preview


def test_an_update_of_a_deleted_object_explains_the_next_step(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    program = """
    statsig.Gate("gate", name="checkout", description="{words}")
    statsig.Tag("tag", name="payments", description="{words}")
    statsig.Team("team", name="Shop", description="{words}")
    statsig.DynamicConfig("config", name="limits", description="{words}")
    """
    stack.program(program.format(words="One")).up()
    for kind, name in (("gates", "checkout"), ("tags", "payments"), ("teams", "Shop"), ("dynamic_configs", "limits")):
        emulator.remove(kind, name)
    wire.requests()
    answer = stack.program(program.format(words="Two")).up("--continue-on-error", ok=False)
    for title in ("Gate 'checkout'", "Tag 'payments'", "Team 'Shop'", "DynamicConfig 'limits'"):
        assert (
            f"{title} no longer exists: it was deleted outside of Pulumi."
            " Run `pulumi refresh`, then `pulumi up` to create it again" in answer
        )
    assert wire.written() == []
    assert "- 4 deleted" in stack.refresh()
    stack.up()
    assert emulator.object("gates", "checkout")["description"] == "Two"


@pytest.mark.parametrize("late", ["/gates/checkout", "/keys*"])
def test_a_refresh_right_after_a_create_keeps_objects_that_reads_do_not_show_yet(
    stack: Stack, emulator: Emulator, wire: Wire, late: str
) -> None:
    stack.program('statsig.Gate("gate", name="checkout")\nstatsig.Key("key", type="CLIENT", description="web")').up()
    emulator.fault(method="GET", path=late, status=404, times=2)
    stack.refresh_is_empty()
    wire.requests()
    stack.up()
    assert wire.written() == []


def test_a_refresh_drops_an_object_that_was_deleted_right_after_its_create(stack: Stack, emulator: Emulator) -> None:
    stack.program('statsig.Gate("gate", name="checkout")').up()
    emulator.remove("gates", "checkout")
    stack.refresh()
    assert stack.resources() == {}


MISSED = {
    "/segments/vip": 'statsig.Segment("segment", name="vip", type="id_list")',
    "/gates/vip": """
        gate = statsig.Gate("gate", name="vip")
        statsig.GateRule("rule", gate_id=gate.id, name="A", pass_percentage=1)
    """,
}


@pytest.mark.parametrize(("path", "program"), MISSED.items(), ids=["Segment", "GateRule"])
def test_an_object_that_a_refresh_missed_is_kept_by_the_update_after_it(
    stack: Stack, emulator: Emulator, wire: Wire, program: str, path: str
) -> None:
    stack.program(program).up()
    file = stack.folder / "old.json"
    file.write_text(re.sub(r'"modified": "[^"]*"', '"modified": "2026-01-01T00:00:00Z"', stack.exported()))
    stack.run("stack", "import", "--file", str(file))
    before, state = emulator.objects(path.split("/")[1]), sorted(stack.resources())
    emulator.fault(method="GET", path=path, status=404, times=1)
    wire.requests()
    assert "was not found when this run refreshed it, and exists: it is kept" in stack.up("--refresh")
    assert [entry["method"] for entry in wire.writes()] == ["POST"]  # it was rejected
    assert (emulator.objects(path.split("/")[1]), sorted(stack.resources())) == (before, state)
    stack.preview_is_empty()
