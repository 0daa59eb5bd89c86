"""How resources register with the engine: nothing of the program is lost, and its log and positions are right."""

from __future__ import annotations

from .stack import Stack

LATE_RESOURCES = """
first = statsig.Gate("first", name="first gate")


def add(id):
    inner = statsig.Gate("second", name="second gate", description=id)
    inner.id.apply(lambda id: statsig.Gate("third", name="third gate", description=id))


first.id.apply(add)
"""
LOG = """
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    def create(self, props):
        return CreateResult("id", props)


class Own(Resource):
    pass


gate = statsig.Gate("gate", name="a gate")
Own(Provider(), "own", {})
pulumi.log.debug("registering resource: a line of the program")
gate.id.apply(lambda id: pulumi.log.debug("a line of a callback"))
"""


def test_resources_that_callbacks_declare_are_created(stack: Stack) -> None:
    stack.program(LATE_RESOURCES).up()
    assert sorted(stack.resources()) == ["first", "second", "third"]
    assert stack.resources()["third"]["inputs"]["description"] == "second_gate"
    stack.preview_is_empty()


def test_debug_lines_of_the_program_and_of_other_resources_are_kept(stack: Stack) -> None:
    answer = stack.program(LOG).up("--debug")
    assert "a line of the program" in answer
    assert "a line of a callback" in answer
    assert "name=own" in answer
    assert "name=gate" not in answer


def test_the_source_position_of_a_resource_is_in_the_program(stack: Stack) -> None:
    stack.program('statsig.Gate("gate", name="a gate")').up()
    assert stack.resources()["gate"]["sourcePosition"] == "project:///__main__.py#3"
