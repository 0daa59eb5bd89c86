"""Id lists of segments: their changes, pages, limits and metadata."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

PATH = "/segments/vip/id_list"


@pytest.fixture
def vip(api: Api) -> str:
    segment: dict[str, str] = api.data("POST", "/segments", {"name": "vip", "type": "id_list"})
    return segment["id"]


def ids(api: Api, path: str = PATH) -> list[str]:
    found: list[str] = api.data("GET", path)["ids"]
    return found


def test_ids_are_added_removed_and_replaced(api: Api, vip: str) -> None:
    assert api("PATCH", PATH, {"ids": ["a", "b", "a"]}).json() == {
        "message": "IDs successfully added to Segment ID List"
    }
    api("PATCH", PATH, {"ids": ["b", "c"]})
    assert (ids(api), api.data("GET", "/segments/vip")["count"]) == (["a", "b", "c"], 3)
    assert api("DELETE", PATH, {"ids": ["a", "unknown"]}).json() == {
        "message": "IDs successfully removed from Segment ID List"
    }
    assert ids(api) == ["b", "c"]
    api("POST", f"{PATH}/reset", {"ids": ["d"]})
    assert ids(api) == ["d"]


def test_the_ids_are_read_in_pages_inside_of_an_object(api: Api, vip: str) -> None:
    api("PATCH", PATH, {"ids": ["a", "b", "c"]})
    body = api("GET", f"{PATH}?limit=2").json()
    assert body["data"] == {"name": "vip", "count": 3, "ids": ["a", "b"]}
    assert api("GET", body["pagination"]["nextPage"].removeprefix("/console/v1")).json()["data"]["ids"] == ["c"]


def test_a_request_holds_at_most_100_000_ids(api: Api, vip: str) -> None:
    assert api("PATCH", PATH, {"ids": ["a"] * 100_000}).is_success
    assert api.errors("PATCH", PATH, {"ids": ["a"] * 100_001}) == {
        "ids": "Array must contain at most 100000 element(s)"
    }


@pytest.mark.parametrize("type_", ["rule_based", "user_store_id_list"])
def test_other_segments_have_no_id_list(api: Api, type_: str) -> None:
    api.data("POST", "/segments", {"name": "vip", "type": type_})
    refused = api("PATCH", PATH, {"ids": ["a"]})
    assert (refused.status_code, refused.json()["message"]) == (
        (400, "Segment must be of type 'id_list' to be modified on this endpoint")
    )
    assert api("GET", PATH).status_code == (400 if type_ == "rule_based" else 200)


def test_a_list_in_the_user_store_has_endpoints_of_its_own(api: Api, emulator: Emulator) -> None:
    api.data("POST", "/segments", {"name": "vip", "type": "user_store_id_list"})
    assert api("PATCH", "/segments/vip/add_ids", {"ids": ["a", "b"]}).is_success
    assert api("PATCH", "/segments/vip/remove_ids", {"ids": ["a"]}).is_success
    assert ids(api) == ["b"]
    assert api.errors("PATCH", "/segments/vip/add_ids", {"ids": ["a"] * 1001}) == {
        "ids": "Array must contain at most 1000 element(s)"
    }
    emulator.quirk(user_store_shown=False)
    assert api("GET", PATH).status_code == 400


def test_a_list_that_is_being_updated_takes_no_other_update(api: Api, emulator: Emulator, vip: str) -> None:
    emulator.quirk(id_list_polls=2)
    assert api("PATCH", PATH, {"ids": ["a"]}).is_success
    assert api("DELETE", PATH, {"ids": ["a"]}).status_code == 409
    metadata = [api.data("GET", "/segments/vip/idlist_metadata") for _ in range(3)]
    assert [each["isUpdating"] for each in metadata] == [True, True, False]
    assert {each["currentVersion"] for each in metadata} == {1}
    assert api("DELETE", PATH, {"ids": ["a"]}).is_success


def test_id_lists_have_limits_beside_those_of_the_project(api: Api, emulator: Emulator, vip: str) -> None:
    emulator.quirk(rate_limit=True, id_list_limit=[[2, 60]], id_list_read_limit=[[1, 60]])
    assert [api("PATCH", PATH, {"ids": ["a"]}).status_code for _ in range(3)] == [200, 200, 429]
    assert api("POST", f"{PATH}/reset", {"ids": []}).status_code == 429
    assert api("POST", "/tags", {"name": "t", "description": ""}).is_success
    assert [api("GET", PATH).status_code for _ in range(2)] == [200, 429]


def test_a_deleted_segment_has_no_ids_when_it_is_created_again(api: Api, vip: str) -> None:
    api("PATCH", PATH, {"ids": ["a"]})
    api("DELETE", "/segments/vip")
    api.data("POST", "/segments", {"name": "vip", "type": "id_list"})
    assert ids(api) == []
