"""Properties that only a create accepts: a change is refused at the preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.lifecycle.crud import Lifecycle

from ..unit.conftest import RecordingReporter
from .conftest import Api, checked

LifecycleOf = Callable[..., Lifecycle]
LIVE = {"id": "p", "name": "p", "description": "old", "size": 1}
OUTPUTS: dict[str, Any] = {
    "name": "p",
    "pool_id": "p",
    "description": "old",
    "size": 1,
    "__declared": ["description", "name", "size"],
}
REASON = "description: the API can set it only when it creates the object: change it in the Statsig console"


def test_a_change_is_refused_at_the_preview_and_nothing_is_sent(api: Api, lifecycle_of: LifecycleOf) -> None:
    pool = lifecycle_of("Pool")
    with pytest.raises(InvalidInputsError, match=REASON):
        pool.diff(OUTPUTS, checked(pool, name="p", description="new", size=1))
    with pytest.raises(InvalidInputsError, match=r"name: the API .*; description: the API "):
        pool.diff(OUTPUTS, checked(pool, name="q", description="new", size=2))
    assert api.requests == []


def test_other_properties_of_the_object_are_updated_alone(api: Api, lifecycle_of: LifecycleOf) -> None:
    api.answers |= {"GET pools/p": [LIVE], "PATCH pools/p": [LIVE | {"size": 2}]}
    pool = lifecycle_of("Pool")
    inputs = checked(pool, name="p", description="old", size=2)
    assert pool.diff(OUTPUTS, inputs).changed == ("size",)
    pool.update("p", OUTPUTS, inputs)
    assert api.requests[-1] == ("PATCH pools/p", {"size": 2})


def test_an_edit_in_the_console_is_a_warning_at_the_preview(
    api: Api, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    api.answers["GET pools/p"] = [LIVE | {"description": "theirs"}]
    pool = lifecycle_of("Pool")
    inputs = checked(pool, name="p", description="old", size=1)
    live = pool.read("p", OUTPUTS)
    assert live is not None
    assert pool.diff(live.outputs, inputs).changed == ("description",)
    assert [message for severity, message in reporter.messages if severity == "warning" and REASON in message]
    assert not pool.diff(live.outputs, checked(pool, name="p", description="theirs", size=1))


def test_a_value_that_a_create_got_otherwise_is_not_sent_again(
    api: Api, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    api.answers["POST pools"] = [LIVE | {"description": "of the project"}]
    pool = lifecycle_of("Pool")
    pool.create(checked(pool, name="p", description="mine"))
    assert api.requests == [("POST pools", {"name": "p", "description": "mine"})]
    assert [message for severity, message in reporter.messages if severity == "warning"] == [
        "Pool 'p': Statsig accepted description but holds another value"
    ]


def test_a_released_property_keeps_its_value(api: Api, lifecycle_of: LifecycleOf) -> None:
    pool = lifecycle_of("Pool")
    changes = pool.diff(OUTPUTS, checked(pool, name="p", size=1))
    assert (changes.changed, changes.released) == ((), ("description",))
