"""Holdouts: `/holdouts`."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

PATH = "/holdouts/team_holdout"
FULL: dict[str, Any] = {
    "isEnabled": True,
    "description": "",
    "passPercentage": 5,
    "gateIDs": [],
    "experimentIDs": [],
    "layerIDs": [],
    "isGlobal": False,
    "targetingGateID": None,
}


@pytest.fixture
def holdout(api: Api) -> Any:
    return api.data("POST", "/holdouts", {"name": "team holdout"})


def test_a_new_holdout_has_the_documented_defaults(api: Api, holdout: Any) -> None:
    fixed = {key: value for key, value in holdout.items() if not key.startswith(("creat", "lastModif"))}
    assert fixed == FULL | {
        "id": "team_holdout",
        "name": "team holdout",
        "idType": "userID",
        "passPercentage": 0,
        "monitoringMetrics": [],
        "tags": [],
        "targetApps": [],
        "holdoutIDs": [],
        "team": None,
        "teamID": None,
        "version": 1,
    }
    assert api("POST", "/holdouts", {"name": "team holdout"}).json()["message"] == "Name is already in use"


@pytest.mark.usefixtures("holdout")
def test_a_patch_adds_to_the_lists_and_a_post_replaces_them(api: Api) -> None:
    for _ in range(2):
        patched = api.data("PATCH", PATH, {"gateIDs": ["a"], "passPercentage": 1})
    assert (patched["gateIDs"], patched["passPercentage"]) == (["a", "a"], 1)
    replaced = api.data("POST", PATH, FULL | {"gateIDs": ["b"]})
    assert (replaced["gateIDs"], replaced["passPercentage"]) == (["b"], 5)


@pytest.mark.usefixtures("holdout")
def test_a_full_update_requires_all_fields_but_the_metrics(api: Api) -> None:
    assert set(api.errors("POST", PATH, {})) == set(FULL)
    assert set(api.errors("PATCH", PATH, {"passPercentage": 11})) == {"passPercentage"}


@pytest.mark.usefixtures("holdout")
def test_full_updates_keep_the_metrics_or_reset_them_by_quirk(api: Api, emulator: Emulator) -> None:
    metrics = [{"name": "m", "type": "sum"}]
    api.data("PATCH", PATH, {"monitoringMetrics": metrics})
    assert api.data("POST", PATH, FULL)["monitoringMetrics"] == metrics
    emulator.quirk(full_update_resets=True)
    assert api.data("POST", PATH, FULL)["monitoringMetrics"] == []


@pytest.mark.usefixtures("holdout")
def test_held_objects_name_their_holdouts(api: Api, emulator: Emulator) -> None:
    api.gate("ggg")
    api.experiment("exp")
    api.data("POST", "/layers", {"name": "layer", "idType": "userID"})
    paths = ("/gates/ggg", "/experiments/exp", "/layers/layer")
    held = {"gateIDs": ["ggg"], "experimentIDs": ["exp"], "layerIDs": ["layer"]}
    api.data("POST", PATH, FULL | held)
    assert [api.data("GET", path)["holdoutIDs"] for path in paths] == [["team_holdout"]] * 3
    assert api("DELETE", "/gates/ggg").status_code == 403
    api.data("POST", PATH, FULL | {"gateIDs": ["ggg"]})
    assert [api.data("GET", path)["holdoutIDs"] for path in paths] == [["team_holdout"], [], []]
    emulator.edit("holdouts", "team_holdout", {"layerIDs": ["layer"]})
    assert api.data("GET", "/layers/layer")["holdoutIDs"] == ["team_holdout"]
    assert api("DELETE", PATH).json() == {"message": "Holdout deleted successfully."}
    assert [api.data("GET", path)["holdoutIDs"] for path in paths] == [[], [], []]


@pytest.mark.usefixtures("holdout")
def test_a_global_holdout_attaches_itself_to_new_objects_of_its_unit_type(api: Api, emulator: Emulator) -> None:
    api.gate("before")
    api.data("PATCH", PATH, {"isGlobal": True})
    assert api.gate("gate")["holdoutIDs"] == ["team_holdout"]
    assert api.gate("other", idType="stableID")["holdoutIDs"] == []
    assert api.experiment("exp")["holdoutIDs"] == ["team_holdout"]
    assert api.data("POST", "/layers", {"name": "layer", "idType": "userID"})["holdoutIDs"] == ["team_holdout"]
    assert api.config("config")["holdoutIDs"] == []
    emulator.add("gates", {"name": "of the console"})
    live = api.data("GET", PATH)
    assert (live["gateIDs"], live["experimentIDs"], live["layerIDs"]) == (
        ["gate", "of_the_console"],
        ["exp"],
        ["layer"],
    )
    assert api("DELETE", "/gates/gate").is_success


@pytest.mark.usefixtures("holdout")
def test_a_targeting_gate_is_cleared_in_the_way_of_the_quirk(api: Api, emulator: Emulator) -> None:
    def patch(gate: str | None) -> Any:
        return api.data("PATCH", PATH, {"targetingGateID": gate})["targetingGateID"]

    assert [patch(gate) for gate in ("g", "", "g", None)] == ["g", "", "g", None]
    emulator.quirk(holdout_targeting="null_clears")
    assert [patch(gate) for gate in ("g", "", None)] == ["g", "g", None]
    emulator.quirk(holdout_targeting="internal_id")
    internal = patch("g")
    assert internal not in ("g", "")
    assert [patch(gate) for gate in (None, "", "g")] == [internal, "", internal]
    response = api("PATCH", PATH, {"targetingGateID": internal})
    assert (response.status_code, response.json()["message"]) == (404, f"Gates with IDs [{internal}] do not exist")


@pytest.mark.usefixtures("holdout")
def test_experiments_without_a_layer_are_read_as_layers_by_quirk(api: Api, emulator: Emulator) -> None:
    api.experiment("alone")
    api.experiment("shared", layerID="layer")
    api.data("POST", PATH, FULL | {"experimentIDs": ["alone", "shared"]})
    emulator.quirk(holdout_experiments="layers")
    live = api.data("GET", PATH)
    assert (live["experimentIDs"], live["layerIDs"]) == (["shared"], ["statsig::alone_layer"])


@pytest.mark.usefixtures("holdout")
def test_missing_objects_and_other_unit_types_are_errors_by_quirk(api: Api, emulator: Emulator) -> None:
    api.gate("gate", idType="stableID")
    assert api.data("POST", PATH, FULL | {"gateIDs": ["gate", "gone"]})["gateIDs"] == ["gate", "gone"]
    emulator.quirk(holdout_id_types="reject")
    assert api.errors("POST", PATH, FULL | {"gateIDs": ["gate"]}) == {"gateIDs": "ID types must match"}
    emulator.quirk(unknown_references="reject")
    for field, kind in (("gateIDs", "Gates"), ("experimentIDs", "Experiments"), ("layerIDs", "Layers")):
        response = api("POST", PATH, FULL | {field: ["gone"]})
        assert (response.status_code, response.json()["message"]) == (404, f"{kind} with IDs [gone] do not exist")


@pytest.mark.usefixtures("holdout")
def test_results_are_those_of_the_monitoring_metrics(api: Api) -> None:
    api.data("PATCH", PATH, {"passPercentage": 5, "monitoringMetrics": [{"name": "m", "type": "sum"}]})
    results = api.data("GET", f"{PATH}/pulse_results?cuped=true&confidence=90")
    assert [each["metricID"] for each in results["monitoringMetrics"]] == ["m::sum"]
    assert results["monitoringMetrics"][0]["controlUnits"] > 0
    assert api("GET", "/holdouts/gone/pulse_results").status_code == 404


@pytest.mark.usefixtures("holdout")
def test_lists_are_filtered(api: Api, emulator: Emulator) -> None:
    emulator.add("holdouts", {"name": "tagged", "tags": ["core"]})
    assert [each["id"] for each in api.data("GET", "/holdouts?tags=core")] == ["tagged"]
    assert [each["id"] for each in api.data("GET", "/holdouts?creatorName=CONSOLE%20API")] == ["team_holdout"]
