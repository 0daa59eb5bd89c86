"""What was ingested, as counts of events and as statuses: `/ingestion/events`, `/ingestion/status`.

The numbers are made up of the question: asked again, they are the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, takewhile
from typing import Final

from ..model import ingestion_sources
from ..model.ingestion_sources import RUNS, SOURCES, Day
from ..model.project import Project
from .pages import page
from .responses import Answer, Record, single
from .routes import Call, Routes
from .shapes import Choice, Fields, Listed, Text

routes: Final = Routes()

EVENTS: Final = ("page_view", "add_to_cart", "purchase")
# A source has a diff when Statsig and the warehouse are further apart than this part of the warehouse's count.
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
        "dataset": ingestion_sources.DATASET,
        "status": STATUS,
        "statuses": Listed(STATUS),
    }
).requiring("startDate", "endDate")


def _days_gone_by(start: str, end: str) -> Iterator[date]:
    """Nothing was ingested of days to come, however far the range goes."""
    today = datetime.now(UTC).date()
    return takewhile(lambda day: day <= today, ingestion_sources.days(start, end))


def _ledger(call: Call, asked: Record) -> Iterator[Record]:
    """A row for each day, event and enabled source of events."""
    sources = [
        source["source_name"]
        for source in call.project.store[SOURCES]
        if source["dataset"] == "Events" and source["enabled"]
    ]
    for day in _days_gone_by(asked["start_date"], asked["end_date"]):
        for event in EVENTS:
            for source in sources:
                fits = asked.get("source_name", source) == source and asked.get("event_name", event) == event
                if fits:
                    yield _row(day, source, event)


def _row(day: date, source: str, event: str) -> Record:
    number = zlib.crc32(f"{day} {source} {event}".encode())
    external = 1000 + number % 9000
    # Up to 7 % of the events are on their way.
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
    return f"{day + timedelta(1)}T10:00:00.000Z"


def _counts(ledger: Iterable[Record]) -> Iterator[Record]:
    """The sources of an event added up."""
    for (day, event), rows in groupby(ledger, lambda row: (row["date"], row["event"])):
        several = list(rows)
        count = sum(row["internal_count"] for row in several)
        yield {"date": day, "event": event, "count": count, "last_updated_time": several[-1]["last_updated_time"]}


def _shaped(asked: Record, rows: Iterable[Record]) -> list[Record]:
    """A list of rows when one event is asked for, else a list of days with their events."""
    if "event_name" in asked:
        return list(rows)
    return [
        {"date": day, "events": [{key: row[key] for key in row if key != "date"} for row in of_day]}
        for day, of_day in groupby(rows, lambda row: row["date"])
    ]


@routes.on("GET", "/ingestion/events/count")
def count_events(call: Call) -> Answer:
    asked = ingestion_sources.selectors(call, RANGE)
    return single("Ingestion event count read successfully.", _shaped(asked, _counts(_ledger(call, asked))))


@routes.on("GET", "/ingestion/events/delta")
def compare_events(call: Call) -> Answer:
    asked = ingestion_sources.selectors(call, RANGE)
    return single("Ingestion event delta read successfully.", _shaped(asked, _ledger(call, asked)))


def _statuses(project: Project, source: Record, day: date) -> Iterator[Record]:
    """What happened to one source for one day: its import when it is enabled, and every run that named it."""
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
    # A run made in the console may not say of which type and dataset it is.
    alike = all(run.get(key, source[key]) == source[key] for key in ("type", "dataset"))
    return alike and source["source_name"] in run["sources"] and day.isoformat() in run["dateStamps"]


def _status_rows(call: Call, asked: Record) -> Iterator[Record]:
    for day in _days_gone_by(asked["startDate"], asked["endDate"]):
        for source in call.project.store[SOURCES]:
            place = {
                "ds": f"{day}T00:00:00.000Z",
                "ingestion_dataset": source["dataset"].lower(),
                "ingestion_source": source["type"],
                "source_name": source["source_name"],
                "timestamp": _morning_after(day),
            }
            yield from (place | row for row in _statuses(call.project, source, day))


def _is_asked_for(row: Record, asked: Record) -> bool:
    """`source` is the name of a source or its type: nobody documented which."""
    wanted = [*([asked["status"]] if "status" in asked else []), *asked["statuses"]]
    status = row["status"] if row["status"] in STATUSES else OTHER
    return (
        ("source" not in asked or asked["source"] in (row["source_name"], row["ingestion_source"]))
        and ("dataset" not in asked or asked["dataset"].lower() == row["ingestion_dataset"])
        and (not wanted or status in wanted)
    )


@routes.on("GET", "/ingestion/status")
def list_statuses(call: Call) -> Answer:
    asked = ingestion_sources.selectors(call, STATUS_QUERY)
    rows = [row for row in _status_rows(call, asked) if _is_asked_for(row, asked)]
    hidden = {} if call.project.quirks["ingestion_status_source"] else {"ingestion_source": None}
    return page(call, "Ingestion statuses listed successfully.", rows, lambda row: row | hidden)
