"""State of one command: claims of resources, owned and adopted objects, checked inputs."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.json_values import UNKNOWN
from statsig_pulumi.lifecycle.journal import Journal
from statsig_pulumi.lifecycle.run_context import CheckedInputs, Claim, RunContext
from statsig_pulumi.lifecycle.stack_state import StackState

GATE, RULES = Claim("Gate 'a'"), Claim("the rules of gates/a")
RULE = Claim("the rules of gates/a", is_exclusive=False)


@pytest.fixture
def context() -> RunContext:
    return RunContext(Client("console-KEY123"))


@pytest.mark.parametrize(
    ("first", "second", "is_conflict"),
    [
        ((GATE, "one"), (GATE, "two"), True),
        ((GATE, "one"), (GATE, "one"), False),
        ((GATE, "one"), (Claim("Gate 'b'"), "two"), False),
        ((RULE, "one"), (RULE, "two"), False),
        ((RULE, "one"), (RULES, "two"), True),
        ((RULES, "one"), (RULE, "one"), True),
        ((RULES, None), (RULE, None), True),
        ((GATE, None), (GATE, None), False),
    ],
)
def test_two_resources_conflict_if_they_claim_the_same_object(
    context: RunContext, first: tuple[Claim, str | None], second: tuple[Claim, str | None], is_conflict: bool
) -> None:
    assert context.claim(*first, "the first") is None
    assert context.claim(*second, "the second") == ("the first" if is_conflict else None)
    assert context.claim(*first, "the first") is None


def test_a_resource_owns_its_object_until_it_gets_a_new_one(context: RunContext) -> None:
    context.own("Gate", "one", "a")
    context.own("Gate", "two", "b")
    assert context.is_owned("Gate", "a")
    assert not context.is_owned("Team", "a")
    context.disown("Gate", "one")
    assert not context.is_owned("Gate", "a")
    assert context.is_owned("Gate", "b")


def test_an_adopted_object_stays_owned(context: RunContext) -> None:
    context.hold("Gate", "a")
    context.disown("Gate", "one")
    assert context.is_owned("Gate", "a")


def test_checked_inputs_are_found_by_kind_and_value(context: RunContext) -> None:
    inputs = {"name": "a", "tags": [UNKNOWN], "team": None}
    context.note_checked("Gate", inputs, "urn:a", {"name"})
    expected = CheckedInputs("urn:a", frozenset({"name"}))
    assert context.checked("Gate", {"tags": [UNKNOWN], "name": "a"}) == expected
    assert context.checked("Tag", inputs) is None
    assert context.checked("Gate", {"name": "b"}) is None


def test_without_a_journal_no_request_was_interrupted(context: RunContext) -> None:
    context.note_request("mark")
    assert context.interrupted_at_s("mark") is None


URN = "urn:pulumi:test::engine::pulumi-python:dynamic/statsig:Key::key"
STORED = {"resources": [{"urn": URN, "id": "hash"}]}
UPDATING = {"pending_operations": [{"type": "updating", "resource": {"urn": URN}}]}
CREATING = {"pending_operations": [{"type": "creating", "resource": {"urn": URN}}]}


@pytest.mark.parametrize(
    ("state", "has_checkpoints", "is_interrupted"),
    [
        (STORED, True, False),
        (STORED | CREATING, True, False),  # the create of an earlier run, which the engine never forgets
        (STORED | UPDATING, True, True),
        (CREATING, True, True),
        ({"resources": [{"urn": URN, "id": "of the replaced object"}]} | CREATING, True, True),
        (CREATING, False, False),  # not written yet
        (None, True, False),
    ],
)
@pytest.mark.parametrize("resource", [URN, "key"])
def test_a_result_counts_as_interrupted_if_the_state_lacks_it_when_the_run_ends(
    context: RunContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    resource: str,
    state: dict[str, Any] | None,
    has_checkpoints: bool,
    is_interrupted: bool,
) -> None:
    at_exit: list[Callable[[], None]] = []
    monkeypatch.setattr("atexit.register", lambda function, *args: at_exit.append(lambda: function(*args)))
    with socket.create_server(("127.0.0.1", 0)) as engine:
        context.journal = Journal(tmp_path, f"127.0.0.1:{engine.getsockname()[1]}")
        context.stack = StackState(lambda _stack: state, "a/b/c", has_checkpoints=has_checkpoints)
        context.note_request("mark")
        context.note_stored("mark", resource, "hash")
        at_exit[-1]()
    assert (Journal(tmp_path, "127.0.0.1:2").interrupted_at_s("mark") is not None) == is_interrupted
