"""Autotunes: their life, their reviews and their overrides."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

PATH = "/autotunes/best_banner"
BODY = {
    "name": "Best banner",
    "variants": [{"name": "Red", "json": {"c": 1}}, {"name": "Blue", "json": "b"}],
    "successEvent": "click",
    "explorationWindow": "24hrs",
    "attributionWindow": "4",
    "winnerThreshold": "95%",
}


@pytest.fixture
def autotune(api: Api) -> Any:
    response = api("POST", "/autotunes", BODY)
    assert response.status_code == 201
    return response.json()["data"]


def message(api: Api, method: str, path: str, body: Any = None) -> tuple[int, str]:
    response = api(method, path, body)
    return response.status_code, response.json()["message"]


def test_an_autotune_is_created_changed_and_deleted(api: Api, autotune: Any) -> None:
    assert (autotune["id"], autotune["isStarted"], autotune["winner"]) == ("best_banner", False, None)
    assert [len(variant["id"]) for variant in autotune["variants"]] == [22, 22]
    assert api.data("PATCH", PATH, {"description": "d"})["description"] == "d"
    full = {key: value for key, value in BODY.items() if key != "name"}
    assert api.data("POST", PATH, full)["description"] == "d"
    assert api.errors("POST", PATH, {}).keys() == full.keys()
    assert api.errors("PATCH", PATH, {"variants": [], "explorationWindow": "2"}).keys() == {
        "variants",
        "explorationWindow",
    }
    assert api.errors("POST", "/autotunes", BODY) == {"name": "Name is already in use"}
    assert message(api, "DELETE", PATH) == (200, "Autotune Experiment deleted successfully.")
    assert message(api, "GET", PATH) == (404, "Autotune Experiment not found.")


def test_an_autotune_is_started_decided_and_reset(api: Api, autotune: Any) -> None:
    red, blue = autotune["variants"]
    decision = {"id": blue["id"], "decisionReason": "r"}
    not_started = (400, "Autotune experiment has not yet started")
    assert message(api, "PUT", f"{PATH}/reset") == not_started
    assert message(api, "PUT", f"{PATH}/make_decision", decision) == not_started
    assert message(api, "PUT", f"{PATH}/start") == (200, "Autotune Experiment successfully started.")
    assert message(api, "PUT", f"{PATH}/start") == (400, "Autotune experiment has already started")
    assert api.errors("PUT", f"{PATH}/make_decision", decision | {"id": "x"}).keys() == {"id"}
    assert message(api, "PUT", f"{PATH}/make_decision", decision) == (200, "Decision made for Autotune Experiment.")
    assert api.data("GET", PATH)["winner"] == {"id": blue["id"], "name": "Blue"}
    assert message(api, "PUT", f"{PATH}/make_decision", decision | {"id": red["id"]})[0] == 400
    assert message(api, "PUT", f"{PATH}/reset") == (200, "Autotune Experiment successfully restarted.")
    assert {"isStarted": False, "winner": None}.items() <= api.data("GET", PATH).items()


@pytest.mark.usefixtures("autotune")
def test_quirks_change_what_is_not_documented(api: Api, emulator: Emulator) -> None:
    api("PUT", f"{PATH}/start")
    assert api.errors("PATCH", PATH, {"successEvent": "buy"}).keys() == {"successEvent"}
    assert api("PATCH", PATH, {"explorationWindow": "24", "variants": BODY["variants"]}).is_success
    emulator.quirk(autotune_locked=False, autotune_start_again="accept", delete_started_autotune="reject")
    assert api.data("PATCH", PATH, {"successEvent": "buy"})["successEvent"] == "buy"
    assert api("PUT", f"{PATH}/start").status_code == 200
    assert message(api, "DELETE", PATH) == (400, "Autotune experiment has already started")
    emulator.quirk(autotune_windows="hrs")
    assert api.data("GET", PATH)["attributionWindow"] == "4hrs"
    emulator.quirk(autotune_windows="number")
    assert api.data("GET", PATH)["explorationWindow"] == "24"
    emulator.quirk(autotune_reset_restarts=True)
    api("PUT", f"{PATH}/reset")
    assert api.data("GET", PATH)["isStarted"] is True


def test_variants_keep_their_ids_by_name_only_by_quirk(api: Api, emulator: Emulator, autotune: Any) -> None:
    ids = [variant["id"] for variant in autotune["variants"]]
    renewed = api.data("PATCH", PATH, {"variants": BODY["variants"]})["variants"]
    assert not {variant["id"] for variant in renewed} & set(ids)
    emulator.quirk(match_rules_by_name=True)
    kept = api.data("PATCH", PATH, {"variants": BODY["variants"]})["variants"]
    assert [variant["id"] for variant in kept] == [variant["id"] for variant in renewed]


@pytest.mark.usefixtures("autotune")
def test_a_scheduled_start_happens_at_its_time(api: Api, emulator: Emulator) -> None:
    scheduled = (200, "Successfully scheduled autotune start")
    assert message(api, "POST", f"{PATH}/schedule_start", {"scheduledTime": 4_102_444_800_000}) == scheduled
    assert api.data("GET", PATH)["isStarted"] is False
    assert message(api, "POST", f"{PATH}/schedule_start", {"scheduledTime": 0}) == scheduled
    assert api.data("GET", "/autotunes")[0]["isStarted"] is True
    assert message(api, "POST", f"{PATH}/schedule_start", {"scheduledTime": 0})[0] == 400
    emulator.quirk(api_2026_10=False)
    assert api("POST", f"{PATH}/schedule_start", {"scheduledTime": 0}).status_code == 404


def test_a_review_is_approved_and_committed(api: Api, autotune: Any) -> None:
    start = api.data("POST", f"{PATH}/reviews", {"type": "start"})
    path = f"{PATH}/reviews/{start['review_id']}"
    assert start.keys() == {"review_id", "status", "type", "author", "reviewers", "description", "created_at"}
    edited = api.data("PUT", path, {"description": "d", "reviewer_ids": ["a"], "reviewer_group_ids": ["g"]})
    assert edited["reviewers"] == [{"id": "a", "kind": "user"}, {"id": "g", "kind": "group"}]
    assert message(api, "PUT", f"{path}/commit") == (400, "Review is pending")
    assert api.data("PUT", f"{path}/approve", {})["status"] == "accepted"
    assert message(api, "PUT", f"{path}/commit") == (200, "Autotune review committed successfully")
    assert api.data("GET", PATH)["isStarted"] is True
    assert message(api, "PUT", path, {}) == (400, "Review is already committed")

    body = {"type": "make_decision", "winning_group_id": autotune["variants"][0]["id"], "reason": "r"}
    decision = api.data("POST", f"{PATH}/reviews", body)
    path = f"{PATH}/reviews/{decision['review_id']}"
    assert api.data("GET", path)["content"]["proposed"] == {key: body[key] for key in ("winning_group_id", "reason")}
    api("PUT", f"{path}/approve", {})
    api("PUT", f"{path}/commit")
    assert api.data("GET", PATH)["winner"]["name"] == "Red"


@pytest.mark.usefixtures("autotune")
def test_a_review_is_rejected_or_cancelled(api: Api, emulator: Emulator) -> None:
    reviews = [api.data("POST", f"{PATH}/reviews", {"type": "delete"})["review_id"] for _ in range(2)]
    assert [each["review_id"] for each in api.data("GET", f"{PATH}/reviews")] == reviews[::-1]
    assert api.errors("PUT", f"{PATH}/reviews/{reviews[0]}/reject", {}) == {"reason": "Required"}
    assert api.data("PUT", f"{PATH}/reviews/{reviews[0]}/reject", {"reason": "no"})["status"] == "rejected"
    assert api("DELETE", f"{PATH}/reviews/{reviews[1]}").is_success
    assert message(api, "GET", f"{PATH}/reviews/{reviews[1]}") == (404, "Review not found.")
    emulator.quirk(api_2026_10=False)
    assert api("GET", f"{PATH}/reviews").json()["message"] == f"Cannot GET /console/v1{PATH}/reviews"


@pytest.mark.usefixtures("autotune")
def test_overrides_are_replaced_added_taken_back_and_cleared(api: Api, emulator: Emulator) -> None:
    path = f"{PATH}/overrides"
    gate = {"type": "gate", "id": "staff / all", "groupID": "Red"}
    segment = {"type": "segment", "id": "s", "groupID": "Red", "environment": "staging"}
    units = {"groupID": "Blue", "ids": ["ana", "bo"]}
    companies = {"groupID": "Blue", "ids": ["ana"], "unitType": "companyID"}
    first = {"overrides": [gate], "userIDOverrides": [units]}
    assert api.data("POST", path, first) == first
    second = {"overrides": [segment], "userIDOverrides": [companies]}
    both = {"overrides": [gate, segment], "userIDOverrides": [units, companies]}
    assert api.data("PATCH", path, second) == both
    assert api.data("GET", "/overrides")["autotunes"] == [{"id": "best_banner", "name": "Best banner", **both}]

    assert api.errors("DELETE", f"{path}/conditional/gate/s") == {"groupID": "Required"}
    assert message(api, "DELETE", f"{path}/conditional/gate/s?groupID=Green")[0] == 404
    assert api.data("DELETE", f"{path}/conditional/segment/s?groupID=Red")["overrides"] == [gate, segment]
    one = api.data("DELETE", f"{path}/conditional/segment/s?groupID=Red&environment=staging")
    assert one["overrides"] == [gate]
    assert api.data("DELETE", f"{path}/conditional/gate/staff%20%2F%20all?groupID=Red")["overrides"] == []
    rest = api.data("DELETE", f"{path}/userID/ana?groupID=Blue")["userIDOverrides"]
    assert rest == [units | {"ids": ["bo"]}, companies]
    rest = api.data("DELETE", f"{path}/userID/ana?groupID=Blue&unitType=companyID")["userIDOverrides"]
    assert rest == [units | {"ids": ["bo"]}]
    assert api.data("DELETE", path) == {"overrides": [], "userIDOverrides": []}
    emulator.quirk(api_2026_10=False)
    assert api("GET", path).status_code == 404
