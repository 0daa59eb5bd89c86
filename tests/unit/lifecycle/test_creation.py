"""Which object is taken for the one of a create whose response was lost."""

from __future__ import annotations

import time
from typing import Any

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.lifecycle.creation import Creation
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

INPUTS = {"name": "a", "tags": ["x"], "rules": [{"name": "r", "pass_percentage": 1}]}
RULE = {"name": "r", "passPercentage": 1}


@pytest.fixture
def creation() -> Creation:
    creation: Creation = REGISTRY["Gate"].cls.lifecycle(REGISTRY["Gate"], RunContext(Client("console-KEY123"))).creation
    return creation


def is_own(creation: Creation, age_s: float = 0.0, **differing: Any) -> bool:
    response = {"id": "a", "name": "a", "tags": ["x"], "rules": [RULE], "createdTime": (time.time() - age_s) * 1000}
    live = creation.resource_client.live(response | differing)
    return creation.is_own(INPUTS, live, within_s=10)


@pytest.mark.parametrize(
    ("differing", "expected"),
    [
        ({}, True),
        ({"creatorName": "CONSOLE API"}, True),
        ({"creatorName": "Ana"}, False),
        ({"tags": ["x", "default"]}, True),  # which the project adds
        ({"tags": ["default"]}, False),
        ({"rules": [RULE, {"name": "other", "passPercentage": 2}]}, False),  # to which no default adds
        ({"rules": []}, False),
        ({"name": "b"}, False),
    ],
)
def test_a_new_object_is_own_if_it_has_what_was_sent_and_what_defaults_add(
    creation: Creation, differing: dict[str, Any], expected: bool
) -> None:
    assert is_own(creation, **differing) == expected


@pytest.mark.parametrize("created_time", [None, "long ago"])
def test_an_object_of_unknown_age_is_own_if_it_has_just_what_was_sent(creation: Creation, created_time: Any) -> None:
    assert is_own(creation, createdTime=created_time)
    assert not is_own(creation, createdTime=created_time, tags=["x", "default"])


def test_an_object_that_is_older_than_the_create_is_own_if_it_has_just_what_was_sent(creation: Creation) -> None:
    assert is_own(creation, age_s=3_600)
    assert not is_own(creation, age_s=3_600, tags=["x", "default"])
