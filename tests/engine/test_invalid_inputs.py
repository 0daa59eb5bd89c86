"""Invalid inputs fail in the preview, with their place in the program, and nothing is sent."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire


def test_known_inputs_fail_at_their_line_of_the_program(stack: Stack, wire: Wire) -> None:
    stack.program(
        """
        statsig.Tag("tag", name="payments")
        rules = [
            statsig.Rule(name="Fine", pass_percentage=10),
            statsig.Rule(name="Fine", pass_percentage=33.333, conditions=[
                statsig.Condition(type="country", operator="version_gt", target_value=["NL"]),
                statsig.Condition(type="custom_field", field="age", operator="gt", target_value={31}),
            ]),
        ]
        statsig.Gate("gate", name="checkout", tags=["a"], type="STALE", rules=rules)
        """
    )
    answer = stack.preview(ok=False)
    line = next(line for line in answer.text.splitlines() if line.strip().startswith("statsig_pulumi."))
    assert "InvalidInputsError: Gate 'gate': " in line
    for place in ("type: ", "rules[1].pass_percentage: ", "rules[1].conditions[0].operator: ", "rules[1].name: "):
        assert place in line
    assert "must have at most two decimals" in line
    assert "'version_gt' is not valid for type 'country': use one of any, none" in line
    # One thing that is wrong is one problem: a value of a wrong type does not count as missing besides.
    assert "rules[1].conditions[1].target_value: must be a list" in line
    assert line.count("target_value") == 1
    # The user's own line, as Python shows it.
    source = (stack.folder / "__main__.py").read_text()
    number = next(i for i, text in enumerate(source.splitlines(), 1) if text.startswith("statsig.Gate("))
    assert f'__main__.py", line {number}, in <module>' in answer
    assert wire.requests() == []


def test_a_misspelt_argument_is_a_type_error(stack: Stack, wire: Wire) -> None:
    answer = stack.program('statsig.Gate("gate", name="checkout", descripton="One")').preview(ok=False)
    assert "TypeError: Gate has no settable property 'descripton'; did you mean 'description'?" in answer
    assert wire.requests() == []


def test_a_misspelt_resource_option_is_a_type_error(stack: Stack, wire: Wire) -> None:
    option = 'opts=pulumi.ResourceOptions(ignore_changes=["isEnabled"])'
    answer = stack.program(f'statsig.Gate("gate", name="checkout", {option})').preview(ok=False)
    assert "TypeError: ignore_changes: Gate has no property 'isEnabled'; did you mean 'is_enabled'?" in answer
    assert wire.requests() == []


def test_the_text_of_an_output_is_an_invalid_input(stack: Stack, wire: Wire) -> None:
    stack.program('tag = statsig.Tag("tag", name="a")\nstatsig.Gate("gate", name=f"gate of {tag.name}")')
    answer = stack.preview(ok=False)
    assert "Gate 'gate': name: contains the text of an Output; use pulumi.Output.format() or .apply()" in answer
    assert wire.requests() == []


LATER = """
first = statsig.Tag("first", name="first")
statsig.Gate(
    "gate",
    name=pulumi.Output.from_input("no"),
    description=first.tag_id,
    type=pulumi.Output.from_input("STALE"),
    tags=[first.name, first.tag_id, pulumi.Output.from_input(7), "b", "a"],
    rules=[statsig.Rule(
        name=first.tag_id,
        pass_percentage=pulumi.Output.from_input(101),
        conditions=[
            statsig.Condition(type="passes_gate", target_value=[first.tag_id]),
            statsig.Condition(type=pulumi.Output.from_input("custom_field"), operator="any", target_value=first.tag_id),
        ],
    )],
)
"""


def test_inputs_from_outputs_fail_together_and_unknown_ones_are_skipped(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    answer = stack.program(LATER).preview(ok=False)
    said = [line for line in answer.error_lines if "Gate resource 'gate' has a problem: " in line]
    assert len(said) == 5
    for place in (
        "name: ",
        "type: ",
        "tags[2]: ",
        "rules[0].pass_percentage: ",
        "rules[0].conditions[1].field: is required for a condition of type 'custom_field'",
    ):
        assert any(place in line for line in said), place
    for place in ("description: ", "tags[1]", "rules[0].name", "rules[0].conditions[0]", "conditions[1].target_value"):
        assert not any(place in line for line in said), place
    assert "Traceback" not in answer
    assert wire.requests() == []

    # What a preview could not know is checked before anything of the resource is sent.
    stack.program(
        """
        first = statsig.Tag("first", name="first")
        statsig.Gate("gate", name="checkout", type=first.tag_id)
        """
    )
    assert "+ 3 to create" in stack.preview()
    refused = stack.up(ok=False)
    assert "type: input should be" in refused
    assert wire.written() == ["POST /tags: description name"]
    assert emulator.objects("gates") == []


def test_values_that_no_json_can_hold_are_one_line(stack: Stack, wire: Wire) -> None:
    stack.program(
        """
        tag = statsig.Tag("tag", name="a")
        value = {"bytes": b"a", "asset": pulumi.FileAsset("a"), "huge": 10**400, "half": "\\ud800"}
        value["self"] = value
        statsig.DynamicConfig("config", name="limits", description=tag, default_value=value, schema='{"$ref": "#"}')
        """
    )
    lines = stack.preview(ok=False).text.splitlines()
    (line,) = {line for line in lines if line.strip().startswith("statsig_pulumi.InvalidInputsError: ")}
    for problem in (
        "description: must be a JSON value, not Tag; write its .id or .name",
        "default_value.bytes: must be a JSON value, not bytes; write text, value.decode()",
        "default_value.asset: must be a JSON value, not FileAsset; write",
        "default_value.huge: must not exceed 2**53",
        "default_value.half: contains half of a surrogate pair",
        "is nested too deeply, or contains itself",
    ):
        assert problem in line, problem
    assert wire.requests() == []
