"""Changes that a review holds: reported once, pending until the review ends, and not sent twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.state import REVIEW

from ..conftest import Console, RecordingReporter

Values = dict[str, Any]
LINK = "https://console.statsig.com/gates/new"


@pytest.fixture
def lifecycle(
    console: Console, lifecycle_of: Callable[..., Lifecycle], reporter: RecordingReporter
) -> Callable[[str], Lifecycle]:
    """Lifecycles of a stack that respects reviews."""
    client = Client("console-KEY123", respect_reviews=True, transport=httpx.MockTransport(console.handle))
    return lambda kind: lifecycle_of(kind, context=RunContext(client, reporter))


def created(console: Console, lifecycle: Lifecycle, **inputs: Any) -> tuple[str, Values]:
    id_, outputs = lifecycle.create(inputs)
    console.requests.clear()
    return id_, outputs


def review(console: Console, id_: str = "r1", status: str = "pending") -> None:
    console.objects["gates/new"]["activeReview"] = {"reviewID": id_, "reviewStatus": status, "description": ""}


def held(console: Console, gate: Lifecycle, reporter: RecordingReporter) -> tuple[str, Values, Values]:
    """Update a gate in a project whose reviews hold the change; return its id, outputs and inputs."""
    id_, outputs = created(console, gate, name="new", description="One")
    console.ignored.add("description")
    review(console)
    inputs = {"name": "new", "description": "Two"}
    outputs = gate.update(id_, outputs, inputs)
    console.requests.clear()
    return id_, outputs, inputs


def test_a_held_change_is_reported_and_pending(
    console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    gate = lifecycle("Gate")
    id_, outputs, inputs = held(console, gate, reporter)
    assert reporter.messages == [
        ("warning", f"Gate 'new': description is not changed yet: it awaits review r1 ({LINK})")
    ]
    changes = gate.diff(outputs, inputs)
    assert (changes.changed, changes.held) == (("description",), ("description",))
    reporter.messages.clear()
    gate.reviews.announce(id_, outputs, inputs, changes)
    assert reporter.messages == [("info", f"Gate 'new': description awaits review r1 ({LINK})")]


def test_a_held_change_is_not_sent_again_and_is_no_drift(
    console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    gate = lifecycle("Gate")
    id_, outputs, inputs = held(console, gate, reporter)
    reporter.messages.clear()
    assert gate.update(id_, outputs, inputs) == outputs
    state = gate.read(id_, outputs)
    assert state is not None
    assert (state.outputs, state.inputs) == (outputs, inputs)
    assert (console.writes, reporter.messages) == ([], [])


@pytest.mark.parametrize("is_refreshed", [True, False])
def test_a_committed_review_leaves_nothing_to_do(
    is_refreshed: bool, console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    gate = lifecycle("Gate")
    id_, outputs, inputs = held(console, gate, reporter)
    del console.objects["gates/new"]["activeReview"]
    console.objects["gates/new"]["description"] = "Two"
    reporter.messages.clear()
    state = gate.read(id_, outputs)
    assert state is not None
    outputs = state.outputs if is_refreshed else gate.update(id_, outputs, inputs)
    assert REVIEW not in outputs
    assert not gate.diff(outputs, inputs)
    assert (console.writes, reporter.messages) == ([], [])


@pytest.mark.parametrize("is_refreshed", [True, False])
def test_a_rejected_change_is_sent_again(
    is_refreshed: bool, console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    gate = lifecycle("Gate")
    id_, outputs, inputs = held(console, gate, reporter)
    review(console, status="rejected")
    console.ignored.clear()
    reporter.messages.clear()
    state = gate.read(id_, outputs)
    assert state is not None
    assert state.inputs["description"] == "One"
    outputs = gate.update(id_, state.outputs if is_refreshed else outputs, inputs)
    assert console.writes == [("PATCH", "gates/new", {"description": "Two"})]
    assert (REVIEW in outputs, outputs["description"]) == (False, "Two")
    texts = [text for _, text in reporter.messages]
    ended = f"Gate 'new': review r1 ({LINK}) ended without the change, which is sent again"
    assert texts == [] if is_refreshed else texts == [ended]


@pytest.mark.parametrize(
    ("inputs", "sent"),
    [
        ({"name": "new", "description": "Three"}, {"description": "Three"}),
        ({"name": "new", "description": "Two", "tags": ["a"]}, {"description": "Two", "tags": ["a"]}),
    ],
)
def test_another_change_replaces_the_review_with_all_that_is_declared(
    inputs: Values, sent: Values, console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    gate = lifecycle("Gate")
    id_, outputs, _ = held(console, gate, reporter)
    reporter.messages.clear()
    gate.reviews.announce(id_, outputs, inputs, gate.diff(outputs, inputs))
    assert reporter.messages == [
        ("warning", f"Gate 'new': the change replaces review r1 ({LINK}), which holds description")
    ]
    gate.update(id_, outputs, inputs)
    assert [body for _, _, body in console.writes] == [sent]


def test_a_declaration_that_goes_back_asks_to_reject_the_review(
    console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    gate = lifecycle("Gate")
    id_, outputs, _ = held(console, gate, reporter)
    reporter.messages.clear()
    outputs = gate.update(id_, outputs, {"name": "new", "description": "One"})
    assert console.writes == []
    assert REVIEW not in outputs
    assert reporter.messages == [
        ("warning", f"Gate 'new': review r1 ({LINK}) holds a change that is no longer declared: reject it")
    ]


def test_an_action_that_a_review_holds_is_pending_too(
    console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    gate = lifecycle("Gate")
    id_, outputs = created(console, gate, name="new", is_launched=False)
    review(console)
    console.ignored_verbs.add("launch")
    inputs = {"name": "new", "is_launched": True}
    outputs = gate.update(id_, outputs, inputs)
    assert outputs["is_launched"] is True
    assert gate.diff(outputs, inputs).held == ("is_launched",)
    console.requests.clear()
    gate.update(id_, outputs, inputs)
    assert console.writes == []


def test_an_unchanged_config_whose_reviews_the_api_does_not_show_awaits_one(
    console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    config = lifecycle("DynamicConfig")
    id_, outputs = created(console, config, name="new", description="One")
    console.objects["dynamic_configs/new"] |= {"version": 1, "permalink": "https://console.example/new"}
    console.ignored.add("description")
    inputs = {"name": "new", "description": "Two"}
    outputs = config.update(id_, outputs, inputs)
    assert reporter.messages == [
        (
            "warning",
            "DynamicConfig 'new': description is not changed yet: it awaits a review (https://console.example/new)",
        )
    ]
    console.requests.clear()
    config.update(id_, outputs, inputs)
    assert console.writes == []
    # A refresh cannot see whether the review has ended, so that the difference is drift.
    state = config.read(id_, outputs)
    assert state is not None
    assert config.diff(state.outputs, inputs).changed == ("description",)


PARAMETER = {"name": "items", "type": "number", "default_value": 3}


@pytest.mark.parametrize("marks", [{"version": 1}, {"lastModifiedTime": 1_700_000_000_000}])
def test_a_later_request_of_a_create_that_a_review_holds_is_pending(
    marks: Values, console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    """A layer is created without its parameters, which an update sets."""
    console.created |= {"parameters": []} | marks
    console.ignored.add("parameters")
    layer = lifecycle("Layer")
    inputs = {"name": "new", "id_type": "userID", "parameters": [PARAMETER]}
    id_, outputs = layer.create(inputs)
    link = "https://console.statsig.com/layers/new"
    assert reporter.messages == [
        ("warning", f"Layer 'new': parameters is not changed yet: it awaits a review ({link})")
    ]
    changes = layer.diff(outputs, inputs)
    assert (changes.changed, changes.held) == (("parameters",), ("parameters",))
    console.requests.clear()
    outputs = layer.update(id_, outputs, inputs)
    assert (console.writes, REVIEW in outputs) == ([], True)
    console.objects["layers/new"]["parameters"] = [{"name": "items", "type": "number", "defaultValue": 3}]
    outputs = layer.update(id_, outputs, inputs)
    assert (console.writes, REVIEW in outputs, bool(layer.diff(outputs, inputs))) == ([], False, False)


def test_a_value_that_only_a_create_sets_awaits_no_review(
    console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    console.created |= {"team": "Other", "parameters": []}
    _, outputs = lifecycle("Layer").create({"name": "new", "id_type": "userID", "team": "Core"})
    assert REVIEW not in outputs
    assert [text for _, text in reporter.messages] == ["Layer 'new': Statsig accepted team but holds another value"]


def test_a_value_that_the_api_writes_in_another_way_awaits_no_review(
    console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    console.created |= {"description": "Other", "version": 1}
    console.ignored.add("description")
    _, outputs = lifecycle("DynamicConfig").create({"name": "new", "description": "One"})
    assert REVIEW not in outputs
    assert [text for _, text in reporter.messages] == [
        "DynamicConfig 'new': Statsig accepted description but holds another value"
    ]


def test_the_rules_of_a_new_segment_that_a_review_holds_are_pending(
    console: Console, lifecycle: Callable[[str], Lifecycle], reporter: RecordingReporter
) -> None:
    console.created |= {"rules": [], "version": 1}
    inputs = {"segment_id": "new", "name": "new", "type": "rule_based", "rules": [{"name": "A", "pass_percentage": 5}]}
    console.ignored_paths = {"segments/new/conditional": "segments/new"}
    segment = lifecycle("Segment")
    _, outputs = segment.create(inputs)
    assert [path for _, path, _ in console.writes] == ["segments", "segments/new/conditional"]
    assert [text for _, text in reporter.messages] == [
        "Segment 'new': rules is not changed yet: it awaits a review (https://console.statsig.com/segments/new)"
    ]
    assert segment.diff(outputs, inputs).held == ("rules",)


def test_without_the_setting_a_value_that_is_not_taken_is_a_difference(
    console: Console, lifecycle_of: Callable[..., Lifecycle], reporter: RecordingReporter
) -> None:
    gate = lifecycle_of("Gate")
    _, outputs, _ = held(console, gate, reporter)
    assert REVIEW not in outputs
    assert [text for _, text in reporter.messages] == [
        "Gate 'new': Statsig accepted description but holds another value"
    ]
