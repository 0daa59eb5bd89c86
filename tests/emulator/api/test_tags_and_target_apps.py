"""Tags and target apps."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

TAG = {"name": "a tag", "description": "d"}
APP = {"name": "iOS", "description": "phones"}


def test_a_tag_is_created_with_200_and_read_by_id_or_name(api: Api) -> None:
    response = api("POST", "/tags", TAG)

    assert (response.status_code, response.json()["message"]) == (200, "Tag created successfully")
    tag = response.json()["data"]
    assert {**TAG, "isCore": False}.items() <= tag.items()
    assert api.data("GET", f"/tags/{tag['id']}") == tag
    assert api.data("GET", "/tags/a%20tag") == tag


def test_a_project_has_the_core_tag(api: Api) -> None:
    assert api.data("GET", f"/tags/{quote('★ Core')}")["isCore"] is True
    assert [tag["name"] for tag in api.data("GET", "/tags")] == ["★ Core"]


def test_a_name_with_a_slash_is_one_path_segment_when_encoded(api: Api) -> None:
    api.data("POST", "/tags", {"name": "a/b", "description": ""})

    assert api.data("GET", "/tags/a%2Fb")["name"] == "a/b"


def test_a_tag_is_changed_and_deleted(api: Api) -> None:
    tag = api.data("POST", "/tags", {**TAG, "isCore": True})

    after = api.data("PATCH", "/tags/a%20tag", {"name": "another"})
    assert after == {**tag, "name": "another"}
    assert api("GET", "/tags/a%20tag").json() == {"status": 404, "message": "Tag not found."}
    assert api("DELETE", "/tags/another").json() == {"message": "Tag deleted successfully"}
    assert api("DELETE", "/tags/another").status_code == 404


def test_a_tag_update_resets_core_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(tag_update_resets_core=True)
    api.data("POST", "/tags", {**TAG, "isCore": True})

    assert api.data("PATCH", "/tags/a%20tag", {"description": "e"})["isCore"] is False


def test_the_id_of_a_tag_is_its_name_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(tag_id_is_name=True)

    assert api.data("POST", "/tags", TAG)["id"] == "a tag"


def test_tags_are_validated(api: Api) -> None:
    expected = {"name": "String must contain at least 1 character(s)", "description": "Required"}
    assert api.errors("POST", "/tags", {"name": ""}) == expected


@pytest.mark.parametrize(("path", "body"), [("/tags", TAG), ("/target_app", APP)])
def test_a_name_in_use_is_an_error(api: Api, path: str, body: dict[str, str]) -> None:
    api.data("POST", path, body)
    other = api.data("POST", path, {**body, "name": "other"})

    assert api("POST", path, body).json()["message"] == "Name is already in use"
    assert api("PATCH", f"{path}/{other['id']}", {"name": body["name"]}).status_code == 400


def test_a_target_app_is_read_with_id_and_name(api: Api, emulator: Emulator) -> None:
    response = api("POST", "/target_app", APP)

    app = response.json()["data"]
    assert (response.status_code, app) == (200, {"id": app["id"], "name": "iOS"})
    assert api.data("GET", f"/target_app/{app['id']}") == app
    assert api.data("GET", "/target_app") == [app]
    assert emulator.object("target_app", "iOS")["description"] == "phones"
    emulator.quirk(target_app_description=True)
    assert api.data("GET", f"/target_app/{app['id']}")["description"] == "phones"


def test_the_response_to_a_target_app_update_is_a_message(api: Api) -> None:
    app = api.data("POST", "/target_app", APP)

    response = api("PATCH", f"/target_app/{app['id']}", {"name": "Apple"})
    assert response.json() == {"message": "Target apps updated successfully."}
    assert api.data("GET", f"/target_app/{app['id']}")["name"] == "Apple"


def test_a_second_delete_of_a_target_app_is_a_404(api: Api) -> None:
    app = api.data("POST", "/target_app", APP)

    assert api("DELETE", f"/target_app/{app['id']}").json() == {"message": "Target app deleted successfully"}
    missing = {"status": 404, "message": f"Target apps with IDs [{app['id']}] do not exist"}
    assert api("DELETE", f"/target_app/{app['id']}").json() == missing
    assert api("GET", f"/target_app/{app['id']}").json() == missing


def test_a_target_app_is_assigned_at_creation_and_in_bulk(api: Api) -> None:
    api.gate("one gate", targetApps=["web"])
    api.config("one config")
    api.data("POST", "/target_app", {**APP, "gates": ["one_gate"]})
    other = api.data("POST", "/target_app", {**APP, "name": "Android"})

    body = {"targetApps": [other["id"], "iOS"], "gates": ["one_gate"], "dynamicConfigs": ["one_config"]}
    assert api("PATCH", "/target_app", body).json() == {"message": "Target apps updated successfully."}
    assert api.data("GET", "/gates/one_gate")["targetApps"] == ["web", "iOS", "Android"]
    assert api.data("GET", "/dynamic_configs/one_config")["targetApps"] == ["Android", "iOS"]


def test_gates_are_found_by_the_id_of_their_target_app(api: Api) -> None:
    app = api.data("POST", "/target_app", APP)
    api.gate("one gate", targetApps=["iOS"])
    api.gate("two gate")

    assert [gate["id"] for gate in api.data("GET", f"/gates?targetAppID={app['id']}")] == ["one_gate"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"targetApps": ["Not an App"]}, "Target apps with IDs [Not an App] do not exist"),
        ({"targetApps": ["iOS"], "gates": ["not a gate", "x"]}, "Gates with IDs [not a gate, x] do not exist"),
    ],
)
def test_a_bulk_assignment_of_missing_objects_is_a_404(api: Api, body: dict[str, list[str]], message: str) -> None:
    api.data("POST", "/target_app", APP)

    assert api("PATCH", "/target_app", body).json() == {"status": 404, "message": message}
