"""Records of metrics and their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ...resources.metric import MetricFields
from ...schema.options import computed
from ...schema.properties import Prop
from .record import Record


class MetricRecord(Record, MetricFields):
    """A metric."""

    type: Prop[str] = computed()
    """How the metric is computed, such as ``sum``. Metrics that Statsig makes of events have types of their own."""
    directionality: Prop[str | None] = computed()
    """Desired direction of changes: ``increase`` or ``decrease``."""
    is_verified: Prop[bool | None] = computed()
    """Whether the organization marks the metric as verified."""
    is_read_only: Prop[bool | None] = computed()
    """Whether the metric can be edited only through the Console API, and not in the console."""
    is_permanent: Prop[bool | None] = computed()
    """Whether Statsig keeps the metric if nothing uses it."""
    is_hidden: Prop[bool | None] = computed()
    """Whether the metric is hidden in the console."""


class MetricSqlRecord(Record):
    """The query that computes a metric for one unit type."""

    id_type: Prop[str] = computed()
    """The unit type, such as ``userID``."""
    sql: Prop[str] = computed()
    """The query, in the SQL dialect of the warehouse."""


class MetricValueRecord(Record):
    """The value of a metric on one day, for one unit type."""

    value: Prop[float] = computed()
    """The value."""
    unit_type: Prop[str] = computed()
    """The unit type, such as ``userID``; ``overall`` for all units together."""
    numerator: Prop[float | None] = computed()
    """Numerator of a ratio or mean."""
    denominator: Prop[float | None] = computed()
    """Denominator of a ratio or mean."""
    input_rows: Prop[float | None] = computed()
    """Number of rows that the value is computed from, if the API returns it."""
    metric_name: Prop[str | None] = computed()
    """The metric's name."""
    metric_type: Prop[str | None] = computed()
    """The metric's type."""
    display_name: Prop[str | None] = computed()
    """The metric's name in the console, if the API returns it."""

    other_names: ClassVar[Mapping[str, str]] = {"input_rows": "row_count"}
