"""Entity property sources: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError

from .conftest import Deployment, registrations

PATH, ITEM = "/experiments/entity_properties", "/experiments/entity_property/Countries"
SQL = "SELECT * FROM shop.users\n"
UNITS = [{"statsigUnitID": "userID", "column": "user_id"}]
MINIMAL = {"name": "Countries", "sql": "SELECT 1", "idTypeMapping": UNITS}
OPTIONAL = {
    "description": "Where people live",
    "tags": ["checkout", "web"],
    "timestampColumn": "ts",
    "timestampAsDay": True,
    "isReadOnly": False,
    "teamID": "growth-team",
}
USER = statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")


def source(**properties: Any) -> None:
    """What is required, and nothing else."""
    usual = {"name": "Countries", "sql": "SELECT 1", "id_type_mapping": [USER]}
    statsig.EntityPropertySource("source", **usual | properties)


def everything(**properties: Any) -> None:
    usual: dict[str, Any] = {
        "description": "Where people live",
        "tags": ["web", "checkout"],
        "timestamp_column": "ts",
        "timestamp_as_day": True,
        "is_read_only": False,
        "team_id": "growth-team",
    }
    source(**usual | properties)


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", PATH, MINIMAL | OPTIONAL)]
    assert deployment.up(everything) == []
    before = deployment.resources["source"].inputs
    assert {"source": before} == deployment.refresh()


@pytest.mark.parametrize(
    ("properties", "writes"),
    [
        ({"description": "Where people live"}, {"description": "Where people live"}),
        ({"timestamp_column": "ts", "timestamp_as_day": True}, {"timestampColumn": "ts", "timestampAsDay": True}),
        ({"team": "Core"}, {"team": "Core"}),
        ({"name": "Homes"}, {"name": "Homes"}),
    ],
)
def test_an_update_sends_the_changed_properties_only(
    deployment: Deployment, properties: dict[str, Any], writes: dict[str, Any]
) -> None:
    deployment.up(source)
    assert deployment.up(lambda: source(**properties)) == [("PATCH", ITEM, writes)]


def test_a_changed_query_sends_the_full_source(deployment: Deployment) -> None:
    deployment.up(everything)
    # The API moves team and id together; the owner is not for us to say.
    unchanged = {key: value for key, value in (MINIMAL | OPTIONAL).items() if key not in ("name", "teamID")}
    assert deployment.up(lambda: everything(sql=SQL)) == [("POST", ITEM, {**unchanged, "team": "Growth", "sql": SQL})]


def test_a_rename_keeps_the_source(deployment: Deployment) -> None:
    deployment.up(source)
    deployment.project.emulator.edit("entity_properties", "Countries", {"description": "Ana's"})
    deployment.up(lambda: source(name="Homes"))
    [(method, path, body)] = deployment.up(lambda: source(name="Where / from", sql=SQL))
    assert (method, path) == ("POST", "/experiments/entity_property/Homes")
    assert body == {"name": "Where / from", "description": "Ana's", "sql": SQL, "idTypeMapping": UNITS}
    assert deployment.refresh()["source"]["name"] == "Where / from"
    assert deployment.destroy() == [("DELETE", "/experiments/entity_property/Where%20%2F%20from", None)]


@pytest.mark.parametrize("status", [404, 400])
def test_a_rename_whose_response_is_lost_is_found_under_the_new_name(deployment: Deployment, status: int) -> None:
    deployment.project.emulator.quirk(entity_property_missing_status=status)
    deployment.up(source)
    deployment.project.emulator.fault(kind="drop_after", method="PATCH", path="/experiments/entity_property/*")
    deployment.up(lambda: source(name="Homes"))
    assert deployment.resources["source"].drift() == ()
    assert [item["name"] for item in deployment.project.emulator.objects("entity_properties")] == ["Homes"]


def test_explicit_empty_values_clear_the_properties(deployment: Deployment) -> None:
    deployment.up(everything)
    cleared = {"description": "", "tags": [], "timestampColumn": "", "teamID": None}
    properties = {"description": "", "tags": [], "timestamp_column": "", "team_id": None}
    assert deployment.up(lambda: everything(**properties)) == [("PATCH", ITEM, cleared)]


def test_the_owner_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="owner"):
        source(owner=statsig.Owner(owner_id="u1"))


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"sql": ""}, "sql"),
        ({"id_type_mapping": []}, "id_type_mapping"),
        ({"id_type_mapping": [{"statsig_unit_id": "userID", "column": ""}]}, "id_type_mapping[0].column"),
        ({"team": "Growth", "team_id": "growth-team"}, "team_id"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: source(**properties))
    assert [problem.place for problem in error.value.problems] == [place]
