"""The status machine of experiments, through its endpoints and through updates."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, group

PATH = "/experiments/an_experiment"
TIMES = ("startTime", "endTime", "decisionTime")
CLEARED = dict.fromkeys((*TIMES, "decisionReason", "launchedGroupID"))


def read(api: Api) -> Any:
    return api.data("GET", PATH)


def put(api: Api, verb: str, body: Any = None) -> str:
    """Call a lifecycle endpoint and return the message of its response."""
    response = api("PUT", f"{PATH}/{verb}", body)
    assert response.status_code == 200, response.text
    assert list(response.json()) == ["message"]
    return str(response.json()["message"])


def error_message(api: Api, verb: str, body: Any = None) -> str:
    response = api("PUT", f"{PATH}/{verb}", body)
    assert (response.status_code, list(response.json())) == (400, ["status", "message"]), response.text
    return str(response.json()["message"])


def in_status(api: Api, status: str) -> Any:
    """Return an experiment in a status, reached by the lifecycle endpoints."""
    launched = api.experiment()["groups"][1]["id"]
    if status != "setup":
        put(api, "start", {})
    match status:
        case "decision_made":
            put(api, "make_decision", {"id": launched, "decisionReason": "better"})
        case "abandoned":
            put(api, "abandon", {"decisionReason": "broken"})
        case "experiment_stopped":
            put(api, "defer_decision", {})
        case "assignment_stopped":
            api.data("PATCH", PATH, {"status": "assignment_stopped"})
    experiment = read(api)
    assert experiment["status"] == status
    return experiment


def test_an_experiment_is_started_decided_and_reset(api: Api) -> None:
    launched = api.experiment(targetingGateID="a_gate")["groups"][1]["id"]

    assert put(api, "start", {}) == "Experiment successfully started."
    started = read(api)
    assert (started["status"], started["endTime"], started["version"]) == ("active", None, 2)
    assert started["startTime"] > started["createdTime"]
    message = put(api, "make_decision", {"id": launched, "decisionReason": "better"})
    assert message == "Decision made for Experiment."
    decided = read(api)
    assert (decided["status"], decided["launchedGroupID"]) == ("decision_made", launched)
    assert (decided["decisionReason"], decided["targetingGateID"]) == ("better", "a_gate")
    assert decided["startTime"] < decided["endTime"] == decided["decisionTime"]
    assert put(api, "reset") == "Experiment successfully restarted."
    assert {"status": "setup", **CLEARED}.items() <= read(api).items()


def test_a_decision_can_remove_the_targeting(api: Api) -> None:
    launched = api.experiment(targetingGateID="a_gate", status="active")["controlGroupID"]
    put(api, "make_decision", {"id": launched, "decisionReason": "r", "removeTargeting": True})

    assert read(api)["targetingGateID"] == ""


def test_an_abandoned_experiment_has_its_reason(api: Api) -> None:
    in_status(api, "active")

    assert put(api, "abandon", {"decisionReason": "broken"}) == "Experiment successfully abandoned."
    abandoned = read(api)
    assert (abandoned["status"], abandoned["decisionReason"]) == ("abandoned", "broken")
    assert None not in [abandoned[time] for time in TIMES]
    assert abandoned["launchedGroupID"] is None


def test_a_deferred_decision_can_be_made_later(api: Api) -> None:
    launched = in_status(api, "active")["groups"][0]["id"]
    put(api, "defer_decision", {"stopReason": "enough"})

    stopped = read(api)
    assert (stopped["status"], stopped["decisionTime"], stopped["decisionReason"]) == (
        "experiment_stopped",
        None,
        "enough",
    )
    put(api, "make_decision", {"id": launched, "decisionReason": "r"})
    assert read(api)["endTime"] == stopped["endTime"] < read(api)["decisionTime"]


@pytest.mark.parametrize(
    ("status", "verb", "message"),
    [
        ("active", "start", "Experiment has already started"),
        ("decision_made", "start", "Experiment has already finished"),
        ("abandoned", "start", "Experiment has already finished"),
        ("experiment_stopped", "start", "Experiment has finished"),
        ("assignment_stopped", "start", "Experiment has finished"),
        ("setup", "make_decision", "Experiment has not yet started"),
        ("decision_made", "make_decision", "Experiment has already finished"),
        ("setup", "abandon", "Experiment has not yet started"),
        ("decision_made", "abandon", "Experiment has already finished"),
        ("abandoned", "abandon", "Experiment an_experiment is already abandoned"),
        ("setup", "reset", "Experiment has not yet started"),
        ("setup", "defer_decision", "Experiment has not yet started"),
        ("experiment_stopped", "defer_decision", "Experiment has finished"),
    ],
)
def test_a_transition_that_is_not_allowed_is_an_error(api: Api, status: str, verb: str, message: str) -> None:
    experiment = in_status(api, status)
    bodies = {
        "start": {},
        "make_decision": {"id": experiment["controlGroupID"], "decisionReason": "r"},
        "abandon": {"decisionReason": "r"},
        "defer_decision": {},
    }

    assert message == error_message(api, verb, bodies.get(verb))
    assert read(api) == experiment


@pytest.mark.parametrize("status", ["decision_made", "abandoned", "experiment_stopped", "assignment_stopped"])
def test_a_finished_experiment_can_be_reset(api: Api, status: str) -> None:
    in_status(api, status)
    put(api, "reset")

    assert {"status": "setup", **CLEARED}.items() <= read(api).items()
    put(api, "start", {})


def test_resetting_an_active_experiment_is_a_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(reset_active_experiment="reject")
    in_status(api, "active")
    assert error_message(api, "reset") == "Experiment has not yet finished"

    emulator.quirk(reset_active_experiment="accept")
    put(api, "reset")
    assert api.data("PATCH", PATH, {"targetingGateID": "another"})["targetingGateID"] == "another"


def test_decisions_need_a_group_of_the_experiment_and_a_reason(api: Api) -> None:
    in_status(api, "active")

    assert api.errors("PUT", f"{PATH}/make_decision", {}) == {"id": "Required", "decisionReason": "Required"}
    body = {"id": "none", "decisionReason": "r"}
    assert api.errors("PUT", f"{PATH}/make_decision", body) == {"id": "Group with ID none does not exist"}
    assert api.errors("PUT", f"{PATH}/abandon", {}) == {"decisionReason": "Required"}
    assert read(api)["status"] == "active"


@pytest.mark.parametrize("status", ["setup", "active", "decision_made", "abandoned", "assignment_stopped"])
def test_an_unarchived_experiment_has_its_former_status(api: Api, status: str) -> None:
    before = in_status(api, status)

    assert put(api, "archive", {"archiveReason": "old"}) == "Experiment successfully archived."
    archived = api.data("GET", f"{PATH}?includeArchiveMetadata=true")
    assert (archived["status"], archived["archiveReason"]) == ("archived", "old")
    assert {key: archived[key] for key in CLEARED} == {key: before[key] for key in CLEARED}
    assert (api.data("GET", "/experiments"), "archiveReason" in read(api)) == ([], False)
    put(api, "archive", {})
    assert put(api, "unarchive") == "Experiment successfully unarchived."
    after = read(api)
    assert {**before, "version": 0, "lastModifiedTime": 0} == {**after, "version": 0, "lastModifiedTime": 0}


def test_an_update_can_change_the_status(api: Api) -> None:
    groups = api.experiment(groups=[group("A"), group("B")], allocation=10)["groups"]

    started = api.data("PATCH", PATH, {"status": "active", "allocation": 20, "groups": groups})
    assert (started["status"], started["allocation"], started["groups"]) == ("active", 20, groups)
    assert started["startTime"] is not None
    body = {"status": "decision_made", "launchedGroupID": groups[1]["id"], "allocation": 100}
    decided = api.data("PATCH", PATH, body)
    assert (decided["status"], decided["launchedGroupID"], decided["allocation"]) == (
        "decision_made",
        groups[1]["id"],
        100,
    )
    assert (decided["decisionTime"] is None, decided["decisionReason"]) == (False, None)
    again = api.data("PATCH", PATH, body)
    assert (again["decisionTime"], again["endTime"]) == (decided["decisionTime"], decided["endTime"])
    reset = api.data("PATCH", PATH, {"status": "setup"})
    assert {"status": "setup", **CLEARED}.items() <= reset.items()


@pytest.mark.parametrize(
    ("status", "wanted", "message"),
    [
        ("setup", "decision_made", "Experiment has not yet started"),
        ("setup", "abandoned", "Experiment has not yet started"),
        ("setup", "experiment_stopped", "Experiment has not yet started"),
        ("decision_made", "active", "Experiment has already finished"),
        ("decision_made", "abandoned", "Experiment has already finished"),
        ("abandoned", "decision_made", "Experiment has already finished"),
        ("experiment_stopped", "active", "Experiment has finished"),
        ("experiment_stopped", "assignment_stopped", "Experiment has finished"),
    ],
)
def test_an_update_with_a_transition_not_allowed_is_an_error(api: Api, status: str, wanted: str, message: str) -> None:
    experiment = in_status(api, status)

    response = api("PATCH", PATH, {"status": wanted, "description": "d"})
    assert (response.status_code, response.json()["message"]) == (400, message)
    assert response.json()["errors"] == [{"property": "status", "errorMessage": message}]
    assert read(api) == experiment


def test_a_decision_by_update_needs_a_group_of_the_experiment(api: Api) -> None:
    in_status(api, "active")

    assert api.errors("PATCH", PATH, {"status": "decision_made"}) == {"launchedGroupID": "Required"}
    errors = api.errors("PATCH", PATH, {"status": "decision_made", "launchedGroupID": "none"})
    assert errors == {"launchedGroupID": "Group with ID none does not exist"}


def test_no_group_is_launched_without_a_decision(api: Api) -> None:
    control = api.experiment(launchedGroupID=None)["controlGroupID"]

    assert api.data("PATCH", PATH, {"launchedGroupID": control})["launchedGroupID"] is None


def test_groups_are_enabled_and_disabled_by_name(api: Api) -> None:
    in_status(api, "active")

    response = api("POST", f"{PATH}/disable_groups", {"group_names": ["Test"]})
    assert response.status_code == 201
    assert [each.get("disabled", False) for each in response.json()["data"]["groups"]] == [False, True]
    response = api("POST", f"{PATH}/enable_groups", {"group_names": ["Control", "Test"]})
    assert [each["disabled"] for each in response.json()["data"]["groups"]] == [False, False]
    errors = api.errors("POST", f"{PATH}/disable_groups", {"group_names": ["None", "Test"]})
    assert errors == {"group_names": "Groups with names [None] do not exist"}


def test_a_restart_as_new_creates_another_experiment(api: Api) -> None:
    old = api.experiment(hypothesis="h", groups=[group("A", 50, x=1), group("B")], status="active")
    api.data("PATCH", PATH, {"controlGroupID": old["groups"][1]["id"]})

    response = api("POST", f"{PATH}/restart_as_new", {"name": "Second Try"})
    assert (response.status_code, response.json()["message"]) == (200, "Restart As New Experiment Success")
    new = response.json()["data"]
    assert {
        "id": "second_try",
        "name": "Second Try",
        "hypothesis": "h",
        "status": "setup",
        "version": 1,
        **CLEARED,
    }.items() <= new.items()
    assert new["layerID"] == "statsig::second_try_layer"
    assert new["groups"][0]["parameterValues"] == {"x": 1}
    assert not {each["id"] for each in new["groups"]} & {each["id"] for each in old["groups"]}
    assert new["controlGroupID"] == new["groups"][1]["id"]
    assert api.data("GET", "/experiments/second_try") == new
    assert read(api)["status"] == "active"


def test_a_restart_needs_a_started_experiment_and_a_free_name(api: Api) -> None:
    api.experiment()
    response = api("POST", f"{PATH}/restart_as_new", {"name": "Second Try"})
    assert (response.status_code, response.json()["message"]) == (400, "Experiment has not yet started")

    put(api, "start", {})
    assert api.errors("POST", f"{PATH}/restart_as_new", {"name": "An Experiment"}) == {"name": "Name is already in use"}
    assert api.errors("POST", f"{PATH}/restart_as_new", {}) == {"name": "Required"}


def test_a_scheduled_experiment_starts_at_its_time(api: Api) -> None:
    api.experiment()
    later = {"scheduledTime": 4_000_000_000_000}

    response = api("POST", f"{PATH}/schedule_start", later)
    assert response.json() == {"message": "Successfully scheduled experiment start"}
    assert read(api)["status"] == "setup"
    api("POST", f"{PATH}/schedule_start", {"scheduledTime": 1})
    (started,) = api.data("GET", "/experiments")
    assert (started["status"], started["startTime"] >= started["createdTime"]) == ("active", True)
    response = api("POST", f"{PATH}/schedule_start", later)
    assert (response.status_code, response.json()["message"]) == (400, "Experiment has already started")


def test_a_schedule_is_deleted_with_its_experiment(api: Api) -> None:
    api.experiment()
    api("POST", f"{PATH}/schedule_start", {"scheduledTime": 1})
    api("DELETE", PATH)
    api.experiment()

    assert read(api)["status"] == "setup"
