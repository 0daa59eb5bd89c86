"""Existing objects: read with ``get``, or imported without a write."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

BY_HAND = {
    "name": "New Checkout",
    "description": "Made by hand",
    "tags": ["b", "a"],
    "rules": [
        {
            "name": "Dutch",
            "passPercentage": 33.33,
            "conditions": [{"type": "country", "operator": "any", "targetValue": "NL"}],
        },
        {"name": "Everyone", "passPercentage": 1, "conditions": [{"type": "public"}]},
    ],
}
DECLARED = """
statsig.Gate("gate", name="New Checkout", tags=["a", "b"], rules=[
    statsig.Rule(name="Dutch", pass_percentage={share}, conditions=[
        statsig.Condition(type="country", operator="any", target_value=["NL"]),
    ]),
    statsig.Rule(name="Everyone", pass_percentage=1, conditions=[statsig.Condition(type="public")]),
], description="{words}"{opts})
"""
IMPORT = ', opts=pulumi.ResourceOptions(import_="{}")'


def test_get_returns_typed_outputs_and_manages_nothing(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.add("gates", BY_HAND)
    emulator.add("dynamic_configs", {"name": "limits", "defaultValue": {"max": 3}})
    team = emulator.add("teams", {"name": "Shop", "members": ["casey@example.com"]})
    live = emulator.object("gates", "new_checkout")
    stack.program(
        f"""
        gate = statsig.Gate.get("gate", "new_checkout")
        config = statsig.DynamicConfig.get("config", "limits")
        team = statsig.Team.get("team", "{team["id"]}")
        pulumi.export("ids", gate.rules.apply(lambda rules: [rule.base_id for rule in rules]))
        pulumi.export("operator", gate.rules.apply(lambda rules: rules[0].conditions[0].operator))
        pulumi.export("share", gate.rules.apply(lambda rules: rules[0].pass_percentage))
        pulumi.export("status", gate.status)
        pulumi.export("most", config.default_value.apply(lambda value: value["max"] + 1))
        pulumi.export("members", team.members)
        statsig.Gate("mine", name="mine", description=gate.description, rules=[
            statsig.Rule(name="As there", pass_percentage=gate.rules.apply(lambda rules: rules[0].pass_percentage)),
        ])
        """
    ).up()
    assert stack.output("ids") == [rule["baseID"] for rule in live["rules"]]
    assert (stack.output("operator"), stack.output("share")) == ("any", 33.33)
    assert (stack.output("status"), stack.output("most")) == ("In Progress", 4)
    assert stack.output("members") == ["casey@example.com"]
    assert wire.written() == ["POST /gates: description name rules"]
    mine = emulator.object("gates", "mine")
    assert (mine["description"], mine["rules"][0]["passPercentage"]) == ("Made by hand", 33.33)
    stack.preview_is_empty()
    stack.destroy()
    assert [gate["id"] for gate in emulator.objects("gates")] == ["new_checkout"]
    assert emulator.object("gates", "new_checkout") == live

    answer = stack.program('statsig.Gate.get("gate", "no_such_gate")').up(ok=False)
    errors = [line for line in answer.error_lines if "no_such_gate" in line]
    assert len(errors) == 1
    assert errors[0].endswith("Gate 'no_such_gate' does not exist in this Statsig project")
    assert "Traceback" not in answer


def test_an_equal_object_is_imported_and_another_fails_at_the_preview(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    emulator.add("gates", BY_HAND)
    live = emulator.object("gates", "new_checkout")

    differing = DECLARED.format(share=50, words="As code", opts=IMPORT.format("new_checkout"))
    answer = stack.program(differing).preview(ok=False)
    assert "Gate 'new_checkout' cannot be imported: the program differs from it in " in answer
    assert any("description" in line and "rules" in line and "tags" not in line for line in answer.error_lines)
    assert "Traceback" not in answer
    missing = DECLARED.format(share=50, words="As code", opts=IMPORT.format("no_such_gate"))
    answer = stack.program(missing).preview(ok=False)
    assert "Gate 'no_such_gate' does not exist in this Statsig project, so it cannot be imported" in answer

    equal = DECLARED.format(share=33.33, words="Made by hand", opts=IMPORT.format("new_checkout"))
    stack.program(equal).up()
    assert wire.written() == []
    assert emulator.object("gates", "new_checkout") == live
    assert stack.resources()["gate"]["id"] == "new_checkout"
    # The option may go again once it has done its work.
    stack.program(DECLARED.format(share=33.33, words="Made by hand", opts="")).preview_is_empty()
    stack.refresh_is_empty()
    stack.program(DECLARED.format(share=40, words="Made by hand", opts="")).up()
    assert wire.written() == ["PATCH /gates/new_checkout: rules"]
    after = emulator.object("gates", "new_checkout")["rules"]
    assert [rule["baseID"] for rule in after] == [rule["baseID"] for rule in live["rules"]]


def test_an_object_imported_by_another_resource_is_not_deleted_with_the_first(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    stack.program('statsig.Gate("first", name="checkout", description="One")').up()
    before = emulator.object("gates", "checkout")
    wire.requests()
    stack.program(
        """
        opts = pulumi.ResourceOptions(import_="checkout")
        statsig.Gate("second", name="checkout", description="One", opts=opts)
        """
    ).up()
    assert wire.written() == []
    assert emulator.object("gates", "checkout") == before
    assert set(stack.resources()) == {"second"}


def test_an_object_that_was_only_read_is_not_deleted_when_a_program_declares_it(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    """The engine replaces what it has read by what it manages. The old object is not the stack's to delete."""
    emulator.add("gates", BY_HAND)
    team = emulator.add("teams", {"name": "Shop"})
    before = emulator.object("gates", "new_checkout")
    read = f'statsig.Gate.get("gate", "new_checkout")\nstatsig.Team.get("team", "{team["id"]}")'
    stack.program(read).up()
    declared = 'statsig.Gate("gate", name="New Checkout", description="Made by hand"{})\n'
    answer = stack.program(declared.format("")).up("--continue-on-error", ok=False)
    assert "Gate 'New Checkout' exists already in Statsig: id 'new_checkout', created by Casey Console" in answer
    assert 'import it: opts=pulumi.ResourceOptions(import_="new_checkout")' in answer
    assert wire.written() == ["POST /gates: description name"]
    assert emulator.object("gates", "new_checkout") == before

    imported = declared.format(IMPORT.format("new_checkout"))
    stack.program(f'{imported}statsig.Team("team", name="Shop"{IMPORT.format(team["id"])})').up()
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.program(read).up()
    stack.destroy()
    assert wire.writes() == []
    assert emulator.object("gates", "new_checkout") == before
    assert [each["id"] for each in emulator.objects("teams")] == [team["id"]]
