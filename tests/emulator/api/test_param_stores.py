"""Param stores."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

STORE = {"name": "Checkout screen", "displayName": "Checkout", "description": ""}
PATH = "/param_stores/Checkout%20screen"
STATIC = {"ref_type": "static", "name": "title", "param_type": "string", "value": "Pay"}
GATE = {
    "ref_type": "gate",
    "name": "columns",
    "param_type": "number",
    "gate_name": "wide",
    "pass_value": 2,
    "fail_value": 1,
}
LAYER = {"ref_type": "layer", "name": "rows", "param_type": "number", "layer_name": "home", "param_name": "rows"}


def test_a_store_is_created_without_parameters_and_updated_with_them(api: Api) -> None:
    response = api("POST", "/param_stores", STORE | {"tags": ["web"], "targetAppIDs": ["a1"]})
    assert (response.status_code, response.json()["message"]) == (200, "Param Store read successfully.")
    created = response.json()["data"]
    assert created | STORE | {"parameters": []} == created
    assert created.keys() & {"tags", "targetAppIDs"} == set()
    parameters = [STATIC, GATE, LAYER]
    assert api.data("POST", PATH, {"parameters": parameters})["parameters"] == parameters
    api.data("POST", PATH, {"description": "New"})
    assert api.data("GET", PATH) == created | {"description": "New", "parameters": parameters}
    assert [store["name"] for store in api.data("GET", "/param_stores")] == ["Checkout screen"]


@pytest.mark.parametrize(
    "parameter",
    [
        STATIC | {"value": 1},
        STATIC | {"param_type": "list"},
        {name: value for name, value in STATIC.items() if name != "value"},
        GATE | {"fail_value": "1"},
        LAYER | {"ref_type": "gate"},
    ],
)
def test_a_parameter_has_one_of_the_documented_forms(api: Api, parameter: dict[str, Any]) -> None:
    api.data("POST", "/param_stores", STORE)
    assert api.errors("POST", PATH, {"parameters": [parameter]}) == {"parameters.0": "Invalid input"}


@pytest.mark.parametrize("status", [404, 400])
def test_a_missing_store_is_answered_by_quirk(api: Api, emulator: Emulator, status: int) -> None:
    emulator.quirk(param_store_missing_status=status)
    assert api("GET", PATH).status_code == api("POST", PATH, {"description": ""}).status_code == status


def test_unknown_references_are_refused_by_quirk(api: Api, emulator: Emulator) -> None:
    api.data("POST", "/param_stores", STORE)
    emulator.quirk(unknown_references="reject")
    assert api("POST", PATH, {"parameters": [GATE]}).json()["message"] == "Gates with IDs [wide] do not exist"
    emulator.add("gates", {"name": "wide"})
    assert api("POST", PATH, {"parameters": [GATE]}).status_code == 200


def test_an_older_api_has_no_delete(api: Api, emulator: Emulator) -> None:
    api.data("POST", "/param_stores", STORE)
    emulator.quirk(api_2026_10=False)
    assert api("DELETE", PATH).status_code == 404
    emulator.quirk(api_2026_10=True)
    assert api("DELETE", PATH).status_code == 200
    assert api("GET", PATH).status_code == 404
