"""Records of the sources of warehouse-native projects."""

from __future__ import annotations

from ...resources.assignment_source import AssignmentSourceFields
from ...resources.bases.table_source import TableSourceFields
from ...resources.bases.warehouse_source import WarehouseSourceFields
from ...resources.entity_property_source import EntityPropertySourceFields
from ...schema.options import computed
from ...schema.properties import Prop
from .record import Record


class SourceRecord(Record, WarehouseSourceFields):
    """Base of assignment sources, entity property sources and metric sources."""

    is_read_only: Prop[bool | None] = computed()
    """Whether the source can be edited only through the Console API, and not in the console."""


class AssignmentSourceRecord(SourceRecord, AssignmentSourceFields):
    """A source of assignments: which unit was assigned to which group of which experiment."""

    is_verified: Prop[bool | None] = computed()
    """Whether the organization marks the source as verified."""


class EntityPropertySourceRecord(SourceRecord, EntityPropertySourceFields):
    """A source of properties of units."""

    timestamp_as_day: Prop[bool | None] = computed()
    """Whether the timestamp column contains days."""


class TableSourceRecord(SourceRecord, TableSourceFields):
    """Base of metric sources and qualifying events."""

    timestamp_as_day: Prop[bool | None] = computed()
    """Whether the timestamp column contains days."""
    source_type: Prop[str | None] = computed()
    """The source's type, ``table`` or ``query``, if the API returns it."""
    is_verified: Prop[bool | None] = computed()
    """Whether the organization marks the source as verified."""
    disable_cure: Prop[bool | None] = computed(wire="disableCURE")
    """Whether CURE, Statsig's variance reduction, is disabled for all metrics of the source."""


class MetricSourceRecord(TableSourceRecord):
    """A source that metrics are computed from."""


class QualifyingEventRecord(TableSourceRecord):
    """Events that qualify units for the analysis of experiments."""
