"""Actions with any verb, such as a rotation whose response holds a new secret."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.errors import RejectedError
from statsig_pulumi.lifecycle.call import Call
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.journal import Journal
from statsig_pulumi.lifecycle.stack_state import StackState

from .conftest import Api, Collection, checked
from .kinds import hash_of

LifecycleOf = Callable[..., Lifecycle]


def key(text: str, **values: Any) -> dict[str, Any]:
    return {"key": text, "description": "a", "status": "active", **values}


def test_triggers_send_their_verb_and_body_when_their_value_changes(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(api, "keys", k1=key("k1"))
    api.answers |= {"POST keys/k1/ping": [None], "DELETE keys/k1/sessions": [None]}
    resource = lifecycle_of("Key")
    inputs = checked(resource, description="a", ping="1", log_out="1")
    outputs = {**inputs, "key": "k1", "__declared": sorted(inputs)}
    resource.update("hash", outputs, inputs | {"ping": "2", "log_out": "2"})
    assert [request for request in api.requests if isinstance(request, tuple)] == [
        ("DELETE keys/k1/sessions", None),
        ("POST keys/k1/ping", {"now": True}),
    ]


def test_a_trigger_that_an_interrupted_run_carried_out_is_not_repeated(
    api: Api, lifecycle_of: LifecycleOf, tmp_path: Path
) -> None:
    Collection(api, "keys", k1=key("k1"))
    api.answers |= {"POST keys/k1/ping": [None], "PATCH keys/k1": [400]}
    interrupted = lifecycle_of("Key", journal=Journal(tmp_path, "127.0.0.1:1"))
    inputs = checked(interrupted, description="a", ping="1")
    outputs = {**inputs, "key": "k1", "__declared": sorted(inputs)}
    news = inputs | {"ping": "2", "description": "b"}
    with pytest.raises(RejectedError):
        interrupted.update("hash", outputs, news)
    Collection(api, "keys", k1=key("k1"))
    api.new_requests()

    later = lifecycle_of("Key", journal=Journal(tmp_path, "127.0.0.1:2"))
    later.update("hash", outputs, news)
    assert api.new_requests() == ["GET keys/k1", ("PATCH keys/k1", {"description": "b"})]
    later.update("hash", outputs, news | {"ping": "3"})
    assert ("POST keys/k1/ping", {"now": True}) in api.new_requests()


def test_a_trigger_of_an_interrupted_run_is_carried_out_again_after_a_run_without_it(
    api: Api, lifecycle_of: LifecycleOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_exit: list[Callable[[], None]] = []
    monkeypatch.setattr("atexit.register", lambda function, *args: at_exit.append(lambda: function(*args)))
    Collection(api, "keys", k1=key("k1"))
    api.answers["POST keys/k1/ping"] = [None, None]
    interrupted = lifecycle_of("Key", journal=Journal(tmp_path, "127.0.0.1:1"))
    inputs = checked(interrupted, description="a", ping="1")
    outputs = {**inputs, "key": "k1", "__declared": sorted(inputs)}
    interrupted.update("hash", outputs, inputs | {"ping": "2"})
    with socket.create_server(("127.0.0.1", 0)) as engine:
        journal = Journal(tmp_path, f"127.0.0.1:{engine.getsockname()[1]}")
        lifecycle_of("Key", journal=journal).update("hash", outputs, inputs | {"description": "b"})
        at_exit[-1]()
    api.new_requests()
    lifecycle_of("Key", journal=Journal(tmp_path, "127.0.0.1:2")).update("hash", outputs, inputs | {"ping": "2"})
    assert ("POST keys/k1/ping", {"now": True}) in api.new_requests()


def test_a_trigger_is_not_repeated_if_the_engine_took_its_result_and_did_not_store_it(
    api: Api, lifecycle_of: LifecycleOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_exit: list[Callable[[], None]] = []
    monkeypatch.setattr("atexit.register", lambda function, *args: at_exit.append(lambda: function(*args)))
    Collection(api, "keys", k1=key("k1"))
    api.answers["POST keys/k1/ping"] = [None, None]
    with socket.create_server(("127.0.0.1", 0)) as engine:
        terminated = lifecycle_of("Key", journal=Journal(tmp_path, f"127.0.0.1:{engine.getsockname()[1]}"))
        terminated.call = Call(resource="urn::key")
        inputs = checked(terminated, description="a", ping="1")
        outputs = {**inputs, "key": "k1", "__declared": sorted(inputs)}
        terminated.update("hash", outputs, inputs | {"ping": "2"})
        updating = {"type": "updating", "resource": {"urn": "urn::key"}}
        state = {"resources": [{"urn": "urn::key", "id": "hash"}], "pending_operations": [updating]}
        terminated.context.stack = StackState(lambda _stack: state, "a/b/c")
        at_exit[-1]()
    api.new_requests()
    lifecycle_of("Key", journal=Journal(tmp_path, "127.0.0.1:2")).update("hash", outputs, inputs | {"ping": "2"})
    assert api.new_requests() == ["GET keys/k1"]


def test_a_toggle_sends_its_verb(api: Api, lifecycle_of: LifecycleOf) -> None:
    Collection(api, "keys", k1=key("k1"))
    api.answers["PATCH keys/k1/deactivate"] = [key("k1", status="inactive")]
    resource = lifecycle_of("Key")
    outputs = {"key": "k1", "description": "a", "is_active": True, "__declared": ["description", "is_active"]}
    outputs = resource.update("hash", outputs, checked(resource, description="a", is_active=False))
    assert api.requests == ["GET keys/k1", ("PATCH keys/k1/deactivate", None)]
    assert outputs["is_active"] is False


def test_a_rotation_changes_the_secret_and_later_requests_use_the_new_key(api: Api, lifecycle_of: LifecycleOf) -> None:
    keys, resource = Collection(api, "keys", k1=key("k1")), lifecycle_of("Key")
    keys.serve("k2")

    def rotate(body: Any) -> Any:
        keys.objects["k2"] = keys.objects.pop("k1") | {"key": "k2"}
        return keys.objects["k2"]

    api.answers["PATCH keys/k1/rotate"] = rotate
    outputs = {"key": "k1", "description": "a", "rotate": "1", "__declared": ["description", "rotate"]}
    id_ = hash_of("k1")
    outputs = resource.update(id_, outputs, checked(resource, description="b", rotate="2"))
    assert (outputs["key"], outputs["description"]) == ("k2", "b")
    assert resource.read(id_, outputs) is not None
    assert api.requests == [
        "GET keys/k1",
        ("PATCH keys/k1/rotate", None),
        ("PATCH keys/k2", {"description": "b"}),
        "GET keys/k2",
    ]


def test_a_secret_that_only_a_create_or_a_rotation_returns_stays_in_the_state(
    api: Api, lifecycle_of: LifecycleOf
) -> None:
    read = {"name": "t", "serverID": "srv-1"}
    api.answers |= {
        "POST tokens": [{**read, "value": "first"}],
        "PATCH tokens/t": [read],
        "GET tokens/t": [read],
        "POST tokens/t/rotate": [{**read, "value": "second"}],
    }
    resource = lifecycle_of("Token")
    inputs = checked(resource, name="t", scope="all", rotate="1")
    id_, outputs = resource.create(inputs)
    assert outputs["value"] == "first"
    live = resource.read(id_, outputs)
    assert live is not None
    assert live.outputs["value"] == "first"
    outputs = resource.update(id_, live.outputs, inputs | {"rotate": "2", "scope": "one"})
    assert outputs["value"] == "second"


def test_a_value_that_no_response_shows_is_set_once_when_it_changes(api: Api, lifecycle_of: LifecycleOf) -> None:
    live = {"id": "a::sum", "name": "a", "type": "sum"}
    path = "measures/a%3A%3Asum"
    api.answers |= {"POST measures": [live], f"GET {path}": [live], f"PUT {path}/archive": [None]}
    api.answers[f"PUT {path}/restore"] = [None]
    measure, inputs = lifecycle_of("Measure"), {"name": "a", "type": "sum"}
    id_, outputs = measure.create(inputs | {"is_archived": True})
    assert api.new_requests() == [("POST measures", inputs), (f"PUT {path}/archive", None), f"GET {path}"]
    assert not measure.diff(outputs, inputs | {"is_archived": True})
    outputs = measure.update(id_, outputs, inputs | {"is_archived": False})
    assert api.new_requests() == [f"GET {path}", (f"PUT {path}/restore", None), f"GET {path}"]
    assert not measure.diff(outputs, inputs | {"is_archived": False})
