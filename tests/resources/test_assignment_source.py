"""Assignment sources: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, NotFoundError, RejectedError

from .conftest import Deployment, registrations

PATH, ITEM = "/experiments/assignment_sources", "/experiments/assignment_source/Exposures"
SQL = "SELECT * FROM shop.exposures\n"
UNITS = [{"statsigUnitID": "userID", "column": "user_id"}, {"statsigUnitID": "companyID", "column": "company"}]
MINIMAL = {
    "name": "Exposures",
    "sql": "SELECT 1",
    "timestampColumn": "ts",
    "experimentIDColumn": "experiment",
    "groupIDColumn": "variant",
    "idTypeMapping": UNITS[:1],
}
OWNER = {"ownerID": "u1", "ownerType": "USER", "ownerName": "Ana", "ownerEmail": "ana@example.com"}
OPTIONAL = {
    "description": "Who saw what",
    "tags": ["checkout", "web"],
    "isReadOnly": True,
    "isVerified": True,
    "owner": OWNER,
    "team": "Growth",
    "groupNameColumn": "variant_name",
    "scheduledReloadHour": 0,
}
USER = statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")
COMPANY = statsig.IdTypeMapping(statsig_unit_id="companyID", column="company")


def source(**properties: Any) -> None:
    """What is required, and nothing else."""
    usual = {
        "name": "Exposures",
        "sql": "SELECT 1",
        "timestamp_column": "ts",
        "experiment_id_column": "experiment",
        "group_id_column": "variant",
        "id_type_mapping": [USER],
    }
    statsig.AssignmentSource("source", **usual | properties)


def everything(**properties: Any) -> None:
    usual: dict[str, Any] = {
        "description": "Who saw what",
        "tags": ["web", "checkout"],
        "is_read_only": True,
        "is_verified": True,
        "owner": statsig.Owner(owner_id="u1", owner_type="USER", owner_name="Ana", owner_email="ana@example.com"),
        "team": "Growth",
        "group_name_column": "variant_name",
        "scheduled_reload_hour": 0,
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
        ({"description": "Who saw what"}, {"description": "Who saw what"}),
        ({"id_type_mapping": [COMPANY, USER]}, {"idTypeMapping": [UNITS[1], UNITS[0]]}),
        ({"scheduled_reload_hour": 23, "is_verified": True}, {"scheduledReloadHour": 23, "isVerified": True}),
        ({"team_id": "growth-team"}, {"teamID": "growth-team"}),
    ],
)
def test_an_update_sends_the_changed_properties_only(
    deployment: Deployment, properties: dict[str, Any], writes: dict[str, Any]
) -> None:
    deployment.up(source)
    assert deployment.up(lambda: source(**properties)) == [("PATCH", ITEM, writes)]


def test_a_changed_query_sends_the_full_source(deployment: Deployment) -> None:
    deployment.up(everything)
    unchanged = {key: value for key, value in MINIMAL.items() if key != "name"}
    assert deployment.up(lambda: everything(sql=SQL)) == [("POST", ITEM, {**unchanged, **OPTIONAL, "sql": SQL})]


def test_a_rename_keeps_the_source(deployment: Deployment) -> None:
    deployment.up(source)
    deployment.project.emulator.edit("assignment_sources", "Exposures", {"description": "Ana's"})
    assert deployment.up(lambda: source(name="Who / what")) == [("PATCH", ITEM, {"name": "Who / what"})]
    renamed = "/experiments/assignment_source/Who%20%2F%20what"
    assert deployment.up(lambda: source(name="Who / what", is_verified=True)) == [
        ("PATCH", renamed, {"isVerified": True})
    ]
    [(_, path, body)] = deployment.up(lambda: source(name="Seen", is_verified=True, sql=SQL))
    assert (path, body["name"], body["sql"], body["description"]) == (renamed, "Seen", SQL, "Ana's")
    assert deployment.refresh()["source"]["name"] == "Seen"
    assert deployment.destroy() == [("DELETE", "/experiments/assignment_source/Seen", None)]


@pytest.mark.parametrize("sql", ["SELECT 1", SQL])
def test_a_rename_whose_response_is_lost_is_found_under_the_new_name(deployment: Deployment, sql: str) -> None:
    deployment.up(source)
    deployment.project.emulator.fault(kind="drop_after", method="*", path="/experiments/assignment_source/*")
    deployment.up(lambda: source(name="Seen", sql=sql))
    assert deployment.resources["source"].drift() == ()
    assert [item["name"] for item in deployment.project.emulator.objects("assignment_sources")] == ["Seen"]


def test_a_source_deleted_during_the_update_is_an_error(deployment: Deployment) -> None:
    deployment.up(source)
    missing = {"status": 404, "message": "No assignment source was found with the given name"}
    deployment.project.emulator.fault(method="PATCH", path="/experiments/assignment_source/*", status=404, body=missing)
    with pytest.raises(NotFoundError):
        deployment.up(lambda: source(name="Seen"))


def test_a_rename_to_a_taken_name_is_an_error(deployment: Deployment) -> None:
    deployment.up(source)
    made = deployment.project.emulator.add("assignment_sources", MINIMAL | {"name": "Seen"})
    with pytest.raises(RejectedError, match="in use"):
        deployment.up(lambda: source(name="Seen"))
    assert deployment.project.emulator.object("assignment_sources", "Seen") == made


def test_explicit_empty_values_clear_the_properties(deployment: Deployment) -> None:
    deployment.up(everything)
    cleared = {"description": "", "tags": [], "team": None, "groupNameColumn": "", "scheduledReloadHour": None}
    properties = {"description": "", "tags": [], "team": None, "group_name_column": "", "scheduled_reload_hour": None}
    assert deployment.up(lambda: everything(**properties)) == [("PATCH", ITEM, cleared)]
    unchanged = {key: value for key, value in MINIMAL.items() if key != "name"}
    kept = {"isReadOnly": True, "isVerified": True, "owner": OWNER}
    assert deployment.up(lambda: everything(**properties | {"sql": SQL})) == [
        ("POST", ITEM, {**unchanged, **kept, "sql": SQL})
    ]


def test_a_team_is_cleared_together_with_its_id(deployment: Deployment) -> None:
    deployment.up(lambda: source(team_id="growth-team"))
    deployment.up(lambda: source(team_id=None))
    live = deployment.resources["source"].live()
    assert (live["team"], live["teamID"]) == (None, None)


def test_a_team_without_an_id_in_the_response_matches_by_name(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(team_id_on_configs=False)
    deployment.up(lambda: source(team_id="growth-team"))
    assert deployment.resources["source"].drift() == ()
    deployment.project.emulator.edit("assignment_sources", "Exposures", {"team": None})
    assert deployment.resources["source"].drift() == ("team_id",)


def test_a_source_is_read_from_any_page_of_the_list(deployment: Deployment) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(max_page_size=1)
    for name in ("A", "B"):
        emulator.add("assignment_sources", MINIMAL | {"name": name})
    deployment.up(source)
    assert deployment.resources["source"].drift() == ()
    emulator.remove("assignment_sources", "Exposures")
    assert deployment.resources["source"].read() is None


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"sql": ""}, "sql"),
        ({"timestamp_column": ""}, "timestamp_column"),
        ({"experiment_id_column": ""}, "experiment_id_column"),
        ({"group_id_column": ""}, "group_id_column"),
        ({"id_type_mapping": []}, "id_type_mapping"),
        ({"id_type_mapping": [USER, USER]}, "id_type_mapping[1].statsig_unit_id"),
        ({"scheduled_reload_hour": 24}, "scheduled_reload_hour"),
        ({"scheduled_reload_hour": 1.5}, "scheduled_reload_hour"),
        ({"team": "Growth", "team_id": "growth-team"}, "team_id"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: source(**properties))
    assert [problem.place for problem in error.value.problems] == [place]
