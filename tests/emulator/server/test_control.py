"""Control endpoints, and the methods of Emulator that mirror them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from statsig_pulumi.emulator import QUIRKS, Emulator, UnknownQuirkError

from ..conftest import Api, rule


class Control:
    def __init__(self, emulator: Emulator, http: httpx.Client) -> None:
        self._base = emulator.root + "/_emulator"
        self._http, self._headers = http, {"Statsig-Emulator-Key": emulator.control_key}

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self._http.request(method, self._base + path, json=body, headers=self._headers)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        response = self.send(method, path, body)
        assert response.is_success, response.text
        return response.json()


@pytest.fixture
def control(emulator: Emulator, http: httpx.Client) -> Control:
    return Control(emulator, http)


def test_requests_are_counted_and_logged_without_the_key(api: Api, emulator: Emulator, control: Control) -> None:
    gate = api.gate()
    api("GET", "/gates/a_gate?x=1&y=2&y=3", headers={"X-Respect-Review-Settings": "true"})

    seen = control("GET", "/requests")
    assert seen == emulator.requests()
    assert (seen["total"], seen["mutations"]) == (2, 1)
    assert seen["by_route"] == {"POST /gates": 1, "GET /gates/{id}": 1}
    post, get = seen["log"]
    assert (post["method"], post["path"], post["route"], post["status"]) == ("POST", "/gates", "/gates", 201)
    assert (post["body"], post["answer"]["data"], get["body"]) == ({"name": "A Gate"}, gate, None)
    assert (get["path"], get["query"]) == ("/gates/a_gate", {"x": "1", "y": ["2", "3"]})
    assert get["headers"]["x-respect-review-settings"] == "true"
    assert emulator.key not in str(seen)


def test_the_request_log_can_be_omitted_and_cleared(api: Api, emulator: Emulator, control: Control) -> None:
    api("GET", "/gates")

    assert "log" not in control("GET", "/requests?log=false")
    control("DELETE", "/requests")
    assert emulator.requests() == {"total": 0, "mutations": 0, "by_route": {}, "log": []}


def test_requests_that_fail_are_logged_too(api: Api, emulator: Emulator) -> None:
    emulator.fault(method="POST", kind="drop_before")
    with pytest.raises(httpx.RemoteProtocolError):
        api("POST", "/gates", {"name": "a gate"})
    api("GET", "/nowhere")

    log = emulator.requests()["log"]
    assert [(entry["status"], entry["route"]) for entry in log] == [(0, "/gates"), (404, None)]


def test_an_edit_is_not_validated_and_has_a_person_as_author(api: Api, control: Control) -> None:
    api.gate(rules=[rule("first"), rule("second")])
    before = api.data("GET", "/gates/a_gate")

    control("PATCH", "/objects/gates/a_gate", {"description": "x" * 2000, "rules": before["rules"][::-1]})
    after = api.data("GET", "/gates/a_gate")
    api.on_purpose.append(r"data\.description")
    assert (after["description"], after["rules"]) == ("x" * 2000, before["rules"][::-1])
    assert (after["version"], after["lastModifierName"]) == (2, "Casey Console")
    assert after["lastModifiedTime"] > before["lastModifiedTime"]


def test_an_edit_also_sets_the_fields_that_the_console_sets(api: Api, emulator: Emulator) -> None:
    made = emulator.add("teams", {"name": "Checkout"})
    api.gate()
    api.config()
    emulator.edit("gates", "a_gate", {"isEnabled": False, "team": "Checkout", "rules": [rule("new")]})
    emulator.edit("dynamic_configs", "a_config", {"defaultValue": {"a": 1}})

    gate = api.data("GET", "/gates/a_gate")
    assert (gate["status"], gate["teamID"], len(gate["rules"][0]["baseID"])) == ("Disabled", made["id"], 22)
    assert api.data("GET", "/dynamic_configs/a_config")["defaultValueJson5"] == '{"a":1}'


def test_an_edit_can_set_version_and_modifier(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "a gate"})

    edited = emulator.edit("gates", "a_gate", {"lastModifierName": "Robin", "version": 9})
    assert (edited["lastModifierName"], edited["version"]) == ("Robin", 9)


def test_an_object_made_in_the_console_has_defaults_and_an_author(api: Api, control: Control) -> None:
    control("POST", "/objects/gates", {"name": "From Console", "rules": [rule("r")], "type": "STALE"})

    gate = api.data("GET", "/gates/from_console")
    assert (gate["creatorName"], gate["owner"]["ownerType"], gate["type"]) == ("Casey Console", "USER", "STALE")
    assert (gate["idType"], len(gate["rules"][0]["id"])) == ("userID", 22)
    assert api("POST", "/gates", {"name": "From Console"}).status_code == 400


@pytest.mark.parametrize(
    ("kind", "body", "path"),
    [
        ("dynamic_configs", {"name": "A Config", "defaultValueJson5": "{a: 1}"}, "/dynamic_configs/{id}"),
        ("tags", {"name": "a tag"}, "/tags/{id}"),
        ("target_app", {"name": "iOS"}, "/target_app/{id}"),
        ("teams", {"name": "Checkout", "members": ["a@example.com"]}, "/users/teams/{id}"),
        ("users", {"email": "Ana@example.com"}, "/users/{email}"),
    ],
)
def test_every_kind_can_be_added_read_and_removed_in_the_console(
    api: Api, emulator: Emulator, kind: str, body: dict[str, Any], path: str
) -> None:
    made = emulator.add(kind, body)
    url = path.format(**made)

    assert api("GET", url).status_code == 200
    key = made["email"] if kind == "users" else made["name"]
    assert emulator.object(kind, key) == made
    assert made in emulator.objects(kind)
    emulator.remove(kind, key)
    assert api("GET", url).status_code == 404


def test_an_object_read_from_the_emulator_is_a_copy(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "a gate", "tags": ["a"]})
    emulator.object("gates", "a_gate")["tags"].append("b")

    assert emulator.object("gates", "a_gate")["tags"] == ["a"]


def test_a_missing_object_is_an_error(emulator: Emulator, control: Control) -> None:
    with pytest.raises(KeyError, match="gates/none"):
        emulator.edit("gates", "none", {})

    assert control.send("DELETE", "/objects/gates/none").status_code == 404


def test_quirks_are_read_and_changed_over_http(emulator: Emulator, control: Control) -> None:
    assert control("GET", "/quirks") == emulator.quirks()
    control("PATCH", "/quirks", {"launch_disables": False, "latency_ms": 1})

    assert (emulator.quirks()["launch_disables"], emulator.quirks()["latency_ms"]) == (False, 1)
    assert {quirk["name"] for quirk in control("GET", "/quirks?describe=true")} == {quirk.name for quirk in QUIRKS}


@pytest.mark.parametrize(
    "changes", [{"no_such": 1}, {"launch_disables": "no"}, {"delete_missing_status": 418}, {"launch_disables": 1}]
)
def test_an_invalid_quirk_is_an_error_and_nothing_changes(
    emulator: Emulator, control: Control, changes: dict[str, Any]
) -> None:
    before = emulator.quirks()
    with pytest.raises(UnknownQuirkError):
        emulator.quirk(latency_ms=5, **changes)

    assert control.send("PATCH", "/quirks", changes).status_code == 400
    assert emulator.quirks() == before


def test_state_is_read_replaced_and_reset(api: Api, emulator: Emulator, control: Control) -> None:
    gate = api.gate()
    state = control("GET", "/state")
    control("DELETE", "/state")
    assert (emulator.objects("gates"), emulator.requests()["total"]) == ([], 0)

    control("PUT", "/state", state)
    assert api.data("GET", "/gates/a_gate") == gate
    assert api.data("GET", "/gates/a_gate/versions") == [gate]
    assert api("POST", "/gates", {"name": "A Gate"}).status_code == 400


def test_keys_are_set_over_http(api: Api, control: Control) -> None:
    control("POST", "/keys", {"key": "console-reader", "access": "read_only"})

    assert api("GET", "/gates", key="console-reader").status_code == 200
    assert api("POST", "/gates", {"name": "a gate"}, key="console-reader").status_code == 403


def test_faults_are_added_and_cleared_over_http(api: Api, control: Control) -> None:
    control("POST", "/faults", {"path": "/gates", "kind": "status", "status": 500, "times": None})
    assert api("GET", "/gates").status_code == 500

    control("DELETE", "/faults")
    assert api("GET", "/gates").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/faults", {"kind": "explode"}, 400),
        ("POST", "/faults", {"colour": "red"}, 400),
        ("POST", "/faults", [], 400),
        ("POST", "/keys", {"key": "console-x", "access": "all"}, 400),
        ("GET", "/nothing", None, 404),
    ],
)
def test_an_invalid_control_request_is_an_error(
    control: Control, method: str, path: str, body: Any, status: int
) -> None:
    assert control.send(method, path, body).status_code == status


@pytest.mark.parametrize("key", [None, "", "console-emulator", "wrong"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/state"), ("DELETE", "/state"), ("POST", "/keys"), ("GET", "/no")]
)
def test_control_endpoints_need_their_key(
    emulator: Emulator, http: httpx.Client, method: str, path: str, key: str | None
) -> None:
    emulator.add("gates", {"name": "kept"})
    headers = {} if key is None else {"Statsig-Emulator-Key": key}
    response = http.request(method, f"{emulator.root}/_emulator{path}", headers=headers)
    assert response.status_code == 401
    assert [gate["name"] for gate in emulator.objects("gates")] == ["kept"]


def test_control_keys_are_new_for_each_emulator_unless_they_are_set() -> None:
    assert len({Emulator().control_key for _ in range(3)}) == 3
    assert Emulator(control_key="mine").control_key == "mine"
