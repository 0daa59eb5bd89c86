"""Existing objects: adopted if the stack allows it, managed once, and never deleted by a rename."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

RULES = [{"name": "All", "passPercentage": 10, "conditions": [{"type": "public"}]}]
THERE = {"name": "Checkout", "description": "Made by hand", "tags": ["a"], "rules": RULES}
EQUAL = 'statsig.Gate("{name}", name="Checkout", description="Made by hand"{more})\n'
OTHER = 'statsig.Gate("{name}", name="Checkout", description="As code"{more})\n'
IMPORT = ', opts=pulumi.ResourceOptions(import_="checkout")'
FAILING = 'statsig.Gate("failing", name="taken", opts=pulumi.ResourceOptions(depends_on=[first]))\n'


@pytest.fixture
def there(emulator: Emulator) -> None:
    emulator.add("gates", THERE)


def gate(text: str, name: str = "gate", more: str = "") -> str:
    return text.format(name=name, more=more)


@pytest.mark.usefixtures("there")
def test_a_taken_name_is_an_error_with_the_line_that_imports_it(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.add("teams", {"name": "Shop"})
    before = emulator.object("gates", "checkout"), emulator.object("teams", "Shop")
    for text in (EQUAL, OTHER):
        stack.program(gate(text) + 'statsig.Team("team", name="Shop", description="As code")')
        answer = stack.up("--continue-on-error", ok=False)
        of_gate, of_team = sorted(line for line in answer.error_lines if "exists already" in line)
        assert "Gate 'Checkout' exists already in Statsig: id 'checkout', created by Casey Console" in of_gate
        assert "Name is already in use" in of_gate
        assert ("description: 'Made by hand' => 'As code'" in of_gate) == (text == OTHER)
        assert of_gate.endswith(IMPORT.removeprefix(", "))
        assert f'opts=pulumi.ResourceOptions(import_="{before[1]["id"]}")' in of_team
        assert "Traceback" not in answer
        assert [line.partition(":")[0] for line in wire.written()] == ["POST /gates", "POST /users/teams"]
        assert (emulator.object("gates", "checkout"), emulator.object("teams", "Shop")) == before
        assert stack.resources() == {}


@pytest.mark.usefixtures("there")
def test_an_equal_object_is_adopted_if_the_stack_allows_it(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    live = emulator.object("gates", "checkout")
    stack.run("config", "set", "statsig:onExisting", "adoptIdentical")
    answer = stack.program(gate(OTHER)).preview(ok=False)
    assert "the program differs from it in description: 'Made by hand' => 'As code'; it was not changed" in answer
    stack.program(gate(EQUAL)).preview()
    answer = stack.up()
    assert "warning: Gate 'Checkout' exists already: id 'checkout' is adopted" in answer
    assert [entry["method"] for entry in wire.writes()] == ["POST"]
    assert emulator.object("gates", "checkout") == live
    stack.preview_is_empty()
    stack.refresh_is_empty()


@pytest.mark.usefixtures("there")
def test_a_different_object_is_adopted_and_changed_if_the_stack_allows_it(stack: Stack, emulator: Emulator) -> None:
    rules = emulator.object("gates", "checkout")["rules"]
    stack.run("config", "set", "statsig:onExisting", "adopt")
    answer = stack.program(gate(OTHER)).preview()
    told = "exists already and is adopted; it changes in description: 'Made by hand' => 'As code'"
    assert f"Gate 'Checkout' {told}" in answer
    stack.up()
    after = emulator.object("gates", "checkout")
    assert (after["description"], after["rules"], len(emulator.objects("gates"))) == ("As code", rules, 1)
    stack.preview_is_empty()


@pytest.mark.usefixtures("there")
def test_an_import_changes_the_object_if_the_stack_allows_it(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    text = gate(OTHER, more=IMPORT)
    answer = stack.program(text).preview(ok=False)
    assert "cannot be imported: the program differs from it in description: 'Made by hand' => 'As code'" in answer
    assert "`pulumi config set statsig:importMismatch adopt`" in answer
    stack.run("config", "set", "statsig:importMismatch", "adopt")
    answer = stack.preview()
    assert "Gate 'Checkout' is imported; it changes in description: 'Made by hand' => 'As code'" in answer
    wire.requests()
    stack.up()
    assert wire.written() == ["PATCH /gates/checkout: description"]
    stack.preview_is_empty()


@pytest.mark.parametrize("name", ["onExisting", "importMismatch"])
def test_an_invalid_setting_is_an_error_at_the_preview(stack: Stack, name: str) -> None:
    stack.run("config", "set", f"statsig:{name}", "maybe")
    answer = stack.program(gate(EQUAL)).preview(ok=False)
    assert f"statsig:{name} must be fail" in answer
    assert "or adopt, not 'maybe'" in answer
    assert "Traceback" not in answer


@pytest.mark.usefixtures("there")
def test_an_object_that_differs_in_a_fixed_property_cannot_be_adopted(stack: Stack, emulator: Emulator) -> None:
    emulator.edit("gates", "checkout", {"isTemplate": False})
    stack.run("config", "set", "statsig:onExisting", "adopt")
    answer = stack.program(gate(EQUAL, more=", is_template=True")).preview(ok=False)
    assert "cannot be adopted: Statsig cannot change is_template: " in answer


@pytest.mark.usefixtures("there")
def test_a_rename_in_the_program_never_deletes_even_a_run_later(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.add("gates", {"name": "taken"})
    stack.program(gate(EQUAL, more=IMPORT)).up()
    live = emulator.object("gates", "checkout")
    # The object of the new name is adopted, and the run fails before the old one goes.
    stack.program("first = " + gate(EQUAL, "renamed", IMPORT) + FAILING).up(ok=False)
    assert {"gate", "renamed"} <= set(stack.resources())
    wire.requests()
    answer = stack.program(gate(EQUAL, "renamed")).up()
    assert "Gate 'Checkout' is kept in Statsig: a resource of this stack has it now" in answer
    assert set(stack.resources()) == {"renamed"}
    assert wire.written() == []
    assert emulator.object("gates", "checkout") == live
    stack.destroy()
    assert [item["id"] for item in emulator.objects("gates")] == ["taken"]


def test_replaced_and_removed_resources_are_deleted(stack: Stack, emulator: Emulator) -> None:
    replacing = ', opts=pulumi.ResourceOptions(replace_on_changes=["name"])'
    stack.program(f'statsig.Gate("one", name="first"{replacing})\nstatsig.Gate("two", name="second")').up()
    stack.program(f'statsig.Gate("one", name="third"{replacing})').up()
    assert [item["id"] for item in emulator.objects("gates")] == ["third"]
    stack.program(f'statsig.Gate("one", name="third", is_template=True{replacing})').up()
    assert [(item["id"], item["isTemplate"]) for item in emulator.objects("gates")] == [("third", True)]


TWO_FOR_ONE = {
    'statsig.Gate("one", name="Same gate")\nstatsig.Gate("two", name="same_gate")': "Gate 'same_gate'",
    'statsig.Team("one", name="Shop")\nstatsig.Team("two", name="Shop")': "Team 'Shop'",
    'statsig.Gate("one", name="Checkout")\n' + EQUAL.format(name="two", more=IMPORT): "Gate 'checkout'",
}
"""Programs with two resources for one object, and the title of the object."""


@pytest.mark.usefixtures("there")
def test_two_resources_cannot_manage_one_object(stack: Stack, wire: Wire) -> None:
    for program, title in TWO_FOR_ONE.items():
        answer = stack.program(program).preview(ok=False)
        kind = title.partition(" ")[0]
        assert len([line for line in answer.error_lines if f"{title} is managed by {kind} resource '" in line]) == 1
    assert wire.written() == []


def test_resources_of_one_name_can_have_different_parents(stack: Stack) -> None:
    stack.program(
        """
        class Flags(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__(f"test:index:{name}", name)
                statsig.Gate("gate", name=f"{name} gate", opts=pulumi.ResourceOptions(parent=self))
                statsig.Tag("gate", name=f"{name} gate", opts=pulumi.ResourceOptions(parent=self))

        Flags("One")
        Flags("Two")
        """
    ).up()
    stack.preview_is_empty()


def test_the_core_metrics_tag_is_adopted_and_kept_on_destroy(stack: Stack, emulator: Emulator) -> None:
    before = len(emulator.objects("tags"))
    stack.program('statsig.Tag("core", name="★ Core", description="Ours")')
    answer = stack.preview()
    assert "Tag '★ Core' exists already and is adopted; it changes in description: nothing => 'Ours'" in answer
    stack.up()
    assert len(emulator.objects("tags")) == before
    assert emulator.object("tags", "★ Core")["description"] == "Ours"
    stack.preview_is_empty()
    assert "Tag '★ Core' is kept in Statsig: every project has it" in stack.destroy()
    assert len(emulator.objects("tags")) == before
