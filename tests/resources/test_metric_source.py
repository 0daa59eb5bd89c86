"""Metric sources: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.schema.declaration import REGISTRY

from .conftest import Deployment, registrations

PATH = "/metrics/metric_source"
SQL = "SELECT user_id, ts, amount\nFROM shop.purchases -- all of them\n"
UNITS = [{"statsigUnitID": "userID", "column": "user_id"}, {"statsigUnitID": "companyID", "column": "company"}]
EVERYTHING = {
    "name": "Purchases / all",
    "description": "What people buy",
    "tags": ["checkout", "web"],
    "sql": SQL,
    "timestampColumn": "ts",
    "timestampAsDay": False,
    "idTypeMapping": UNITS,
    "sourceType": "query",
    "customFieldMapping": [{"key": "net", "formula": "amount / 1.21"}, {"key": "day", "formula": "DATE(ts)"}],
    "isReadOnly": True,
    "isVerified": True,
    "owner": {"ownerID": "u1", "ownerType": "USER", "ownerName": "Ana", "ownerEmail": "ana@example.com"},
    "team": "Growth",
    "disableCURE": True,
    "skip_validation": True,
    "all_columns": ["user_id", "company", "ts", "amount"],
    "column_types": ["STRING", "STRING", "TIMESTAMP", "FLOAT"],
}
QUERY = {"name": "Purchases", "sql": "SELECT 1", "timestampColumn": "ts", "idTypeMapping": UNITS[:1]}
TABLE = {
    "name": "Events",
    "sql": "",
    "timestampColumn": "ts",
    "idTypeMapping": UNITS[:1],
    "sourceType": "table",
    "tableName": "`shop`.`events`",
}
USER = statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")
COMPANY = statsig.IdTypeMapping(statsig_unit_id="companyID", column="company")
QUERY_UPDATE = {key: value for key, value in QUERY.items() if key != "name"}


def source(**properties: Any) -> None:
    """A query, which is all that is required."""
    usual = {"name": "Purchases", "sql": "SELECT 1", "timestamp_column": "ts", "id_type_mapping": [USER]}
    statsig.MetricSource("source", **usual | properties)


def table(**properties: Any) -> None:
    usual = {"name": "Events", "timestamp_column": "ts", "id_type_mapping": [USER], "source_type": "table"}
    statsig.MetricSource("source", **usual | {"table_name": "`shop`.`events`"} | properties)


def everything(**properties: Any) -> None:
    usual: dict[str, Any] = {
        "name": "Purchases / all",
        "description": "What people buy",
        "tags": ["web", "checkout"],
        "sql": SQL,
        "timestamp_column": "ts",
        "timestamp_as_day": False,
        "id_type_mapping": [USER, COMPANY],
        "source_type": "query",
        "custom_field_mapping": [
            statsig.CustomFieldMapping(key="net", formula="amount / 1.21"),
            statsig.CustomFieldMapping(key="day", formula="DATE(ts)"),
        ],
        "is_read_only": True,
        "is_verified": True,
        "owner": statsig.Owner(owner_id="u1", owner_type="USER", owner_name="Ana", owner_email="ana@example.com"),
        "team": "Growth",
        "disable_cure": True,
        "skip_validation": True,
        "all_columns": ["user_id", "company", "ts", "amount"],
        "column_types": ["STRING", "STRING", "TIMESTAMP", "FLOAT"],
    }
    source(**usual | properties)


def problems_of_update(**properties: Any) -> dict[str, str]:
    """What is wrong with the program, by place."""
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: source(**properties))
    return {problem.place: problem.reason for problem in error.value.problems}


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", PATH, EVERYTHING)]
    assert deployment.up(everything) == []
    before = deployment.resources["source"].inputs
    assert {"source": before} == deployment.refresh()


def test_a_table_is_sent_with_its_name_and_an_empty_query(deployment: Deployment) -> None:
    assert deployment.up(table) == [("POST", PATH, TABLE)]
    body = {key: value for key, value in TABLE.items() if key != "name"}
    assert [("POST", f"{PATH}/Events", {**body, "datePartitionColumn": "day"})] == deployment.up(
        lambda: table(date_partition_column="day")
    )


@pytest.mark.parametrize(
    ("before", "properties", "writes"),
    [
        ({}, {"description": "What people buy"}, {"description": "What people buy"}),
        ({}, {"sql": SQL}, {"sql": SQL}),
        ({}, {"id_type_mapping": [COMPANY, USER]}, {"idTypeMapping": [UNITS[1], UNITS[0]]}),
        ({"is_verified": True}, {"is_verified": False}, {"isVerified": False}),
        ({}, {"disable_cure": True}, {"disableCURE": True}),
    ],
)
def test_an_update_sends_every_property_but_the_name(
    deployment: Deployment, before: dict[str, Any], properties: dict[str, Any], writes: dict[str, Any]
) -> None:
    deployment.up(lambda: source(**before))
    assert [("POST", f"{PATH}/Purchases", {**QUERY_UPDATE, **writes})] == deployment.up(
        lambda: source(**before | properties)
    )


def test_an_update_without_validation_sends_the_columns_again(deployment: Deployment) -> None:
    deployment.up(everything)
    [(_, path, body)] = deployment.up(lambda: everything(sql="SELECT 2"))
    assert path == f"{PATH}/Purchases%20%2F%20all"
    unnamed = {key: value for key, value in EVERYTHING.items() if key != "name"}
    assert body == unnamed | {"sql": "SELECT 2"}


def test_a_new_name_replaces_the_source(deployment: Deployment) -> None:
    deployment.up(source)
    resource = deployment.resources["source"]
    assert resource.preview(resource.inputs | {"name": "Sales"}).replaces == ("name",)


def test_explicit_empty_values_clear_the_properties(deployment: Deployment) -> None:
    deployment.up(everything)
    cleared: dict[str, Any] = {"description": "", "tags": [], "customFieldMapping": [], "team": None}
    [(method, _, body)] = deployment.up(
        lambda: everything(description="", tags=[], custom_field_mapping=[], team=None, timestamp_as_day=False)
    )
    assert method == "POST"
    assert {key: body[key] for key in cleared} == cleared
    live = deployment.resources["source"].live()
    assert (live["description"], live["tags"], live["customFieldMapping"], live["team"]) == ("", [], [], None)


def test_placeholders_in_the_list_are_ignored(deployment: Deployment) -> None:
    # Only the list is sure to return them. A single read that returns them too is no drift.
    deployment.up(lambda: source(custom_field_mapping=[], table_name="", is_verified=False, source_type="query"))
    emulator = deployment.project.emulator
    emulator.quirk(metric_source_placeholders=True)
    emulator.edit("metric_sources", "Purchases", {"customFieldMapping": [{"key": "", "formula": ""}], "tableName": ""})
    before = deployment.resources["source"].inputs
    assert {"source": before} == deployment.refresh()
    assert not deployment.resources["source"].preview()


def test_a_flag_that_was_never_set_is_false(deployment: Deployment) -> None:
    deployment.up(source)
    flags = {"is_verified": False, "is_read_only": False, "timestamp_as_day": False, "disable_cure": False}
    assert deployment.up(lambda: source(**flags)) == []
    deployment.project.emulator.edit("metric_sources", "Purchases", {"isVerified": True})
    deployment.refresh()
    assert deployment.resources["source"].preview().changed == ("is_verified",)


def test_a_source_is_imported_by_name_without_a_write(deployment: Deployment) -> None:
    deployment.project.emulator.add("metric_sources", {**TABLE, "description": "Ana's"})
    resource = deployment.project.resource(REGISTRY["MetricSource"])
    [(_, _, inputs)] = registrations(table)
    resource.up(inputs | {"__import": "Events"})
    assert deployment.project.new_writes() == []
    assert (resource.id, resource.drift()) == ("Events", ())


def test_destroy_sends_one_delete_by_name(deployment: Deployment) -> None:
    deployment.up(everything)
    assert deployment.destroy() == [("DELETE", f"{PATH}/Purchases%20%2F%20all", None)]


@pytest.mark.parametrize(
    ("properties", "place", "words"),
    [
        ({"sql": ""}, "sql", "is required"),
        ({"source_type": "query", "sql": ""}, "sql", "is required"),
        ({"table_name": "events"}, "table_name", "source_type='table'"),
        ({"date_partition_column": "day"}, "date_partition_column", "source_type='table'"),
        ({"source_type": "table", "table_name": "events"}, "sql", "uses the whole table"),
        ({"source_type": "table", "sql": ""}, "table_name", "is required"),
        ({"source_type": "view"}, "source_type", "'table' or 'query'"),
        ({"id_type_mapping": []}, "id_type_mapping", "one unit"),
        (
            {"id_type_mapping": [USER, COMPANY, USER]},
            "id_type_mapping[2].statsig_unit_id",
            "'userID' is already used by id_type_mapping[0]",
        ),
        (
            {"custom_field_mapping": [{"key": "a", "formula": "1"}, {"key": "a", "formula": "2"}]},
            "custom_field_mapping[1].key",
            "'a' is already used by custom_field_mapping[0]",
        ),
        ({"custom_field_mapping": [{"key": "", "formula": "1"}]}, "custom_field_mapping[0].key", "at least 1"),
        ({"all_columns": ["a"]}, "all_columns", "skip_validation=True"),
        ({"column_types": []}, "column_types", "skip_validation=True"),
        ({"skip_validation": True, "all_columns": ["a"]}, "column_types", "is required"),
        ({"skip_validation": True, "all_columns": [], "column_types": []}, "all_columns", "is required"),
        (
            {"skip_validation": True, "all_columns": ["a", "b"], "column_types": ["INT"]},
            "column_types",
            "1 types for 2 columns",
        ),
        ({"name": "list"}, "name", "must not be 'list'"),
        ({"name": ""}, "name", "at least 1"),
        ({"team": "Growth", "team_id": "growth-team"}, "team_id", "team"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], place: str, words: str) -> None:
    problems = problems_of_update(**properties)
    assert place in problems
    assert words in problems[place]


def test_unknown_values_are_not_validated() -> None:
    def program() -> None:
        first = statsig.Tag("tag", name="query")
        source(source_type=first.name, sql=first.name, table_name=first.name)

    assert [name for _, name, _ in registrations(program)] == ["tag", "source"]
