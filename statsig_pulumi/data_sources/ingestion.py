"""Data sources of ingestion: sources, schedules, runs, statuses and event counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Unpack, overload

from pulumi import Output

from ..errors import UnreachableError
from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.shapes import get_objects, map_items, require_object
from .call import Query, R, Reader, ReadOptions, data_source, data_source_by_id, data_source_of_all
from .query import Day, build_day_range, build_query
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


class StatusFilters(ReadOptions, total=False):
    """Filters of ``list_ingestion_status``. A status matches ``statuses`` if it is any of them."""

    source: str
    dataset: Dataset
    statuses: Sequence[str]


class EventFilters(ReadOptions, total=False):
    """Filters of ``list_event_counts`` and ``list_event_deltas``."""

    source_name: str
    event_name: str


@overload
def get_ingestion_source(
    type: Warehouse, dataset: Dataset, source_name: str, **options: Unpack[ReadOptions]
) -> IngestionSourceRecord: ...
@overload
def get_ingestion_source(
    type: Output[str], dataset: Text, source_name: Text, **options: Unpack[ReadOptions]
) -> Output[IngestionSourceRecord]: ...
@overload
def get_ingestion_source(
    type: Warehouse, dataset: Output[str], source_name: Text, **options: Unpack[ReadOptions]
) -> Output[IngestionSourceRecord]: ...
@overload
def get_ingestion_source(
    type: Warehouse, dataset: Dataset, source_name: Output[str], **options: Unpack[ReadOptions]
) -> Output[IngestionSourceRecord]: ...
@data_source_by_id
def get_ingestion_source(reader: Reader, type: str, dataset: str, source_name: str) -> IngestionSourceRecord:
    """Return the ingestion source with this warehouse type, dataset and name.

    Raises GoneError if the source does not exist.

    Console API: ``GET /ingestion``.
    """
    title = f"ingestion source '{source_name}' of type '{type}' for the dataset '{dataset}'"
    query = {"type": type, "dataset": _as_read(dataset), "source_name": source_name}
    return reader.get_record(IngestionSourceRecord, "ingestion", title, query)


@overload
def get_ingestion_schedule(dataset: Dataset, **options: Unpack[ReadOptions]) -> IngestionScheduleRecord: ...
@overload
def get_ingestion_schedule(dataset: Output[str], **options: Unpack[ReadOptions]) -> Output[IngestionScheduleRecord]: ...
@data_source_by_id
def get_ingestion_schedule(reader: Reader, dataset: str) -> IngestionScheduleRecord:
    """Return the ingestion schedule of a dataset.

    Raises GoneError if the API has no schedule for the dataset.

    Console API: ``GET /ingestion/schedule``.
    """
    title = f"ingestion schedule for the dataset '{dataset}'"
    return reader.get_record(IngestionScheduleRecord, "ingestion/schedule", title, {"dataset": _as_read(dataset)})


@data_source_of_all
def list_ingestion_runs(reader: Reader) -> list[IngestionRunRecord]:
    """Return all ingestion runs, scheduled ones and backfills.

    Console API: ``GET /ingestion/runs``.
    """
    return reader.list_records(IngestionRunRecord, RUNS.collection, takes_limit=False)


@overload
def get_ingestion_run(run_id: str, **options: Unpack[ReadOptions]) -> IngestionRunRecord: ...
@overload
def get_ingestion_run(run_id: Output[str], **options: Unpack[ReadOptions]) -> Output[IngestionRunRecord]: ...
@data_source_by_id
def get_ingestion_run(reader: Reader, run_id: str) -> IngestionRunRecord:
    """Return the ingestion run with this id.

    Raises GoneError if the run does not exist.

    Console API: ``GET /ingestion/runs/{id}``.
    """
    return reader.get_record(IngestionRunRecord, RUNS.path(run_id), f"ingestion run '{run_id}'")


@data_source
def list_ingestion_status(
    reader: Reader, start_date: Day, end_date: Day, **filters: Unpack[StatusFilters]
) -> list[IngestionStatusRecord]:
    """Return the statuses of ingestions from one day to another, both inclusive.

    Raises InvalidInputsError if a date is invalid or the last day is before the first.

    Console API: ``GET /ingestion/status``.
    """
    first, last = build_day_range(reader.data_source, start_date, end_date)
    query = build_query(reader.data_source, StatusFilters, filters)
    if isinstance(dataset := query.get("dataset"), str):
        query["dataset"] = _as_read(dataset)
    return reader.list_records(
        IngestionStatusRecord,
        "ingestion/status",
        query={"startDate": first, "endDate": last, **query},
        takes_limit=False,
    )


@data_source
def list_event_counts(
    reader: Reader, start_date: Day, end_date: Day, **filters: Unpack[EventFilters]
) -> list[EventCountRecord]:
    """Return the number of ingested events, by event and day, from one day to another, both inclusive.

    Raises InvalidInputsError if a date is invalid or the last day is before the first.

    Console API: ``GET /ingestion/events/count``.
    """
    return _list_events(reader, EventCountRecord, "ingestion/events/count", start_date, end_date, filters)


@data_source
def list_event_deltas(
    reader: Reader, start_date: Day, end_date: Day, **filters: Unpack[EventFilters]
) -> list[EventDeltaRecord]:
    """Return the differences between Statsig's and the warehouse's event counts, by event, source and day.

    Raises InvalidInputsError if a date is invalid or the last day is before the first.

    Console API: ``GET /ingestion/events/delta``.
    """
    return _list_events(reader, EventDeltaRecord, "ingestion/events/delta", start_date, end_date, filters)


def _as_read(dataset: str) -> str:
    """Return the API's name of a dataset in reads: it takes ``Exposures`` only in writes."""
    return "export_exposures" if dataset == "Exposures" else dataset


def _list_events(
    reader: Reader, record: type[R], path: str, start_date: Day, end_date: Day, filters: EventFilters
) -> list[R]:
    first, last = build_day_range(reader.data_source, start_date, end_date)
    # The API names these parameters in snake_case.
    selected = build_query(reader.data_source, EventFilters, filters, wire_name_fn=str)
    query: Query = {"start_date": first, "end_date": last, **selected}
    return map_items(record.read, list(_rows(reader, path, query)))


def _rows(reader: Reader, path: str, query: Query) -> Iterator[Json]:
    """Yield one row per event and day. Without an event name, the API returns one row per day that lists its events."""
    data = reader.get_data(path, "ingestion of events", query)
    if not isinstance(data, list):
        raise UnreachableError("GET", f"/{path}", "the response contains no list")
    for row in map_items(require_object, data):
        if isinstance(row.get("events"), list):
            yield from ({"date": row.get("date")} | event for event in get_objects(row, "events"))
        else:
            yield row
