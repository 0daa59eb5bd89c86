"""A program with problems: all of them are one error at its end, and no resource is registered."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import Any, cast

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockEngine, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.settings import Settings, configure, set_root_resource
from pulumi.runtime.stack import run_in_stack

import statsig_pulumi as statsig
from statsig_pulumi.errors import Problem
from statsig_pulumi.program import refuse, type_error

loose: Any = statsig
"""The package for calls that type checkers reject."""


class Monitor:
    """The monitor of mocks in a class of its own: a program with mocks is not run by an engine."""

    def __init__(self, mocks: Mocks) -> None:
        self._monitor = MockMonitor(mocks)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._monitor, name)


class Engine(Mocks):
    """What the engine gets."""

    def __init__(self) -> None:
        self.registered: list[str] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ.startswith("pulumi-python:"):
            self.registered.append(args.name)
        return f"{args.name}-id", args.inputs

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
        return {"state": {}}, None


def run(program: Callable[[], object]) -> list[str]:
    """Run a program as the engine does; return the names of the resources that it gets."""
    engine = Engine()

    def body() -> None:
        program()

    def in_context() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        set_root_resource(cast(Any, None))
        configure(Settings("project", "stack", monitor=Monitor(engine), engine=MockEngine(None), dry_run=True))
        try:
            loop.run_until_complete(run_in_stack(body))
        finally:
            loop.set_exception_handler(lambda *_: None)
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.close()
            asyncio.set_event_loop(asyncio.new_event_loop())  # for the tests with mocks

    contextvars.copy_context().run(in_context)
    return engine.registered


def fail(program: Callable[[], object]) -> list[str]:
    """Run a program that must fail; return the lines of its error without their places."""
    with pytest.raises(pulumi.RunError) as raised:
        run(program)
    title, *lines = str(raised.value).splitlines()
    assert title == f"the program has {len(lines)} problem{'s' if len(lines) > 1 else ''}:"
    places = [line.strip().partition(": ") for line in lines]
    assert [place for place, _, _ in places if "test_program.py:" not in place] == []
    return [text for _, _, text in places]


def test_a_valid_program_registers_its_resources() -> None:
    def program() -> None:
        tag = loose.Tag("tag", name="core")
        loose.Gate("gate", name=pulumi.Output.concat("check", "out"), tags=[tag.name])

    assert sorted(run(program)) == ["gate", "tag"]


def test_the_problems_of_all_resources_are_one_error_and_nothing_is_registered() -> None:
    def program() -> None:
        loose.Tag("tag", name="core")
        bad = loose.Gate("bad", name="checkout", type="STALE", descripton="x")
        loose.Gate("uses", name="other", tags=[bad.name, 7])
        loose.Gate("late", name="late gate", opts=pulumi.ResourceOptions(depends_on=[bad]))
        pulumi.export("id", bad.id)
        pulumi.export("rules", bad.rules)

    assert fail(program) == [
        "Gate 'bad': descripton: is not a property that a program can set; did you mean 'description'?",
        "Gate 'bad': type: input should be 'PERMANENT' or 'TEMPORARY'",
        "Gate 'uses': tags[1]: input should be a valid string",
    ]
    engine = Engine()
    assert engine.registered == []


def test_a_misspelt_argument_does_not_count_as_missing_too() -> None:
    def program() -> None:
        loose.Gate("gate", nmae="checkout", rules=[loose.Rule(nmae="A", pass_percentge=3)])

    assert fail(program) == [
        "Rule: nmae: is not a property that a program can set; did you mean 'name'?",
        "Rule: pass_percentge: is not a property that a program can set; did you mean 'pass_percentage'?",
        "Gate 'gate': nmae: is not a property that a program can set; did you mean 'name'?",
    ]


def test_a_nested_value_that_no_resource_has_fails_the_program_too() -> None:
    assert fail(lambda: loose.Rule("A", name="A", pass_percentage=3)) == [
        "Rule: takes its values by name: write Rule(name=..., pass_percentage=...)"
    ]


def test_values_of_outputs_are_checked_with_all_others() -> None:
    def program() -> None:
        tag = loose.Tag("tag", name="core")
        name = pulumi.Output.from_input("no")
        loose.Gate("a", name=name, description=tag.tag_id)
        loose.Gate("b", name="b gate", tags=[pulumi.Output.from_input(7)])
        loose.Gate("c", name="c")

    assert sorted(fail(program)) == [
        "Gate 'a': name: string should have at least 3 characters",
        "Gate 'b': tags[0]: input should be a valid string",
        "Gate 'c': name: string should have at least 3 characters",
    ]


def test_an_assignment_after_construction_is_a_problem() -> None:
    def program() -> None:
        gate = loose.Gate("gate", name="checkout")
        gate.is_enabled = True
        loose.Rule(name="A", pass_percentage=3).name = "B"

    assert fail(program) == [
        "Gate: is_enabled: is read-only: pass it to the constructor of Gate",
        "Rule: name: is read-only: pass it to the constructor of Rule",
    ]


def test_a_secret_output_is_left_to_the_plugin() -> None:
    assert run(lambda: loose.Gate("a", name=pulumi.Output.secret("no"))) == ["a"]


def test_null_in_an_output_is_left_out_as_the_engine_does() -> None:
    def program() -> None:
        nothing: Any = pulumi.Output.from_input(None)
        loose.Gate(
            "a", name="a gate", type=nothing, tags=pulumi.Output.from_input(cast(Any, [None])), description=nothing
        )

    assert run(program) == ["a"]


def test_a_value_that_is_not_known_yet_is_left_to_the_plugin() -> None:
    def program() -> None:
        loop = asyncio.get_event_loop()
        value, is_known = loop.create_future(), loop.create_future()
        value.set_result("")  # as the SDK has it for the id of a new object in a preview
        is_known.set_result(False)
        statsig.GateRule("a", gate_id=pulumi.Output(set(), value, is_known), name="A", pass_percentage=1)

    assert run(program) == ["a"]


def test_a_failed_apply_keeps_its_own_error() -> None:
    def program() -> None:
        name = pulumi.Output.from_input(cast(Any, "x")).apply(lambda text: text.nope)
        loose.Gate("a", name=name)

    with pytest.raises(AttributeError, match="nope"):
        run(program)


def test_a_nested_value_in_an_apply_is_checked() -> None:
    def program() -> None:
        share = pulumi.Output.from_input(10)
        rules = share.apply(lambda share: [loose.Rule(nmae="A", pass_percentage=share)])
        loose.Gate("gate", name="checkout", rules=rules)

    assert fail(program) == ["Rule: nmae: is not a property that a program can set; did you mean 'name'?"]


def test_two_programs_of_a_process_have_their_own_problems() -> None:
    assert len(fail(lambda: loose.Gate("a", name="a"))) == 1
    assert run(lambda: loose.Gate("b", name="b gate")) == ["b"]
    assert fail(lambda: loose.Tag("c", name="")) == ["Tag 'c': name: string should have at least 1 character"]


def test_outside_of_a_program_the_error_is_raised_at_once() -> None:
    with pytest.raises(TypeError, match=r"^Gate 'a': name: is wrong$"):
        refuse("Gate 'a'", [Problem("name", "is wrong")], type_error)
    with pytest.raises(statsig.InvalidInputsError, match="Gate 'a': name: string should have at least 3 characters"):
        loose.Gate("a", name="a")


@pytest.mark.parametrize(
    ("expected", "id_"),
    [
        ("must be a str, not NoneType", None),
        ("must be a str, not int", 7),
        ("must not be empty", " "),
        ("contains half of a surrogate pair, which is no Unicode text", "\ud800"),
        ("contains the text of an Output; use pulumi.Output.format() or .apply()", str(pulumi.Output.from_input("a"))),
    ],
)
def test_get_needs_an_id_because_the_engine_creates_an_object_without_one(expected: str, id_: Any) -> None:
    assert fail(lambda: loose.Gate.get("gate", id_)) == [f"Gate.get('gate'): id: {expected}"]
    with pytest.raises(TypeError, match=r"^Gate.get\('gate'\): id: "):
        loose.Gate.get("gate", id_)


def test_get_takes_an_output() -> None:
    assert run(lambda: loose.Gate.get("gate", pulumi.Output.from_input("an_id"))) == ["gate"]


def test_a_problem_is_one_line_whatever_its_value() -> None:
    wrong = "a\n\x1b[2J" + "x" * 5_000
    condition = loose.Condition(type="country", operator=wrong, target_value=["NL"])
    rules = [loose.Rule(name="One", pass_percentage=1, conditions=[condition])]
    (line,) = fail(lambda: loose.Gate("a\nb", name="checkout", rules=rules))
    assert line.startswith("Gate 'a\\nb': rules[0].conditions[0].operator: 'a\\n\\x1b[2Jxxx")
    assert line.endswith("xxx' is not valid for type 'country': use one of any, none")
    assert len(line) < 1_100


CIRCULAR: list[Any] = []
CIRCULAR.append(CIRCULAR)


@pytest.mark.parametrize("make_output", [pulumi.Output.from_input, pulumi.Output.secret])
@pytest.mark.parametrize(
    ("expected", "value_fn"),
    [
        ("must be a JSON value, not bytes; write text, value.decode()", lambda: b"hush"),
        ("must be a JSON value, not set; write a list, such as sorted(values)", lambda: {"hush"}),
        ("must be a JSON value, not Tag; write its .id or .name", lambda: loose.Tag("tag", name="core")),
        ("is nested too deeply, or contains itself; use at most 100 levels", lambda: CIRCULAR),
    ],
)
def test_an_output_of_what_is_no_json_is_a_problem(
    expected: str, value_fn: Callable[[], Any], make_output: Callable[[str], pulumi.Output[str]]
) -> None:
    def program() -> None:
        tags = [value_fn()]
        loose.Gate("gate", name="checkout", tags=make_output("a").apply(lambda _: tags))

    (line,) = fail(program)
    assert line.endswith(expected)
    assert line.startswith("Gate 'gate': tags[0]")


def test_an_output_of_a_dict_with_a_number_as_key_is_a_problem() -> None:
    def program() -> None:
        value = pulumi.Output.from_input("a").apply(lambda _: {1: "a"})
        loose.DynamicConfig("config", name="limits", default_value=value)

    assert fail(program) == ["DynamicConfig 'config': default_value.1: has a key that is no text; write str(key)"]


def test_outputs_in_the_value_of_an_output_are_valid() -> None:
    async def later() -> str:
        return "late"

    def program() -> None:
        tag = loose.Tag("tag", name="core")
        tags = tag.tag_id.apply(lambda _: [tag.name, pulumi.Output.from_input("b"), later()])
        loose.Gate("gate", name="checkout", tags=tags)
        text = pulumi.Output.from_input("a").apply(lambda _: {"a": [pulumi.Output.from_input("b")]})
        loose.DynamicConfig("config", name="limits", default_value=text)

    assert sorted(run(program)) == ["config", "gate", "tag"]
