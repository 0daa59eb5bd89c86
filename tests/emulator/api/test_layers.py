"""Layers: `/layers`."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, group

NAME = "The Best Layer"
PATH = "/layers/the_best_layer"
FLOW = {"name": "flow", "type": "string", "defaultValue": "a"}


@pytest.fixture
def layer(api: Api) -> Any:
    return api.data("POST", "/layers", {"name": NAME, "idType": "userID"})


def test_a_new_layer_has_the_documented_fields(layer: Any) -> None:
    fixed = {key: value for key, value in layer.items() if not key.startswith(("creat", "lastModif"))}
    assert fixed == {
        "id": "the_best_layer",
        "name": NAME,
        "idType": "userID",
        "description": "",
        "tags": [],
        "targetApps": [],
        "holdoutIDs": [],
        "team": None,
        "teamID": None,
        "isImplicitLayer": False,
        "parameters": [],
        "version": 1,
        "holdout_parameter_values": [],
        "targeting_gate_parameter_values": [],
    }


def test_fields_of_2026_10_are_missing_in_older_versions(api: Api, emulator: Emulator, layer: Any) -> None:
    emulator.quirk(api_2026_10=False)
    older = api.data("GET", PATH)
    assert set(layer) - set(older) == {"holdout_parameter_values", "targeting_gate_parameter_values"}


def test_a_create_takes_no_parameters(api: Api, emulator: Emulator) -> None:
    api.on_purpose.append("'parameters' is not in the specification")
    body = {"name": NAME, "idType": "userID", "parameters": [FLOW], "targetApps": "web", "team": "Core"}
    created = api.data("POST", "/layers", body)
    assert (created["parameters"], created["targetApps"], created["team"]) == ([], ["web"], "Core")
    emulator.quirk(strict_body=True)
    assert api.errors("POST", "/layers", body) == {"": "Unrecognized key(s) in object: 'parameters'"}


@pytest.mark.usefixtures("layer")
def test_updates_replace_parameters_and_keep_other_fields(api: Api, emulator: Emulator) -> None:
    described = FLOW | {"description": "The flow", "schema": None}
    assert api.data("PATCH", PATH, {"parameters": [described]})["parameters"] == [described]
    updated = api.data("PATCH", PATH, {"description": "d", "targetApps": ["web"]})
    assert (updated["parameters"], updated["version"]) == ([described], 3)
    assert api.data("PATCH", PATH, {"parameters": [FLOW]})["parameters"] == [FLOW]
    assert api.data("POST", PATH, {"description": "e", "parameters": []})["targetApps"] == ["web"]
    emulator.quirk(full_update_resets=True)
    assert api.data("POST", PATH, {"description": "e", "parameters": []})["targetApps"] == []
    assert set(api.errors("POST", PATH, {})) == {"description", "parameters"}


@pytest.mark.usefixtures("layer")
def test_a_default_of_another_type_is_an_error_by_quirk(api: Api, emulator: Emulator) -> None:
    wrong = {"parameters": [FLOW, {"name": "n", "type": "number", "defaultValue": "1"}]}
    assert api.errors("PATCH", PATH, wrong) == {"parameters.1.defaultValue": "Expected number"}
    emulator.quirk(layer_parameter_types="accept")
    assert api.data("PATCH", PATH, wrong)["parameters"][1]["defaultValue"] == "1"


@pytest.mark.usefixtures("layer")
def test_a_parameter_that_an_experiment_uses_cannot_be_removed(api: Api) -> None:
    api.data("PATCH", PATH, {"parameters": [FLOW, FLOW | {"name": "page"}, FLOW | {"name": "unused"}]})
    groups = [group("A", flow="a", page="b"), group("B", page="c")]
    api.experiment("One", layerID="the_best_layer", groups=groups)
    missing = {"parameters": "Parameter(s) missing: [flow, page]"}
    assert api.errors("PATCH", PATH, {"parameters": []}) == missing
    assert api.errors("POST", PATH, {"description": "", "parameters": []}) == missing
    api.data("PATCH", "/experiments/one", {"groups": [group("A"), group("B")]})
    assert api.data("PATCH", PATH, {"parameters": []})["parameters"] == []


@pytest.mark.usefixtures("layer")
def test_names_are_unique(api: Api) -> None:
    for name in (NAME, "the_best_layer"):
        response = api("POST", "/layers", {"name": name, "idType": "userID"})
        assert (response.status_code, response.json()["message"]) == (400, "Layer name is already in use")


@pytest.mark.usefixtures("layer")
def test_a_layer_with_experiments_is_not_deleted(api: Api) -> None:
    api.experiment("One", layerID="the_best_layer")
    assert [each["id"] for each in api.data("GET", f"{PATH}/experiments")] == ["one"]
    response = api("DELETE", PATH)
    assert (response.status_code, response.json()["message"]) == (
        400,
        "Layer cannot be deleted with experiments still on it",
    )
    assert api("DELETE", "/experiments/one").is_success
    assert api("DELETE", PATH).json() == {"message": "Layer deleted successfully."}
    for method, path in (("GET", PATH), ("DELETE", PATH), ("GET", f"{PATH}/experiments")):
        assert api(method, path).json()["message"] == "Layer not found."


@pytest.mark.usefixtures("layer")
def test_implicit_layers_are_listed_and_cannot_be_changed(api: Api) -> None:
    api.experiment("Alone", groups=[group("A", pages=3), group("B")], idType="stableID")
    listed = api.data("GET", "/layers")
    assert [(each["id"], each["isImplicitLayer"]) for each in listed] == [
        ("the_best_layer", False),
        ("statsig::alone_layer", True),
    ]
    implicit = api.data("GET", "/layers/statsig::alone_layer")
    assert (implicit["idType"], implicit["parameters"]) == (
        "stableID",
        [{"name": "pages", "type": "number", "defaultValue": 3}],
    )
    assert api("PATCH", "/layers/statsig::alone_layer", {"parameters": []}).status_code == 400
    assert api("DELETE", "/layers/statsig::alone_layer").status_code == 400
