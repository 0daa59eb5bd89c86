"""Look-ups of the sources of warehouse-native projects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Api, lookup, lookup_by_id
from .records.sources import AssignmentSourceRecord, EntityPropertySourceRecord, MetricSourceRecord, SourceRecord

ASSIGNMENT_SOURCES = "experiments/assignment_sources"
ENTITY_PROPERTIES = "experiments/entity_properties"
ENTITY_PROPERTY = Endpoint("experiments/entity_property")
METRIC_SOURCES = Endpoint("metrics/metric_source")


@lookup
def list_assignment_sources(api: Api) -> list[AssignmentSourceRecord]:
    """Every assignment source.

    Console API: ``GET /experiments/assignment_sources``.
    """
    return api.every(AssignmentSourceRecord, ASSIGNMENT_SOURCES)


@lookup
def list_entity_property_sources(api: Api) -> list[EntityPropertySourceRecord]:
    """Every entity property source.

    Console API: ``GET /experiments/entity_properties``.
    """
    return api.every(EntityPropertySourceRecord, ENTITY_PROPERTIES)


@overload
def get_entity_property_source(name: str) -> EntityPropertySourceRecord: ...
@overload
def get_entity_property_source(name: Output[str]) -> Output[EntityPropertySourceRecord]: ...
@lookup_by_id
def get_entity_property_source(api: Api, name: str) -> EntityPropertySourceRecord:
    """The entity property source of this name; a GoneError where there is none.

    Console API: ``GET /experiments/entity_property/{name}``.
    """
    return api.one(
        EntityPropertySourceRecord,
        ENTITY_PROPERTY.path(name),
        f"entity property source '{name}'",
        is_missing=_is_unlisted(name, lambda: api.every(EntityPropertySourceRecord, ENTITY_PROPERTIES)),
    )


@lookup
def list_metric_sources(api: Api) -> list[MetricSourceRecord]:
    """Every metric source.

    Console API: ``GET /metrics/metric_source/list``.
    """
    return _metric_sources(api)


@overload
def get_metric_source(name: str) -> MetricSourceRecord: ...
@overload
def get_metric_source(name: Output[str]) -> Output[MetricSourceRecord]: ...
@lookup_by_id
def get_metric_source(api: Api, name: str) -> MetricSourceRecord:
    """The metric source of this name; a GoneError where there is none.

    Console API: ``GET /metrics/metric_source/{name}``.
    """
    return api.one(
        MetricSourceRecord,
        METRIC_SOURCES.path(name),
        f"metric source '{name}'",
        is_missing=_is_unlisted(name, lambda: _metric_sources(api)),
    )


def _metric_sources(api: Api) -> list[MetricSourceRecord]:
    return api.every(MetricSourceRecord, METRIC_SOURCES.path("list"))


def _is_unlisted(name: str, listed: Callable[[], Sequence[SourceRecord]]) -> Callable[[], bool]:
    """What a 400 means is not documented: a source that is not in the list is missing."""
    return lambda: not any(source.name == name for source in listed())
