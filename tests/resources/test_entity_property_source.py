"""Entity property sources: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, TakenError
from statsig_pulumi.schema.declaration import REGISTRY

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


def test_a_query_and_its_units_are_enough(deployment: Deployment) -> None:
    assert deployment.up(source) == [("POST", PATH, MINIMAL)]
    assert deployment.resources["source"].id == "Countries"
    assert deployment.resources["source"].outputs["owner"]["owner_type"] == "SDK_KEY"


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


@pytest.mark.parametrize("resets", [False, True])
def test_undeclared_properties_keep_the_console_values(deployment: Deployment, resets: bool) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(source_update_resets=resets)
    deployment.up(source)
    emulator.edit("entity_properties", "Countries", OPTIONAL)
    before = emulator.object("entity_properties", "Countries")
    deployment.up(lambda: source(sql=SQL))
    assert emulator.object("entity_properties", "Countries") == before | {"sql": SQL}


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


@pytest.mark.parametrize("status", [404, 400])
def test_a_deleted_source_is_created_again(deployment: Deployment, status: int) -> None:
    deployment.project.emulator.quirk(entity_property_missing_status=status)
    assert deployment.up(source) == [("POST", PATH, MINIMAL)]
    deployment.project.emulator.remove("entity_properties", "Countries")
    assert deployment.resources.pop("source").read() is None
    assert deployment.up(source) == [("POST", PATH, MINIMAL)]


@pytest.mark.parametrize("status", [404, 400])
def test_a_taken_name_is_an_error_and_the_object_is_unchanged(deployment: Deployment, status: int) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(entity_property_missing_status=status)
    made = emulator.add("entity_properties", MINIMAL | {"description": "Ana's"})
    with pytest.raises(TakenError, match="import the id 'Countries'"):
        deployment.up(source)
    assert emulator.object("entity_properties", "Countries") == made


def test_a_source_whose_response_is_lost_is_created_once(deployment: Deployment) -> None:
    deployment.project.emulator.fault(kind="drop_after", method="POST", path=PATH)
    assert deployment.up(everything) == [("POST", PATH, MINIMAL | OPTIONAL)]


def test_a_source_is_imported_by_name_without_a_write(deployment: Deployment) -> None:
    deployment.project.emulator.add("entity_properties", MINIMAL | OPTIONAL)
    resource = deployment.project.resource(REGISTRY["EntityPropertySource"])
    [(_, _, inputs)] = registrations(everything)
    resource.up(inputs | {"__import": "Countries"})
    assert deployment.project.new_writes() == []
    assert (resource.id, resource.drift()) == ("Countries", ())


def test_destroy_sends_one_delete_by_name(deployment: Deployment) -> None:
    deployment.up(source)
    assert deployment.destroy() == [("DELETE", ITEM, None)]


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
