"""The life of an object: what is sent, what is not, and what is told; over a small Console API in memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import (
    GoneError,
    ImportMismatchError,
    RejectedError,
    ServerError,
    StatsigError,
    TakenError,
    UnauthorizedError,
    UnreachableError,
)
from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.state import DECLARED, IMPORT
from statsig_pulumi.settings import Policy

from ..conftest import Console, Heard
from ..schema.strategies import CONFIGS, GATES

Life = Callable[..., Lifecycle]
Values = dict[str, Any]
LOST = httpx.ReadError("connection reset")


def no(status: int, message: str = "no") -> httpx.Response:
    return httpx.Response(status, json={"status": status, "message": message})


def made(life: Lifecycle, **inputs: Any) -> tuple[str, Values, Values]:
    """An object of which the requests so far do not count: its id, outputs and inputs."""
    checked, problems = life.check(inputs, new=True)
    assert problems == []
    id_, outputs = life.create(checked)
    requests_of(life).clear()
    return id_, outputs, checked


def requests_of(life: Lifecycle) -> list[Any]:
    return life.client._connection._transport.handler.__self__.requests  # type: ignore[attr-defined,no-any-return]


GATE: Values = {
    "name": "New checkout",
    "rules": [{"name": "a", "pass_percentage": 10, "conditions": []}],
    "tags": ["b", "a"],
}


# -- create


def test_a_create_is_one_post_of_what_is_declared(console: Console, life: Life) -> None:
    gate = life("Gate")
    inputs, _ = gate.check(GATE | {"team": NONE, "archive_reason": "x"}, new=True)
    id_, outputs = gate.create(inputs)
    body = {
        "name": "New checkout",
        "rules": [{"name": "a", "passPercentage": 10, "conditions": []}],
        "tags": ["a", "b"],
    }
    assert [("POST", "gates", body)] == console.requests
    assert id_ == "new_checkout"
    assert outputs[DECLARED] == ["archive_reason", "name", "rules", "tags", "team"]


def test_what_the_api_wants_at_creation_is_sent_although_nothing_is_declared(console: Console, life: Life) -> None:
    life("Tag").create({"name": "core"})
    assert console.writes == [("POST", "tags", {"name": "core", "description": ""})]


def test_outputs_hold_what_is_declared_as_declared_and_what_the_api_adds(life: Life) -> None:
    _, outputs, _ = made(life("Gate"), **GATE)
    assert outputs["rules"] == [GATE["rules"][0] | {"id": "new_checkout-0:1", "base_id": "new_checkout-0"}]
    assert (outputs["gate_id"], outputs["status"], outputs["is_launched"]) == ("new_checkout", "In Progress", False)
    assert None not in outputs.values()


def test_a_create_that_is_answered_with_a_message_only_is_looked_up(console: Console, life: Life) -> None:
    console.messages_only.add("POST")
    id_, outputs = life("Gate").create({"name": "New checkout"})
    assert (id_, outputs["gate_id"]) == ("new_checkout", "new_checkout")
    assert console.writes == [("POST", "gates", {"name": "New checkout"})]


@pytest.mark.parametrize("outcome", [LOST, no(503), httpx.Response(200, text="<html>")])
@pytest.mark.parametrize(("posts", "applied"), [(1, True), (2, False)])
@pytest.mark.parametrize("kind", ["Gate", "Team"])
def test_a_post_whose_answer_was_lost_is_never_applied_twice(
    kind: str, posts: int, applied: bool, outcome: Any, console: Console, life: Life
) -> None:
    console.fails("POST", ".*", outcome, applied=applied)
    id_, _ = life(kind).create({"name": "new"})
    assert (posts, 1, "new") == (len(console.writes), len(console.objects), id_)


def test_a_post_that_was_lost_while_another_took_the_name_adopts_nothing(console: Console, life: Life) -> None:
    console.objects["gates/new"] = {"id": "new", "name": "new", "description": "somebody's"}
    console.fails("POST", "gates", LOST)
    with pytest.raises(TakenError):
        life("Gate").create({"name": "new", "description": "mine"})
    assert console.objects["gates/new"]["description"] == "somebody's"


def test_a_server_that_never_answers_is_told_after_a_while(console: Console, life: Life) -> None:
    for _ in range(300):
        console.fails("POST", "gates", no(503, "down"))
    with pytest.raises(ServerError, match="POST /gates answered 503: down"):
        life("Gate").create({"name": "new"})
    assert console.objects == {}


@pytest.mark.parametrize(
    "answer",
    [None, no(409, "Conflict"), no(400, "Ingestion source already exists with name x"), no(400, "Duplicate name")],
)
def test_a_taken_name_is_told_with_the_id_and_how_to_import_it_and_nothing_is_touched(
    answer: httpx.Response | None, console: Console, life: Life
) -> None:
    there = {"id": "old_id", "name": "new", "creatorName": "Ana", "description": "hers"}
    console.objects["gates/old_id"] = dict(there)
    if answer is not None:
        console.fails("POST", "gates", answer)
    with pytest.raises(TakenError) as caught:
        life("Gate").create({"name": "new"})
    text = str(caught.value)
    assert "Gate 'new' exists already in Statsig: id 'old_id', created by Ana; it was not changed" in text
    assert (caught.value.import_id, text.endswith("import the id 'old_id'")) == ("old_id", True)
    assert {"gates/old_id": there} == console.objects
    assert len(console.writes) == 1


def test_another_refusal_is_no_taken_name(console: Console, life: Life) -> None:
    console.objects["gates/new"] = {"id": "new", "name": "new"}
    console.fails("POST", "gates", no(400, "Bad Request Exception"))
    with pytest.raises(RejectedError, match="POST /gates answered 400: Bad Request Exception"):
        life("Gate").create({"name": "new"})


def test_what_the_api_holds_otherwise_than_it_accepted_is_told(console: Console, life: Life, heard: Heard) -> None:
    answer = {"id": "new", "name": "new", "description": "cut"}
    console.fails("POST", "gates", httpx.Response(201, json={"data": answer}))
    life("Gate").create({"name": "new", "description": "cut short", "tags": ["a"]})
    assert heard.said == [("warning", "Gate 'new': Statsig accepted description but holds another value")]


# -- diff, and no change for ever


@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig", "Tag", "Team"])
def test_after_create_and_after_refresh_nothing_changes(kind: str, life: Life) -> None:
    more: Values = {
        "Gate": GATE | {"team": NONE, "description": "", "is_enabled": True, "type": "PERMANENT"},
        "DynamicConfig": {
            "default_value": {"a": 1},
            "schema": NONE,
            "rules": [{"name": "a", "return_value": {"a": 2}}],
        },
        "Tag": {"is_core": True, "description": ""},
        "Team": {"members": ["B@x.org", "a@x.org"], "require_reviews": NONE},
    }[kind]
    one = life(kind)
    id_, outputs, inputs = made(one, **{"name": "new"} | more)
    assert not one.diff(outputs, inputs)
    found = one.read(id_, outputs)
    assert found is not None
    assert inputs == found.inputs
    assert not one.diff(found.outputs, inputs)


def no_change_for_ever(kind: str, values: Values) -> None:
    console = Console()
    declaration = REGISTRY[kind]
    client = Client("console-x", transport=httpx.MockTransport(console.handle))
    one: Lifecycle = declaration.cls.lifecycle(declaration, RunContext(client))
    id_, outputs, inputs = made(one, **values)
    assert not one.diff(outputs, inputs)
    for _ in range(2):
        found = one.read(id_, outputs)
        assert found is not None
        assert not one.diff(found.outputs, inputs)
        outputs = found.outputs


@given(GATES)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_no_valid_gate_changes_by_being_made_and_refreshed(values: Values) -> None:
    no_change_for_ever("Gate", values)


@given(CONFIGS)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_no_valid_dynamic_config_changes_by_being_made_and_refreshed(values: Values) -> None:
    no_change_for_ever("DynamicConfig", values)


@pytest.mark.parametrize(
    ("expected", "olds", "news"),
    [
        (True, {"name": "a", "gate_id": "x"}, {"name": "a", "gate_id": "y"}),
        (True, {"name": "a", "gate_id": "x"}, {"name": "b", "gate_id": "x"}),
        (False, {"name": "a", "gate_id": "x"}, {"name": "b", "gate_id": "y"}),
        (False, {"name": "a", "gate_id": "x"}, {"name": "b"}),
    ],
)
def test_a_replacement_that_would_collide_is_made_after_the_delete(
    expected: bool, olds: Values, news: Values, life: Life
) -> None:
    assert expected is life("Gate").deletes_before_replacing(olds, news)


# -- read


def test_drift_of_what_is_declared_is_seen_and_of_what_is_not_is_not(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, inputs = made(gate, **GATE | {"description": "mine"})
    console.objects["gates/new_checkout"] |= {"description": "theirs", "idType": "stableID", "tags": ["b", "a"]}
    found = gate.read(id_, outputs)
    assert found is not None
    assert inputs | {"description": "theirs"} == found.inputs
    assert found.outputs["id_type"] == "stableID"
    assert gate.diff(found.outputs, inputs).changed == ("description",)


def test_drift_inside_a_rule_is_seen(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, inputs = made(gate, **GATE)
    console.objects["gates/new_checkout"]["rules"][0]["passPercentage"] = 99
    found = gate.read(id_, outputs)
    assert found is not None
    assert [GATE["rules"][0] | {"pass_percentage": 99}] == found.inputs["rules"]
    assert gate.diff(found.outputs, inputs).changed == ("rules",)


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
def test_what_the_server_moves_by_itself_is_no_drift(
    kind: str, declared: Values, live: Values, console: Console, life: Life
) -> None:
    one = life(kind)
    id_, outputs, inputs = made(one, name="new", **declared)
    (there,) = console.objects.values()
    there |= live
    found = one.read(id_, outputs)
    assert found is not None
    assert inputs == found.inputs
    assert not one.diff(found.outputs, inputs)


def test_a_gate_that_was_disabled_without_being_launched_is_drift(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new", is_enabled=True)
    console.objects["gates/new"]["isEnabled"] = False
    found = gate.read(id_, outputs)
    assert found is not None
    assert False is found.inputs["is_enabled"]


@pytest.mark.parametrize("kind", ["Gate", "Team"])
def test_a_resource_whose_object_is_gone_reads_as_none(kind: str, console: Console, life: Life) -> None:
    one = life(kind)
    id_, outputs, _ = made(one, name="new")
    console.objects.clear()
    assert one.read(id_, outputs) is None


def test_a_team_that_is_missing_answers_400_and_is_gone_only_when_it_is_not_listed(
    console: Console, life: Life
) -> None:
    team = life("Team")
    id_, outputs, _ = made(team, name="new")
    console.fails("GET", "users/teams/new", no(400, "Invalid"))
    with pytest.raises(RejectedError):
        team.read(id_, outputs)
    console.objects.clear()
    console.fails("GET", "users/teams/new", no(400, "Invalid"))
    assert team.read(id_, outputs) is None


def test_a_look_up_of_a_missing_object_says_which(life: Life) -> None:
    with pytest.raises(GoneError, match="Gate 'nope' does not exist in this Statsig project"):
        life("Gate").read("nope", {})


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        (UnreachableError, httpx.Response(200, json={"message": "ok"})),
        (UnreachableError, httpx.Response(200, json={"message": "ok", "data": []})),
        (UnauthorizedError, no(401)),
        (UnauthorizedError, no(403)),
        (RejectedError, no(400)),
    ],
)
def test_an_answer_without_the_object_is_not_taken_for_gone(
    expected: type[StatsigError], answer: httpx.Response, console: Console, life: Life
) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new")
    console.fails("GET", "gates/new", answer)
    with pytest.raises(expected):
        gate.read(id_, outputs)


def test_a_look_up_shows_everything_and_declares_nothing(console: Console, life: Life) -> None:
    console.objects["gates/g"] = {
        "id": "g",
        "name": "G",
        "tags": ["b", "a"],
        "rules": [{"name": "r", "passPercentage": 1}],
    }
    found = life("Gate").read("g", {})
    assert found is not None
    assert (found.inputs, found.outputs["tags"], found.outputs[DECLARED]) == ({}, ["a", "b"], [])


# -- update


def test_only_what_changed_is_sent(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, inputs = made(gate, **GATE | {"description": "old"})
    news, _ = gate.check(inputs | {"description": "new", "tags": ["b", "a"]}, new=False)
    gate.update(id_, outputs, news)
    assert console.writes == [("PATCH", "gates/new_checkout", {"description": "new"})]


def test_an_explicit_nothing_is_sent_as_what_clears(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, **GATE | {"team": "Checkout", "description": "old"})
    news = {"name": "New checkout", "team": NONE, "description": "", "tags": [], "rules": []}
    outputs = gate.update(id_, outputs, news)
    assert console.writes[0][2] == {"team": None, "description": "", "tags": [], "rules": []}
    assert not gate.diff(outputs, news)


def test_rules_are_sent_with_their_ids_and_with_what_the_console_added(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, inputs = made(gate, **GATE)
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
def test_nothing_is_asked_when_nothing_is_to_be_sent(
    before: Values, after: Values, console: Console, life: Life
) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new", **before)
    news = {"name": "new", **after}
    outputs = gate.update(id_, outputs, news)
    assert console.requests == []
    assert sorted(news) == outputs[DECLARED]
    assert not gate.diff(outputs, news)


def test_a_released_property_stays_as_it_is_and_is_no_drift_any_more(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new", description="mine")
    assert gate.diff(outputs, {"name": "new"}).released == ("description",)
    outputs = gate.update(id_, outputs, {"name": "new"})
    assert console.objects["gates/new"]["description"] == "mine"
    console.objects["gates/new"]["description"] = "theirs"
    found = gate.read(id_, outputs)
    assert found is not None
    assert found.inputs == {"name": "new"}
    assert not gate.diff(found.outputs, {"name": "new"})


def test_an_update_that_is_answered_with_a_message_only_is_read_again(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, inputs = made(gate, name="new", description="old")
    console.messages_only.add("PATCH")
    outputs = gate.update(id_, outputs, inputs | {"description": "new"})
    assert outputs["description"] == "new"
    assert [method for method, _, _ in console.requests] == ["GET", "PATCH", "GET"]


def test_an_update_of_an_object_that_is_gone_says_what_to_do(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, inputs = made(gate, name="new")
    console.objects.clear()
    with pytest.raises(GoneError, match=r"Gate 'new' no longer exists.*Run `pulumi refresh`, then `pulumi up`"):
        gate.update(id_, outputs, inputs | {"description": "x"})
    assert console.writes == []


def test_an_update_whose_answer_was_lost_is_sent_again(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, inputs = made(gate, name="new")
    console.fails("PATCH", "gates/new", LOST, applied=True)
    assert gate.update(id_, outputs, inputs | {"description": "x"})["description"] == "x"
    assert len(console.writes) == 2


# -- switches


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
def test_switches_are_moved_after_the_create(expected: Any, declared: Values, console: Console, life: Life) -> None:
    gate = life("Gate")
    _, outputs = gate.create({"name": "new"} | declared)
    (_, _, posted), *puts = console.writes
    assert posted == {"name": "new"}
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
def test_switches_are_turned_off_before_and_on_after_the_rest(
    expected: list[str], before: Values, after: Values, console: Console, life: Life
) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new", **before)
    news = {"name": "new", **after}
    outputs = gate.update(id_, outputs, news)
    moves = [f"{method} {path.removeprefix('gates/new').strip('/')}".strip() for method, path, _ in console.writes]
    assert expected == moves
    assert not gate.diff(outputs, news)


@pytest.mark.parametrize("launched", [True, False])
def test_what_is_archived_does_not_tell_whether_it_is_launched_and_that_is_no_drift(
    launched: bool, console: Console, life: Life
) -> None:
    gate = life("Gate")
    id_, outputs, inputs = made(gate, name="new", is_launched=launched)
    console.objects["gates/new"]["status"] = "Archived"
    found = gate.read(id_, outputs)
    assert found is not None
    assert inputs == found.inputs
    assert launched is found.outputs["is_launched"]
    assert not gate.diff(found.outputs, inputs)


def test_a_create_whose_switch_fails_is_undone(console: Console, life: Life) -> None:
    console.fails("PUT", "gates/new/launch", no(403, "Forbidden resource"))
    with pytest.raises(StatsigError, match=r"Gate 'new' was not created: .*Forbidden.*; its object was deleted again"):
        life("Gate").create({"name": "new", "is_launched": True})
    assert console.objects == {}


def test_a_create_whose_switch_fails_and_that_cannot_be_undone_is_finished_by_the_next_update(
    console: Console, life: Life, heard: Heard
) -> None:
    console.fails("PUT", "gates/new/launch", no(403))
    console.fails("DELETE", "gates/new", no(403))
    gate, inputs = life("Gate"), {"name": "new", "is_launched": True}
    id_, outputs = gate.create(inputs)
    assert gate.diff(outputs, inputs).changed == ("is_launched",)
    assert any(severity == "error" and "was created, but not finished" in text for severity, text in heard.said)
    outputs = gate.update(id_, outputs, inputs)
    assert console.objects["gates/new"]["status"] == "Launched"
    assert not gate.diff(outputs, inputs)


# -- delete


def test_a_delete_is_one_request(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new")
    gate.delete(id_, outputs)
    assert (console.requests, console.objects) == ([("DELETE", "gates/new", None)], {})


def test_what_is_gone_already_is_deleted(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new")
    console.objects.clear()
    gate.delete(id_, outputs)
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
def test_what_is_to_be_archived_is_archived_instead(
    expected: str, kind: str, stack: bool, declared: Values, console: Console, life: Life
) -> None:
    one = life(kind, policy=Policy(archive_on_delete=stack))
    id_, outputs, _ = made(one, name="new", **declared)
    one.delete(id_, outputs)
    ((method, path, _),) = console.writes
    assert (expected, expected == "PUT") == (method, path.endswith("/archive"))


def test_what_is_archived_is_not_archived_again(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new", is_archived=True, archive_on_delete=True)
    gate.delete(id_, outputs)
    assert console.writes == []


def test_a_refused_delete_lists_what_refers_to_the_object(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new")
    console.fails("DELETE", "gates/new", no(403, "Failed to delete config because it is refenced in another config"))
    console.fails("GET", "gates/new/gate_references", httpx.Response(200, json={"data": [{"id": "other"}]}))
    console.fails("GET", "gates/new/experiment_references", httpx.Response(200, json={"data": [{"id": "exp"}]}))
    with pytest.raises(StatsigError) as caught:
        gate.delete(id_, outputs)
    text = str(caught.value)
    assert "because it is refenced in another config; gate 'other', experiment 'exp' refer to it" in text
    assert list(console.objects) == ["gates/new"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_delete_that_is_refused_for_another_reason_says_it(status: int, console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new")
    console.fails("DELETE", "gates/new", no(status, "not you"))
    with pytest.raises(StatsigError, match=f"DELETE /gates/new answered {status}: not you"):
        gate.delete(id_, outputs)


def test_a_delete_whose_answer_was_lost_is_done(console: Console, life: Life) -> None:
    gate = life("Gate")
    id_, outputs, _ = made(gate, name="new")
    console.fails("DELETE", "gates/new", LOST, applied=True)
    gate.delete(id_, outputs)
    assert console.objects == {}


# -- import


THERE = {"id": "old_id", "name": "old", "description": "hers", "status": "In Progress", "rules": []}


def test_an_equal_object_is_adopted_and_nothing_is_written(console: Console, life: Life) -> None:
    console.objects["gates/old_id"] = dict(THERE)
    gate, inputs = life("Gate"), {"name": "old", "rules": [], "is_launched": False, IMPORT: "old_id"}
    assert gate.check(inputs, new=True)[1] == []
    id_, outputs = gate.create(inputs)
    assert (id_, outputs["description"], console.writes) == ("old_id", "hers", [])
    assert not gate.diff(outputs, inputs)


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"description": "mine"}, "description: 'hers' => 'mine'"),
        ({"is_launched": True}, "is_launched: False => True"),
        (
            {"rules": [{"name": "a", "pass_percentage": 1}]},
            r"rules\[0\]: nothing => {'name': 'a', 'pass_percentage': 1}",
        ),
    ],
)
def test_an_object_that_differs_is_refused_at_preview_and_again_at_the_update(
    declared: Values, told: str, console: Console, life: Life
) -> None:
    console.objects["gates/old_id"] = dict(THERE)
    gate, inputs = life("Gate"), {"name": "old", IMPORT: "old_id"} | declared
    message = f"Gate 'old_id' cannot be imported: the program differs from it in {told}"
    ((problem),) = gate.check(inputs, new=True)[1]
    assert re.match(message, str(problem))
    with pytest.raises(ImportMismatchError, match=message):
        gate.create(inputs)
    assert (console.writes, console.objects) == ([], {"gates/old_id": THERE})


def test_an_object_to_import_that_is_missing_is_told_at_preview_and_not_made(console: Console, life: Life) -> None:
    gate, inputs = life("Gate"), {"name": "old", IMPORT: "nope"}
    ((problem),) = gate.check(inputs, new=True)[1]
    assert str(problem) == "Gate 'nope' does not exist in this Statsig project, so it cannot be imported"
    with pytest.raises(GoneError):
        gate.create(inputs)
    assert (console.writes, console.objects) == ([], {})


def test_a_resource_that_was_imported_is_not_imported_again(console: Console, life: Life) -> None:
    assert life("Gate").check({"name": "old", IMPORT: "nope"}, new=False)[1] == []
    assert console.requests == []


def test_a_value_that_a_preview_does_not_know_is_no_reason_to_refuse_an_import(console: Console, life: Life) -> None:
    console.objects["gates/old_id"] = dict(THERE)
    assert life("Gate").check({"name": "old", "description": UNKNOWN, IMPORT: "old_id"}, new=True)[1] == []


# -- check


def test_check_gives_the_one_spelling_and_every_problem_and_asks_nothing(console: Console, life: Life) -> None:
    inputs, problems = life("Gate").check({"name": "x", "tags": ("b", "a", "b"), "nope": 1, "rules": UNKNOWN}, new=True)
    assert inputs == {"name": "x", "tags": ["a", "b"], "nope": 1, "rules": UNKNOWN}
    assert [problem.place for problem in problems] == ["nope", "name"]
    assert console.requests == []


def test_what_is_made_for_one_object_does_not_leak_into_the_next(console: Console, life: Life) -> None:
    team = life("Team")
    body = team.create_body({"name": "one"})
    for value in body.values():
        if isinstance(value, list):
            value.append("leaked")
    assert "leaked" not in str(team.create_body({"name": "two"}))


def test_a_switch_that_the_answer_does_not_tell_is_as_declared(console: Console, life: Life) -> None:
    groups = [{"name": "A", "id": "a", "size": 50}, {"name": "B", "id": "b", "size": 50}]
    console.objects["experiments/test"] = {"id": "test", "name": "test", "status": "setup", "groups": groups}
    declared = {"name": "test", "control_group": "B"}
    outputs = declared | {DECLARED: sorted(declared)}
    found = life("Experiment").read("test", outputs)
    assert found is not None
    assert found.inputs == declared
    assert not life("Experiment").diff(found.outputs, declared)


@pytest.mark.parametrize("kind", ["Gate", "Experiment"])
def test_a_refused_delete_without_a_reference_says_what_may_be_done(kind: str, console: Console, life: Life) -> None:
    collection = REGISTRY[kind].endpoint.collection
    console.objects[f"{collection}/old"] = {"id": "old", "name": "old", "status": "active"}
    console.fails(
        "DELETE", f"{collection}/old", httpx.Response(403, json={"status": 403, "message": "it is referenced"})
    )
    life_ = life(kind)
    with pytest.raises(StatsigError, match=r"it is referenced.*; (if what referred to it|declare archive_on_delete)"):
        life_.delete("old", {"name": "old", "delete_while_active": True, DECLARED: ["name"]})
