"""Updates in a closed loop: after a failed request, the live object decides whether it was applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from statsig_pulumi.errors import RejectedError
from statsig_pulumi.lifecycle.crud import Lifecycle

from ..conftest import Console

LifecycleOf = Callable[..., Lifecycle]
ALREADY = httpx.Response(400, json={"status": 400, "message": "Gate is already launched"})
LOST = httpx.ReadTimeout("lost")


def created(lifecycle: Lifecycle, **inputs: Any) -> tuple[str, dict[str, Any]]:
    checked, problems = lifecycle.check(inputs, new=True)
    assert problems == []
    return lifecycle.create(checked)


def fails_after_it_was_applied(console: Console, method: str, path: str) -> None:
    """Lose the response of a request that was applied, and reject its repetition."""
    console.fails(method, path, LOST, applied=True)
    console.fails(method, path, ALREADY)


def test_an_action_whose_response_was_lost_is_not_sent_again_if_a_read_shows_it(
    console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs = created(gate, name="new")
    fails_after_it_was_applied(console, "PUT", "gates/new/launch")
    updated = gate.update(id_, outputs, {"name": "new", "is_launched": True})
    assert updated["is_launched"] is True
    assert [path for method, path, _ in console.writes if method == "PUT"] == ["gates/new/launch"]


def test_an_update_of_the_body_that_was_applied_and_then_rejected_is_done(
    console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs = created(gate, name="new")
    fails_after_it_was_applied(console, "PATCH", "gates/new")
    assert gate.update(id_, outputs, {"name": "new", "description": "d"})["description"] == "d"


@pytest.mark.parametrize("declared", [{"description": "d"}, {"is_launched": True}])
def test_a_rejected_update_that_was_not_applied_is_the_error_of_the_api(
    console: Console, lifecycle_of: LifecycleOf, declared: dict[str, Any]
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs = created(gate, name="new")
    method = "PUT" if "is_launched" in declared else "PATCH"
    console.fails(method, "gates/new.*", httpx.Response(400, json={"status": 400, "message": "No"}))
    with pytest.raises(RejectedError, match="No"):
        gate.update(id_, outputs, {"name": "new", **declared})


def test_the_other_requests_of_an_update_follow_a_request_that_was_lost(
    console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs = created(gate, name="new", is_launched=True)
    console.requests.clear()
    console.fails("PUT", "gates/new/enable", LOST, applied=True)
    updated = gate.update(id_, outputs, {"name": "new", "is_launched": False, "description": "d"})
    assert (updated["description"], updated["is_launched"]) == ("d", False)
    assert [path for _, path, _ in console.writes] == ["gates/new/enable", "gates/new"]


def test_an_update_without_a_failure_reads_the_object_once(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs = created(gate, name="new")
    console.requests.clear()
    gate.update(id_, outputs, {"name": "new", "is_launched": True, "description": "d"})
    assert [(method, path) for method, path, _ in console.requests] == [
        ("GET", "gates/new"),
        ("PATCH", "gates/new"),
        ("PUT", "gates/new/launch"),
    ]
