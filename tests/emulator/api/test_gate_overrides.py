"""Overrides of gates."""

from __future__ import annotations

from ..conftest import Api

PATH = "/gates/a_gate/overrides"


def environment(name: str | None, *passing: str) -> dict[str, object]:
    return {"environment": name, "unitID": "userID", "passingIDs": list(passing), "failingIDs": []}


def test_a_gate_without_overrides_has_empty_ones(api: Api) -> None:
    api.gate()

    response = api("GET", PATH)
    assert response.status_code == 201
    assert response.json()["data"] == {"passingUserIDs": [], "failingUserIDs": [], "environmentOverrides": []}


def test_post_replaces_patch_adds_and_delete_removes(api: Api) -> None:
    api.gate()

    assert api("POST", PATH, {"passingUserIDs": ["a"], "failingUserIDs": ["x"]}).status_code == 201
    after = api.data("POST", PATH, {"passingUserIDs": ["a", "b"], "failingUserIDs": []})
    assert (after["passingUserIDs"], after["failingUserIDs"]) == (["a", "b"], [])
    after = api.data("PATCH", PATH, {"passingUserIDs": ["b", "c"], "failingUserIDs": [], "passingCustomIDs": ["k"]})
    assert (after["passingUserIDs"], after["passingCustomIDs"]) == (["a", "b", "c"], ["k"])
    after = api.data("DELETE", PATH, {"passingUserIDs": ["a"], "failingUserIDs": ["none"]})
    assert after["passingUserIDs"] == ["b", "c"]
    assert api.data("GET", PATH) == after


def test_environment_overrides_differ_by_environment_and_unit(api: Api) -> None:
    api.gate()
    api.data("POST", PATH, {"environmentOverrides": [environment("staging", "a"), environment(None, "b")]})

    after = api.data("PATCH", PATH, {"environmentOverrides": [environment("staging", "c")]})
    assert after["environmentOverrides"] == [environment("staging", "a", "c"), environment(None, "b")]
    after = api.data("DELETE", PATH, {"environmentOverrides": [environment(None, "b")]})
    assert after["environmentOverrides"] == [environment("staging", "a", "c")]


def test_user_and_environment_overrides_can_be_sent_together(api: Api) -> None:
    api.gate()
    body = {"passingUserIDs": [], "failingUserIDs": ["x"], "environmentOverrides": [environment("staging", "a")]}

    assert api.data("POST", PATH, body) == body


def test_incomplete_or_oversized_overrides_are_errors(api: Api) -> None:
    api.gate()

    assert api.errors("POST", PATH, {"passingUserIDs": []}) == {"failingUserIDs": "Required"}
    many = {"passingUserIDs": [str(number) for number in range(2001)], "failingUserIDs": [""]}
    assert api.errors("POST", PATH, many) == {
        "passingUserIDs": "Array must contain at most 2000 element(s)",
        "failingUserIDs.0": "String must contain at least 1 character(s)",
    }


def test_adding_more_overrides_than_the_limit_is_an_error(api: Api) -> None:
    api.gate()
    api("POST", PATH, {"passingUserIDs": [str(number) for number in range(2000)], "failingUserIDs": []})

    assert api("PATCH", PATH, {"passingUserIDs": ["one more"], "failingUserIDs": []}).status_code == 400
    assert len(api.data("GET", PATH)["passingUserIDs"]) == 2000


def test_overrides_are_deleted_with_their_gate(api: Api) -> None:
    api.gate()
    api("POST", PATH, {"passingUserIDs": ["a"], "failingUserIDs": []})
    api("DELETE", "/gates/a_gate")
    api.gate()

    assert api.data("GET", PATH)["passingUserIDs"] == []
