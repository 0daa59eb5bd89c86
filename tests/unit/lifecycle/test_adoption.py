"""Messages about differences between an object to import and the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import ImportMismatchError, TakenError
from statsig_pulumi.lifecycle.call import Call
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.journal import Journal
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.lifecycle.stack_state import StackState
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.state import IMPORT, SECRET

from ..conftest import Console

SENT_S = 1_800_000_000
LifecycleOf = Callable[..., Lifecycle]
RULE = {"name": "All", "id": "r1", "baseID": "r1", "passPercentage": 10, "conditions": [{"type": "public"}]}
LIVE: dict[str, Any] = {"id": "there", "name": "there", "description": "d" * 200, "rules": [RULE], "tags": ["a"]}


@pytest.mark.parametrize(
    ("declared", "difference"),
    [
        ({"tags": ["b"]}, "tags[0]: nothing => 'b', tags[0]: 'a' => nothing"),
        ({"description": "mine"}, f"description: '{'d' * 59}... => 'mine'"),
        ({"rules": [{"name": "All", "pass_percentage": 20}]}, "rules[0].pass_percentage: 10 => 20"),
        ({"rules": []}, "rules[0]: {'name': 'All', "),
        ({"rules": [{"name": "New", "pass_percentage": 10}]}, "rules[0].name: 'All' => 'New'"),
        (
            {"rules": [{"name": "All", "pass_percentage": 10, "conditions": [{"type": "public"}, {"type": "public"}]}]},
            "rules[0].conditions[1]: nothing => {'type': 'public'}",
        ),
    ],
)
def test_each_difference_is_reported_with_its_place_and_both_values(
    declared: dict[str, Any], difference: str, console: Console, lifecycle_of: LifecycleOf
) -> None:
    console.objects["gates/there"] = dict(LIVE)
    with pytest.raises(ImportMismatchError) as error:
        lifecycle_of("Gate").create({"name": "there", IMPORT: "there"} | declared)
    assert f"the program differs from it in {difference}" in str(error.value)
    assert console.writes == []


def test_a_secret_value_is_not_shown(console: Console, lifecycle_of: LifecycleOf) -> None:
    console.objects["gates/there"] = dict(LIVE)
    with pytest.raises(ImportMismatchError) as error:
        lifecycle_of("Gate").create({"name": "there", IMPORT: "there", "description": "hush", SECRET: ["description"]})
    assert "the program differs from it in description (secret). " in str(error.value)
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    ("creator", "created_s", "stack", "is_adopted"),
    [
        ("CONSOLE API", SENT_S + 1, "acme/shop/prod", True),
        ("CONSOLE API", SENT_S - 60, "acme/shop/prod", False),
        ("CONSOLE API", SENT_S + 1, "acme/shop/dev", False),
        ("Ana", SENT_S + 60, "acme/shop/prod", False),
    ],
)
def test_only_the_object_of_an_interrupted_create_is_adopted(
    console: Console, tmp_path: Path, creator: str, created_s: float, stack: str, is_adopted: bool
) -> None:
    def gate(number: int, name: str) -> Lifecycle:
        client = Client("console-KEY123", transport=httpx.MockTransport(console.handle))
        context = RunContext(client, journal=Journal(tmp_path, f"127.0.0.1:{number}"), stack=StackState(name=name))
        declaration = REGISTRY["Gate"]
        lifecycle: Lifecycle = declaration.cls.lifecycle(declaration, context, Call("gate"))
        return lifecycle

    interrupted, inputs = gate(1, "acme/shop/prod"), {"name": "there"}
    interrupted.context.journal.record(interrupted.adoption.fingerprint(inputs), SENT_S)
    console.objects["gates/there"] = {
        "id": "there",
        "name": "there",
        "creatorName": creator,
        "createdTime": created_s * 1000,
    }
    if is_adopted:
        assert gate(2, stack).create(inputs)[0] == "there"
    else:
        with pytest.raises(TakenError, match="exists already in Statsig"):
            gate(2, stack).create(inputs)


def test_many_differences_are_counted(console: Console, lifecycle_of: LifecycleOf) -> None:
    rules = [RULE | {"name": str(number), "baseID": str(number)} for number in range(20)]
    console.objects["gates/there"] = LIVE | {"rules": rules}
    declared_rules = [{"name": str(number), "pass_percentage": 99} for number in range(20)]
    with pytest.raises(ImportMismatchError, match=r"rules\[7\].pass_percentage: 10 => 99 and 12 more. Change the"):
        lifecycle_of("Gate").create({"name": "there", IMPORT: "there", "rules": declared_rules})
