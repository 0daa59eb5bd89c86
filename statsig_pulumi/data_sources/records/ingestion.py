"""Ingestion: its sources and schedule, its runs, and what was ingested."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from ...json_values import Json
from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .record import Record

_JAVASCRIPT: Final = re.compile(r"\w{3} (\w{3}) (\d{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT([+-]\d{4})( \(.*\))?")


def iso_date(text: Json) -> Json:
    """The day of a time, which the API writes as JavaScript does: ``Mon Mar 04 2024 00:00:00 GMT+0000 (...)``."""
    try:
        found = _JAVASCRIPT.fullmatch(str(text))
        time = parsedate_to_datetime(found.expand(r"\2 \1 \3 \4 \5")) if found else datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text  # in no form that is known
    is_day = (time.hour, time.minute, time.second) == (0, 0, 0)  # a midnight somewhere stands for the day there
    return (time if is_day or time.tzinfo is None else time.astimezone(UTC)).date().isoformat()


class IngestionSourceRecord(Record):
    """A source that Statsig ingests from a warehouse."""

    id: Prop[str] = computed()
    """Statsig's id of it."""
    type: Prop[str] = computed()
    """The warehouse, such as ``redshift`` or ``snowflake-v2``."""
    enabled: Prop[bool] = computed()
    """It is ingested."""
    data: MapProp[Any] = computed()
    """What else the API tells, as it is: no documentation says what that is."""


class IngestionScheduleRecord(Record):
    """When a dataset is ingested."""

    dataset: Prop[str] = computed()
    """The dataset."""
    scheduled_hour_pst: Prop[int] = computed()
    """The hour of the day, 0 to 23, in Pacific Standard Time."""


class RunStatusRecord(Record):
    """A status that a run had."""

    status_timestamp: Prop[str] = computed()
    """Since when, in ISO 8601."""
    status: Prop[str] = computed()
    """The status, such as ``enqueued``, ``started`` or ``download_error``."""


class RunDayRecord(Record):
    """What happened to one day of one source in a run."""

    date_stamp: Prop[str] = computed()
    """The day: ``2024-01-01``."""
    statuses: ListProp[RunStatusRecord] = computed()
    """The statuses that it had."""


class RunSourceRecord(Record):
    """What happened to one source in a run."""

    source: Prop[str] = computed()
    """Name of the source."""
    latest_source_status: Prop[str] = computed()
    """The status that it has now."""
    status_by_date: ListProp[RunDayRecord] = computed()
    """What happened, day by day."""


class IngestionRunRecord(Record):
    """One run of an ingestion, by schedule or as a backfill."""

    run_id: Prop[str] = computed()
    """Statsig's id of the run."""
    latest_status: Prop[str] = computed()
    """The status that it has now, such as ``enqueued``, ``started`` or ``download_error``."""
    trigger: Prop[str] = computed()
    """What started it, such as ``scheduled``."""
    created_at: Prop[str] = computed()
    """When it was made, in ISO 8601."""
    last_updated_at: Prop[str] = computed()
    """When it got its latest status, in ISO 8601."""
    sources: ListProp[str] = computed()
    """Names of the sources that are ingested."""
    date_stamps: ListProp[str] = computed()
    """The days that are ingested."""
    run_history: ListProp[RunStatusRecord] = computed()
    """The statuses that it had."""
    granular_history: ListProp[RunSourceRecord] = computed()
    """What happened, source by source."""


class IngestionStatusRecord(Record):
    """Something that happened to an ingestion."""

    status: Prop[str | None] = computed()
    """What, such as ``IMPORT_SUCCESSFUL`` or ``CONNECTION_ERROR``."""
    message: Prop[str | None] = computed()
    """The same in a sentence."""
    error_message: Prop[str | None] = computed()
    """What went wrong."""
    ingestion_dataset: Prop[str | None] = computed()
    """The dataset, in the API's spelling of it here, such as ``events``."""
    ingestion_source: Prop[str | None] = computed()
    """The warehouse, such as ``redshift``."""
    source_name: Prop[str | None] = computed()
    """Name of the source."""
    ds: Prop[str | None] = computed()
    """The day that was ingested, in ISO 8601."""
    row_count: Prop[int | None] = computed()
    """The rows that came."""
    metric_count: Prop[int | None] = computed()
    """The metrics that came."""
    timestamp: Prop[str | None] = computed()
    """When it happened, in ISO 8601."""


class EventCountRecord(Record):
    """How often an event was ingested on one day."""

    date: Prop[str] = computed(from_wire=iso_date)
    """The day: ``2024-03-04``."""
    event: Prop[str] = computed()
    """Name of the event."""
    count: Prop[int] = computed()
    """How often."""
    last_updated_time: Prop[str] = computed()
    """When it was counted, in ISO 8601."""


class EventDeltaRecord(Record):
    """How far Statsig and the warehouse are apart on one event, source and day."""

    date: Prop[str] = computed(from_wire=iso_date)
    """The day: ``2024-03-04``."""
    source: Prop[str] = computed()
    """Name of the source."""
    event: Prop[str] = computed()
    """Name of the event."""
    internal_count: Prop[int] = computed()
    """How often Statsig has it."""
    external_count: Prop[int] = computed()
    """How often the warehouse has it."""
    has_diff: Prop[bool] = computed()
    """The difference is larger than the threshold."""
    threshold: Prop[float] = computed()
    """The difference that is still taken for none, as a share."""
    last_updated_time: Prop[str] = computed()
    """When it was counted, in ISO 8601."""
