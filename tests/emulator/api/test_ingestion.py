"""Ingestion sources, their connections and their schedules."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

METRICS_COLUMNS = {"unit_id": "u", "id_type": "userID", "dateid": "ds", "metric_name": "m"}
EVENTS_COLUMNS: dict[str, Any] = {"event_name": "e", "timestamp": "ts", "ids": {"stableID": "sid"}}
EXPOSURES_COLUMNS: dict[str, Any] = {"experiment": "x", "group_id": "g", "timestamp": "ts", "ids": {}}
SOURCE = {"type": "s3", "dataset": "Events", "source_name": "clicks"}
CONNECTION = {"token": "dapi-secret", "host": "h.example.com", "path": "/sql", "deltaSharingCredentials": "also-secret"}


def where(**selectors: str) -> str:
    return f"/ingestion?{urlencode({**SOURCE, **selectors})}"


def source(api: Api, **fields: Any) -> Any:
    return api.data("POST", "/ingestion", {**SOURCE, "query": "SELECT 1", **fields})


def test_an_ingestion_source_is_created_and_read_by_its_query(api: Api) -> None:
    response = api("POST", "/ingestion", {**SOURCE, "query": "SELECT 1", "enabled": True})

    made = response.json()["data"]
    data = {"dataset": "Events", "source_name": "clicks", "query": "SELECT 1"}
    assert response.status_code == 200
    assert made == {"id": made["id"], "type": "s3", "enabled": True, "data": data}
    assert api.data("GET", where()) == made


def test_data_is_empty_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(ingestion_data="empty")

    made = source(api)
    assert made == {"id": made["id"], "type": "s3", "enabled": False, "data": {}}
    assert emulator.object("ingestion_sources", "s3/Events/clicks")["query"] == "SELECT 1"


@pytest.mark.parametrize("default", [True, False])
def test_the_default_of_enabled_is_a_quirk(api: Api, emulator: Emulator, default: bool) -> None:
    emulator.quirk(ingestion_enabled_default=default)

    assert source(api)["enabled"] is default


@pytest.mark.parametrize(
    ("dataset", "columns", "defaults"),
    [
        ("Metrics", METRICS_COLUMNS, dict.fromkeys(("metric_value", "numerator", "denominator"), "null")),
        ("Events", EVENTS_COLUMNS, {"metadata": {}, "metadata_object": "null", "event_value": ""}),
        ("export_exposures", EXPOSURES_COLUMNS, {"metadata": {}, "metadata_object": "null", "event_value": ""}),
    ],
)
def test_columns_have_defaults(api: Api, dataset: str, columns: dict[str, Any], defaults: dict[str, Any]) -> None:
    made = source(api, dataset=dataset, column_mapping=columns)

    assert made["data"]["column_mapping"] == {**columns, **defaults}


def test_the_ids_of_columns_have_a_default(api: Api) -> None:
    # The specification has `ids` required and with a default.
    api.on_purpose.append("POST /ingestion: request at")

    made = source(api, column_mapping={"event_name": "e", "timestamp": "ts"})
    assert made["data"]["column_mapping"]["ids"] == {}


@pytest.mark.parametrize(
    ("dataset", "columns", "errors"),
    [
        ("Metrics", {"unit_id": "u"}, dict.fromkeys(("id_type", "dateid", "metric_name"), "Required")),
        ("Events", METRICS_COLUMNS, dict.fromkeys(("event_name", "timestamp"), "Required")),
        ("Exposures", {}, dict.fromkeys(("experiment", "group_id", "timestamp"), "Required")),
        ("Events", {**EVENTS_COLUMNS, "ids": {"a": 1}}, {"ids.a": "Expected string, received number"}),
        ("Events", {**EVENTS_COLUMNS, "ids": []}, {"ids": "Expected object, received array"}),
        ("Events", {**EVENTS_COLUMNS, "event_value": None}, {"event_value": "Expected string, received null"}),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_columns_of_another_dataset_are_ignored_or_missing(
    api: Api, method: str, dataset: str, columns: dict[str, Any], errors: dict[str, str]
) -> None:
    body = {**SOURCE, "dataset": dataset, "column_mapping": columns}

    expected = {f"column_mapping.{key}": text for key, text in errors.items()}
    assert api.errors(method, "/ingestion", body) == expected


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        (
            {"dataset": "entity_properties"},
            "dataset",
            "Invalid discriminator value. Expected 'Metrics' | 'Events' | 'Exposures' | 'export_exposures'",
        ),
        ({"use_delta_sharing": False}, "use_delta_sharing", "Invalid literal value, expected true"),
        ({"use_delta_sharing": 1}, "use_delta_sharing", "Invalid literal value, expected true"),
        ({"enabled": "yes"}, "enabled", "Expected boolean, received string"),
        ({"query": None}, "query", "Expected string, received null"),
    ],
)
def test_an_ingestion_source_is_validated(api: Api, fields: dict[str, Any], path: str, message: str) -> None:
    assert api.errors("POST", "/ingestion", {**SOURCE, **fields}) == {path: message}


def test_the_fields_that_identify_a_source_are_required(api: Api) -> None:
    assert api.errors("POST", "/ingestion", {"dataset": "Events"}) == {"type": "Required", "source_name": "Required"}
    assert list(api.errors("POST", "/ingestion", {})) == ["dataset"]
    assert api.errors("GET", "/ingestion") == {"type": "Required", "dataset": "Required"}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_selectors_are_validated(api: Api, method: str) -> None:
    errors = api.errors(method, where(type="mysql", dataset="Exposures"))

    assert errors["type"].endswith("'adls', received 'mysql'")
    assert errors["dataset"].endswith("received 'Exposures'")


def test_the_dataset_exposures_is_read_as_export_exposures(api: Api) -> None:
    made = source(api, dataset="Exposures")

    assert made["data"]["dataset"] == "export_exposures"
    assert api.data("GET", where(dataset="export_exposures")) == made
    body = {**SOURCE, "dataset": "export_exposures"}
    taken = {"status": 400, "message": "Ingestion source already exists with name clicks"}
    assert api("POST", "/ingestion", body).json() == taken
    changed = api.data("PATCH", "/ingestion", {**SOURCE, "dataset": "Exposures", "enabled": True})
    assert (changed["id"], changed["enabled"]) == (made["id"], True)


def test_a_name_is_unique_per_type_and_dataset(api: Api) -> None:
    source(api)

    assert api("POST", "/ingestion", SOURCE).status_code == 400
    source(api, type="athena")
    source(api, dataset="Metrics")
    source(api, source_name="Clicks")


def test_a_patch_keeps_omitted_fields(api: Api) -> None:
    made = source(api, column_mapping=EVENTS_COLUMNS)

    changed = api.data("PATCH", "/ingestion", {**SOURCE, "enabled": True, "query": "SELECT 2"})
    assert changed == {**made, "enabled": True, "data": {**made["data"], "query": "SELECT 2"}}
    assert api.data("GET", where()) == changed


@pytest.mark.parametrize(("merges", "metadata"), [(True, {"a": "b"}), (False, {})])
def test_a_patch_replaces_or_merges_columns_by_quirk(
    api: Api, emulator: Emulator, merges: bool, metadata: dict[str, str]
) -> None:
    emulator.quirk(column_mapping_merges=merges)
    source(api, column_mapping={**EVENTS_COLUMNS, "metadata": {"a": "b"}})

    columns = {**EVENTS_COLUMNS, "timestamp": "at"}
    mapping = api.data("PATCH", "/ingestion", {**SOURCE, "column_mapping": columns})["data"]["column_mapping"]
    assert (mapping["metadata"], mapping["timestamp"]) == (metadata, "at")


def test_a_source_is_found_without_a_name_if_it_is_the_only_one(api: Api) -> None:
    made = source(api)
    alone = "/ingestion?type=s3&dataset=Events"
    assert api.data("GET", alone) == made

    source(api, source_name="views")
    for method in ("GET", "DELETE"):
        assert api.errors(method, alone) == {"source_name": "Required"}
    assert api("PATCH", "/ingestion", {"type": "s3", "dataset": "Events", "enabled": True}).status_code == 400


def test_a_second_delete_of_an_ingestion_source_is_a_404(api: Api, emulator: Emulator) -> None:
    source(api)
    source(api, source_name="views")

    assert api("DELETE", where()).json() == {"message": "Ingestion deleted successfully."}
    missing = {"status": 404, "message": "Ingestion source not found with name clicks"}
    for method, path, body in (("GET", where(), None), ("DELETE", where(), None), ("PATCH", "/ingestion", SOURCE)):
        assert api(method, path, body).json() == missing
    emulator.quirk(delete_missing_status=200)
    assert api("DELETE", where()).status_code == 200
    assert [kept["source_name"] for kept in emulator.objects("ingestion_sources")] == ["views"]


def test_a_source_can_be_added_edited_and_removed_in_the_console(api: Api, emulator: Emulator) -> None:
    emulator.add("ingestion_sources", {**SOURCE, "dataset": "Exposures", "column_mapping": {"experiment": "x"}})
    made = api.data("GET", where(dataset="export_exposures"))
    assert made["data"]["column_mapping"]["event_value"] == ""

    emulator.edit("ingestion_sources", "s3/export_exposures/clicks", {"enabled": True, "source_name": "taps"})
    assert api.data("GET", where(dataset="export_exposures", source_name="taps"))["enabled"] is True
    assert api("GET", where(dataset="export_exposures")).status_code == 404
    emulator.remove("ingestion_sources", "s3/export_exposures/taps")
    assert emulator.objects("ingestion_sources") == []


def test_a_type_without_a_connection_is_a_404(api: Api, emulator: Emulator) -> None:
    missing = {"status": 404, "message": "Ingestion of type databricks not found."}
    body = {**SOURCE, "type": "databricks", "use_delta_sharing": True, "share": "s", "schema": "c", "table": "t"}
    assert api("POST", "/ingestion", body).json() == missing
    assert api("GET", where(type="databricks")).json() == missing

    api.data("POST", "/ingestion/connection/databricks", CONNECTION)
    delta_sharing = {key: body[key] for key in ("use_delta_sharing", "share", "schema", "table")}
    assert delta_sharing.items() <= api.data("POST", "/ingestion", body)["data"].items()
    emulator.quirk(connected_types=[])
    assert api("POST", "/ingestion", SOURCE).status_code == 404


def test_the_secrets_of_a_connection_cannot_be_read(api: Api, emulator: Emulator) -> None:
    response = api("POST", "/ingestion/connection/databricks", {**CONNECTION, "verified": True})
    api("POST", "/ingestion/connections/databricks", CONNECTION)
    emulator.add("ingestion_connections", {**CONNECTION, "type": "other"})
    emulator.edit("ingestion_connections", "databricks", {"token": CONNECTION["token"]})

    made = response.json()["data"]
    assert made["data"] == {"host": "h.example.com", "path": "/sql", "verified": True}
    seen = response.text + str([emulator.objects("ingestion_connections"), emulator.state(), emulator.requests()])
    assert "secret" not in seen
    assert emulator.requests()["log"][0]["body"]["token"] == "[redacted]"


def test_a_replaced_connection_keeps_its_id(api: Api) -> None:
    made = api.data("POST", "/ingestion/connection/databricks", {**CONNECTION, "verified": True})
    again = api.data("POST", "/ingestion/connection/databricks", {**CONNECTION, "host": "other"})

    assert again == {**made, "data": {"host": "other", "path": "/sql"}}


def test_a_connection_is_validated(api: Api) -> None:
    errors = api.errors("POST", "/ingestion/connection/databricks", {"path": 1})

    assert errors == {"token": "Required", "host": "Required", "path": "Expected string, received number"}


def test_the_default_hour_of_a_schedule_is_ten(api: Api, emulator: Emulator) -> None:
    path = "/ingestion/schedule"
    assert api.data("GET", f"{path}?dataset=Events") == {"dataset": "Events", "scheduled_hour_pst": 10}

    changed = api.data("POST", path, {"dataset": "Events", "scheduled_hour_pst": 0})
    assert changed == {"dataset": "Events", "scheduled_hour_pst": 0}
    assert api.data("GET", f"{path}?dataset=Events") == changed
    assert api.data("GET", f"{path}?dataset=Metrics")["scheduled_hour_pst"] == 10
    emulator.edit("ingestion_schedules", "Events", {"scheduled_hour_pst": 5})
    assert api.data("GET", f"{path}?dataset=Events")["scheduled_hour_pst"] == 5
    assert api.data("POST", path, {"dataset": "Events"})["scheduled_hour_pst"] == 10


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({}, "dataset", "Required"),
        ({"dataset": "Events", "scheduled_hour_pst": 24}, "scheduled_hour_pst", "less than or equal to 23"),
        ({"dataset": "Events", "scheduled_hour_pst": -1}, "scheduled_hour_pst", "greater than or equal to 0"),
        ({"dataset": "Exposures"}, "dataset", "received 'Exposures'"),
    ],
)
def test_a_schedule_is_validated(api: Api, body: dict[str, Any], path: str, message: str) -> None:
    assert message in api.errors("POST", "/ingestion/schedule", body)[path]
    assert api.errors("GET", "/ingestion/schedule") == {"dataset": "Required"}
