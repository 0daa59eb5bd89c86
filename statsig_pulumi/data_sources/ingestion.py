"""Look-ups of ingestion: its sources and schedules, its runs, and what was ingested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypedDict, Unpack, overload

from pulumi import Output

from ..errors import UnreachableError
from ..json_values import Json
from ..schema.declaration import Endpoint
from .call import Api, Query, lookup, lookup_by_id
from .query import Day, query_of, range_of
from .records.ingestion import (
    EventCountRecord,
    EventDeltaRecord,
    IngestionRunRecord,
    IngestionScheduleRecord,
    IngestionSourceRecord,
    IngestionStatusRecord,
)

RUNS = Endpoint("ingestion/runs")
Warehouse = Literal["redshift", "bigquery-v2", "snowflake-v2", "databricks", "azure-synapse", "s3", "athena", "adls"]
Dataset = Literal["Events", "Metrics", "Exposures", "export_exposures", "export_events", "entity_properties"]
Text = str | Output[str]


class StatusFilters(TypedDict, total=False):
    """What the statuses of ingestions can be listed by; several statuses are those that are any of them."""

    source: str
    dataset: Dataset
    statuses: Sequence[str]


class EventFilters(TypedDict, total=False):
    """What the counts of events can be listed by."""

    source_name: str
    event_name: str


@overload
def get_ingestion_source(type: Warehouse, dataset: Dataset, source_name: str) -> IngestionSourceRecord: ...
@overload
def get_ingestion_source(type: Output[str], dataset: Text, source_name: Text) -> Output[IngestionSourceRecord]: ...
@overload
def get_ingestion_source(type: Warehouse, dataset: Output[str], source_name: Text) -> Output[IngestionSourceRecord]: ...
@overload
def get_ingestion_source(
    type: Warehouse, dataset: Dataset, source_name: Output[str]
) -> Output[IngestionSourceRecord]: ...
@lookup_by_id
def get_ingestion_source(api: Api, type: str, dataset: str, source_name: str) -> IngestionSourceRecord:
    """One source of a dataset, ingested from a type of warehouse; a GoneError where there is none.

    Console API: ``GET /ingestion``.
    """
    what = f"ingestion source '{source_name}' of type '{type}' for the dataset '{dataset}'"
    query = {"type": type, "dataset": _as_read(dataset), "source_name": source_name}
    return api.one(IngestionSourceRecord, "ingestion", what, query)


@overload
def get_ingestion_schedule(dataset: Dataset) -> IngestionScheduleRecord: ...
@overload
def get_ingestion_schedule(dataset: Output[str]) -> Output[IngestionScheduleRecord]: ...
@lookup_by_id
def get_ingestion_schedule(api: Api, dataset: str) -> IngestionScheduleRecord:
    """When a dataset is ingested.

    Console API: ``GET /ingestion/schedule``.
    """
    what = f"ingestion schedule for the dataset '{dataset}'"
    return api.one(IngestionScheduleRecord, "ingestion/schedule", what, {"dataset": _as_read(dataset)})


@lookup
def list_ingestion_runs(api: Api) -> list[IngestionRunRecord]:
    """Every run of an ingestion, by schedule or as a backfill.

    Console API: ``GET /ingestion/runs``.
    """
    return api.every(IngestionRunRecord, RUNS.collection, takes_limit=False)


@overload
def get_ingestion_run(run_id: str) -> IngestionRunRecord: ...
@overload
def get_ingestion_run(run_id: Output[str]) -> Output[IngestionRunRecord]: ...
@lookup_by_id
def get_ingestion_run(api: Api, run_id: str) -> IngestionRunRecord:
    """One run of an ingestion; a GoneError where there is none.

    Console API: ``GET /ingestion/runs/{id}``.
    """
    return api.one(IngestionRunRecord, RUNS.path(run_id), f"ingestion run '{run_id}'")


@lookup
def list_ingestion_status(
    api: Api, start_date: Day, end_date: Day, **filters: Unpack[StatusFilters]
) -> list[IngestionStatusRecord]:
    """What happened to ingestions from one day to another; an InvalidInputsError for what are no such days.

    Console API: ``GET /ingestion/status``.
    """
    first, last = range_of(api.asker, start_date, end_date)
    asked = query_of(api.asker, StatusFilters, filters)
    if isinstance(dataset := asked.get("dataset"), str):
        asked["dataset"] = _as_read(dataset)
    return api.every(
        IngestionStatusRecord,
        "ingestion/status",
        query={"startDate": first, "endDate": last, **asked},
        takes_limit=False,
    )


@lookup
def list_event_counts(
    api: Api, start_date: Day, end_date: Day, **filters: Unpack[EventFilters]
) -> list[EventCountRecord]:
    """How often each event was ingested, day by day; an InvalidInputsError for what are no days.

    Console API: ``GET /ingestion/events/count``.
    """
    query = _event_query(api, start_date, end_date, filters)
    return [EventCountRecord.read(row) for row in _rows(api, "ingestion/events/count", query)]


@lookup
def list_event_deltas(
    api: Api, start_date: Day, end_date: Day, **filters: Unpack[EventFilters]
) -> list[EventDeltaRecord]:
    """How far Statsig and the warehouse are apart on each event, day by day.

    Console API: ``GET /ingestion/events/delta``.
    """
    query = _event_query(api, start_date, end_date, filters)
    return [EventDeltaRecord.read(row) for row in _rows(api, "ingestion/events/delta", query)]


def _as_read(dataset: str) -> str:
    """Sources of ``Exposures`` are read under another name than the one they are made with."""
    return "export_exposures" if dataset == "Exposures" else dataset


def _event_query(api: Api, start_date: Day, end_date: Day, filters: EventFilters) -> Query:
    first, last = range_of(api.asker, start_date, end_date)
    asked = query_of(api.asker, EventFilters, filters, spelled=str)  # these are in snake_case
    return {"start_date": first, "end_date": last, **asked}


def _rows(api: Api, path: str, query: Query) -> Iterator[Json]:
    """One row an event and day: without an event's name the API answers one row a day, with its events in it."""
    data = api.data(path, "ingestion of events", query)
    if not isinstance(data, list):
        raise UnreachableError("GET", f"/{path}", "the answer holds no list")
    for row in data:
        if isinstance(row.get("events"), list):
            yield from ({"date": row.get("date")} | event for event in row["events"])
        else:
            yield row
