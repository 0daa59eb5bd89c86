"""Invalid inputs fail in the preview, with their place in the program, and nothing is sent."""

from __future__ import annotations

from pathlib import Path

from statsig_pulumi.emulator import Emulator

from .stack import Answer, Stack
from .wire import Wire


def problems(answer: Answer) -> list[str]:
    """Return the problems that a failed command shows, without their indentation."""
    title, *lines = answer.text.partition("    error: the program has ")[2].splitlines()
    count = int(title.partition(" ")[0])
    return [line.strip() for line in lines[:count]]


def test_the_problems_of_all_resources_are_one_error_at_their_lines(stack: Stack, wire: Wire) -> None:
    stack.program(
        """
        tag = statsig.Tag("tag", name="payments")
        rules = [
            statsig.Rule(name="Fine", pass_percentage=10),
            statsig.Rule(name="Fine", pass_percentage=33.333, conditions=[
                statsig.Condition(type="country", operator="version_gt", target_value=["NL"]),
                statsig.Condition(type="custom_field", field="age", operator="gt", target_value={31}),
                statsig.Condition("public", operatr="any"),
            ]),
        ]
        bad = statsig.Gate("bad", name="checkout", tags=["a"], type="STALE", rules=rules)
        ignored = pulumi.ResourceOptions(ignore_changes=["isEnabled"], depends_on=[bad])
        statsig.Gate("uses", name="uses", descripton=bad.name, tgas=[tag.name], opts=ignored)
        statsig.Gate("text", name=f"gate of {tag.name}")
        statsig.Gate("placed", "x", pulumi.ResourceOptions())
        statsig.Gate("first", name="first", tags=[bad.id, tag.name])
        later = pulumi.Output.from_input("no")
        statsig.Gate("later", name=later, description=tag.tag_id)

        class Shop(pulumi.ComponentResource):
            def __init__(self) -> None:
                super().__init__("shop:index:Shop", "shop")
                statsig.Tag("inner", name="", opts=pulumi.ResourceOptions(parent=self))

        Shop()
        pulumi.export("gate", bad.id)
        """
    )
    known = "is not a property that a program can set; did you mean"
    country = "rules[1].conditions[0].operator: 'version_gt' is not valid for type 'country': use one of any, none"
    expected = [
        ('statsig.Condition("public', "Condition: takes its values by name: write Condition(type=...)"),
        ('statsig.Condition("public', f"Condition: operatr: {known} 'operator'?"),
        ("bad =", "Gate 'bad': type: input should be 'PERMANENT' or 'TEMPORARY'"),
        ("bad =", "Gate 'bad': rules[1].pass_percentage: must have at most two decimals"),
        ("bad =", f"Gate 'bad': {country}"),
        # One thing that is wrong is one problem: a value of a wrong type does not count as missing too.
        ("bad =", "Gate 'bad': rules[1].conditions[1].target_value: must be a list, not set; write a list, such as"),
        ("bad =", "Gate 'bad': rules[1].name: "),
        ('statsig.Gate("uses', f"Gate 'uses': descripton: {known} 'description'?"),
        ('statsig.Gate("uses', f"Gate 'uses': tgas: {known} 'tags'?"),
        (
            'statsig.Gate("uses',
            "Gate 'uses': ignore_changes: 'isEnabled' is not a property; did you mean 'is_enabled'?",
        ),
        ('statsig.Gate("text', "Gate 'text': name: contains the text of an Output; use pulumi.Output.format() or"),
        (
            'statsig.Gate("placed',
            "Gate 'placed': takes resource options by name: write opts=pulumi.ResourceOptions(...)",
        ),
        ('statsig.Gate("placed', "Gate 'placed': takes its values by name: write Gate('name', name=...)"),
        ('statsig.Tag("inner', "Tag 'inner': name: string should have at least 1 character"),
        ('statsig.Gate("later', "Gate 'later': name: string should have at least 3 characters"),
    ]
    source = (stack.folder / "__main__.py").read_text().splitlines()
    numbers = {
        start: next(i for i, text in enumerate(source, 1) if text.strip().startswith(start)) for start, _ in expected
    }
    for answer in (stack.preview(ok=False), stack.up(ok=False)):
        found = problems(answer)
        assert len(expected) == len(found)
        for line, (start, text) in zip(found, expected, strict=True):
            assert line.startswith(f"__main__.py:{numbers[start]}: {text}")
        assert "Traceback" not in answer
        assert "statsig_pulumi/" not in answer
        assert wire.requests() == []


def test_the_preview_reports_the_mistakes_that_type_checkers_cannot_see(stack: Stack, wire: Wire) -> None:
    lines = (Path(__file__).parents[1] / "typing" / "wrong.py").read_text().splitlines()
    program = (line for line in lines if " # E: " not in line and "list_gates" not in line)
    (stack.folder / "__main__.py").write_text("\n".join(program))
    expected = [line.partition(" # P: ")[2] for line in lines if " # P: " in line]
    found = problems(stack.preview(ok=False))
    assert len(expected) == len(found) > 10
    assert [line for line, text in zip(found, expected, strict=True) if text not in line] == []
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
    said = [line.partition("Gate 'gate': ")[2] for line in problems(answer)]
    assert len(said) == 5
    for place in (
        "name: ",
        "type: ",
        "tags[2]: ",
        "rules[0].pass_percentage: ",
        "rules[0].conditions[1].field: is required for a condition of type 'custom_field'",
    ):
        assert any(line.startswith(place) for line in said), place
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


def test_values_that_no_json_can_hold_are_a_line_each(stack: Stack, wire: Wire) -> None:
    stack.program(
        """
        tag = statsig.Tag("tag", name="a")
        value = {"bytes": b"a", "asset": pulumi.FileAsset("a"), "huge": 10**400, "half": "\\ud800"}
        value["self"] = value
        statsig.DynamicConfig("config", name="limits", description=tag, default_value=value, schema='{"$ref": "#"}')
        """
    )
    found = [line.partition("DynamicConfig 'config': ")[2] for line in problems(stack.preview(ok=False))]
    for problem in (
        "description: must be a JSON value, not Tag; write its .id or .name",
        "default_value.bytes: must be a JSON value, not bytes; write text, value.decode()",
        "default_value.asset: must be a JSON value, not FileAsset; write",
        "default_value.huge: must not exceed 2**53",
        "default_value.half: contains half of a surrogate pair",
        "is nested too deeply, or contains itself",
    ):
        assert any(problem in text for text in found), problem
    assert wire.requests() == []
