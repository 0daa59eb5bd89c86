"""Nested types of metrics (Console API: the bodies of ``POST /metrics``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from ...errors import Problem
from ...json_values import NONE, UNKNOWN, Json
from ...schema.options import computed, optional, required
from ...schema.properties import ListProp, NestedType, Prop
from ...schema.validation import get_known
from .shared import FilterOperator, NonEmptyStr, find_duplicates

Aggregation = Literal[
    "count",
    "sum",
    "mean",
    "daily_participation",
    "ratio",
    "funnel",
    "count_distinct",
    "percentile",
    "first_value",
    "latest_value",
    "retention",
    "max",
    "min",
    "composite",
]
RollupWindow = Literal["daily", "max", "custom"]
Fraction = Annotated[float, Field(ge=0, le=1)]
Quantile = Annotated[float, Field(ge=0.001, le=0.999)]
NotNegative = Annotated[float, Field(ge=0)]
CONDITIONS_WITHOUT_VALUES: Final = (
    "is_null",
    "non_null",
    "is_true",
    "is_false",
    "after_exposure",
    "before_exposure",
)
"""Conditions of criteria that compare with nothing."""
SINGLE_SOURCE: Final = ("metric_source_name", "criteria", "value_column")
"""Properties of a warehouse-native metric with one source. Statsig derives ``metric_sources`` from them."""


class MetricCriterion(NestedType):
    """A filter of the events or rows that a metric counts."""

    type: Prop[Literal["value", "metadata", "user", "user_custom"]] = required()
    """What is compared: the event's value, its metadata, a property of the user or a custom property of the user. In
    warehouse-native projects, it is ``metadata``."""
    condition: Prop[FilterOperator] = required()
    """How it is compared. ``sql_filter``, ``starts_with``, ``ends_with``, ``after_exposure`` and ``before_exposure``
    exist in warehouse-native projects only."""
    column: Prop[str] = optional()
    """Name of the metadata field, the user property or the column."""
    target_values: ListProp[str] = optional(wire="values")
    """Values to compare with. In the API, they are called ``values``."""
    null_vacuous_override: Prop[bool] = optional()
    """Whether a null value matches the criterion."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        condition = get_known(values, "condition")
        if condition not in (None, *CONDITIONS_WITHOUT_VALUES) and values.get("target_values", []) == []:
            yield Problem("target_values", f"needs at least one value with condition='{condition}'")


class MetricEvent(NestedType):
    """An event that a metric is computed from."""

    name: Prop[NonEmptyStr] = required()
    """Name of the event."""
    type: Prop[Literal["count", "count_distinct", "value", "metadata"] | None] = optional()
    """The part of the event that is used: how often it occurs, its distinct values, its value, or a metadata field."""
    metadata_key: Prop[str] = optional()
    """Name of the metadata field. Used with ``type="metadata"``."""
    criteria: ListProp[MetricCriterion] = optional()
    """Filters of the events."""


class FunnelEvent(NestedType):
    """A step of a funnel."""

    name: Prop[NonEmptyStr] = required()
    """Name of the event."""
    type: Prop[Literal["event_dau", "event_user", "event_count", "event_count_custom"]] = required()
    """How the step is counted: ``event_dau`` or ``event_user`` in a funnel of users, ``event_count`` or
    ``event_count_custom`` in a funnel of events."""


class WarehouseFunnelEvent(NestedType):
    """A step of a funnel in a warehouse."""

    name: Prop[str | None] = optional()
    """Name of the step."""
    metric_source_name: Prop[str] = optional(refers_to="MetricSource.name")
    """Name of the metric source with the step's rows."""
    criteria: ListProp[MetricCriterion] = optional()
    """Filters of the rows."""
    session_identifier_field: Prop[str | None] = optional()
    """Name of the column with the session's id."""


class MetricSourceSelection(NestedType):
    """A metric source that a metric is computed from, and the rows of it."""

    metric_source_name: Prop[NonEmptyStr] = required(refers_to="MetricSource.name")
    """Name of the metric source."""
    criteria: ListProp[MetricCriterion] = optional(create_default=[])
    """Filters of the rows."""
    value_column: Prop[str] = optional()
    """Name of the column with the value."""


