"""Overrides of holdouts: program in, exact requests out. What they share with those of gates is tested there."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig

from .conftest import Deployment

PATH = "/holdouts/long_term/overrides"
LISTS: dict[str, Any] = {"passing_user_ids": ["u1"], "failing_user_ids": [], "failing_custom_ids": ["c1"]}
IDS = {"passingUserIDs": ["u1"], "failingUserIDs": [], "failingCustomIDs": ["c1"]}
ENVIRONMENT = {"environment": "staging", "unitID": None, "passingIDs": ["u2"], "failingIDs": []}


def overrides(**properties: Any) -> None:
    statsig.HoldoutOverrides("overrides", holdout_id="long_term", **properties)


@pytest.fixture
def deployment(deployment: Deployment) -> Deployment:
    deployment.project.emulator.add("holdouts", {"name": "Long term"})
    return deployment


def test_each_form_is_sent_in_its_own_post(deployment: Deployment) -> None:
    rows = [statsig.EnvironmentOverride(environment="staging", passing_ids=["u2"])]
    assert deployment.up(lambda: overrides(**LISTS, environment_overrides=rows)) == [
        ("POST", PATH, IDS),
        ("POST", PATH, {"environmentOverrides": [ENVIRONMENT]}),
    ]
    assert (deployment.resources["overrides"].id, deployment.resources["overrides"].drift()) == ("long_term", ())


def test_destroy_removes_only_what_was_declared(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(passing_user_ids=["u1"]))
    added = {"passingUserIDs": ["theirs"], "failingUserIDs": []}
    deployment.project.client.change("PATCH", "holdouts/long_term/overrides", added)
    deployment.project.new_writes()
    assert deployment.destroy() == [("DELETE", PATH, {"passingUserIDs": ["u1"], "failingUserIDs": []})]
    assert deployment.project.client.get("holdouts/long_term/overrides")["passingUserIDs"] == ["theirs"]


def test_overrides_end_with_their_holdout(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(passing_user_ids=["u1"]))
    deployment.project.emulator.remove("holdouts", "long_term")
    assert deployment.resources["overrides"].read() is None
