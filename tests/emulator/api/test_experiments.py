"""Experiments from creation to deletion."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, condition, group, rule

PATH = "/experiments/an_experiment"
FULL = {
    "description": "d",
    "idType": "userID",
    "hypothesis": "h",
    "groups": [group("Control"), group("Test")],
    "allocation": 100,
    "targetingGateID": None,
    "bonferroniCorrection": False,
    "defaultConfidenceInterval": "95",
    "status": "setup",
}


def names_and_ids(experiment: Any) -> list[tuple[str, str]]:
    return [(each["name"], each["id"]) for each in experiment["groups"]]


def test_a_new_experiment_has_the_documented_defaults(api: Api) -> None:
    response = api("POST", "/experiments", {"name": "An Experiment"})

    assert (response.status_code, response.json()["message"]) == (201, "Experiment created successfully.")
    experiment = response.json()["data"]
    assert {
        "id": "an_experiment",
        "name": "An Experiment",
        "description": "",
        "hypothesis": "",
        "idType": "userID",
        "status": "setup",
        "allocation": 100,
        "duration": 14,
        "targetingGateID": "",
        "defaultConfidenceInterval": "95",
        "bonferroniCorrection": False,
        "primaryMetrics": [],
        "secondaryMetrics": [],
        "primaryMetricTags": [],
        "secondaryMetricTags": [],
        "tags": [],
        "targetApps": [],
        "holdoutIDs": [],
        "team": None,
        "teamID": None,
        "launchedGroupID": None,
        "startTime": None,
        "endTime": None,
        "decisionTime": None,
        "decisionReason": None,
        "layerID": "statsig::an_experiment_layer",
        "healthChecks": [],
        "version": 1,
        "creatorName": "CONSOLE API",
        "lastModifierEmail": None,
    }.items() <= experiment.items()
    assert [(each["name"], each["size"], each["parameterValues"]) for each in experiment["groups"]] == [
        ("Control", 50, {}),
        ("Test", 50, {}),
    ]
    control, test = (each["id"] for each in experiment["groups"])
    assert (len(control), experiment["controlGroupID"], control == test) == (22, control, False)
    assert experiment["owner"]["ownerType"] == "SDK_KEY"
    assert "inlineTargetingRules" not in experiment


def test_a_read_has_the_same_response_as_the_create(api: Api) -> None:
    created = api.experiment(allocation=12.3, groups=[group("A", 33.3, x="true"), group("B", 66.7)], tags=["a", "b"])

    response = api("GET", PATH)
    assert (response.status_code, response.json()["data"]) == (200, created)
    assert api.data("GET", "/experiments") == [created]


@pytest.mark.parametrize(
    "body",
    [{"name": "An Experiment"}, {"name": "an experiment"}, {"id": "an_experiment", "name": "xyz"}],
)
def test_a_name_or_id_in_use_is_an_error(api: Api, body: dict[str, str]) -> None:
    api.experiment()

    response = api("POST", "/experiments", body)
    assert (response.status_code, response.json()["message"]) == (400, "Name is already in use")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {}),
        ("POST", "", FULL),
        ("DELETE", "", None),
        ("GET", "/versions", None),
        ("PUT", "/start", {}),
        ("PUT", "/abandon", {}),
        ("PUT", "/reset", None),
        ("POST", "/restart_as_new", {}),
        ("POST", "/enable_groups", {}),
        ("GET", "/overrides", None),
        ("GET", "/pulse_load_history", None),
    ],
)
def test_a_missing_experiment_is_a_404(api: Api, method: str, path: str, body: object) -> None:
    response = api(method, f"/experiments/none{path}", body)

    assert (response.status_code, response.json()) == (404, {"status": 404, "message": "Experiment not found."})


def test_an_experiment_can_be_created_active(api: Api) -> None:
    experiment = api.experiment(status="active")

    assert experiment["status"] == "active"
    assert experiment["startTime"] >= 1_600_000_000_000


def test_a_partial_update_keeps_omitted_fields_and_adds_a_version(api: Api) -> None:
    before = api.experiment(hypothesis="old", allocation=10)

    after = api.data("PATCH", PATH, {"hypothesis": "new", "name": "Renamed"})
    assert (after["hypothesis"], after["allocation"], after["version"]) == ("new", 10, 2)
    assert (after["id"], after["name"]) == ("an_experiment", "Renamed")
    assert after["lastModifiedTime"] > before["lastModifiedTime"]
    assert names_and_ids(after) == names_and_ids(before)
    versions = api.data("GET", f"{PATH}/versions")
    assert [(version["version"], version["hypothesis"]) for version in versions] == [(2, "new"), (1, "old")]


def test_a_full_update_has_nine_required_fields(api: Api) -> None:
    api.experiment()

    assert api.errors("POST", PATH, {"tags": []}) == dict.fromkeys(FULL, "Required")
    assert api.data("POST", PATH, FULL)["hypothesis"] == "h"


@pytest.mark.parametrize(("resets", "tags", "others"), [(False, ["a"], True), (True, [], False)])
def test_a_full_update_resets_omitted_fields_by_quirk(
    api: Api, emulator: Emulator, resets: bool, tags: list[str], others: bool
) -> None:
    created = api.experiment(tags=["a"], otherMetrics=[], groups=FULL["groups"])
    emulator.quirk(full_update_resets=resets)

    after = api.data("POST", PATH, {**FULL, "groups": created["groups"]})
    assert (after["tags"], "otherMetrics" in after) == (tags, others)
    assert (after["groups"], after["layerID"], after["owner"]) == (
        created["groups"],
        created["layerID"],
        created["owner"],
    )


def test_a_targeting_gate_cannot_be_deleted(api: Api) -> None:
    api.gate("base gate", rules=[rule("r", 1, condition("public"))])
    created = api.experiment(targetingGateID="base_gate")

    assert api("DELETE", "/gates/base_gate").status_code == 403
    assert api.data("GET", "/gates/base_gate/experiment_references") == [created]
    api("DELETE", PATH)
    assert api("DELETE", "/gates/base_gate").status_code == 200


@pytest.mark.parametrize("choice", ["accept", "reject"])
def test_deleting_an_active_experiment_is_a_quirk(api: Api, emulator: Emulator, choice: str) -> None:
    emulator.quirk(delete_active_experiment=choice)
    api.experiment(status="active")

    assert (api("DELETE", PATH).status_code, choice) in [(200, "accept"), (400, "reject")]
    api.experiment("decided")
    assert api("DELETE", "/experiments/decided").status_code == 200


def test_a_delete_frees_the_name(api: Api) -> None:
    api.experiment()

    response = api("DELETE", PATH)
    assert (response.status_code, response.json()) == (200, {"message": "Experiment deleted successfully."})
    assert api("DELETE", PATH).status_code == 404
    assert api("POST", "/experiments", {"name": "An Experiment"}).status_code == 201


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["first", "second"]),
        ("status=setup", ["second"]),
        ("status=setup&status=active", ["first", "second"]),
        ("status=archived", ["third"]),
        ("includeArchived=true", ["first", "second", "third"]),
        ("layerID=a_layer", ["first"]),
        ("layerID=statsig::second_layer", ["second"]),
        ("idType=companyID", ["second"]),
        ("tags=red", ["first"]),
        ("teamID=none", []),
        ("creatorName=CONSOLE%20API", ["first", "second"]),
        ("targetAppID=ios", ["second"]),
        ("stale=true", []),
        ("stale=false", ["first", "second"]),
        ("createdStartDate=2024-01-01", ["first", "second"]),
        ("createdStartDate=2999-01-01", []),
        ("createdEndDate=2024-01-01", []),
    ],
)
def test_lists_are_filtered_by_the_query(api: Api, query: str, expected: list[str]) -> None:
    api.experiment("first", tags=["red"], layerID="a_layer", status="active")
    api.experiment("second", idType="companyID", targetApps="ios")
    api.experiment("third")
    api("PUT", "/experiments/third/archive", {})

    assert expected == [experiment["id"] for experiment in api.data("GET", f"/experiments?{query}")]


def test_a_date_filter_with_an_invalid_date_is_an_error(api: Api) -> None:
    expected = {"createdStartDate": "Expected valid date in the form of YYYY-MM-DD"}

    assert expected == api.errors("GET", "/experiments?createdStartDate=yesterday")


def test_a_console_edit_also_sets_the_fields_that_the_console_sets(api: Api, emulator: Emulator) -> None:
    made = emulator.add("experiments", {"name": "An Experiment", "groups": [group("A", 100)]})
    assert made["controlGroupID"] == made["groups"][0]["id"]
    assert api.data("GET", PATH)["creatorName"] == "Casey Console"

    emulator.edit("experiments", "an_experiment", {"status": "active", "groups": [*made["groups"], group("B")]})
    after = api.data("GET", PATH)
    assert (after["status"], after["startTime"] is None, after["version"]) == ("active", False, 2)
    assert after["groups"][0] == made["groups"][0]
    assert len(after["groups"][1]["id"]) == 22
    emulator.edit("experiments", "an_experiment", {"isStale": True})
    assert [each["id"] for each in api.data("GET", "/experiments?stale=true")] == ["an_experiment"]


def test_a_review_delays_a_change_and_a_start_of_an_experiment(api: Api, emulator: Emulator) -> None:
    emulator.quirk(reviews_required=True)
    api.experiment()

    api("PUT", f"{PATH}/start", {}, headers={"x-respect-review-settings": "true"})
    held = api.data("GET", PATH)
    assert (held["status"], held["activeReview"]["reviewStatus"]) == ("setup", "pending")
    response = api("PUT", f"{PATH}/reviews/{held['activeReview']['reviewID']}/commit")
    assert response.json() == {"message": "Experiment review committed successfully"}
    assert api.data("GET", PATH)["status"] == "active"
