"""New rules that a review holds: pending, found once it is committed, and sent again once it is rejected."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Resource
from .conftest import Deployment

HELD_RULES: list[tuple[str, str, dict[str, Any]]] = [
    ("GateRule", "gates", {"gate_id": "checkout", "name": "Staff", "pass_percentage": 10}),
    (
        "DynamicConfigRule",
        "dynamic_configs",
        {"dynamic_config_id": "checkout", "name": "Staff", "pass_percentage": 10, "return_value": {"a": 1}},
    ),
]


@pytest.fixture(params=HELD_RULES, ids=lambda case: case[0])
def held(
    request: pytest.FixtureRequest, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> tuple[Resource, str]:
    """A new rule that a review holds, and the path of its gate or config."""
    kind, collection, inputs = request.param
    emulator = deployment.project.emulator
    resource = deployment.project.resource(REGISTRY[kind])
    emulator.add(collection, {"name": "checkout"})
    emulator.quirk(reviews_required=True)
    client = Client(emulator.key, emulator.url, respect_reviews=True)
    monkeypatch.setattr(deployment.project, "client", client)
    resource = Resource(deployment.project, REGISTRY[kind])
    resource.up(inputs)
    assert len(deployment.project.new_writes()) == 1
    return resource, f"{collection}/checkout"


def commit(resource: Resource, owner: str) -> None:
    collection, _, key = owner.partition("/")
    review = resource.project.emulator.object(collection, key)["activeReview"]["reviewID"]
    resource.project.client.change("PUT", f"{owner}/reviews/{review}/commit")
    resource.project.new_writes()


def rules_of(resource: Resource, owner: str) -> list[dict[str, Any]]:
    collection, _, key = owner.partition("/")
    found: list[dict[str, Any]] = resource.project.emulator.object(collection, key)["rules"]
    return found


def test_a_new_rule_that_a_review_holds_is_pending(held: tuple[Resource, str]) -> None:
    resource, owner = held
    assert (resource.id, rules_of(resource, owner)) == ("checkout/held:Staff", [])
    assert "is not created yet: it awaits" in resource.reporter.warnings[0]
    assert f"https://console.statsig.com/{owner}" in resource.reporter.warnings[0]
    assert set(resource.preview().held) == set(resource.preview().changed) != set()
    resource.up(resource.inputs)
    assert (resource.project.new_writes(), rules_of(resource, owner)) == ([], [])


@pytest.mark.parametrize("is_refreshed", [True, False])
def test_a_committed_rule_is_found_and_managed(held: tuple[Resource, str], is_refreshed: bool) -> None:
    resource, owner = held
    commit(resource, owner)
    if is_refreshed:
        resource.refresh()
    resource.up(resource.inputs)
    (live,) = rules_of(resource, owner)
    assert (resource.outputs["base_id"], resource.project.new_writes()) == (live["baseID"], [])
    assert not resource.preview()
    resource.project.emulator.quirk(reviews_required=False)
    resource.up(resource.inputs | {"pass_percentage": 20})
    assert [rule["passPercentage"] for rule in rules_of(resource, owner)] == [20]
    resource.destroy()
    assert rules_of(resource, owner) == []


def test_a_rule_whose_review_is_committed_is_deleted_without_an_update(held: tuple[Resource, str]) -> None:
    resource, owner = held
    commit(resource, owner)
    resource.project.emulator.quirk(reviews_required=False)
    resource.destroy()
    assert rules_of(resource, owner) == []


def test_a_rule_that_was_never_created_is_no_error_in_a_destroy(held: tuple[Resource, str]) -> None:
    resource, _ = held
    resource.destroy()
    assert resource.project.new_writes() == []
    assert "is not in Statsig, but" in resource.reporter.warnings[-1]


def test_a_rejected_rule_of_a_gate_is_sent_again(held: tuple[Resource, str]) -> None:
    resource, owner = held
    collection, _, key = owner.partition("/")
    emulator = resource.project.emulator
    review = emulator.object(collection, key)["activeReview"] | {"reviewStatus": "rejected"}
    emulator.edit(collection, key, {"activeReview": review})
    emulator.quirk(reviews_required=False)
    assert resource.read() is None  # a refresh drops it, so that it is created again
    resource.up(resource.inputs | {"pass_percentage": 20})
    assert [rule["passPercentage"] for rule in rules_of(resource, owner)] == [20]
    assert not resource.preview()
