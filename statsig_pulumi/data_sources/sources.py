"""Data sources of assignment sources, entity property sources and metric sources, in warehouse-native projects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .records.sources import (
    AssignmentSourceRecord,
    EntityPropertySourceRecord,
    MetricSourceRecord,
    QualifyingEventRecord,
    SourceRecord,
)

ASSIGNMENT_SOURCES = "experiments/assignment_sources"
ENTITY_PROPERTIES = "experiments/entity_properties"
ENTITY_PROPERTY = Endpoint("experiments/entity_property")
METRIC_SOURCES = Endpoint("metrics/metric_source")
QUALIFYING_EVENTS = Endpoint("experiments/qualifying_events")


@data_source_of_all
def list_assignment_sources(reader: Reader) -> list[AssignmentSourceRecord]:
    """Return all assignment sources.

    Console API: ``GET /experiments/assignment_sources``.
    """
    return reader.list_records(AssignmentSourceRecord, ASSIGNMENT_SOURCES)


@data_source_of_all
def list_entity_property_sources(reader: Reader) -> list[EntityPropertySourceRecord]:
    """Return all entity property sources.

    Console API: ``GET /experiments/entity_properties``.
    """
    return reader.list_records(EntityPropertySourceRecord, ENTITY_PROPERTIES)


@overload
def get_entity_property_source(name: str, **options: Unpack[ReadOptions]) -> EntityPropertySourceRecord: ...
@overload
def get_entity_property_source(
    name: Output[str], **options: Unpack[ReadOptions]
) -> Output[EntityPropertySourceRecord]: ...
@data_source_by_id
def get_entity_property_source(reader: Reader, name: str) -> EntityPropertySourceRecord:
    """Return the entity property source with this name.

    Raises GoneError if it does not exist.

    Console API: ``GET /experiments/entity_property/{name}``.
    """
    return reader.get_record(
        EntityPropertySourceRecord,
        ENTITY_PROPERTY.path(name),
        f"entity property source '{name}'",
        is_missing_fn=_is_unlisted(name, lambda: reader.list_records(EntityPropertySourceRecord, ENTITY_PROPERTIES)),
    )


@data_source_of_all
def list_metric_sources(reader: Reader) -> list[MetricSourceRecord]:
    """Return all metric sources.

    Console API: ``GET /metrics/metric_source/list``.
    """
    return _metric_sources(reader)


@overload
def get_metric_source(name: str, **options: Unpack[ReadOptions]) -> MetricSourceRecord: ...
@overload
def get_metric_source(name: Output[str], **options: Unpack[ReadOptions]) -> Output[MetricSourceRecord]: ...
@data_source_by_id
def get_metric_source(reader: Reader, name: str) -> MetricSourceRecord:
    """Return the metric source with this name.

    Raises GoneError if it does not exist.

    Console API: ``GET /metrics/metric_source/{name}``.
    """
    return reader.get_record(
        MetricSourceRecord,
        METRIC_SOURCES.path(name),
        f"metric source '{name}'",
        is_missing_fn=_is_unlisted(name, lambda: _metric_sources(reader)),
    )


@data_source_of_all
def list_qualifying_events(reader: Reader) -> list[QualifyingEventRecord]:
    """Return all qualifying events.

    Console API: ``GET /experiments/qualifying_events``.
    """
    return reader.list_records(QualifyingEventRecord, QUALIFYING_EVENTS.collection)


@overload
def get_qualifying_event(name: str, **options: Unpack[ReadOptions]) -> QualifyingEventRecord: ...
@overload
def get_qualifying_event(name: Output[str], **options: Unpack[ReadOptions]) -> Output[QualifyingEventRecord]: ...
@data_source_by_id
def get_qualifying_event(reader: Reader, name: str) -> QualifyingEventRecord:
    """Return the qualifying event with this name.

    Raises GoneError if it does not exist.

    Console API: ``GET /experiments/qualifying_events/{name}``.
    """
    return reader.get_record(
        QualifyingEventRecord,
        QUALIFYING_EVENTS.path(name),
        f"qualifying event '{name}'",
        is_missing_fn=_is_unlisted(
            name, lambda: reader.list_records(QualifyingEventRecord, QUALIFYING_EVENTS.collection)
        ),
    )


def _metric_sources(reader: Reader) -> list[MetricSourceRecord]:
    return reader.list_records(MetricSourceRecord, METRIC_SOURCES.path("list"))


def _is_unlisted(name: str, list_fn: Callable[[], Sequence[SourceRecord]]) -> Callable[[], bool]:
    """Return a check for missing sources: the API returns 400 for them, so the list is read."""
    return lambda: not any(source.name == name for source in list_fn())
