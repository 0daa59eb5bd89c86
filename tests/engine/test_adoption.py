"""Objects that exist already: taken over as the stack allows, claimed once, and never deleted by a rename."""

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
FAILING = 'statsig.Gate("failing", name="taken")\n'


@pytest.fixture
def there(emulator: Emulator) -> None:
    emulator.add("gates", THERE)


def gate(text: str, name: str = "gate", more: str = "") -> str:
    return text.format(name=name, more=more)


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("text", [EQUAL, OTHER])
def test_a_taken_name_is_an_error_with_the_line_that_imports_it(
    stack: Stack, emulator: Emulator, wire: Wire, text: str
) -> None:
    live = emulator.object("gates", "checkout")
    answer = stack.program(gate(text)).up(ok=False)
    (line,) = [line for line in answer.error_lines if "TakenError" in line]
    assert "Gate 'Checkout' exists already in Statsig: id 'checkout', made by Casey Console" in line
    assert ("description: 'Made by hand' => 'As code'" in line) == (text == OTHER)
    assert line.endswith(IMPORT.removeprefix(", "))
    assert emulator.object("gates", "checkout") == live


@pytest.mark.usefixtures("there")
def test_an_identical_object_is_taken_over_where_the_stack_says_so(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    live = emulator.object("gates", "checkout")
    stack.run("config", "set", "statsig:onExisting", "adoptIdentical")
    answer = stack.program(gate(OTHER)).preview(ok=False)
    assert "the program differs from it in description: 'Made by hand' => 'As code'; it was not touched" in answer
    stack.program(gate(EQUAL)).preview()
    answer = stack.up()
    assert "warning: Gate 'Checkout' existed already: id 'checkout' is taken over" in answer
    assert [entry["method"] for entry in wire.writes()] == ["POST"]
    assert emulator.object("gates", "checkout") == live
    stack.preview_is_empty()
    stack.refresh_is_empty()


@pytest.mark.usefixtures("there")
def test_another_object_is_taken_over_and_changed_where_the_stack_says_so(stack: Stack, emulator: Emulator) -> None:
    rules = emulator.object("gates", "checkout")["rules"]
    stack.run("config", "set", "statsig:onExisting", "adopt")
    answer = stack.program(gate(OTHER)).preview()
    told = "exists already, and is taken over, and changed in description: 'Made by hand' => 'As code'"
    assert f"Gate 'Checkout' {told}" in answer
    stack.up()
    after = emulator.object("gates", "checkout")
    assert (after["description"], after["rules"], len(emulator.objects("gates"))) == ("As code", rules, 1)
    stack.preview_is_empty()


@pytest.mark.usefixtures("there")
def test_an_import_may_change_the_object_where_the_stack_says_so(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    text = gate(OTHER, more=IMPORT)
    answer = stack.program(text).preview(ok=False)
    assert "cannot be imported, the program differs from it in description: 'Made by hand' => 'As code'" in answer
    assert "`pulumi config set statsig:importMismatch adopt`" in answer
    stack.run("config", "set", "statsig:importMismatch", "adopt")
    answer = stack.preview()
    assert "Gate 'Checkout' is imported, and changed in description: 'Made by hand' => 'As code'" in answer
    wire.requests()
    stack.up()
    assert wire.written() == ["PATCH /gates/checkout: description"]
    stack.preview_is_empty()


@pytest.mark.parametrize("name", ["onExisting", "importMismatch"])
def test_a_setting_that_cannot_be_is_told(stack: Stack, name: str) -> None:
    stack.run("config", "set", f"statsig:{name}", "maybe")
    answer = stack.program(gate(EQUAL)).preview(ok=False)
    assert f"statsig:{name} must be fail" in answer
    assert "or adopt, not 'maybe'" in answer
    assert "Traceback" not in answer


@pytest.mark.usefixtures("there")
def test_what_is_fixed_for_life_cannot_be_taken_over(stack: Stack, emulator: Emulator) -> None:
    emulator.edit("gates", "checkout", {"isTemplate": False})
    stack.run("config", "set", "statsig:onExisting", "adopt")
    answer = stack.program(gate(EQUAL, more=", is_template=True")).preview(ok=False)
    assert "cannot be taken over, for what differs is fixed for its life: is_template: " in answer


@pytest.mark.usefixtures("there")
def test_a_rename_in_the_program_never_deletes_even_when_the_delete_comes_a_run_later(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    emulator.add("gates", {"name": "taken"})
    stack.program(gate(EQUAL, more=IMPORT)).up()
    live = emulator.object("gates", "checkout")
    # The new name is taken over, and the run fails before the old one goes.
    stack.program(gate(EQUAL, "renamed", IMPORT) + FAILING).up(ok=False)
    assert {"gate", "renamed"} <= set(stack.resources())
    wire.requests()
    answer = stack.program(gate(EQUAL, "renamed")).up()
    assert "Gate 'Checkout' is kept in Statsig: another resource of this stack has it now" in answer
    assert set(stack.resources()) == {"renamed"}
    assert wire.written() == []
    assert emulator.object("gates", "checkout") == live
    stack.destroy()
    assert [item["id"] for item in emulator.objects("gates")] == ["taken"]


def test_what_is_replaced_or_removed_is_deleted_all_the_same(stack: Stack, emulator: Emulator) -> None:
    replacing = ', opts=pulumi.ResourceOptions(replace_on_changes=["name"])'
    stack.program(f'statsig.Gate("one", name="first"{replacing})\nstatsig.Gate("two", name="second")').up()
    stack.program(f'statsig.Gate("one", name="third"{replacing})').up()
    assert [item["id"] for item in emulator.objects("gates")] == ["third"]
    stack.program(f'statsig.Gate("one", name="third", is_template=True{replacing})').up()
    assert [(item["id"], item["isTemplate"]) for item in emulator.objects("gates")] == [("third", True)]


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (
            'statsig.Gate("one", name="Same gate")\nstatsig.Gate("two", name="same_gate")',
            "Gate 'same_gate' is managed by Gate resource '",
        ),
        (
            'statsig.Team("one", name="Shop")\nstatsig.Team("two", name="Shop")',
            "Team 'Shop' is managed by Team resource '",
        ),
        (
            'statsig.Gate("one", name="Checkout")\n' + EQUAL.format(name="two", more=IMPORT),
            "Gate 'checkout' is managed by Gate resource '",
        ),
    ],
)
@pytest.mark.usefixtures("there")
def test_two_resources_cannot_have_one_object(stack: Stack, wire: Wire, program: str, told: str) -> None:
    answer = stack.program(program).preview(ok=False)
    assert len([line for line in answer.error_lines if told in line]) == 1
    assert wire.written() == []


def test_resources_of_one_name_under_different_parents_are_different_ones(stack: Stack) -> None:
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


def test_the_tag_of_core_metrics_is_there_already(stack: Stack, emulator: Emulator) -> None:
    before = len(emulator.objects("tags"))
    stack.program('statsig.Tag("core", name="★ Core", description="Ours")').up()
    assert len(emulator.objects("tags")) == before
    assert emulator.object("tags", "★ Core")["description"] == "Ours"
    stack.preview_is_empty()
