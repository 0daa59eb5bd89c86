"""Counts of ingested events, their difference from the warehouse, and statuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

RANGE = {"start_date": "2024-03-04", "end_date": "2024-03-05"}
STATUS_RANGE = {"startDate": "2024-03-04", "endDate": "2024-03-04"}
MONDAY = "Mon Mar 04 2024 00:00:00 GMT+0000 (Coordinated Universal Time)"
TUESDAY = "Tue Mar 05 2024 00:00:00 GMT+0000 (Coordinated Universal Time)"
EVENTS = ["page_view", "add_to_cart", "purchase"]


@pytest.fixture(autouse=True)
def _sources(api: Api) -> None:
    for name, type_, dataset in (
        ("clicks", "s3", "Events"),
        ("views", "athena", "Events"),
        ("lifts", "s3", "Metrics"),
    ):
        body = {"type": type_, "dataset": dataset, "source_name": name, "enabled": True}
        api.data("POST", "/ingestion", body)
    api.data("POST", "/ingestion", {"type": "s3", "dataset": "Events", "source_name": "off", "enabled": False})


def asked(api: Api, what: str, **query: Any) -> Any:
    return api.data("GET", f"/ingestion/{what}?{urlencode(query, doseq=True)}")


def test_events_are_counted_by_day(api: Api) -> None:
    days = asked(api, "events/count", **RANGE)

    assert [day["date"] for day in days] == [MONDAY, TUESDAY]
    assert [event["event"] for event in days[0]["events"]] == EVENTS
    assert all(set(event) == {"event", "count", "last_updated_time"} for event in days[0]["events"])
    assert asked(api, "events/count", **RANGE) == days


def test_one_event_is_counted_in_a_flat_list(api: Api) -> None:
    days = asked(api, "events/count", **RANGE)

    rows = asked(api, "events/count", **RANGE, event_name="purchase")
    assert rows == [{"date": day["date"], **day["events"][2]} for day in days]
    assert asked(api, "events/count", **RANGE, event_name="none") == []


def test_the_count_of_an_event_is_the_sum_over_its_sources(api: Api) -> None:
    def count(**query: str) -> int:
        rows = asked(api, "events/count", **RANGE, event_name="purchase", **query)
        return int(rows[0]["count"])

    assert count() == count(source_name="clicks") + count(source_name="views")


@pytest.mark.parametrize("name", ["off", "lifts", "none"])
def test_only_enabled_sources_of_events_have_events(api: Api, name: str) -> None:
    assert asked(api, "events/count", **RANGE, source_name=name) == []
    assert asked(api, "events/delta", **RANGE, source_name=name) == []


def test_the_delta_is_listed_by_day_source_and_event(api: Api) -> None:
    days = asked(api, "events/delta", **RANGE)

    assert [day["date"] for day in days] == [MONDAY, TUESDAY]
    found = [(event["event"], event["source"]) for event in days[0]["events"]]
    assert found == [(event, source) for event in EVENTS for source in ("clicks", "views")]


def test_the_delta_of_one_event_is_a_flat_list(api: Api) -> None:
    (row,) = asked(
        api, "events/delta", **{**RANGE, "end_date": "2024-03-04"}, event_name="purchase", source_name="views"
    )

    assert (row["date"], row["source"], row["event"]) == (MONDAY, "views", "purchase")
    assert 0 < row["internal_count"] <= row["external_count"]


def test_a_difference_above_the_threshold_is_a_diff(api: Api) -> None:
    rows = asked(api, "events/delta", start_date="2024-01-01", end_date="2024-03-01", event_name="purchase")

    seen = {row["has_diff"] for row in rows}
    assert seen == {True, False}
    for row in rows:
        apart = row["external_count"] - row["internal_count"]
        assert row["has_diff"] == (apart > row["threshold"] * row["external_count"])


def test_future_days_have_no_events(api: Api) -> None:
    assert asked(api, "events/count", start_date="9999-12-30", end_date="9999-12-31") == []
    assert asked(api, "status", startDate="9999-12-30", endDate="9999-12-31") == []


def test_a_range_that_ends_before_it_starts_is_empty(api: Api) -> None:
    assert asked(api, "events/count", start_date="2024-03-05", end_date="2024-03-04") == []


@pytest.mark.parametrize("what", ["events/count", "events/delta"])
def test_a_range_is_validated(api: Api, what: str) -> None:
    errors = api.errors("GET", f"/ingestion/{what}?start_date=2024-13-01")

    assert errors == {
        "start_date": "Expected valid date in the form of YYYY-MM-DD",
        "end_date": "Required",
    }


def test_statuses_are_listed_for_each_day_and_enabled_source(api: Api) -> None:
    rows = asked(api, "status", **STATUS_RANGE)

    assert [row["source_name"] for row in rows] == [name for name in ("clicks", "views", "lifts") for _ in range(3)]
    assert [row["status"] for row in rows[:3]] == ["IMPORT_STARTED", "ROWS_INSERTED", "IMPORT_SUCCESSFUL"]
    assert (rows[0]["ingestion_dataset"], rows[0]["ingestion_source"]) == ("events", "s3")
    assert (rows[0]["ds"], rows[1]["rowCount"] > 0) == ("2024-03-04T00:00:00.000Z", True)
    assert rows[2]["message"] == "Your job for events ingestion completed successfully"


@pytest.mark.parametrize(
    ("query", "sources", "statuses"),
    [
        ({"source": "views"}, {"views"}, {"IMPORT_STARTED", "ROWS_INSERTED", "IMPORT_SUCCESSFUL"}),
        ({"source": "s3", "status": "ROWS_INSERTED"}, {"clicks", "lifts"}, {"ROWS_INSERTED"}),
        ({"dataset": "Metrics", "statuses": ["ROWS_INSERTED"]}, {"lifts"}, {"ROWS_INSERTED"}),
        (
            {"source": "clicks", "statuses[]": ["ROWS_INSERTED", "IMPORT_STARTED"]},
            {"clicks"},
            {"ROWS_INSERTED", "IMPORT_STARTED"},
        ),
        ({"status": "%Other"}, set(), set()),
    ],
)
def test_statuses_are_filtered(api: Api, query: dict[str, Any], sources: set[str], statuses: set[str]) -> None:
    rows = asked(api, "status", **STATUS_RANGE, **query)

    assert {row["source_name"] for row in rows} == sources
    assert {row["status"] for row in rows} == statuses


def test_a_backfill_is_listed_in_the_statuses_of_its_sources(api: Api, emulator: Emulator) -> None:
    emulator.quirk(backfill_outcome="download_error")
    days = {"datestamp_start": "2024-03-04", "datestamp_end": "2024-03-04"}
    api.data("POST", "/ingestion/backfill", {**days, "type": "s3", "dataset": "Events", "source": "off"})

    rows = asked(api, "status", **STATUS_RANGE, source="off")
    assert [row["status"] for row in rows] == ["BACKFILL_REQUESTED", "CONNECTION_ERROR"]
    assert rows[1]["error_message"] == "The download failed."
    # A source of another type or dataset that has the same name had no backfill.
    api.data("POST", "/ingestion", {"type": "s3", "dataset": "Metrics", "source_name": "off"})
    assert asked(api, "status", **STATUS_RANGE, dataset="Metrics", source="off") == []


def test_statuses_come_in_pages(api: Api) -> None:
    page = api("GET", f"/ingestion/status?{urlencode(STATUS_RANGE)}&limit=4&page=3").json()

    assert (len(page["data"]), page["pagination"]["totalItems"]) == (1, 9)


def test_the_query_of_statuses_is_validated(api: Api) -> None:
    errors = api.errors("GET", "/ingestion/status?startDate=x&status=OK&statuses=OK")

    assert errors["startDate"] == "Expected valid date in the form of YYYY-MM-DD"
    assert errors["endDate"] == "Required"
    assert errors["status"].endswith("received 'OK'")
    assert errors["statuses.0"].endswith("received 'OK'")
