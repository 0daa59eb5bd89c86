"""Pages of lists."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api


@pytest.fixture(autouse=True)
def five_gates(emulator: Emulator) -> None:
    for number in range(5):
        emulator.add("gates", {"name": f"gate {number}", "tags": ["a tag"]})


def test_a_page_has_its_number_and_links(api: Api) -> None:
    response = api("GET", "/gates?limit=2&page=2").json()

    assert [gate["id"] for gate in response["data"]] == ["gate_2", "gate_3"]
    assert response["message"] == "Gates listed successfully."
    assert response["pagination"] == {
        "itemsPerPage": 2,
        "pageNumber": 2,
        "totalItems": 5,
        "nextPage": "/console/v1/gates?page=3&limit=2",
        "previousPage": "/console/v1/gates?page=1&limit=2",
        "all": "/console/v1/gates",
    }


def test_the_first_and_the_last_page_have_no_link_beyond(api: Api) -> None:
    only = api("GET", "/gates").json()["pagination"]

    assert (only["nextPage"], only["previousPage"], only["itemsPerPage"]) == (None, None, 100)


def test_following_the_next_page_returns_each_item_once(api: Api) -> None:
    seen, path = [], "/console/v1/gates?limit=2&tags=a%20tag"
    while path:
        response = api("GET", path.removeprefix("/console/v1")).json()
        seen += [gate["id"] for gate in response["data"]]
        path = response["pagination"]["nextPage"]

    assert seen == [f"gate_{number}" for number in range(5)]


def test_a_page_beyond_the_end_is_empty(api: Api) -> None:
    response = api("GET", "/gates?limit=2&page=9").json()

    assert (response["data"], response["pagination"]["nextPage"]) == ([], None)


@pytest.mark.parametrize("query", ["limit=many", "limit=0", "page=-1", "page=1.5"])
def test_an_invalid_page_is_an_error(api: Api, query: str) -> None:
    assert api("GET", f"/gates?{query}").status_code == 400


def test_page_sizes_are_quirks(api: Api, emulator: Emulator) -> None:
    emulator.quirk(default_page_size=3, max_page_size=4)

    assert len(api.data("GET", "/gates")) == 3
    assert api("GET", "/gates?limit=100").json()["pagination"]["itemsPerPage"] == 4


def test_the_order_of_lists_is_a_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(list_order="newest")

    assert [gate["id"] for gate in api.data("GET", "/gates?limit=2")] == ["gate_4", "gate_3"]
