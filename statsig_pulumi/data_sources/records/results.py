"""Results: what Pulse found, what it loaded, and who was exposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ...schema.options import computed
from ...schema.properties import ListProp, Prop
from .record import Record


class PulseMetricRecord(Record):
    """What Pulse found for one metric; numbers are None where there are none."""

    other_names: ClassVar[Mapping[str, str]] = {
        "absolute_change": "value"
    }  # the API's own example of an experiment has it

    metric_id: Prop[str] = computed()
    """Statsig's id of the metric, such as ``button_click::event_count``."""
    metric_name: Prop[str | None] = computed()
    """The metric's name."""
    directionality: Prop[str | None] = computed()
    """Where the metric is wanted to move: ``increase`` or ``decrease``."""
    absolute_change: Prop[float | None] = computed()
    """How far the mean of the test group is from that of the control group."""
    confidence_interval_delta: Prop[float | None] = computed()
    """Half the width of its confidence interval."""
    sequential_testing_confidence_interval_delta: Prop[float | None] = computed()
    """The same, adjusted for sequential testing."""
    percent_change: Prop[float | None] = computed()
    """The change in percent of the control group's mean."""
    percent_confidence_interval_delta: Prop[float | None] = computed()
    """Half the width of its confidence interval."""
    percent_sequential_testing_confidence_interval_delta: Prop[float | None] = computed()
    """The same, adjusted for sequential testing."""
    p_value: Prop[float | None] = computed()
    """How likely such a change is by chance alone."""
    test_mean: Prop[float | None] = computed()
    """The mean of the test group."""
    control_mean: Prop[float | None] = computed()
    """The mean of the control group."""
    test_std: Prop[float | None] = computed()
    """The standard deviation of the test group's mean."""
    control_std: Prop[float | None] = computed()
    """The standard deviation of the control group's mean."""
    test_units: Prop[float | None] = computed()
    """The units in the test group."""
    control_units: Prop[float | None] = computed()
    """The units in the control group."""
    absolute_topline_impact: Prop[float | None] = computed()
    """By how much the metric of the whole project moved."""
    absolute_topline_impact_delta: Prop[float | None] = computed()
    """Half the width of its confidence interval."""
    relative_topline_impact: Prop[float | None] = computed()
    """The same in percent."""
    relative_topline_impact_delta: Prop[float | None] = computed()
    """Half the width of its confidence interval."""
    projected_absolute_topline_impact: Prop[float | None] = computed()
    """By how much the metric of the whole project would move if everyone were in the test group."""
    projected_absolute_topline_impact_delta: Prop[float | None] = computed()
    """Half the width of its confidence interval."""
    projected_relative_topline_impact: Prop[float | None] = computed()
    """The same in percent."""
    projected_relative_topline_impact_delta: Prop[float | None] = computed()
    """Half the width of its confidence interval."""


class GatePulseRecord(Record):
    """What Pulse found for a rule of a gate."""

    ds: Prop[str | None] = computed()
    """The last day of the data: ``2024-09-12``."""
    monitoring_metrics: ListProp[PulseMetricRecord] = computed()
    """The metrics that the gate watches."""


class ExperimentPulseRecord(Record):
    """What Pulse found for two groups of an experiment."""

    ds: Prop[str | None] = computed()
    """The last day of the data: ``2024-09-12``."""
    primary_metrics: ListProp[PulseMetricRecord] = computed()
    """The metrics that decide about the hypothesis."""
    secondary_metrics: ListProp[PulseMetricRecord] = computed()
    """The metrics that are watched besides."""
    other_metrics: ListProp[PulseMetricRecord] = computed()
    """The metrics to learn from."""


class PulseLoadRecord(Record):
    """One load of results from the warehouse."""

    dag_id: Prop[str | None] = computed()
    """Statsig's id of the load, where the API tells."""
    creator_name: Prop[str | None] = computed()
    """Who asked for it."""
    created_time: Prop[int] = computed()
    """When it was asked for, in milliseconds since 1970."""
    finished_time: Prop[int | None] = computed()
    """When it ended, in milliseconds since 1970; None while it runs."""
    finished_state: Prop[str | None] = computed()
    """How it ended: ``success``, ``failure``, ``partial_failure``, ``cancelled`` or ``timeout``."""
    start_ds: Prop[str] = computed()
    """The first day that is loaded."""
    end_ds: Prop[str] = computed()
    """The last day that is loaded."""
    reload_type: Prop[str] = computed()
    """What is loaded: ``full``, ``incremental`` or ``metric``."""
    turbo_mode: Prop[bool] = computed()
    """It runs in turbo mode."""


class DailyExposuresRecord(Record):
    """How many units had been exposed by the end of one day."""

    date: Prop[str] = computed()
    """The day: ``2024-12-24``."""
    exposures: Prop[int] = computed()
    """The units exposed up to then."""


class CumulativeExposuresRecord(Record):
    """How many units were exposed to one group of an experiment, day by day."""

    group_id: Prop[str] = computed()
    """Statsig's id of the group."""
    group_name: Prop[str] = computed()
    """Name of the group."""
    results: ListProp[DailyExposuresRecord] = computed()
    """The days in their order."""