class MetricComponent(NestedType):
    """A term of a composite metric in a warehouse."""

    operator: Prop[Literal["+", "-"]] = required()
    """Whether the term is added or subtracted."""
    aggregation: Prop[Aggregation] = optional()
    """How the rows are aggregated."""
    metric_source_name: Prop[str] = optional(refers_to="MetricSource.name")
    """Name of the metric source."""
    name: Prop[str | None] = optional()
    """Name of the term."""
    criteria: ListProp[MetricCriterion] = optional()
    """Filters of the rows."""
    value_column: Prop[str] = optional()
    """Name of the column with the value."""


class MetricDimensionLimit(NestedType):
    """The number of values of a dimension that are computed. The others are combined into ``OTHER``."""

    identity = ("name",)

    name: Prop[NonEmptyStr] = required()
    """Name of the dimension, one of ``metric_dimension_columns``."""
    limit: Prop[Annotated[float, Field(ge=0, le=100)]] = required()
    """Largest number of values, 0 to 100."""


class WarehouseNativeMetric(NestedType):
    """The definition of a metric in a warehouse-native project.

    An update replaces it as a whole, so the provider sends the live values of properties that the program omits.
    """

    aggregation: Prop[Aggregation] = optional()
    """How the rows are aggregated."""
    numerator_aggregation: Prop[Aggregation] = optional()
    """Ratio: how the rows of the numerator are aggregated."""
    denominator_aggregation: Prop[Aggregation] = optional()
    """Ratio: how the rows of the denominator are aggregated."""
    metric_sources: ListProp[MetricSourceSelection] = optional(conflicts_with=SINGLE_SOURCE)
    """The metric sources, with the rows of each. Use it instead of ``metric_source_name``, ``criteria`` and
    ``value_column`` if Statsig's API has it (since 2026)."""
    metric_source_name: Prop[str] = optional(refers_to="MetricSource.name", conflicts_with=("metric_sources",))
    """Name of the metric source. Of a ratio, it is the source of the numerator."""
    criteria: ListProp[MetricCriterion] = optional(conflicts_with=("metric_sources",))
    """Filters of the rows of ``metric_source_name``."""
    value_column: Prop[str] = optional(conflicts_with=("metric_sources",))
    """Name of the column of ``metric_source_name`` with the value."""
    denominator_metric_source_name: Prop[str] = optional(refers_to="MetricSource.name")
    """Ratio: name of the metric source of the denominator."""
    denominator_criteria: ListProp[MetricCriterion] = optional()
    """Ratio: filters of the rows of the denominator."""
    denominator_value_column: Prop[str] = optional()
    """Ratio: name of the column with the value of the denominator."""
    components: ListProp[MetricComponent] = optional()
    """Composite: the terms of the sum."""
    allow_null_ratio_denominator: Prop[bool] = optional()
    """Ratio: whether units without a denominator are included."""
    rollup_time_window: Prop[RollupWindow] = optional()
    """Unit counts: ``daily`` for the daily participation rate, ``max`` for a one-time event, or ``custom``."""
    custom_roll_up_start: Prop[NotNegative] = optional()
    """Start of the window of ``rollup_time_window="custom"`` after the exposure, in days, or in minutes with
    ``custom_rollup_measure_in_minutes``."""
    custom_roll_up_end: Prop[NotNegative] = optional()
    """End of the window of ``rollup_time_window="custom"`` after the exposure."""
    custom_rollup_measure_in_minutes: Prop[bool] = optional()
    """Whether the custom window is in minutes instead of days."""
    denominator_rollup_time_window: Prop[RollupWindow] = optional()
    """Ratio: ``rollup_time_window`` of the denominator."""
    denominator_custom_rollup_start: Prop[NotNegative] = optional()
    """Ratio: start of the custom window of the denominator."""
    denominator_custom_rollup_end: Prop[NotNegative] = optional()
    """Ratio: end of the custom window of the denominator."""
    denominator_custom_rollup_measure_in_minutes: Prop[bool] = optional()
    """Ratio: whether the custom window of the denominator is in minutes instead of days."""
    wait_for_cohort_window: Prop[bool] = optional()
    """Whether units count only after their whole window has passed."""
    funnel_events: ListProp[WarehouseFunnelEvent] = optional()
    """Funnel: the steps."""
    funnel_calculation_window: Prop[NotNegative] = optional()
    """Funnel: time in which the steps count, in days."""
    funnel_count_distinct: Prop[Literal["sessions", "users"]] = optional()
    """Funnel: what is counted, sessions or users."""
    funnel_start_criteria: Prop[Literal["start_event", "exposure"]] = optional()
    """Funnel: whether the window starts with the first step or with the exposure."""
    funnel_strict_ordering: Prop[bool] = optional()
    """Funnel: whether the steps must follow one another in order."""
    funnel_use_exposure_as_first_event: Prop[bool] = optional()
    """Funnel: whether the exposure is the first step."""
    funnel_timestamp_allowance_ms: Prop[NotNegative] = optional()
    """Funnel: tolerance of the order of timestamps, in milliseconds."""
    funnel_time_to_convert: Prop[bool] = optional()
    """Funnel: whether the metric is the time to convert."""
    only_include_users_with_conversion_event: Prop[bool] = optional()
    """Whether only units with the event are included."""
    metric_dimension_columns: ListProp[str] = optional()
    """Names of the columns by which results are broken down."""
    metric_dimension_limits: ListProp[MetricDimensionLimit] = optional()
    """Largest number of values by dimension (since 2026)."""
    metric_bake_days: Prop[NotNegative] = optional()
    """Days after the exposure before the metric is complete."""
    loading_window: Prop[NotNegative] = optional()
    """Number of days of data to load (since 2026)."""
    value_threshold: Prop[float] = optional()
    """Threshold of the value. Rows below it do not count."""
    percentile: Prop[float] = optional()
    """Percentile: which one, such as 0.95."""
    cap: Prop[float] = optional()
    """Largest value of a unit."""
    winsorization_low: Prop[Fraction] = optional()
    """Lower bound of winsorization, 0 to 1."""
    winsorization_high: Prop[Fraction] = optional()
    """Upper bound of winsorization, 0 to 1."""
    winsorization_low_denominator: Prop[Fraction] = optional()
    """Ratio: lower bound of winsorization of the denominator, 0 to 1."""
    winsorization_high_denominator: Prop[Fraction] = optional()
    """Ratio: upper bound of winsorization of the denominator, 0 to 1."""
    cuped_attribution_window: Prop[NotNegative | None] = optional()
    """Days before the exposure that CUPED uses. None for the default of the project."""
    use_log_transform: Prop[bool] = optional()
    """Whether the logarithm of the value is used."""
    log_transform_base: Prop[float | None] = optional()
    """Base of the logarithm. None for the natural one."""
    use_secondary_retention_event: Prop[bool] = optional()
    """Retention: whether another event than the first counts as return."""
    retention_end: Prop[float] = optional()
    """Retention: last day of the window after the exposure."""
    retention_length: Prop[float] = optional()
    """Retention: length of the window, in days."""
    surrogate_metric_mse: Prop[float | None] = optional(wire="surrogateMetricMSE")
    """Mean squared error of a surrogate metric."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from find_duplicates(values, "metric_dimension_limits")
        for name in SINGLE_SOURCE:
            if "metric_sources" in values and values.get(name, "") not in ("", []):
                yield Problem(name, "conflicts with metric_sources, which it would replace: set only one")


class MetricOwner(NestedType):
    """The owner of a metric: a user or an API key."""

    email: Prop[str] = optional(refers_to="User.email")
    """The owner's email address."""
    owner_id: Prop[str] = optional(exported=False)
    """Statsig's id of the owner."""
    owner_type: Prop[str] = computed()
    """``USER``, or ``SDK_KEY`` for an API key."""
    owner_name: Prop[str] = computed()
    """The owner's name."""


class MetricLineage(NestedType):
    """The source that a metric is computed from."""

    events: ListProp[str] = computed()
    """Names of events."""
    metrics: ListProp[str] = computed()
    """Names of metrics."""


def is_declared(values: Mapping[str, Json], name: str) -> bool:
    """Return whether a value is declared and not empty, or not known yet."""
    value = values.get(name)
    return value is UNKNOWN or value not in (None, NONE, "", [], {})
