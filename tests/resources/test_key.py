"""API keys: program in, exact requests out; the key itself is shown nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.errors import GoneError, InvalidInputsError, StatsigError
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.resources.key import fingerprint

from ..contract.project import RecordingReporter, Resource
from .conftest import Deployment, registrations

SERVER = {"type": "SERVER", "description": "Shop"}


def server(**more: Any) -> None:
    statsig.Key("key", type="SERVER", description="Shop", **more)


def everything() -> None:
    statsig.Key(
        "key",
        type="CLIENT",
        description="Shop",
        scopes=["none_hash_enabled", "client_download_config_specs"],
        environments=["production"],
        primary_target_app="Shop",
        secondary_target_apps=["Shop for phones"],
    )


def path(resource: Resource) -> str:
    return f"/keys/{resource.outputs['key']}"


def keys(deployment: Deployment) -> list[Any]:
    """Return the keys of the project, without the one that the requests are sent with."""
    emulator = deployment.project.emulator
    return [key for key in emulator.objects("keys") if key["key"] != emulator.key]


def test_every_property_is_sent_in_one_post_with_the_ids_of_target_apps(deployment: Deployment) -> None:
    # The fixture creates target apps whose id is their name.
    for id_, name in (("Web", "Shop"), ("iOS", "Shop for phones")):
        deployment.project.emulator.add("target_app", {"id": id_, "name": name})
    body = {
        "type": "CLIENT",
        "description": "Shop",
        "scopes": ["client_download_config_specs", "none_hash_enabled"],
        "environments": ["production"],
        "targetAppID": "Web",
        "secondaryTargetAppIDs": ["iOS"],
    }
    assert deployment.up(everything) == [("POST", "/keys", body)]
    resource = deployment.resources["key"]
    assert resource.id == resource.outputs["fingerprint"] == fingerprint(keys(deployment)[0])
    assert str(resource.id).startswith("CLIENT-")
    assert deployment.refresh()["key"]["primary_target_app"] == "Shop"


def test_an_update_sends_what_changed_and_null_clears_the_target_app(deployment: Deployment) -> None:
    deployment.up(lambda: server(primary_target_app="Web", secondary_target_apps=["iOS"], environments=["staging"]))
    assert deployment.up(lambda: server(primary_target_app=None, secondary_target_apps=[], environments=[])) == [
        (
            "PATCH",
            path(deployment.resources["key"]),
            {"environments": [], "targetAppID": None, "secondaryTargetAppIDs": []},
        )
    ]


def test_a_target_app_that_does_not_exist_is_an_error_and_nothing_is_sent(deployment: Deployment) -> None:
    with pytest.raises(StatsigError, match="there is no target app 'nowhere'"):
        deployment.up(lambda: server(primary_target_app="nowhere"))
    assert deployment.project.new_writes() == []


def test_omitted_properties_are_unchanged(deployment: Deployment) -> None:
    deployment.up(lambda: server(environments=["staging"], is_active=True))
    assert deployment.up(server) == []
    assert keys(deployment)[0]["environments"] == ["staging"]


def test_a_changed_trigger_rotates_the_key_once(deployment: Deployment) -> None:
    deployment.up(lambda: server(rotate_trigger="2026-01"))
    resource = deployment.resources["key"]
    old, id_ = resource.outputs["key"], resource.id
    assert deployment.up(lambda: server(rotate_trigger="2026-02")) == [("PATCH", f"/keys/{old}/rotate", None)]
    assert [key["key"] for key in keys(deployment)] == [resource.outputs["key"]] != [old]
    assert (resource.id, resource.outputs["fingerprint"]) == (id_, fingerprint(keys(deployment)[0]))
    assert resource.announced == ["warning: rotated: what uses the old key may stop working at once"]
    assert deployment.up(lambda: server(rotate_trigger="2026-02")) == []
    deployment.refresh()
    assert not resource.preview()


@pytest.mark.parametrize("keeps_old", [True, False])
@pytest.mark.parametrize("kind", ["drop_after", "status"])
def test_a_rotation_whose_response_was_lost_is_found_and_not_repeated(
    deployment: Deployment, keeps_old: bool, kind: str
) -> None:
    deployment.project.emulator.quirk(rotate_keeps_old=keeps_old)
    deployment.up(lambda: server(rotate_trigger="1"))
    old = deployment.resources["key"].outputs["key"]
    fault = {"kind": kind, "method": "PATCH", "path": "/keys/{id}/rotate", "times": 1, "applied": True}
    deployment.project.emulator.fault(**fault | ({"status": 502} if kind == "status" else {}))
    deployment.up(lambda: server(rotate_trigger="2"))
    expected = 2 if keeps_old else 1
    assert len(keys(deployment)) == expected
    assert deployment.resources["key"].outputs["key"] == keys(deployment)[-1]["key"] != old


def test_a_create_whose_response_was_lost_is_found_and_not_repeated(deployment: Deployment) -> None:
    deployment.project.emulator.add("keys", SERVER)
    deployment.project.emulator.fault(kind="drop_after", method="POST", path="/keys", times=1)
    deployment.up(server)
    old, new = keys(deployment)
    assert deployment.resources["key"].outputs["key"] == new["key"] != old["key"]


def test_a_lost_create_that_statsig_hides_is_reported_and_not_repeated(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(key_visible=False)
    deployment.project.emulator.fault(kind="drop_after", method="POST", path="/keys", times=1)
    with pytest.raises(StatsigError, match=r"Key 'Shop' may have been created, .* Statsig hides it from this run"):
        deployment.up(server)
    assert len(keys(deployment)) == 1


def test_a_key_is_deactivated_and_never_activated_again(deployment: Deployment) -> None:
    deployment.up(server)
    resource = deployment.resources["key"]
    assert deployment.up(lambda: server(is_active=False)) == [("PATCH", f"{path(resource)}/deactivate", None)]
    assert deployment.refresh()["key"]["is_active"] is False
    with pytest.raises(InvalidInputsError, match="is_active: is False, and Statsig cannot activate a key again"):
        deployment.up(lambda: server(is_active=True))
    assert deployment.project.new_writes() == []


def test_a_new_key_can_be_inactive(deployment: Deployment) -> None:
    (create, deactivate) = deployment.up(lambda: server(is_active=False))
    assert (create[2], deactivate[1].rpartition("/")[2]) == (SERVER, "deactivate")


def test_an_active_key_is_not_deleted(deployment: Deployment) -> None:
    deployment.up(server)
    deployment.resources["key"].edit_in_console({"lastUsed": "2026-11-01"})
    with pytest.raises(StatsigError, match=r"Key 'Shop' \(last used 2026-11-01\) was not deleted: it is active"):
        deployment.resources["key"].destroy()
    assert deployment.project.new_writes() == []


@pytest.mark.parametrize(
    ("options", "method", "more"),
    [
        ({"delete_while_active": True}, "DELETE", ""),
        ({"deactivate_on_delete": True}, "PATCH", "/deactivate"),
    ],
)
def test_an_active_key_is_deleted_or_deactivated_as_declared(
    deployment: Deployment, options: dict[str, bool], method: str, more: str
) -> None:
    deployment.up(lambda: server(**options))
    key = path(deployment.resources["key"])
    assert deployment.destroy() == [(method, f"{key}{more}", None)]


def test_an_inactive_key_is_deleted(deployment: Deployment) -> None:
    deployment.up(lambda: server(is_active=False))
    key = path(deployment.resources["key"])
    assert deployment.destroy() == [("DELETE", key, None)]


def test_another_type_is_refused_while_the_old_key_is_active(deployment: Deployment) -> None:
    deployment.up(server)
    with pytest.raises(InvalidInputsError, match="type: needs a new key, but the old one is active"):
        deployment.up(lambda: statsig.Key("key", type="CLIENT", description="Shop"))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"is_active": False}, "is_active"),
        ({"scopes": ["omni_read_only"]}, "scopes"),
        ({"rotate_trigger": "2"}, "rotate_trigger"),
    ],
)
def test_the_key_of_the_run_stays_usable(deployment: Deployment, change: dict[str, Any], place: str) -> None:
    def program(**more: Any) -> Callable[[], object]:
        return lambda: statsig.Key("key", type="CONSOLE", description="CI", **more)

    deployment.up(program(scopes=["omni_read_write", "can_access_keys"], rotate_trigger="1"))
    resource = deployment.resources["key"]
    key = resource.outputs["key"]
    deployment.project.new_writes()
    client = Client(key, deployment.project.emulator.url)
    own = resource.declaration.cls.lifecycle(resource.declaration, RunContext(client, RecordingReporter()))
    wanted = {name: value for name, value in resource.inputs.items() if not name.startswith("__")} | change
    with pytest.raises(InvalidInputsError, match=f"{place}: is the key that this run uses"):
        own.diff(resource.outputs, wanted)
    with pytest.raises(StatsigError, match="is the key that this run uses"):
        own.delete(str(resource.id), resource.outputs | {"delete_while_active": True})
    assert deployment.project.new_writes() == []


@pytest.mark.parametrize("by", ["fingerprint", "description"])
def test_a_key_is_imported_by_fingerprint_or_unique_description(deployment: Deployment, by: str) -> None:
    live = deployment.project.emulator.add("keys", SERVER)
    resource = deployment.project.resource(statsig.Key.declaration)
    resource.up(SERVER | {"__import": {"fingerprint": fingerprint(live), "description": "Shop"}[by]})
    assert (resource.id, resource.outputs["key"]) == (fingerprint(live), live["key"])
    assert deployment.project.new_writes() == []


def test_a_description_of_several_keys_names_their_fingerprints(deployment: Deployment) -> None:
    lives = [deployment.project.emulator.add("keys", SERVER) for _ in range(2)]
    resource = deployment.project.resource(statsig.Key.declaration)
    with pytest.raises(StatsigError, match=f"several keys .* {fingerprint(lives[0])}, {fingerprint(lives[1])}"):
        resource.lifecycle.resource_client.get_by_id("Shop")


def test_a_refresh_of_many_keys_reads_pages(deployment: Deployment) -> None:
    context = RunContext(deployment.project.client, RecordingReporter())
    declaration = statsig.Key.declaration
    states = {}
    for number in range(250):
        live = deployment.project.emulator.add("keys", {"type": "SERVER", "description": f"Key {number}"})
        resource = declaration.cls.resource_client(declaration, deployment.project.client)
        states[fingerprint(live)] = {"key": live["key"], "description": live["description"], "__declared": ["type"]}
        states[fingerprint(live)] |= {"type": "SERVER", "fingerprint": resource.live(live)["fingerprint"]}
    deployment.project.emulator.clear_requests()
    for id_, outputs in states.items():
        assert declaration.cls.lifecycle(declaration, context).read(str(id_), outputs) is not None
    assert len(deployment.project.emulator.requests()["log"]) == 4  # one key, and three pages
    deployment.project.emulator.clear_requests()


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"scopes": ["everything"]}, r"scopes\[0\]: input should be 'omni_read_only'"),
        ({"type": "USER"}, "type: input should be 'SERVER'"),
        ({"description": "x" * 1001}, "description: string should have at most 1000 characters"),
        ({"environments": [""]}, r"environments\[0\]: string should have at least 1 character"),
    ],
)
def test_a_wrong_value_is_an_invalid_input(more: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidInputsError, match=problem):
        registrations(lambda: statsig.Key("key", **SERVER | more))


def test_two_keys_of_one_description_are_two_keys_even_if_a_create_is_lost(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def program() -> None:
        server()
        statsig.Key("other", type="SERVER", description="Shop")

    deployment.up(server)
    deployment.project.emulator.fault(method="POST", path="/keys", kind="drop_before")
    deployment.up(program)
    assert len({resource.id for resource in deployment.resources.values()}) == len(keys(deployment)) == 2


def test_a_key_that_was_rotated_by_somebody_else_is_named_once_the_old_one_is_gone(deployment: Deployment) -> None:
    deployment.up(lambda: server(rotate_trigger="1"))
    resource = deployment.resources["key"]
    deployment.project.client.change("PATCH", f"keys/{resource.outputs['key']}/rotate", None)
    assert resource.read() is None
    with pytest.raises(GoneError):
        deployment.up(lambda: server(rotate_trigger="2"))
    (live,) = keys(deployment)
    words = f"Key 'Shop' is gone, and Statsig has {fingerprint(live)} with its description: if the key was rotated"
    assert [text for text in resource.reporter.warnings if words in text] == resource.reporter.warnings
    assert len(resource.reporter.warnings) == 2
    assert len(keys(deployment)) == 1
