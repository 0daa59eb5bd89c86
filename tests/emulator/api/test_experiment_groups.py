"""Groups and layers of experiments, and the fields that are locked after the start."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, group

PATH = "/experiments/an_experiment"


def names_and_ids(experiment: Any) -> list[tuple[str, str]]:
    return [(each["name"], each["id"]) for each in experiment["groups"]]


def test_groups_are_matched_by_their_ids(api: Api) -> None:
    first, second = (each["id"] for each in api.experiment()["groups"])
    sent = [group("Other", 20, second, flow="new"), group("Third", 30), group("Control", 50, first)]

    after = api.data("PATCH", PATH, {"groups": sent})
    assert names_and_ids(after)[::2] == [("Other", second), ("Control", first)]
    assert after["groups"][0]["parameterValues"] == {"flow": "new"}
    assert after["groups"][1]["id"] not in (first, second, None)
    assert after["controlGroupID"] == first


def test_groups_without_ids_are_matched_by_name_only_by_quirk(api: Api, emulator: Emulator) -> None:
    before = api.experiment()
    renewed = api.data("PATCH", PATH, {"groups": [group("Control"), {**group("Test"), "id": None}]})
    assert not {each["id"] for each in renewed["groups"]} & {each["id"] for each in before["groups"]}
    assert renewed["controlGroupID"] == renewed["groups"][0]["id"]

    emulator.quirk(match_rules_by_name=True)
    after = api.data("PATCH", PATH, {"groups": [group("Test"), group("Control"), group("Test")]})
    assert names_and_ids(after)[:2] == names_and_ids(renewed)[::-1]
    assert after["groups"][2]["id"] not in (each["id"] for each in renewed["groups"])


def test_another_group_can_be_the_control_group(api: Api) -> None:
    first, second = (each["id"] for each in api.experiment()["groups"])

    assert api.data("PATCH", PATH, {"controlGroupID": second})["controlGroupID"] == second
    assert list(api.errors("PATCH", PATH, {"controlGroupID": "none"})) == ["controlGroupID"]
    gone = api.data("PATCH", PATH, {"groups": [group("Control", 100, first)]})
    assert gone["controlGroupID"] == first


def test_an_experiment_without_a_layer_has_its_implicit_one_or_null(api: Api, emulator: Emulator) -> None:
    created = api.experiment()
    assert api.data("GET", PATH)["layerID"] == created["layerID"] == "statsig::an_experiment_layer"

    emulator.quirk(implicit_layer_id=False)
    assert api.data("GET", PATH)["layerID"] is None
    assert api.experiment("In A Layer", layerID="a_layer")["layerID"] == "a_layer"


def test_the_layer_of_an_update_is_ignored(api: Api) -> None:
    api.on_purpose.append("'layerID' is not in the specification")
    api.experiment(layerID="a_layer")

    assert api.data("PATCH", PATH, {"layerID": "another"})["layerID"] == "a_layer"


def test_groups_can_only_set_parameters_of_their_layer(api: Api, emulator: Emulator) -> None:
    emulator.add("layers", {"name": "a layer", "parameters": [{"name": "flow", "type": "string"}]})
    body = {
        "name": "An Experiment",
        "layerID": "a_layer",
        "groups": [group("A", 50, flow="x", b=1), group("B", 50, a=2)],
    }

    assert api.errors("POST", "/experiments", body) == {"groups": "Parameter(s) missing: [b, a]"}
    assert api("POST", "/experiments", {**body, "groups": [group("A", 100, flow="x")]}).status_code == 201


@pytest.mark.parametrize("locks", ["targeting", "strict", "off"])
@pytest.mark.parametrize(
    ("field", "value", "locked_by"),
    [
        ("targetingGateID", "another", {"targeting", "strict"}),
        ("idType", "companyID", {"strict"}),
        ("groups", [group("Control"), group("Renamed")], {"strict"}),
        ("groups", [group("Control", 40), group("Test", 60)], {"strict"}),
        ("groups", [group("Control"), group("Test", 50, flow=1)], {"strict"}),
        ("groups", [group("Control")], {"strict"}),
        ("groups", [group("Test"), group("Control")], set()),
        ("allocation", 20, set()),
        ("description", "new", set()),
    ],
)
def test_the_locked_fields_of_a_started_experiment_are_a_quirk(
    api: Api, emulator: Emulator, locks: str, field: str, value: Any, locked_by: set[str]
) -> None:
    emulator.quirk(experiment_locks=locks)
    api.experiment(targetingGateID="one")
    assert api("PATCH", PATH, {field: value}).status_code == 200
    api("DELETE", PATH)
    api.experiment(targetingGateID="one", status="active")

    response = api("PATCH", PATH, {field: value})
    if locks in locked_by:
        message = f"{field} cannot be changed once the experiment has started"
        assert (response.status_code, response.json()["message"]) == (400, message)
        assert api.data("GET", PATH)["version"] == 1
    else:
        assert response.status_code == 200


def test_unchanged_locked_fields_are_accepted_while_active(api: Api, emulator: Emulator) -> None:
    emulator.quirk(experiment_locks="strict")
    before = api.experiment(targetingGateID="one", groups=[group("A", 50, x=1, y=2), group("B", 50, x=2, y=1)])
    sent = {key: before[key] for key in ("name", "idType", "groups", "targetingGateID", "allocation")}

    assert api.data("PATCH", PATH, {**sent, "status": "active"})["status"] == "active"
    assert api.data("PATCH", PATH, sent)["groups"] == before["groups"]
