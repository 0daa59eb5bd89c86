"""Updates of objects that others have edited: warnings, errors and what is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from statsig_pulumi.errors import ConcurrentEditError
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.schema.state import SECRET
from statsig_pulumi.settings import Policy

from ..conftest import Console, RecordingReporter

LifecycleOf = Callable[..., Lifecycle]
Values = dict[str, Any]
MODIFIER = {"lastModifierName": "Ana", "lastModifiedTime": 1764257412000}


def created(console: Console, lifecycle: Lifecycle, **inputs: Any) -> tuple[str, Values, Values]:
    checked, problems = lifecycle.check(inputs, new=True)
    assert problems == []
    id_, outputs = lifecycle.create(checked)
    console.requests.clear()
    return id_, outputs, checked


def test_an_edit_that_is_overwritten_is_a_warning_with_who_and_when(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = created(console, gate, name="new", description="One")
    console.objects["gates/new"] |= {"description": "Theirs", **MODIFIER}
    outputs = gate.update(id_, outputs, inputs | {"description": "Two"})
    assert reporter.messages == [
        (
            "warning",
            "Gate 'new' was changed in Statsig after the state was written (last change by Ana at 2025-11-27 15:30:12"
            " UTC): description: 'One' => 'Theirs', overwritten with 'Two'",
        )
    ]
    assert [method for method, _, _ in console.requests] == ["GET", "PATCH"]
    assert outputs["description"] == "Two"


def test_an_edit_of_a_property_that_is_not_sent_stays_and_is_reported_once(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = created(console, gate, name="new", description="One", is_enabled=True)
    console.objects["gates/new"] |= {"isEnabled": False}
    gate.update(id_, outputs, inputs | {"description": "Two"})
    assert reporter.messages == [
        (
            "warning",
            "Gate 'new' was changed in Statsig after the state was written: is_enabled: True => False, kept, because"
            " this update does not change it to True",
        )
    ]
    assert console.objects["gates/new"]["isEnabled"] is False


def test_a_property_that_was_sent_and_is_held_differently_is_reported(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = created(console, gate, name="new", description="One", is_enabled=True)
    console.ignored.add("description")
    gate.update(id_, outputs, inputs | {"description": "Two"})
    assert [text for _, text in reporter.messages] == [
        "Gate 'new': Statsig accepted description but holds another value"
    ]


def test_a_stack_can_let_an_update_of_an_edited_object_fail(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate", policy=Policy(on_concurrent_edit="fail"))
    id_, outputs, inputs = created(console, gate, name="new", description="One")
    console.objects["gates/new"]["description"] = "Theirs"
    with pytest.raises(
        ConcurrentEditError, match=r"'One' => 'Theirs', overwritten with 'Two'; nothing was changed; run"
    ):
        gate.update(id_, outputs, inputs | {"description": "Two"})
    assert console.writes == []
    state = gate.read(id_, outputs)
    assert state is not None
    assert gate.update(id_, state.outputs, inputs | {"description": "Two"})["description"] == "Two"


@pytest.mark.parametrize("policy", ["warn", "fail"])
def test_what_the_program_itself_declares_now_is_no_edit(
    policy: Any, console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate", policy=Policy(on_concurrent_edit=policy))
    id_, outputs, inputs = created(console, gate, name="new", description="One")
    console.objects["gates/new"]["description"] = "Two"  # a run that was killed before it could save the state
    gate.update(id_, outputs, inputs | {"description": "Two"})
    assert reporter.messages == []


def test_a_value_that_statsig_holds_differently_since_the_update_is_no_edit(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate", policy=Policy(on_concurrent_edit="fail"))
    id_, outputs, inputs = created(console, gate, name="new", description="One", tags=["a"])
    console.ignored.add("description")
    inputs |= {"description": "Two"}
    outputs = gate.update(id_, outputs, inputs)
    for tags in (["b"], ["c"]):
        inputs |= {"tags": tags}
        outputs = gate.update(id_, outputs, inputs)
    assert len(reporter.messages) == 1
    console.objects["gates/new"]["description"] = "Theirs"
    with pytest.raises(ConcurrentEditError, match="description: 'One' => 'Theirs'"):
        gate.update(id_, outputs, inputs | {"tags": []})


RULE = {"name": "a", "pass_percentage": 10}
BY_HAND = {"name": "By hand", "passPercentage": 5, "conditions": [{"type": "public"}], "id": "x:1", "baseID": "x"}


def test_a_rule_that_others_added_is_sent_back_and_named_until_a_refresh(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate", policy=Policy(on_concurrent_edit="fail"))
    id_, outputs, inputs = created(console, gate, name="new", rules=[RULE])
    live = console.objects["gates/new"]
    live["rules"] = [BY_HAND, *live["rules"]]
    changed = inputs | {"rules": [RULE | {"pass_percentage": 20}]}
    outputs = gate.update(id_, outputs, changed)
    assert live["rules"][0] == BY_HAND
    assert live["rules"][1]["passPercentage"] == 20
    ((severity, text),) = reporter.messages
    assert severity == "warning"
    assert text.startswith("Gate 'new' keeps rules['By hand'], which somebody added in Statsig")
    assert not gate.diff(outputs, changed)

    state = gate.read(id_, outputs)
    assert state is not None
    assert gate.diff(state.outputs, changed).changed == ("rules",)
    gate.update(id_, state.outputs, changed)
    assert [rule["name"] for rule in live["rules"]] == ["a"]
    assert len(reporter.messages) == 1


def test_a_stack_can_let_an_update_remove_what_others_added(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate", policy=Policy(on_concurrent_edit="overwrite"))
    id_, outputs, inputs = created(console, gate, name="new", rules=[RULE])
    console.objects["gates/new"]["rules"].append(BY_HAND)
    gate.update(id_, outputs, inputs | {"rules": [RULE | {"pass_percentage": 20}]})
    assert [rule["name"] for rule in console.objects["gates/new"]["rules"]] == ["a"]
    assert [text for _, text in reporter.messages] == [
        "Gate 'new' loses rules['By hand'], which somebody added in Statsig and the program does not declare"
    ]


def test_no_message_contains_a_secret_value_or_name(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate")
    secret = {SECRET: ["description", "rules"]}
    id_, outputs, inputs = created(console, gate, name="new", description="s1", rules=[RULE], **secret)
    live = console.objects["gates/new"]
    live["description"] = "s2"
    live["rules"] = [live["rules"][0] | {"passPercentage": 15, "environments": ["dev"]}, BY_HAND]
    gate.update(id_, outputs, inputs | {"description": "s3", "rules": [RULE | {"pass_percentage": 20}]})
    (_, edits), (_, kept) = reporter.messages
    changed = "(secret) => (secret), overwritten with (secret)"
    assert edits.endswith(f"description: {changed}; rules: {changed}")
    assert kept.startswith("Gate 'new' keeps rules (secret), which somebody added")
