"""Overrides of layers: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import GoneError, InvalidInputsError, TakenError

from ..contract.project import Json
from .conftest import Deployment, registrations

PATH = "/layers/feed/overrides"
GATE_ROW = {"type": "gate", "name": "employees", "experimentName": "one_page", "groupName": "Test"}
ID_ROW = {"groupName": "Test", "ids": ["u1", "u2"], "idType": "userID", "experimentName": "one_page"}
THEIR_GATE = {"type": "segment", "name": "beta", "experimentName": "one_page", "groupName": "Control"}
THEIR_IDS = {
    "groupName": "Control",
    "ids": ["their/1"],
    "idType": None,
    "environment": "qa",
    "experimentName": "one_page",
}
MINE: dict[str, Any] = {
    "conditional_overrides": [
        statsig.LayerConditionalOverride(type="gate", name="employees", experiment_name="one_page", group_name="Test")
    ],
    "id_overrides": [
        statsig.LayerIDOverride(group_name="Test", ids=["u2", "u1"], id_type="userID", experiment_name="one_page")
    ],
}


def overrides(**properties: Any) -> None:
    statsig.LayerOverrides("overrides", **{"layer_id": "feed"} | properties)


def up(deployment: Deployment, **properties: Any) -> list[Any]:
    return deployment.up(lambda: overrides(**properties))


@pytest.fixture
def deployment(deployment: Deployment) -> Deployment:
    """A project with a layer and an experiment that somebody else made."""
    deployment.project.emulator.add("layers", {"id": "feed", "name": "feed"})
    deployment.project.emulator.add("experiments", {"name": "one page", "layerID": "feed"})
    return deployment


def add(deployment: Deployment, *, conditional: Json = (), by_id: Json = ()) -> None:
    """Somebody else adds rows."""
    body = {"op": "add", "conditionalOverrides": list(conditional), "idOverrides": list(by_id)}
    deployment.project.client.change("PATCH", "layers/feed/overrides", body)
    deployment.project.new_writes()


def live(deployment: Deployment) -> tuple[Json, Json]:
    data = deployment.project.client.get("layers/feed/overrides")
    return data["conditionalOverrides"], data["idOverrides"]


def test_both_lists_are_sent_in_one_post(deployment: Deployment) -> None:
    assert up(deployment, **MINE) == [("POST", PATH, {"conditionalOverrides": [GATE_ROW], "idOverrides": [ID_ROW]})]
    resource = deployment.resources["overrides"]
    assert (resource.id, resource.drift(), resource.reporter.messages) == ("feed", (), [])
    assert up(deployment, **MINE) == []


def test_a_layer_is_enough_and_sends_nothing(deployment: Deployment) -> None:
    assert up(deployment) == []
    assert deployment.destroy() == []


def test_rows_of_others_are_no_difference_and_sent_back(deployment: Deployment) -> None:
    add(deployment, conditional=[THEIR_GATE], by_id=[THEIR_IDS])
    assert up(deployment, **MINE) == [
        ("POST", PATH, {"conditionalOverrides": [THEIR_GATE, GATE_ROW], "idOverrides": [THEIR_IDS, ID_ROW]})
    ]
    add(deployment, by_id=[THEIR_IDS | {"ids": ["their 2"], "environment": None}])
    assert deployment.resources["overrides"].drift() == ()
    assert up(deployment, **MINE) == []
    more = MINE["id_overrides"][0] | {"ids": ["u1", "u2", "u3"]}
    up(deployment, **MINE | {"id_overrides": [more]})
    conditional, by_id = live(deployment)
    assert conditional == [THEIR_GATE, GATE_ROW]
    assert [row["ids"] for row in by_id] == [["their/1"], ["their 2"], ["u1", "u2", "u3"]]
    assert deployment.resources["overrides"].reporter.messages == []


def test_a_list_that_is_not_declared_is_sent_back(deployment: Deployment) -> None:
    add(deployment, conditional=[THEIR_GATE])
    assert up(deployment, id_overrides=MINE["id_overrides"]) == [
        ("POST", PATH, {"conditionalOverrides": [THEIR_GATE], "idOverrides": [ID_ROW]})
    ]


def test_few_rows_and_ids_are_removed_one_by_one(deployment: Deployment) -> None:
    add(deployment, conditional=[THEIR_GATE], by_id=[THEIR_IDS])
    up(deployment, **MINE)
    emulator = deployment.project.emulator
    emulator.clear_requests()
    up(deployment, conditional_overrides=[], id_overrides=[])
    assert live(deployment) == ([THEIR_GATE], [THEIR_IDS])
    query = {"groupName": "Test", "experimentName": "one_page"}
    deletes = [(entry["path"], entry["query"]) for entry in deployment.project.exchanges if entry["method"] == "DELETE"]
    assert deletes == [
        (f"{PATH}/conditional/gate/employees", query),
        (f"{PATH}/userID/u1", query | {"idType": "userID"}),
        (f"{PATH}/userID/u2", query | {"idType": "userID"}),
    ]


@pytest.mark.parametrize("reason", ["older api", "method refused", "many", "no experiment"])
def test_other_rows_are_removed_by_a_post_of_the_rest(deployment: Deployment, reason: str) -> None:
    add(deployment, conditional=[THEIR_GATE], by_id=[THEIR_IDS])
    row: dict[str, Json] = dict(MINE["id_overrides"][0])
    match reason:
        case "older api":
            deployment.project.emulator.quirk(api_2026_10=False)
        case "method refused":
            deployment.project.emulator.fault(method="DELETE", status=405, times=None)
        case "many":
            row["ids"] = [f"u{number}" for number in range(11)]
        case _:
            del row["experiment_name"]
    up(deployment, id_overrides=[row])
    rest = ("POST", PATH, {"conditionalOverrides": [THEIR_GATE], "idOverrides": [THEIR_IDS]})
    assert up(deployment, id_overrides=[])[-1] == rest
    assert live(deployment) == ([THEIR_GATE], [THEIR_IDS])
    up(deployment, id_overrides=[row])
    assert deployment.destroy()[-1] == rest
    assert live(deployment) == ([THEIR_GATE], [THEIR_IDS])


def test_destroy_removes_the_declared_ids_and_never_all(deployment: Deployment) -> None:
    up(deployment, **MINE)
    add(deployment, by_id=[ID_ROW | {"ids": ["theirs"]}])
    writes = deployment.destroy()
    assert live(deployment) == ([], [ID_ROW | {"ids": ["theirs"]}])
    assert ("DELETE", PATH, None) not in writes


def test_ids_that_others_added_to_a_row_are_kept_by_an_update(deployment: Deployment) -> None:
    up(deployment, **MINE)
    add(deployment, by_id=[ID_ROW | {"ids": ["theirs"]}])
    up(deployment, **MINE | {"id_overrides": [MINE["id_overrides"][0] | {"ids": ["u1"]}]})
    assert sorted(live(deployment)[1][0]["ids"]) == ["theirs", "u1"]


def test_a_row_with_ids_of_others_is_not_replaced_by_a_create(deployment: Deployment) -> None:
    add(deployment, by_id=[ID_ROW | {"ids": ["theirs"]}])
    with pytest.raises(TakenError, match="already holds values in id_overrides; they were not changed"):
        up(deployment, **MINE)
    assert deployment.project.new_writes() == []


def test_a_unit_type_that_the_api_fills_in_is_no_drift(deployment: Deployment) -> None:
    row = {name: value for name, value in MINE["id_overrides"][0].items() if name != "id_type"}
    up(deployment, id_overrides=[row])
    deployment.project.client.change(
        "POST", "layers/feed/overrides", {"conditionalOverrides": [], "idOverrides": [ID_ROW | {"environment": None}]}
    )
    deployment.project.new_writes()
    assert deployment.resources["overrides"].drift() == ()
    up(deployment, id_overrides=[])
    assert live(deployment) == ([], [])


def test_a_row_that_others_removed_is_drift(deployment: Deployment) -> None:
    up(deployment, **MINE)
    nothing: Json = {"conditionalOverrides": [], "idOverrides": []}
    deployment.project.client.change("POST", "layers/feed/overrides", nothing)
    deployment.project.new_writes()
    assert deployment.resources["overrides"].drift() == ("conditional_overrides", "id_overrides")
    assert up(deployment, **MINE) == [("POST", PATH, {"conditionalOverrides": [GATE_ROW], "idOverrides": [ID_ROW]})]


def test_overrides_of_a_deleted_layer_are_gone(deployment: Deployment) -> None:
    up(deployment, **MINE)
    deployment.project.emulator.remove("layers", "feed")
    assert deployment.resources["overrides"].read() is None
    deployment.resources["overrides"].destroy()
    with pytest.raises(
        GoneError, match="LayerOverrides 'no_layer' cannot be set: 'no_layer' does not exist in this Statsig project"
    ):
        deployment.up(lambda: statsig.LayerOverrides("other", layer_id="no_layer", **MINE))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {"id_overrides": [{"group_name": "A", "ids": ["a"]}, {"group_name": "A", "ids": ["b"], "id_type": None}]},
            "id_overrides[1]: is the same row as id_overrides[0]: declare it once",
        ),
        (
            {"conditional_overrides": [{"type": "user", "name": "n", "experiment_name": "e", "group_name": "g"}]},
            "conditional_overrides[0].type: input should be 'gate' or 'segment'",
        ),
        ({"id_overrides": [{"group_name": "A"}]}, "id_overrides[0].ids: is required"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: overrides(**properties))
    assert [str(problem) for problem in error.value.problems] == [expected]
