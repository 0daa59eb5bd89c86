"""Records of ingestion: sources, schedules, runs, statuses and event counts."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from ...json_values import Json
from ...resources.ingestion_backfill import IngestionRunFields
from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .javascript_time import parse_time
from .record import Record


def iso_date(text: Json) -> Json:
    """Return the day of a time, such as ``2024-03-04``. A text in an unknown form is returned unchanged.

    The API writes times as JavaScript does: ``Mon Mar 04 2024 00:00:00 GMT+0000 (...)``.
    """
    time = parse_time(text)
    if time is None:
        return text
    is_day = (time.hour, time.minute, time.second) == (0, 0, 0)  # midnight in a time zone means the day there
    return (time if is_day or time.tzinfo is None else time.astimezone(UTC)).date().isoformat()


class IngestionSourceRecord(Record):
    """A source that Statsig ingests from a warehouse."""

    id: Prop[str] = computed()
    """Statsig's id of the ingestion."""
    type: Prop[str] = computed()
    """Type of the warehouse, such as ``redshift`` or ``snowflake-v2``."""
    enabled: Prop[bool] = computed()
    """Whether the source is ingested each day."""
    data: MapProp[Any] = computed()
    """Other data of the source, as the API returns it. Its form is not documented."""


class IngestionScheduleRecord(Record):
    """The schedule of a dataset's ingestion."""

    dataset: Prop[str] = computed()
    """Name of the dataset."""
    scheduled_hour_pst: Prop[int] = computed()
    """Hour of the day, 0 to 23, in Pacific Standard Time."""


class RunStatusRecord(Record):
    """A status in the history of a run."""

    status_timestamp: Prop[str] = computed()
    """Time of the status, in ISO 8601."""
    status: Prop[str] = computed()
    """The status, such as ``enqueued``, ``started`` or ``download_error``."""


class RunDayRecord(Record):
    """The ingestion of one day of one source in a run."""

    date_stamp: Prop[str] = computed()
    """The day, such as ``2024-01-01``."""
    statuses: ListProp[RunStatusRecord] = computed()
    """Status history."""


class RunSourceRecord(Record):
    """The ingestion of one source in a run."""

    source: Prop[str] = computed()
    """Name of the source."""
    latest_source_status: Prop[str] = computed()
    """Latest status."""
    status_by_date: ListProp[RunDayRecord] = computed()
    """Statuses by day."""


class IngestionRunRecord(Record, IngestionRunFields):
    """A run of an ingestion: scheduled or a backfill."""

    trigger: Prop[str] = computed()
    """What started the run, such as ``scheduled``."""
    run_history: ListProp[RunStatusRecord] = computed()
    """Status history of the run."""
    granular_history: ListProp[RunSourceRecord] = computed()
    """Status history by source."""


class IngestionStatusRecord(Record):
    """An event in the ingestion of a dataset."""

    status: Prop[str | None] = computed()
    """The status, such as ``IMPORT_SUCCESSFUL`` or ``CONNECTION_ERROR``."""
    message: Prop[str | None] = computed()
    """Message that explains the status."""
    error_message: Prop[str | None] = computed()
    """Error message."""
    ingestion_dataset: Prop[str | None] = computed()
    """The dataset, as this endpoint spells it, such as ``events``."""
    ingestion_source: Prop[str | None] = computed()
    """Type of the warehouse, such as ``redshift``."""
    source_name: Prop[str | None] = computed()
    """Name of the source."""
    ds: Prop[str | None] = computed()
    """The ingested day, in ISO 8601."""
    row_count: Prop[int | None] = computed()
    """Number of rows ingested."""
    metric_count: Prop[int | None] = computed()
    """Number of metrics ingested."""
    timestamp: Prop[str | None] = computed()
    """Time of the status, in ISO 8601."""


class EventCountRecord(Record):
    """The number of ingested events of one name on one day."""

    date: Prop[str] = computed(from_wire=iso_date)
    """The day, such as ``2024-03-04``."""
    event: Prop[str] = computed()
    """Name of the event."""
    count: Prop[int] = computed()
    """Number of events."""
    last_updated_time: Prop[str] = computed()
    """Time of the count, in ISO 8601."""


class EventDeltaRecord(Record):
    """The difference between Statsig's and the warehouse's count of one event, for one source and day."""

    date: Prop[str] = computed(from_wire=iso_date)
    """The day, such as ``2024-03-04``."""
    source: Prop[str] = computed()
    """Name of the source."""
    event: Prop[str] = computed()
    """Name of the event."""
    internal_count: Prop[int] = computed()
    """Number of events in Statsig."""
    external_count: Prop[int] = computed()
    """Number of events in the warehouse."""
    has_diff: Prop[bool] = computed()
    """Whether the difference exceeds the threshold."""
    threshold: Prop[float] = computed()
    """Largest accepted difference, as a share from 0 to 1."""
    last_updated_time: Prop[str] = computed()
    """Time of the count, in ISO 8601."""
