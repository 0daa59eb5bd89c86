"""Lifecycle of a resource: requests, outputs and messages, with a Console API in memory."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import (
    ConcurrentEditError,
    GoneError,
    ImportMismatchError,
    InvalidInputsError,
    RejectedError,
    ServerError,
    StatsigError,
    TakenError,
    UnauthorizedError,
    UnfinishedCreateError,
    UnreachableError,
)
from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.state import DECLARED, IMPORT
from statsig_pulumi.settings import Policy

from ..conftest import Console, RecordingReporter
from ..schema.strategies import CONFIGS, GATES

LifecycleOf = Callable[..., Lifecycle]
Values = dict[str, Any]
LOST = httpx.ReadError("connection reset")


def failure(status: int, message: str = "no") -> httpx.Response:
    return httpx.Response(status, json={"status": status, "message": message})


def create(console: Console, lifecycle: Lifecycle, **inputs: Any) -> tuple[str, Values, Values]:
    """Create an object and forget the requests so far; return its id, outputs and inputs."""
    checked, problems = lifecycle.check(inputs, new=True)
    assert problems == []
    id_, outputs = lifecycle.create(checked)
    console.requests.clear()
    return id_, outputs, checked


GATE: Values = {
    "name": "New checkout",
    "rules": [{"name": "a", "pass_percentage": 10, "conditions": []}],
    "tags": ["b", "a"],
}


# -- create


def test_a_create_is_one_post_of_the_declared_properties(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    inputs, _ = gate.check(GATE | {"team": NONE, "archive_reason": "x"}, new=True)
    id_, outputs = gate.create(inputs)
    body = {
        "name": "New checkout",
        "rules": [{"name": "a", "passPercentage": 10, "conditions": []}],
        "tags": ["a", "b"],
    }
    assert [("POST", "gates", body)] == [request for request in console.requests if request[0] != "GET"]
    assert id_ == "new_checkout"
    assert outputs[DECLARED] == ["archive_reason", "name", "rules", "tags", "team"]


def test_a_create_sends_omitted_properties_that_the_api_requires(console: Console, lifecycle_of: LifecycleOf) -> None:
    lifecycle_of("Tag").create({"name": "core"})
    assert console.writes == [("POST", "tags", {"name": "core", "description": ""})]


def test_outputs_are_declared_values_and_those_that_the_api_adds(console: Console, lifecycle_of: LifecycleOf) -> None:
    _, outputs, _ = create(console, lifecycle_of("Gate"), **GATE)
    assert outputs["rules"] == [GATE["rules"][0] | {"id": "new_checkout-0:1", "base_id": "new_checkout-0"}]
    assert (outputs["gate_id"], outputs["status"], outputs["is_launched"]) == ("new_checkout", "In Progress", False)
    assert None not in outputs.values()


def test_an_object_is_found_if_the_response_to_its_create_has_no_data(
    console: Console, lifecycle_of: LifecycleOf
) -> None:
    console.messages_only.add("POST")
    id_, outputs = lifecycle_of("Gate").create({"name": "New checkout"})
    assert (id_, outputs["gate_id"]) == ("new_checkout", "new_checkout")
    assert console.writes == [("POST", "gates", {"name": "New checkout"})]


@pytest.mark.parametrize("outcome", [LOST, failure(503), httpx.Response(200, text="<html>")])
@pytest.mark.parametrize(("posts", "applied"), [(1, True), (2, False)])
@pytest.mark.parametrize("kind", ["Gate", "Team"])
def test_a_post_with_a_lost_response_is_never_applied_twice(
    kind: str, posts: int, applied: bool, outcome: Any, console: Console, lifecycle_of: LifecycleOf
) -> None:
    console.fails("POST", ".*", outcome, applied=applied)
    id_, _ = lifecycle_of(kind).create({"name": "new"})
    assert (posts, 1, "new") == (len(console.writes), len(console.objects), id_)


def test_a_lost_post_adopts_no_object_of_another_user(console: Console, lifecycle_of: LifecycleOf) -> None:
    console.objects["gates/new"] = {"id": "new", "name": "new", "description": "theirs"}
    console.fails("POST", "gates", LOST)
    with pytest.raises(TakenError):
        lifecycle_of("Gate").create({"name": "new", "description": "mine"})
    assert console.objects["gates/new"]["description"] == "theirs"


def test_a_server_that_stays_down_is_an_error(console: Console, lifecycle_of: LifecycleOf) -> None:
    for _ in range(300):
        console.fails("POST", "gates", failure(503, "down"))
    with pytest.raises(ServerError, match="POST /gates answered 503: down"):
        lifecycle_of("Gate").create({"name": "new"})
    assert console.objects == {}


@pytest.mark.parametrize(
    "response",
    [
        None,
        failure(409, "Conflict"),
        failure(400, "Ingestion source already exists with name x"),
        failure(400, "Duplicate name"),
    ],
)
def test_a_taken_name_is_an_error_with_the_id_to_import(
    response: httpx.Response | None, console: Console, lifecycle_of: LifecycleOf
) -> None:
    live = {"id": "old_id", "name": "new", "creatorName": "Ana", "description": "hers"}
    console.objects["gates/old_id"] = dict(live)
    if response is not None:
        console.fails("POST", "gates", response)
    with pytest.raises(TakenError) as error:
        lifecycle_of("Gate").create({"name": "new"})
    text = str(error.value)
    assert "Gate 'new' exists already in Statsig: id 'old_id', created by Ana; it was not changed" in text
    assert (error.value.import_id, text.endswith("import the id 'old_id'")) == ("old_id", True)
    assert {"gates/old_id": live} == console.objects
    assert len(console.writes) == 1


def test_another_rejection_is_not_a_taken_name(console: Console, lifecycle_of: LifecycleOf) -> None:
    console.objects["gates/new"] = {"id": "new", "name": "new"}
    console.fails("POST", "gates", failure(400, "Bad Request Exception"))
    with pytest.raises(RejectedError, match="POST /gates answered 400: Bad Request Exception"):
        lifecycle_of("Gate").create({"name": "new"})


def test_a_value_that_the_api_stores_differently_is_a_warning(
    console: Console, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    response = {"id": "new", "name": "new", "description": "cut"}
    console.fails("POST", "gates", httpx.Response(201, json={"data": response}))
    lifecycle_of("Gate").create({"name": "new", "description": "cut short", "tags": ["a"]})
    assert reporter.messages == [("warning", "Gate 'new': Statsig accepted description but holds another value")]


# -- diff


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig", "Tag", "Team"])
def test_nothing_differs_after_a_create_and_after_a_refresh(
    kind: str, console: Console, lifecycle_of: LifecycleOf
) -> None:
    properties: Values = {
        "Gate": GATE | {"team": NONE, "description": "", "is_enabled": True, "type": "PERMANENT"},
        "DynamicConfig": {
            "default_value": {"a": 1},
            "schema": NONE,
            "rules": [{"name": "a", "return_value": {"a": 2}}],
        },
        "Tag": {"is_core": True, "description": ""},
        "Team": {"members": ["B@x.org", "a@x.org"], "require_reviews": NONE},
    }[kind]
    lifecycle = lifecycle_of(kind)
    id_, outputs, inputs = create(console, lifecycle, **{"name": "new"} | properties)
    assert not lifecycle.diff(outputs, inputs)
    state = lifecycle.read(id_, outputs)
    assert state is not None
    assert inputs == state.inputs
    assert not lifecycle.diff(state.outputs, inputs)


def assert_stable(kind: str, values: Values) -> None:
    console = Console()
    declaration = REGISTRY[kind]
    client = Client("console-x", transport=httpx.MockTransport(console.handle))
    lifecycle: Lifecycle = declaration.cls.lifecycle(declaration, RunContext(client))
    id_, outputs, inputs = create(console, lifecycle, **values)
    assert not lifecycle.diff(outputs, inputs)
    for _ in range(2):
        state = lifecycle.read(id_, outputs)
        assert state is not None
        assert not lifecycle.diff(state.outputs, inputs)
        outputs = state.outputs


@given(GATES)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_no_valid_gate_differs_after_a_create_and_a_refresh(values: Values) -> None:
    assert_stable("Gate", values)


@given(CONFIGS)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_no_valid_dynamic_config_differs_after_a_create_and_a_refresh(values: Values) -> None:
    assert_stable("DynamicConfig", values)


@pytest.mark.parametrize(
    ("expected", "olds", "news"),
    [
        (True, {"name": "a", "gate_id": "x"}, {"name": "a", "gate_id": "y"}),
        (True, {"name": "a", "gate_id": "x"}, {"name": "b", "gate_id": "x"}),
        (False, {"name": "a", "gate_id": "x"}, {"name": "b", "gate_id": "y"}),
        (False, {"name": "a", "gate_id": "x"}, {"name": "b"}),
    ],
)
def test_a_replacement_with_the_same_key_deletes_first(
    expected: bool, olds: Values, news: Values, lifecycle_of: LifecycleOf
) -> None:
    assert expected is lifecycle_of("Gate").deletes_before_replacing(olds, news)


# -- read


def test_a_refresh_reports_drift_of_declared_properties_only(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = create(console, gate, **GATE | {"description": "mine"})
    console.objects["gates/new_checkout"] |= {"description": "theirs", "idType": "stableID", "tags": ["b", "a"]}
    state = gate.read(id_, outputs)
    assert state is not None
    assert inputs | {"description": "theirs"} == state.inputs
    assert state.outputs["id_type"] == "stableID"
    assert gate.diff(state.outputs, inputs).changed == ("description",)


def test_a_refresh_reports_drift_inside_a_rule(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = create(console, gate, **GATE)
    console.objects["gates/new_checkout"]["rules"][0]["passPercentage"] = 99
    state = gate.read(id_, outputs)
    assert state is not None
    assert [GATE["rules"][0] | {"pass_percentage": 99}] == state.inputs["rules"]
    assert gate.diff(state.outputs, inputs).changed == ("rules",)


@pytest.mark.parametrize(
    ("kind", "declared", "live"),
    [
        ("Gate", {"is_enabled": True}, {"status": "Launched", "isEnabled": False}),
        ("Gate", {"is_enabled": True}, {"status": "Archived", "isEnabled": False}),
        ("Gate", {"type": "TEMPORARY"}, {"type": "STALE"}),
        ("DynamicConfig", {"is_enabled": True}, {"status": "Archived", "isEnabled": False}),
        (
            "Team",
            {"members": ["a@x.org"], "admins": ["b@x.org"]},
            {"members": [{"email": "a@x.org"}, {"email": "b@x.org"}]},
        ),
    ],
)
def test_a_value_that_statsig_changes_by_itself_is_no_drift(
    kind: str, declared: Values, live: Values, console: Console, lifecycle_of: LifecycleOf
) -> None:
    lifecycle = lifecycle_of(kind)
    id_, outputs, inputs = create(console, lifecycle, name="new", **declared)
    (stored,) = console.objects.values()
    stored |= live
    state = lifecycle.read(id_, outputs)
    assert state is not None
    assert inputs == state.inputs
    assert not lifecycle.diff(state.outputs, inputs)


def test_a_gate_disabled_without_a_launch_is_drift(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new", is_enabled=True)
    console.objects["gates/new"]["isEnabled"] = False
    state = gate.read(id_, outputs)
    assert state is not None
    assert False is state.inputs["is_enabled"]


@pytest.mark.parametrize("kind", ["Gate", "Team"])
def test_a_deleted_object_reads_as_none(kind: str, console: Console, lifecycle_of: LifecycleOf) -> None:
    lifecycle = lifecycle_of(kind)
    id_, outputs, _ = create(console, lifecycle, name="new")
    console.objects.clear()
    assert lifecycle.read(id_, outputs) is None


def test_a_team_with_status_400_is_gone_only_if_it_is_not_listed(console: Console, lifecycle_of: LifecycleOf) -> None:
    team = lifecycle_of("Team")
    id_, outputs, _ = create(console, team, name="new")
    console.fails("GET", "users/teams/new", failure(400, "Invalid"))
    with pytest.raises(RejectedError):
        team.read(id_, outputs)
    console.objects.clear()
    console.fails("GET", "users/teams/new", failure(400, "Invalid"))
    assert team.read(id_, outputs) is None


def test_a_read_of_a_missing_object_by_id_is_an_error(lifecycle_of: LifecycleOf) -> None:
    with pytest.raises(GoneError, match="Gate 'nope' does not exist in this Statsig project"):
        lifecycle_of("Gate").read("nope", {})


@pytest.mark.parametrize(
    ("expected", "response"),
    [
        (UnreachableError, httpx.Response(200, json={"message": "ok"})),
        (UnreachableError, httpx.Response(200, json={"message": "ok", "data": []})),
        (UnauthorizedError, failure(401)),
        (UnauthorizedError, failure(403)),
        (RejectedError, failure(400)),
    ],
)
def test_an_error_or_a_response_without_an_object_is_not_a_deletion(
    expected: type[StatsigError], response: httpx.Response, console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new")
    console.fails("GET", "gates/new", response)
    with pytest.raises(expected):
        gate.read(id_, outputs)


def test_a_read_by_id_returns_all_outputs_and_no_inputs(console: Console, lifecycle_of: LifecycleOf) -> None:
    console.objects["gates/g"] = {
        "id": "g",
        "name": "G",
        "tags": ["b", "a"],
        "rules": [{"name": "r", "passPercentage": 1}],
    }
    state = lifecycle_of("Gate").read("g", {})
    assert state is not None
    assert (state.inputs, state.outputs["tags"], state.outputs[DECLARED]) == ({}, ["a", "b"], [])


# -- update


def test_an_update_sends_changed_properties_only(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = create(console, gate, **GATE | {"description": "old"})
    news, _ = gate.check(inputs | {"description": "new", "tags": ["b", "a"]}, new=False)
    gate.update(id_, outputs, news)
    assert console.writes == [("PATCH", "gates/new_checkout", {"description": "new"})]


def test_an_explicit_empty_value_is_sent_to_clear(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, **GATE | {"team": "Checkout", "description": "old"})
    news = {"name": "New checkout", "team": NONE, "description": "", "tags": [], "rules": []}
    outputs = gate.update(id_, outputs, news)
    assert console.writes[0][2] == {"team": None, "description": "", "tags": [], "rules": []}
    assert not gate.diff(outputs, news)


def test_rules_are_sent_with_their_ids_and_the_console_s_additions(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = create(console, gate, **GATE)
    console.objects["gates/new_checkout"]["rules"][0]["pendingAutomatedRollouts"] = [{"time": 1, "passPercent": 50}]
    rules = [{"name": "first", "pass_percentage": 1}, inputs["rules"][0] | {"pass_percentage": 20}]
    gate.update(id_, outputs, inputs | {"rules": rules})
    sent = console.writes[0][2]["rules"]
    assert [(rule["name"], rule.get("baseID")) for rule in sent] == [("first", None), ("a", "new_checkout-0")]
    assert sent[1]["pendingAutomatedRollouts"] == [{"time": 1, "passPercent": 50}]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"archive_reason": "a"}, {"archive_reason": "b"}),
        ({}, {"archive_on_delete": True}),
        ({"description": "x"}, {}),
        ({}, {}),
    ],
)
def test_an_update_of_local_properties_sends_no_request(
    before: Values, after: Values, console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new", **before)
    news = {"name": "new", **after}
    outputs = gate.update(id_, outputs, news)
    assert console.requests == []
    assert sorted(news) == outputs[DECLARED]
    assert not gate.diff(outputs, news)


def test_a_released_property_is_unchanged_and_no_longer_drift(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new", description="mine")
    assert gate.diff(outputs, {"name": "new"}).released == ("description",)
    outputs = gate.update(id_, outputs, {"name": "new"})
    assert console.objects["gates/new"]["description"] == "mine"
    console.objects["gates/new"]["description"] = "theirs"
    state = gate.read(id_, outputs)
    assert state is not None
    assert state.inputs == {"name": "new"}
    assert not gate.diff(state.outputs, {"name": "new"})


def test_an_update_is_read_again_if_its_response_has_no_data(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = create(console, gate, name="new", description="old")
    console.messages_only.add("PATCH")
    outputs = gate.update(id_, outputs, inputs | {"description": "new"})
    assert outputs["description"] == "new"
    assert [method for method, _, _ in console.requests] == ["GET", "PATCH", "GET"]


def test_an_update_of_a_deleted_object_is_an_error_with_the_next_step(
    console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = create(console, gate, name="new")
    console.objects.clear()
    with pytest.raises(GoneError, match=r"Gate 'new' no longer exists.*Run `pulumi refresh`, then `pulumi up`"):
        gate.update(id_, outputs, inputs | {"description": "x"})
    assert console.writes == []


def test_an_update_with_a_lost_response_is_complete_if_a_read_shows_it(
    console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = create(console, gate, name="new")
    console.fails("PATCH", "gates/new", LOST, applied=True)
    assert gate.update(id_, outputs, inputs | {"description": "x"})["description"] == "x"
    assert len(console.writes) == 1


def edit_after(console: Console, method: str, path: str, edit: Callable[[], None]) -> None:
    """Have the next request fail without an effect, and a colleague edit the project right after it."""

    class Edited(list[Any]):
        def remove(self, fault: Any) -> None:
            super().remove(fault)
            edit()

    console.faults = Edited(console.faults)
    console.fails(method, path, failure(503))


@pytest.mark.parametrize(("policy", "is_kept"), [("warn", False), ("fail", True)])
def test_a_repeated_update_looks_at_the_object_again(
    console: Console, lifecycle_of: LifecycleOf, policy: Any, is_kept: bool
) -> None:
    gate = lifecycle_of("Gate", policy=Policy(on_concurrent_edit=policy))
    id_, outputs, inputs = create(console, gate, name="new", description="old", rules=GATE["rules"])
    rule = {"name": "theirs", "passPercentage": 5, "conditions": [], "id": "t:1", "baseID": "t"}

    def edit() -> None:
        live = console.objects["gates/new"]
        live |= {"description": "theirs", "rules": [*live["rules"], rule]}

    edit_after(console, "PATCH", "gates/new", edit)
    changed = inputs | {"description": "mine", "rules": [GATE["rules"][0] | {"pass_percentage": 20}]}
    if is_kept:
        with pytest.raises(ConcurrentEditError):
            gate.update(id_, outputs, changed)
        assert console.objects["gates/new"]["description"] == "theirs"
    else:
        gate.update(id_, outputs, changed)
        assert console.objects["gates/new"]["description"] == "mine"
    assert [each["name"] for each in console.objects["gates/new"]["rules"]] == ["a", "theirs"]


def test_the_response_to_a_create_is_about_the_new_object(console: Console, lifecycle_of: LifecycleOf) -> None:
    theirs = {"id": "theirs", "name": "theirs", "description": "keep"}
    console.objects["gates/theirs"] = dict(theirs)
    console.fails("POST", "gates", httpx.Response(201, json={"message": "done", "data": theirs}), applied=True)
    id_, _ = lifecycle_of("Gate").create({"name": "mine", "description": "d"})
    assert (id_, console.objects["gates/theirs"]) == ("mine", theirs)
    console.fails("POST", "gates", httpx.Response(201, json={"message": "done", "data": theirs}))
    with pytest.raises(UnreachableError, match="the response is about another object"):
        lifecycle_of("Gate").create({"name": "other"})
    assert console.objects["gates/theirs"] == theirs


def test_a_create_that_a_colleague_makes_meanwhile_is_not_ours(console: Console, lifecycle_of: LifecycleOf) -> None:
    theirs = {"id": "new", "name": "new", "creatorName": "Ana", "createdTime": time.time() * 1000}

    edit_after(console, "POST", "gates", lambda: console.objects.update({"gates/new": dict(theirs)}))
    with pytest.raises(TakenError, match="created by Ana"):
        lifecycle_of("Gate").create({"name": "new"})
    assert console.objects["gates/new"] == theirs


# -- actions


@pytest.mark.parametrize(
    ("expected", "declared"),
    [
        ([("gates/new/launch", None)], {"is_launched": True}),
        ([], {"is_launched": False}),
        ([("gates/new/archive", {})], {"is_archived": True}),
        ([("gates/new/archive", {"archiveReason": "old"})], {"is_archived": True, "archive_reason": "old"}),
        ([], {"is_archived": False, "archive_reason": "old"}),
    ],
)
def test_actions_run_after_the_create(
    expected: Any, declared: Values, console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    _, outputs = gate.create({"name": "new"} | declared)
    (_, _, create_body), *puts = console.writes
    assert create_body == {"name": "new"}
    assert expected == [(path, body) for _, path, body in puts]
    assert not gate.diff(outputs, {"name": "new"} | declared)


@pytest.mark.parametrize(
    ("expected", "before", "after"),
    [
        (["PUT launch"], {"is_launched": False}, {"is_launched": True}),
        (["PUT enable"], {"is_launched": True}, {"is_launched": False}),
        (["PUT disable"], {"is_launched": True}, {"is_launched": False, "is_enabled": False}),
        (["PUT archive"], {"is_archived": False}, {"is_archived": True}),
        (["PUT unarchive"], {"is_archived": True}, {"is_archived": False}),
        (["PUT unarchive", "PATCH"], {"is_archived": True}, {"is_archived": False, "description": "x"}),
        (["PATCH", "PUT archive"], {"is_archived": False}, {"is_archived": True, "description": "x"}),
        (["PATCH"], {"is_launched": True}, {"is_launched": True, "description": "x"}),
    ],
)
def test_actions_turn_off_before_and_on_after_other_changes(
    expected: list[str], before: Values, after: Values, console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new", **before)
    news = {"name": "new", **after}
    outputs = gate.update(id_, outputs, news)
    requests = [f"{method} {path.removeprefix('gates/new').strip('/')}".strip() for method, path, _ in console.writes]
    assert expected == requests
    assert not gate.diff(outputs, news)


@pytest.mark.parametrize("launched", [True, False])
def test_an_archived_gate_keeps_its_declared_launch(
    launched: bool, console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, inputs = create(console, gate, name="new", is_launched=launched)
    console.objects["gates/new"]["status"] = "Archived"
    state = gate.read(id_, outputs)
    assert state is not None
    assert inputs == state.inputs
    assert launched is state.outputs["is_launched"]
    assert not gate.diff(state.outputs, inputs)


def test_a_create_whose_action_fails_is_kept_and_finished_by_the_next_update(
    console: Console, lifecycle_of: LifecycleOf
) -> None:
    console.fails("PUT", "gates/new/launch", failure(403))
    gate, inputs = lifecycle_of("Gate"), {"name": "new", "is_launched": True}
    with pytest.raises(UnfinishedCreateError, match=r"^Gate 'new' was created without is_launched: ") as caught:
        gate.create(inputs)
    id_, outputs = caught.value.id, caught.value.outputs
    assert gate.diff(outputs, inputs).changed == ("is_launched",)
    outputs = gate.update(id_, outputs, inputs)
    assert console.objects["gates/new"]["status"] == "Launched"
    assert not gate.diff(outputs, inputs)


# -- delete


def test_a_replacement_under_the_name_of_an_archived_object_is_an_error_at_the_preview(
    console: Console, lifecycle_of: LifecycleOf
) -> None:
    gate = lifecycle_of("Gate")
    _, outputs, inputs = create(console, gate, name="new", gate_id="one", archive_on_delete=True)
    with pytest.raises(InvalidInputsError, match="gate_id: needs a new object, but archive_on_delete keeps the old"):
        gate.diff(outputs, inputs | {"gate_id": "two"})
    assert gate.diff(outputs, inputs | {"gate_id": "two", "name": "newer"}).replaces == ("gate_id",)


def test_a_delete_is_one_request(console: Console, lifecycle_of: LifecycleOf) -> None:
    config = lifecycle_of("DynamicConfig")
    id_, outputs, _ = create(console, config, name="new")
    config.delete(id_, outputs)
    assert (console.requests, console.objects) == ([("DELETE", "dynamic_configs/new", None)], {})


def test_a_delete_of_a_missing_object_succeeds(console: Console, lifecycle_of: LifecycleOf) -> None:
    config = lifecycle_of("DynamicConfig")
    id_, outputs, _ = create(console, config, name="new")
    console.objects.clear()
    config.delete(id_, outputs)
    assert len(console.requests) == 1


@pytest.mark.parametrize(
    ("expected", "kind", "stack", "declared"),
    [
        ("PUT", "Gate", False, {"archive_on_delete": True}),
        ("PUT", "Gate", True, {}),
        ("PUT", "DynamicConfig", True, {}),
        ("DELETE", "Gate", True, {"archive_on_delete": False}),
        ("DELETE", "Gate", False, {}),
        ("DELETE", "Tag", True, {}),
    ],
)
def test_archive_on_delete_archives_instead_of_deleting(
    expected: str, kind: str, stack: bool, declared: Values, console: Console, lifecycle_of: LifecycleOf
) -> None:
    lifecycle = lifecycle_of(kind, policy=Policy(archive_on_delete=stack))
    id_, outputs, _ = create(console, lifecycle, name="new", **declared)
    lifecycle.delete(id_, outputs)
    ((method, path, _),) = console.writes
    assert (expected, expected == "PUT") == (method, path.endswith("/archive"))


def test_an_archived_object_is_not_archived_again(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new", is_archived=True, archive_on_delete=True)
    gate.delete(id_, outputs)
    assert console.writes == []


def test_a_rejected_delete_lists_the_references_to_the_object(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new")
    console.fails(
        "DELETE", "gates/new", failure(403, "Failed to delete config because it is refenced in another config")
    )
    console.fails("GET", "gates/new/gate_references", httpx.Response(200, json={"data": [{"id": "other"}]}))
    console.fails("GET", "gates/new/experiment_references", httpx.Response(200, json={"data": [{"id": "exp"}]}))
    with pytest.raises(StatsigError) as error:
        gate.delete(id_, outputs)
    text = str(error.value)
    assert (
        "because it is refenced in another config; first remove the references from gate 'other', experiment 'exp'"
        in text
    )
    assert list(console.objects) == ["gates/new"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_rejected_delete_reports_the_response(status: int, console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new")
    console.fails("DELETE", "gates/new", failure(status, "not you"))
    with pytest.raises(StatsigError, match=f"DELETE /gates/new answered {status}: not you"):
        gate.delete(id_, outputs)


def test_a_delete_with_a_lost_response_succeeds(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate = lifecycle_of("Gate")
    id_, outputs, _ = create(console, gate, name="new")
    console.fails("DELETE", "gates/new", LOST, applied=True)
    gate.delete(id_, outputs)
    assert console.objects == {}


# -- import


LIVE = {"id": "old_id", "name": "old", "description": "hers", "status": "In Progress", "rules": []}


def test_an_equal_object_is_adopted_without_a_write(console: Console, lifecycle_of: LifecycleOf) -> None:
    console.objects["gates/old_id"] = dict(LIVE)
    gate, inputs = lifecycle_of("Gate"), {"name": "old", "rules": [], "is_launched": False, IMPORT: "old_id"}
    assert gate.check(inputs, new=True)[1] == []
    id_, outputs = gate.create(inputs)
    assert (id_, outputs["description"], console.writes) == ("old_id", "hers", [])
    assert not gate.diff(outputs, inputs)


@pytest.mark.parametrize(
    ("declared", "difference"),
    [
        ({"description": "mine"}, "description: 'hers' => 'mine'"),
        ({"is_launched": True}, "is_launched: False => True"),
        (
            {"rules": [{"name": "a", "pass_percentage": 1}]},
            r"rules\[0\]: nothing => {'name': 'a', 'pass_percentage': 1}",
        ),
    ],
)
def test_a_different_object_is_not_adopted_by_preview_or_update(
    declared: Values, difference: str, console: Console, lifecycle_of: LifecycleOf
) -> None:
    console.objects["gates/old_id"] = dict(LIVE)
    gate, inputs = lifecycle_of("Gate"), {"name": "old", IMPORT: "old_id"} | declared
    message = f"Gate 'old_id' cannot be imported: the program differs from it in {difference}"
    ((problem),) = gate.check(inputs, new=True)[1]
    assert re.match(message, str(problem))
    with pytest.raises(ImportMismatchError, match=message):
        gate.create(inputs)
    assert (console.writes, console.objects) == ([], {"gates/old_id": LIVE})


def test_a_missing_object_to_import_is_an_error_and_not_created(console: Console, lifecycle_of: LifecycleOf) -> None:
    gate, inputs = lifecycle_of("Gate"), {"name": "old", IMPORT: "nope"}
    ((problem),) = gate.check(inputs, new=True)[1]
    assert str(problem) == "Gate 'nope' does not exist in this Statsig project, so it cannot be imported"
    with pytest.raises(GoneError):
        gate.create(inputs)
    assert (console.writes, console.objects) == ([], {})


def test_an_imported_resource_is_not_imported_again(console: Console, lifecycle_of: LifecycleOf) -> None:
    assert lifecycle_of("Gate").check({"name": "old", IMPORT: "nope"}, new=False)[1] == []
    assert console.requests == []


def test_an_unknown_value_does_not_prevent_an_import(console: Console, lifecycle_of: LifecycleOf) -> None:
    console.objects["gates/old_id"] = dict(LIVE)
    assert lifecycle_of("Gate").check({"name": "old", "description": UNKNOWN, IMPORT: "old_id"}, new=True)[1] == []


# -- check


def test_check_normalises_inputs_and_returns_every_problem_offline(console: Console, lifecycle_of: LifecycleOf) -> None:
    inputs, problems = lifecycle_of("Gate").check(
        {"name": "x", "tags": ("b", "a", "b"), "nope": 1, "rules": UNKNOWN}, new=True
    )
    assert inputs == {"name": "x", "tags": ["a", "b"], "nope": 1, "rules": UNKNOWN}
    assert [problem.place for problem in problems] == ["name", "nope"]
    assert console.requests == []


def test_a_create_body_does_not_share_lists_with_the_next(console: Console, lifecycle_of: LifecycleOf) -> None:
    team = lifecycle_of("Team")
    body = team.creation.body({"name": "one"})
    for value in body.values():
        if isinstance(value, list):
            value.append("leaked")
    assert "leaked" not in str(team.creation.body({"name": "two"}))


def test_an_action_without_a_live_value_reads_as_declared(console: Console, lifecycle_of: LifecycleOf) -> None:
    groups = [{"name": "A", "id": "a", "size": 50}, {"name": "B", "id": "b", "size": 50}]
    console.objects["experiments/test"] = {"id": "test", "name": "test", "status": "setup", "groups": groups}
    declared = {"name": "test", "control_group": "B"}
    outputs = declared | {DECLARED: sorted(declared)}
    state = lifecycle_of("Experiment").read("test", outputs)
    assert state is not None
    assert state.inputs == declared
    assert not lifecycle_of("Experiment").diff(state.outputs, declared)


@pytest.mark.parametrize("kind", ["Gate", "Experiment"])
def test_a_rejected_delete_without_references_advises_the_next_step(
    kind: str, console: Console, lifecycle_of: LifecycleOf
) -> None:
    collection = REGISTRY[kind].endpoint.collection
    console.objects[f"{collection}/old"] = {"id": "old", "name": "old", "status": "active"}
    console.fails(
        "DELETE", f"{collection}/old", httpx.Response(403, json={"status": 403, "message": "it is referenced"})
    )
    lifecycle = lifecycle_of(kind)
    with pytest.raises(StatsigError, match=r"it is referenced.*; (if what referred to it|declare archive_on_delete)"):
        lifecycle.delete("old", {"name": "old", "delete_while_active": True, DECLARED: ["name"]})
