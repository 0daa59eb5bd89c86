"""Outputs of undeclared properties, which are resolved by the engine when they are read."""

from __future__ import annotations

import re

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


PROJECT = """
team = statsig.Team("team", name="{team}", description="Sells")
metrics = statsig.MetricSource("clicks", name="clicks", sql="select 1", timestamp_column="ts", custom_field_mapping=[],
                               id_type_mapping=[{{"statsig_unit_id": "userID", "column": "user_id"}}])
tag = statsig.Tag("tag", name="payments")
gate = statsig.Gate("gate", name="a gate", tags=[tag], team=team, rules=[
    statsig.Rule(name="All", pass_percentage=10, conditions=[
        statsig.Condition(type="custom_field", field="age", operator="gt", target_value=17),
        statsig.Condition(type="country", operator="any", target_value={countries}),
    ]),
])

class Checkout(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("shop:index:Checkout", name)
        self.switch = statsig.Gate(name, name=name, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({{}})

pulumi.export("gate", gate)
pulumi.export("all", {{"tags": [tag], "checkout": Checkout("checkout")}})
pulumi.export("found", statsig.get_team(team.name).description)
pulumi.export("source", statsig.get_metric_source(metrics.name).name)
pulumi.export("rule", pulumi.Output.all(gate.id, gate.rules).apply(lambda both: f"{{both[0]}} {{both[1][0].name}}"))
"""


def test_whole_resources_and_data_sources_of_the_same_program_are_outputs(stack: Stack) -> None:
    stack.program(PROJECT.format(team="Shop", countries=["NL", "BE"]))
    assert re.search(r"found *: \[unknown\]", stack.preview().text)
    stack.up()
    gate, everything = stack.output("gate"), stack.output("all")
    assert sorted(gate) == ["id", "name", "rules", "tags", "team", "urn"]
    assert (gate["id"], gate["tags"], gate["team"]) == ("a_gate", ["payments"], "Shop")
    assert sorted(everything["tags"][0]) == ["id", "name", "urn"]
    assert sorted(everything["checkout"]["switch"]) == ["id", "name", "urn"]
    assert (stack.output("found"), stack.output("source"), stack.output("rule")) == ("Sells", "clicks", "a_gate All")
    stack.preview_is_empty()

    stack.program(PROJECT.format(team="Shop", countries=["BE", "NL"])).preview_is_empty()
    # The team of the new name does not exist before the update.
    assert "~ 2 to update" in stack.program(PROJECT.format(team="Store", countries=["NL", "BE"])).preview()
