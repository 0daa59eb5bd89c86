"""Overrides of layers and holdouts: `/layers/{id}/overrides`, `/holdouts/{id}/overrides`."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

PATH = "/layers/feed/overrides"
GATE = {"type": "gate", "name": "a/b", "experimentName": "one", "groupName": "Test"}
IDS = {"groupName": "Test", "ids": ["ana", "bo"], "idType": None, "experimentName": "one"}
EMPTY: dict[str, list[Any]] = {"conditionalOverrides": [], "idOverrides": []}
ALL = {"conditionalOverrides": [GATE], "idOverrides": [IDS]}


@pytest.fixture(autouse=True)
def layer(emulator: Emulator) -> None:
    emulator.add("layers", {"name": "feed"})
    emulator.add("experiments", {"name": "one", "layerID": "feed"})


def test_a_post_replaces_and_a_patch_adds_rows(api: Api) -> None:
    assert api.data("GET", PATH) == EMPTY
    assert api.data("POST", PATH, ALL) == ALL
    added = {"op": "add", "conditionalOverrides": [GATE], "idOverrides": [IDS | {"ids": ["bo", "cy"]}]}
    assert api.data("PATCH", PATH, added)["idOverrides"] == [IDS | {"ids": ["ana", "bo", "cy"]}]
    assert api.data("POST", PATH, EMPTY) == EMPTY
    assert set(api.errors("PATCH", PATH, ALL)) == {"op"}
    assert set(api.errors("POST", PATH, {})) == set(EMPTY)
    assert api("GET", "/layers/gone/overrides").status_code == 404


def test_a_delete_removes_all_or_the_rows_of_its_body_by_quirk(api: Api, emulator: Emulator) -> None:
    api.on_purpose.append("the operation takes no body")
    api.data("POST", PATH, ALL)
    assert api.data("DELETE", PATH) == EMPTY
    emulator.quirk(layer_overrides_delete="body")
    api.data("POST", PATH, ALL)
    rest = api.data("DELETE", PATH, {"conditionalOverrides": [], "idOverrides": [IDS | {"ids": ["ana"]}]})
    assert rest == ALL | {"idOverrides": [IDS | {"ids": ["bo"]}]}


def test_single_rows_and_ids_are_removed_by_their_own_requests(api: Api) -> None:
    staging = IDS | {"environment": "staging"}
    api.data("POST", PATH, ALL | {"idOverrides": [IDS, staging]})
    where = "groupName=Test&experimentName=one"
    assert api.data("DELETE", f"{PATH}/userID/ana?{where}&idType=userID")["idOverrides"] == [
        IDS | {"ids": ["bo"]},
        staging,
    ]
    assert api.data("DELETE", f"{PATH}/userID/ana?{where}&environment=staging")["idOverrides"] == [
        IDS | {"ids": ["bo"]},
        staging | {"ids": ["bo"]},
    ]
    assert api.data("DELETE", f"{PATH}/userID/nobody?{where}&idType=stableID")["conditionalOverrides"] == [GATE]
    assert api.data("DELETE", f"{PATH}/conditional/gate/a%2Fb?{where}")["conditionalOverrides"] == []
    assert set(api.errors("DELETE", f"{PATH}/userID/bo")) == {"groupName", "experimentName"}


def test_older_versions_lack_the_requests_for_single_rows(api: Api, emulator: Emulator) -> None:
    emulator.quirk(api_2026_10=False)
    for path in ("conditional/gate/g", "userID/ana"):
        assert api("DELETE", f"{PATH}/{path}").json()["message"].startswith("Cannot DELETE ")


def test_overrides_of_holdouts_are_those_of_gates_with_another_status(api: Api, emulator: Emulator) -> None:
    emulator.add("holdouts", {"name": "long term"})
    path, body = "/holdouts/long_term/overrides", {"passingUserIDs": ["ana"], "failingUserIDs": []}
    assert api("POST", path, body).status_code == 200
    assert api.data("PATCH", path, body | {"passingUserIDs": ["bo"]})["passingUserIDs"] == ["ana", "bo"]
    assert api.data("DELETE", path, body)["passingUserIDs"] == ["bo"]
    assert api("GET", path).json()["message"] == "Holdout Overrides read successfully."
    assert api("DELETE", "/holdouts/long_term").is_success
    assert emulator.objects("holdout_overrides") == []
