"""Counts of ingested events and ingestion statuses: `/ingestion/events`, `/ingestion/status`.

The numbers are hashes of the query's day, source and event, so that equal queries have equal responses.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, takewhile
from typing import Final

from ..model.days import days_between
from ..model.ingestion_sources import RUNS, SOURCES
from ..model.json_values import Record
from ..model.project import Project
from .ingestion import DATASET
from .pages import page
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Choice, Day, Fields, Listed, Text

routes: Final = Routes()

EVENTS: Final = ("page_view", "add_to_cart", "purchase")
# A source has a diff if the counts of Statsig and the warehouse differ by more than this share of the latter.
THRESHOLD: Final = 0.05
RANGE = Fields({"source_name": Text(), "event_name": Text(), "start_date": Day(), "end_date": Day()}).requiring(
    "start_date", "end_date"
)
STATUSES: Final = (
    "IMPORT_SUCCESSFUL",
    "ROWS_INSERTED",
    "LOADED_EMPTY_DATA",
    "IMPORT_SCHEDULED",
    "IMPORT_RESCHEDULED",
    "IMPORT_STARTED",
    "FILE_CREATED",
    "DOWNLOAD_COMPLETED",
    "BACKFILL_REQUESTED",
    "BACKFILL_STARTED",
    "ERROR",
    "CONNECTION_CONFIG_ERROR",
    "SSH_ERROR",
    "QUERY_CONSTRUCTION_ERROR",
    "INTERNAL_WRITE_ERROR_METRICS",
    "INTERNAL_WRITE_ERROR_EVENTS",
    "INTERNAL_WRITE_ERROR_EXPOSURES",
    "QUERY_ERROR",
    "SETUP_ERROR",
    "AUTHENTICATION_ERROR",
    "CONNECTION_ERROR",
    "BULK_LOAD_ERROR",
    "BULK_LOAD_SUCCESSFUL",
)
OTHER: Final = "%Other"
STATUS = Choice((*STATUSES, OTHER))
STATUS_QUERY = Fields(
    {
        "startDate": Day(),
        "endDate": Day(),
        "source": Text(),
        "dataset": DATASET,
        "status": STATUS,
        "statuses": Listed(STATUS),
    }
).requiring("startDate", "endDate")


def _past_days(start: str, end: str) -> Iterator[date]:
    """Return the days of a range up to today."""
    today = datetime.now(UTC).date()
    return takewhile(lambda day: day <= today, days_between(start, end))


def _event_rows(call: Call, query: Record) -> Iterator[Record]:
    """Return a row for each day, event and enabled source of events that the query selects."""
    sources = [
        source["source_name"]
        for source in call.project.store[SOURCES]
        if source["dataset"] == "Events" and source["enabled"]
    ]
    for day in _past_days(query["start_date"], query["end_date"]):
        for event in EVENTS:
            for source in sources:
                if query.get("source_name", source) == source and query.get("event_name", event) == event:
                    yield _row(day, source, event)


def _row(day: date, source: str, event: str) -> Record:
    number = zlib.crc32(f"{day} {source} {event}".encode())
    external = 1000 + number % 9000
    # Up to 7 % of the events are not ingested yet.
    internal = external - external * (number // 9000 % 8) // 100
    return {
        "date": day.strftime("%a %b %d %Y 00:00:00 GMT+0000 (Coordinated Universal Time)"),
        "source": source,
        "event": event,
        "internal_count": internal,
        "external_count": external,
        "has_diff": external - internal > THRESHOLD * external,
        "threshold": THRESHOLD,
        "last_updated_time": _morning_after(day),
    }


def _morning_after(day: date) -> str:
    """Return the time at which the events of a day are ingested."""
    return f"{day + timedelta(1)}T10:00:00.000Z"


def _counts(rows: Iterable[Record]) -> Iterator[Record]:
    """Return the sums over all sources, for each day and event."""
    for (day, event), group in groupby(rows, lambda row: (row["date"], row["event"])):
        by_source = list(group)
        count = sum(row["internal_count"] for row in by_source)
        yield {"date": day, "event": event, "count": count, "last_updated_time": by_source[-1]["last_updated_time"]}


def _group_by_day(query: Record, rows: Iterable[Record]) -> list[Record]:
    """Return the rows if the query has one event, or else a list of days with their events."""
    if "event_name" in query:
        return list(rows)
    return [
        {"date": day, "events": [{key: row[key] for key in row if key != "date"} for row in of_day]}
        for day, of_day in groupby(rows, lambda row: row["date"])
    ]


@routes.on("GET", "/ingestion/events/count")
def count_events(call: Call) -> Response:
    query = call.read_query(RANGE)
    data = _group_by_day(query, _counts(_event_rows(call, query)))
    return object_response("Ingestion event count read successfully.", data)


@routes.on("GET", "/ingestion/events/delta")
def compare_events(call: Call) -> Response:
    query = call.read_query(RANGE)
    return object_response("Ingestion event delta read successfully.", _group_by_day(query, _event_rows(call, query)))


def _statuses(project: Project, source: Record, day: date) -> Iterator[Record]:
    """Return the statuses of one source on one day: of its import if it is enabled, and of its runs."""
    noun, name = source["dataset"].lower(), source["source_name"]
    if source["enabled"]:
        rows = {"rowCount": 1000 + zlib.crc32(f"{day} {name}".encode()) % 9000}
        yield {"status": "IMPORT_STARTED", "message": f"Your job for {noun} ingestion started"}
        yield {"status": "ROWS_INSERTED", "message": f"Rows were inserted for {noun} ingestion", **rows}
        yield {
            "status": "IMPORT_SUCCESSFUL",
            "message": f"Your job for {noun} ingestion completed successfully",
        }
    for run in project.store[RUNS]:
        if not _is_run_of(run, source, day):
            continue
        yield {"status": "BACKFILL_REQUESTED", "message": f"A backfill of {noun} was requested"}
        if run["latestStatus"] == "download_error":
            failed = f"Your job for {noun} ingestion failed"
            yield {"status": "CONNECTION_ERROR", "message": failed, "error_message": "The download failed."}


def _is_run_of(run: Record, source: Record, day: date) -> bool:
    # A run that a console user made may have no type and dataset.
    is_same = all(run.get(key, source[key]) == source[key] for key in ("type", "dataset"))
    return is_same and source["source_name"] in run["sources"] and day.isoformat() in run["dateStamps"]


def _status_rows(call: Call, query: Record) -> Iterator[Record]:
    for day in _past_days(query["startDate"], query["endDate"]):
        for source in call.project.store[SOURCES]:
            common = {
                "ds": f"{day}T00:00:00.000Z",
                "ingestion_dataset": source["dataset"].lower(),
                "ingestion_source": source["type"],
                "source_name": source["source_name"],
                "timestamp": _morning_after(day),
            }
            yield from (common | row for row in _statuses(call.project, source, day))


def _is_selected(row: Record, query: Record) -> bool:
    """Return whether a query selects a status. The API does not document if `source` is a name or a type."""
    wanted = [*([query["status"]] if "status" in query else []), *query["statuses"]]
    status = row["status"] if row["status"] in STATUSES else OTHER
    return (
        ("source" not in query or query["source"] in (row["source_name"], row["ingestion_source"]))
        and ("dataset" not in query or query["dataset"].lower() == row["ingestion_dataset"])
        and (not wanted or status in wanted)
    )


@routes.on("GET", "/ingestion/status")
def list_statuses(call: Call) -> Response:
    query = call.read_query(STATUS_QUERY)
    rows = [row for row in _status_rows(call, query) if _is_selected(row, query)]
    hidden = {} if call.project.quirks["ingestion_status_source"] else {"ingestion_source": None}
    return page(call, "Ingestion statuses listed successfully.", rows, lambda row: row | hidden)
