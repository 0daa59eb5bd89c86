"""Data sources of metrics and their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source, data_source_by_id
from .experiments import ExperimentFilters
from .query import Day, build_query
from .records.experiments import ExperimentRecord
from .records.metrics import MetricRecord, MetricSqlRecord, MetricValueRecord

METRICS = Endpoint("metrics")
SOURCES = Endpoint("metrics/metric_source")
OWN_PATHS = {"names": ("metric_source",), "types": ("experiments", "sql")}
"""Names and types for which the path of a name and a type is another endpoint."""
Text = str | Output[str]


class MetricFilters(ReadOptions, total=False):
    """Filters of ``list_metrics``."""

    show_hidden_metrics: bool
    tags: str | Sequence[str]
    filters: str


class MetricValueOptions(ReadOptions, total=False):
    """Filters of ``list_metric_values``."""

    metric_name: str
    metric_type: str


@overload
def get_metric(name: str, type: str, **options: Unpack[ReadOptions]) -> MetricRecord: ...
@overload
def get_metric(name: Output[str], type: Text, **options: Unpack[ReadOptions]) -> Output[MetricRecord]: ...
@overload
def get_metric(name: str, type: Output[str], **options: Unpack[ReadOptions]) -> Output[MetricRecord]: ...
@data_source_by_id
def get_metric(reader: Reader, name: str, type: str) -> MetricRecord:
    """Return the metric with this name and type.

    Raises GoneError if it does not exist.

    Console API: ``GET /metrics/{name}/{type}``.
    """
    is_own_path = name in OWN_PATHS["names"] or type in OWN_PATHS["types"]
    path = METRICS.path(f"{name}::{type}") if is_own_path else METRICS.path(name, type)
    return reader.get_record(MetricRecord, path, f"metric '{name}' of type '{type}'")


@data_source
def list_metrics(reader: Reader, **filters: Unpack[MetricFilters]) -> list[MetricRecord]:
    """Return the metrics that match all filters.

    Hidden metrics are omitted without ``show_hidden_metrics``. ``filters`` is a text that Statsig searches for. Raises
    TypeError if a filter is unknown.

    Console API: ``GET /metrics/list``.
    """
    query = build_query(reader.data_source, MetricFilters, filters)
    return reader.list_records(MetricRecord, METRICS.path("list"), query=query)


@overload
def list_metric_experiments(metric_id: str, **options: Unpack[ExperimentFilters]) -> list[ExperimentRecord]: ...
@overload
def list_metric_experiments(
    metric_id: Output[str], **options: Unpack[ExperimentFilters]
) -> Output[list[ExperimentRecord]]: ...
@data_source_by_id
def list_metric_experiments(
    reader: Reader, metric_id: str, **filters: Unpack[ExperimentFilters]
) -> list[ExperimentRecord]:
    """Return the experiments that use a metric and match all filters.

    The id is the name and the type, such as ``button_click::event_count_custom``. Raises GoneError if the metric does
    not exist, TypeError if a filter is unknown, and InvalidInputsError if a date is invalid.

    Console API: ``GET /metrics/{id}/experiments``.
    """
    query = build_query(reader.data_source, ExperimentFilters, filters)
    return reader.list_records(ExperimentRecord, METRICS.path(metric_id, "experiments"), f"metric '{metric_id}'", query)


@overload
def get_metric_sql(metric_id: str, **options: Unpack[ReadOptions]) -> list[MetricSqlRecord]: ...
@overload
def get_metric_sql(metric_id: Output[str], **options: Unpack[ReadOptions]) -> Output[list[MetricSqlRecord]]: ...
@data_source_by_id
def get_metric_sql(reader: Reader, metric_id: str) -> list[MetricSqlRecord]:
    """Return the queries that compute a metric of a warehouse-native project, by unit type.

    Raises GoneError if the metric does not exist.

    Console API: ``GET /metrics/{id}/sql``.
    """
    path = METRICS.path(metric_id, "sql")
    return reader.list_records(MetricSqlRecord, path, f"metric '{metric_id}'", takes_limit=False)


@overload
def get_metric_values(metric_id: str, *, date: Day, **options: Unpack[ReadOptions]) -> list[MetricValueRecord]: ...
@overload
def get_metric_values(
    metric_id: Output[str], *, date: Day, **options: Unpack[ReadOptions]
) -> Output[list[MetricValueRecord]]: ...
@data_source_by_id
def get_metric_values(reader: Reader, metric_id: str, *, date: Day) -> list[MetricValueRecord]:
    """Return the values of a metric on one day, one for each unit type.

    Raises GoneError if the metric does not exist, and InvalidInputsError if the date is invalid.

    Console API: ``GET /metrics``.
    """
    query = {"id": metric_id, **_build_date(reader, date)}
    title = f"metric '{metric_id}'"
    return reader.list_records(MetricValueRecord, METRICS.collection, title, query, takes_limit=False)


@data_source
def list_metric_values(reader: Reader, date: Day, **filters: Unpack[MetricValueOptions]) -> list[MetricValueRecord]:
    """Return the values of all metrics on one day, or of those that match all filters.

    Raises TypeError if a filter is unknown, and InvalidInputsError if the date is invalid.

    Console API: ``GET /metrics/values``.
    """
    query = _build_date(reader, date) | build_query(reader.data_source, MetricValueOptions, filters)
    return reader.list_records(MetricValueRecord, METRICS.path("values"), query=query)


@overload
def list_metric_source_metrics(name: str, **options: Unpack[ReadOptions]) -> list[MetricRecord]: ...
@overload
def list_metric_source_metrics(name: Output[str], **options: Unpack[ReadOptions]) -> Output[list[MetricRecord]]: ...
@data_source_by_id
def list_metric_source_metrics(reader: Reader, name: str) -> list[MetricRecord]:
    """Return the metrics that are computed from a metric source.

    Raises GoneError if the source does not exist.

    Console API: ``GET /metrics/metric_source/{name}/metrics``.
    """
    return reader.list_records(MetricRecord, SOURCES.path(name, "metrics"), f"metric source '{name}'")


class _DateOption(ReadOptions):
    date: Day


def _build_date(reader: Reader, date: Day) -> dict[str, str | list[str]]:
    return build_query(reader.data_source, _DateOption, {"date": date})
