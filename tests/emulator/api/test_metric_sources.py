"""Behaviour that only metric sources have."""

from __future__ import annotations

from statsig_pulumi.emulator import Emulator

from ..conftest import Api
from .source_kinds import METRICS


def test_a_metric_source_cannot_be_patched(api: Api) -> None:
    METRICS.create(api)

    assert api("PATCH", METRICS.path(), {"description": "d"}).status_code == 404


def test_a_metric_source_keeps_its_name(api: Api) -> None:
    METRICS.create(api)

    assert api.data("POST", METRICS.path(), {"name": "a source", **METRICS.query})["name"] == "a source"
    errors = api.errors("POST", METRICS.path(), {"name": "another", **METRICS.query})
    assert errors == {"name": 'Invalid literal value, expected "a source"'}
    assert [source["name"] for source in METRICS.listed(api)] == ["a source"]


def test_a_source_of_type_table_requires_a_table_name(api: Api) -> None:
    table = {"sourceType": "table", "tableName": "`a.b.c`", "sql": "", "datePartitionColumn": "ds"}

    assert table.items() <= METRICS.create(api, **table).items()
    assert api.errors("POST", METRICS.collection, {"name": "x", **METRICS.query, "sourceType": "table"}) == {
        "tableName": "Required"
    }
    without = {key: value for key, value in METRICS.query.items() if key != "sql"}
    assert api.errors("POST", METRICS.collection, {"name": "x", **without, **table} | {"sql": 1}) == {
        "sql": "Expected string, received number"
    }
    # The source has a table name already.
    assert api.data("POST", METRICS.path(), {**METRICS.query, "sourceType": "table"})["tableName"] == "`a.b.c`"


def test_skipping_validation_requires_the_columns(api: Api, emulator: Emulator) -> None:
    emulator.quirk(sql_errors="SELECT")
    skipping = {"name": "a source", **METRICS.query, "skip_validation": True}

    assert api.errors("POST", METRICS.collection, skipping) == {"all_columns": "Required", "column_types": "Required"}
    made = api.data("POST", METRICS.collection, {**skipping, "all_columns": ["ts"], "column_types": ["DATE"]})
    assert {"skip_validation", "all_columns", "column_types"}.isdisjoint(made)


def test_the_list_of_metric_sources_has_placeholders_by_quirk(api: Api, emulator: Emulator) -> None:
    mapping = [{"key": "b", "formula": "1"}, {"key": "a", "formula": "2"}]
    table = {"sourceType": "table", "tableName": "t"}
    made = METRICS.create(api), METRICS.create(api, name="full", customFieldMapping=mapping, **table)
    assert METRICS.listed(api) == list(made)

    emulator.quirk(metric_source_placeholders=True)
    plain, full = METRICS.listed(api)
    assert plain == {**made[0], "tableName": "", "customFieldMapping": [{"key": "", "formula": ""}]}
    assert full == made[1]
    assert api.data("GET", METRICS.path()) == made[0]


def test_a_metric_source_has_no_metrics_yet(api: Api) -> None:
    METRICS.create(api)

    page = api("GET", METRICS.path() + "/metrics").json()
    assert (page["data"], page["pagination"]["totalItems"]) == ([], 0)
    assert api("GET", METRICS.path("none") + "/metrics").status_code == 404


def test_a_metric_source_named_list_cannot_be_read(api: Api) -> None:
    METRICS.create(api, name="list")

    assert isinstance(api.data("GET", METRICS.path("list")), list)
