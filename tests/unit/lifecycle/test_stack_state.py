"""The state of the stack: owners of an object, creates of interrupted runs, secrets below an object."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from statsig_pulumi.lifecycle.stack_state import StackState

TYPE = "pulumi-python:dynamic/statsig:"


def gate(name: str, **outputs: Any) -> dict[str, Any]:
    return {"urn": f"urn::{name}", "type": f"{TYPE}Gate", "id": name, "outputs": outputs}


def stack_of(*resources: dict[str, Any]) -> StackState:
    return StackState(lambda stack: {"resources": list(resources)} if stack == "a/b/c" else None, "a/b/c")


def test_the_owners_of_an_object_are_the_resources_of_its_kind_with_its_id() -> None:
    stack = stack_of(gate("a"), gate("b"), {**gate("a"), "urn": "urn::team", "type": f"{TYPE}Team"})
    assert list(stack.find_owners("Gate", "a", "")) == ["urn::a"]
    assert not stack.find_owners("Gate", "c", "")


@pytest.mark.parametrize(
    ("project", "in_state", "is_owner"),
    [("p", "p", True), ("p", "other", False), ("p", "", True), ("", "other", True)],
)
def test_an_object_of_another_project_has_no_owner_here(project: str, in_state: str, is_owner: bool) -> None:
    owners = stack_of(gate("a", __project=in_state)).find_owners("Gate", "a", project)
    assert bool(owners) == is_owner


def test_a_state_that_cannot_be_read_has_no_owners_and_may_hold_secrets() -> None:
    stack = StackState(lambda _stack: None, "a/b/c")
    assert not stack.find_owners("Gate", "a", "")
    assert stack.has_secret_below("gates/a")


def rule(id_: str, **outputs: Any) -> dict[str, Any]:
    return {"urn": "urn::r", "type": f"{TYPE}GateRule", "id": id_, "outputs": outputs}


@pytest.mark.parametrize(
    ("resource", "is_secret"),
    [
        (rule("a/r1", __secret=["conditions"]), True),
        (rule("ab/r1", __secret=["conditions"]), False),
        (rule("a/r1"), False),
        (rule("a", __secret=["conditions"]), False),  # an id that no path can express
        ({**rule("a/r1", __secret=["conditions"]), "type": "other:index:Rule"}, False),
    ],
)
def test_a_secret_below_an_object_is_one_of_a_resource_whose_path_begins_with_its_path(
    resource: dict[str, Any], is_secret: bool
) -> None:
    assert stack_of(resource).has_secret_below("gates/a") == is_secret


@pytest.mark.parametrize(("age_s", "is_new"), [(-4, True), (4, True), (5, False)])
def test_a_resource_is_just_written_for_a_few_seconds(
    monkeypatch: pytest.MonkeyPatch, age_s: int, is_new: bool
) -> None:
    monkeypatch.setattr("time.time", lambda: datetime(2026, 1, 2, tzinfo=UTC).timestamp() + age_s)
    stack = stack_of({**gate("a"), "modified": "2026-01-02T00:00:00.123456Z"}, gate("b"))
    assert stack.is_just_written("urn::a") == is_new
    assert not stack.is_just_written("urn::b")


@pytest.mark.parametrize(
    ("creates", "has_checkpoints", "is_pending"),
    [
        ([], True, False),
        (["a"], True, False),
        (["a", "a"], True, True),
        (["a"], False, True),
        (["b", "b"], True, False),
    ],
)
def test_a_create_is_pending_beside_the_one_that_this_run_carries_out(
    creates: list[str], has_checkpoints: bool, is_pending: bool
) -> None:
    type_ = "pulumi-python:dynamic/statsig:Gate"
    operations = [{"type": "creating", "resource": {"urn": f"urn::{name}", "type": type_}} for name in creates]
    stack = StackState(lambda _stack: {"pending_operations": operations}, "a/b/c", has_checkpoints=has_checkpoints)
    assert stack.is_create_pending("Gate", "urn::a") == is_pending
    assert stack.is_create_pending("Gate", "a") == is_pending
