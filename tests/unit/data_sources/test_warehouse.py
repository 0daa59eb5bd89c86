"""Data sources of warehouse-native projects: sources and ingestion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError, RejectedError

UNITS = [{"statsigUnitID": "userID", "column": "user_id"}]
SALES = {"name": "Sales / EU", "sql": "SELECT 1", "timestampColumn": "ts", "idTypeMapping": UNITS}
WEB = {"type": "redshift", "dataset": "Events", "source_name": "web", "enabled": True, "query": "SELECT 1"}
MISSING = "in this Statsig project"
BY_NAME: list[tuple[str, str, Callable[[str], Any], str]] = [
    ("metric_sources", "metric source", statsig.get_metric_source, "metric_source_missing_status"),
    ("qualifying_events", "qualifying event", statsig.get_qualifying_event, "metric_source_missing_status"),
    (
        "entity_properties",
        "entity property source",
        statsig.get_entity_property_source,
        "entity_property_missing_status",
    ),
]
BY_DAYS: list[Callable[..., Any]] = [
    statsig.list_ingestion_status,
    statsig.list_event_counts,
    statsig.list_event_deltas,
]


@pytest.fixture
def web(emulator: Emulator) -> Any:
    """An enabled source of events."""
    return emulator.add("ingestion_sources", WEB)


@pytest.mark.parametrize(("kind", "noun", "data_source", "quirk"), BY_NAME)
def test_a_source_is_found_by_its_name(
    emulator: Emulator, kind: str, noun: str, data_source: Callable[[str], Any], quirk: str
) -> None:
    emulator.add(kind, SALES | {"tags": ["core"]})
    found = data_source("Sales / EU")
    assert (found.name, found.sql, found.timestamp_column, found.tags) == ("Sales / EU", "SELECT 1", "ts", ["core"])
    assert [(unit.statsig_unit_id, unit.column) for unit in found.id_type_mapping] == [("userID", "user_id")]
    assert (found.is_read_only, found.timestamp_as_day, found.team) == (None, None, None)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize(("kind", "noun", "data_source", "quirk"), BY_NAME)
def test_a_missing_source_is_an_error(
    emulator: Emulator, kind: str, noun: str, data_source: Callable[[str], Any], quirk: str, status: int
) -> None:
    emulator.quirk(**{quirk: status})
    with pytest.raises(GoneError, match=f"^there is no {noun} 'Sales' {MISSING}$"):
        data_source("Sales")


@pytest.mark.parametrize(("kind", "noun", "data_source", "quirk"), BY_NAME)
def test_a_rejected_read_of_a_listed_source_is_not_reported_as_missing(
    emulator: Emulator, kind: str, noun: str, data_source: Callable[[str], Any], quirk: str
) -> None:
    emulator.add(kind, SALES | {"name": "Sales"})
    emulator.fault(kind="status", status=400, path="*/Sales")
    with pytest.raises(RejectedError):
        data_source("Sales")


def test_sources_are_listed(emulator: Emulator) -> None:
    emulator.quirk(metric_source_placeholders=True, max_page_size=1)
    columns = {"experimentIDColumn": "exp", "groupIDColumn": "grp", "isVerified": True}
    for name in ("a", "b"):
        emulator.add("metric_sources", SALES | {"name": name})
        emulator.add("entity_properties", SALES | {"name": name, "timestampAsDay": True})
        emulator.add("assignment_sources", SALES | columns | {"name": name})
        emulator.add("qualifying_events", SALES | {"name": name, "sourceType": "query"})
    assert [(event.name, event.source_type) for event in statsig.list_qualifying_events()] == [
        ("a", "query"),
        ("b", "query"),
    ]
    metric_sources = statsig.list_metric_sources()
    assert [(source.name, source.custom_field_mapping) for source in metric_sources] == [("a", []), ("b", [])]
    assert [(s.name, s.timestamp_as_day) for s in statsig.list_entity_property_sources()] == [("a", True), ("b", True)]
    assignment = statsig.list_assignment_sources()[1]
    assert (assignment.name, assignment.experiment_id_column, assignment.group_id_column) == ("b", "exp", "grp")
    assert (assignment.is_verified, assignment.group_name_column) == (True, None)


def test_fields_of_a_metric_source(emulator: Emulator) -> None:
    fields = [{"key": "vat", "formula": "price * 0.21"}]
    emulator.add("metric_sources", SALES | {"name": "s", "customFieldMapping": fields, "disableCURE": True})
    found = statsig.get_metric_source("s")
    assert [(field.key, field.formula) for field in found.custom_field_mapping] == [("vat", "price * 0.21")]
    assert found.disable_cure is True


def test_an_ingestion_source_and_its_data(web: Any) -> None:
    found = statsig.get_ingestion_source("redshift", "Events", "web")
    assert (found.type, found.enabled, found.data["query"]) == ("redshift", True, "SELECT 1")
    with pytest.raises(GoneError) as gone:
        statsig.get_ingestion_source("redshift", "Events", "app")
    assert str(gone.value) == (
        f"there is no ingestion source 'app' of type 'redshift' for the dataset 'Events' {MISSING}"
    )


def test_exposures_are_read_by_either_name(emulator: Emulator) -> None:
    emulator.add("ingestion_sources", WEB | {"dataset": "export_exposures"})
    assert statsig.get_ingestion_source("redshift", "Exposures", "web").enabled is True
    assert emulator.requests()["log"][-1]["query"]["dataset"] == "export_exposures"


def test_a_schedule(client: Client, emulator: Emulator) -> None:
    assert statsig.get_ingestion_schedule("Metrics") == {"dataset": "Metrics", "scheduled_hour_pst": 10}
    client.change("POST", "ingestion/schedule", {"dataset": "Metrics", "scheduled_hour_pst": 4})
    assert statsig.get_ingestion_schedule("Metrics").scheduled_hour_pst == 4


@pytest.mark.parametrize("shape", ["status", "statusCode"])
def test_runs_have_their_history(emulator: Emulator, client: Client, web: Any, shape: str) -> None:
    emulator.quirk(ingestion_run_error_shape=shape, backfill_outcome="download_error")
    days = {"datestamp_start": "2024-01-30", "datestamp_end": "2024-01-31"}
    body = {**days, "type": "redshift", "dataset": "Events", "source": "web"}
    run_id = client.change("POST", "ingestion/backfill", body)["runID"]
    run = statsig.get_ingestion_run(run_id)
    assert (run.run_id, run.latest_status, run.trigger) == (run_id, "download_error", "backfill")
    assert (run.sources, run.date_stamps) == (["web"], ["2024-01-30", "2024-01-31"])
    (source,) = run.granular_history
    assert (source.source, source.status_by_date[1].date_stamp) == ("web", "2024-01-31")
    assert "started" in [status.status for status in source.status_by_date[1].statuses]
    assert [listed.run_id for listed in statsig.list_ingestion_runs()] == [run_id]
    with pytest.raises(GoneError, match=f"^there is no ingestion run '0' {MISSING}$"):
        statsig.get_ingestion_run("0")


def test_counts_are_one_flat_list_with_and_without_an_event(web: Any) -> None:
    everything = statsig.list_event_counts("2024-02-28", date(2024, 3, 1))
    assert [count.date for count in everything][::3] == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert len(everything) == 9
    purchases = statsig.list_event_counts("2024-02-28", "2024-03-01", event_name="purchase")
    assert purchases == [count for count in everything if count.event == "purchase"]
    assert purchases[0].count > 0
    assert statsig.list_event_counts("2024-02-28", "2024-03-01", source_name="app") == []


def test_deltas_are_one_flat_list_with_and_without_an_event(web: Any) -> None:
    everything = statsig.list_event_deltas("2024-02-29", "2024-02-29")
    assert [(delta.date, delta.source) for delta in everything] == [("2024-02-29", "web")] * 3
    (purchase,) = statsig.list_event_deltas("2024-02-29", "2024-02-29", event_name="purchase", source_name="web")
    assert purchase in everything
    apart = purchase.external_count - purchase.internal_count
    assert purchase.has_diff == (apart > purchase.threshold * purchase.external_count)


def test_statuses_are_filtered_by_the_api(emulator: Emulator, web: Any) -> None:
    emulator.quirk(max_page_size=1)
    statuses = ["IMPORT_STARTED", "IMPORT_SUCCESSFUL"]
    found = statsig.list_ingestion_status("2024-01-01", "2024-01-02", source="web", dataset="Events", statuses=statuses)
    assert [status.status for status in found] == statuses * 2
    assert (found[0].source_name, found[0].ingestion_source, found[0].row_count) == ("web", "redshift", None)
    query = {"startDate": "2024-01-01", "endDate": "2024-01-02", "source": "web", "dataset": "Events"}
    assert emulator.requests()["log"][0]["query"].items() >= (query | {"statuses": statuses}).items()


@pytest.mark.parametrize("data_source", BY_DAYS)
def test_invalid_or_reversed_dates_are_errors_before_any_request(
    emulator: Emulator, data_source: Callable[..., Any]
) -> None:
    with pytest.raises(InvalidInputsError, match=r"start_date: must be a date .*; end_date: must be a date "):
        data_source("2024-13-01", "20240131")
    with pytest.raises(InvalidInputsError, match="end_date: 2024-01-01 is before start_date, 2024-01-31"):
        data_source("2024-01-31", "2024-01-01")
    assert emulator.requests()["log"] == []
