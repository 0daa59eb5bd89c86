"""Plans and states: what is read from the output of the Pulumi CLI, and the errors for anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from statsig_pulumi.json_values import UNKNOWN
from statsig_pulumi.review.plan import PlanFileError, parse_plan
from statsig_pulumi.review.state import StateFileError, parse_state

Json = Any
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hush-hush"'}
URN = "urn:pulumi:prod::shop::{type}::{name}"


def step(op: str, type_: str, name: str, **more: Json) -> Json:
    return {"op": op, "urn": URN.format(type=type_, name=name), **more}


def plan(*steps: Json, **more: Json) -> str:
    return json.dumps({"steps": list(steps), **more})


def gate(op: str, name: str, **more: Json) -> Json:
    return step(op, "pulumi-python:dynamic/statsig:Gate", name, **more)


def test_steps_that_change_nothing_are_no_changes() -> None:
    found = parse_plan(plan(gate("same", "a"), gate("read", "b"), gate("create", "c", newState={"inputs": {}})))
    assert [(each.name, each.operation) for each in found.changes] == [("c", "create")]
    assert (found.stack, found.project) == ("prod", "shop")


REFRESHED = [
    step("refresh", "pulumi:pulumi:Stack", "shop-prod"),
    gate("refresh", "a"),
    gate("update", "b", newState={"inputs": {"name": "B"}}),
    gate("delete", "c", oldState={"id": "c"}),
]


def test_a_refresh_is_a_plan_of_what_others_changed() -> None:
    found = parse_plan(plan(*REFRESHED))
    assert found.is_refresh
    assert [(each.name, each.operation) for each in found.changes] == [("b", "edited"), ("c", "removed")]


def test_a_preview_that_refreshes_first_is_a_preview() -> None:
    same = step("same", "pulumi:pulumi:Stack", "shop-prod")
    found = parse_plan(plan(*[each for each in REFRESHED if each["op"] == "refresh"], same, gate("delete", "c")))
    assert not found.is_refresh
    assert [(each.name, each.operation) for each in found.changes] == [("c", "delete")]


def test_resources_of_other_packages_are_counted() -> None:
    others = [step("create", "aws:s3/bucket:Bucket", "a"), step("update", "aws:s3/bucket:Bucket", "b")]
    internal = [step("create", "pulumi:pulumi:Stack", "s"), step("create", "pulumi:providers:aws", "p")]
    found = parse_plan(plan(*others, *internal))
    assert (found.changes, found.others) == ((), {"create": 1, "update": 1})


def test_a_resource_in_a_component_has_its_own_kind() -> None:
    child = step("create", "acme:Rollout$pulumi-python:dynamic/statsig:Gate", "a", newState={"inputs": {"name": "A b"}})
    assert [each.kind for each in parse_plan(plan(child)).changes] == ["Gate"]


def test_values_that_a_preview_does_not_know_are_unknown_at_any_depth() -> None:
    inputs = {"rules": [{"name": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "pass_percentage": 10.0}]}
    (change,) = parse_plan(plan(gate("create", "a", newState={"inputs": inputs}))).changes
    assert change.inputs == {"rules": [{"name": UNKNOWN, "pass_percentage": 10}]}


def test_no_secret_of_a_plan_or_state_is_kept() -> None:
    outputs = {"description": SECRET, "name": "A b"}
    (change,) = parse_plan(plan(gate("update", "a", oldState={"id": "a_b", "outputs": outputs}))).changes
    resource = {"urn": URN, "type": "pulumi-python:dynamic/statsig:Gate", "id": "a_b", "outputs": outputs}
    (stored,) = parse_state(json.dumps({"deployment": {"resources": [resource]}}))
    assert change.outputs == stored.outputs == {"description": "[secret]", "name": "A b"}


def test_a_failed_preview_is_an_error_with_its_messages() -> None:
    text = plan(diagnostics=[{"severity": "error", "message": "error: Gate 'a':\n  rules is wrong\n"}])
    with pytest.raises(PlanFileError, match=r"^the preview failed: error: Gate 'a': rules is wrong$"):
        parse_plan(text)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"steps": [{}]}', "Previewing update (prod):"])
def test_a_text_that_is_no_plan_is_an_error_with_advice(text: str) -> None:
    with pytest.raises(PlanFileError, match="pass the output of `pulumi preview --json`"):
        parse_plan(text)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"deployment": {"resources": [1]}}'])
def test_a_text_that_is_no_state_is_an_error_with_advice(text: str) -> None:
    with pytest.raises(StateFileError, match="pass the output of `pulumi stack export`"):
        parse_state(text)


def test_external_objects_and_pending_deletes_are_not_in_the_state() -> None:
    resource = {"urn": URN, "type": "pulumi-python:dynamic/statsig:Gate", "id": "a_b", "outputs": {}}
    resources = [
        resource | {"external": True},
        resource | {"delete": True},
        {"urn": URN, "type": "pulumi:pulumi:Stack"},
    ]
    assert parse_state(json.dumps({"deployment": {"resources": resources}})) == ()
