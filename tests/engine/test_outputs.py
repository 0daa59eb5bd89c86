"""Outputs of undeclared properties, which are resolved by the engine when they are read."""

from __future__ import annotations

from .stack import Stack

PROGRAM = """
first = statsig.Gate("first", name="first gate", description="{text}")
second = statsig.Gate("second", name="second gate")
statsig.Gate("third", name="third gate", description=first.id_type)
pulumi.export("id type", first.id_type)
pulumi.export("tags", first.tags)
pulumi.export("of second", second.id_type)
"""


def test_undeclared_outputs_are_unknown_before_a_create_and_an_update(stack: Stack) -> None:
    assert "id type  : [unknown]" in stack.program(PROGRAM.format(text="one")).preview()
    stack.up()
    assert (stack.output("id type"), stack.output("of second")) == ("userID", "userID")
    assert stack.resources()["third"]["inputs"]["description"] == "userID"
    stack.preview_is_empty()

    answer = stack.program(PROGRAM.format(text="two")).preview("--diff")
    assert 'description: "userID" => [unknown]' in answer
    stack.up()
    stack.preview_is_empty()


def test_outputs_of_a_resource_outside_the_target_are_unknown(stack: Stack) -> None:
    stack.program(PROGRAM.format(text="one")).up("--target", "**first", "--target-dependents")
    assert sorted(stack.resources()) == ["first", "third"]
    stack.up()
    assert stack.output("of second") == "userID"


def test_a_secret_output_stays_secret_when_it_is_read(stack: Stack) -> None:
    stack.program("""
gate = statsig.Gate("gate", name="a gate", opts=pulumi.ResourceOptions(additional_secret_outputs=["id_type"]))
pulumi.export("id type", gate.id_type)
""").up()
    assert "[secret]" in stack.run("stack", "output")
    assert '"id type": "userID"' not in stack.exported()
