"""Records of results: Pulse results and their loads, and exposures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...resources.pulse_load import PulseLoadFields
from ...schema.options import computed
from ...schema.properties import ListProp, Prop
from .record import Record


class PulseMetricRecord(Record):
    """The Pulse result of one metric. A number is None if Statsig did not compute it."""

    # The API's own example of an experiment uses "value".
    other_names: ClassVar[Mapping[str, str]] = {"absolute_change": "value"}

    metric_id: Prop[str] = computed()
    """Statsig's id of the metric, such as ``button_click::event_count``."""
    metric_name: Prop[str | None] = computed()
    """The metric's name."""
    directionality: Prop[str | None] = computed()
    """Desired direction of the change: ``increase`` or ``decrease``."""
    absolute_change: Prop[float | None] = computed()
    """Difference between the means of the test group and the control group."""
    confidence_interval_delta: Prop[float | None] = computed()
    """Half the width of the confidence interval of ``absolute_change``."""
    sequential_testing_confidence_interval_delta: Prop[float | None] = computed()
    """Half the width of the confidence interval of ``absolute_change``, adjusted for sequential testing."""
    percent_change: Prop[float | None] = computed()
    """Change in percent of the control group's mean."""
    percent_confidence_interval_delta: Prop[float | None] = computed()
    """Half the width of the confidence interval of ``percent_change``, in percent."""
    percent_sequential_testing_confidence_interval_delta: Prop[float | None] = computed()
    """Half the width of the confidence interval of ``percent_change``, adjusted for sequential testing, in percent."""
    p_value: Prop[float | None] = computed()
    """The p-value, from 0 to 1."""
    test_mean: Prop[float | None] = computed()
    """Mean of the test group."""
    control_mean: Prop[float | None] = computed()
    """Mean of the control group."""
    test_std: Prop[float | None] = computed()
    """Standard deviation of the test group's mean."""
    control_std: Prop[float | None] = computed()
    """Standard deviation of the control group's mean."""
    test_units: Prop[float | None] = computed()
    """Number of units in the test group."""
    control_units: Prop[float | None] = computed()
    """Number of units in the control group."""
    absolute_topline_impact: Prop[float | None] = computed()
    """Measured effect on the metric of the whole project."""
    absolute_topline_impact_delta: Prop[float | None] = computed()
    """Half the width of the confidence interval of ``absolute_topline_impact``."""
    relative_topline_impact: Prop[float | None] = computed()
    """Measured effect on the metric of the whole project, in percent."""
    relative_topline_impact_delta: Prop[float | None] = computed()
    """Half the width of the confidence interval of ``relative_topline_impact``, in percent."""
    projected_absolute_topline_impact: Prop[float | None] = computed()
    """Projected effect on the metric of the whole project if all units were in the test group."""
    projected_absolute_topline_impact_delta: Prop[float | None] = computed()
    """Half the width of the confidence interval of ``projected_absolute_topline_impact``."""
    projected_relative_topline_impact: Prop[float | None] = computed()
    """Projected effect on the metric of the whole project if all units were in the test group, in percent."""
    projected_relative_topline_impact_delta: Prop[float | None] = computed()
    """Half the width of the confidence interval of ``projected_relative_topline_impact``, in percent."""


class GatePulseRecord(Record):
    """The Pulse results of a gate's rule."""

    ds: Prop[str | None] = computed()
    """Last day of the data, such as ``2024-09-12``."""
    monitoring_metrics: ListProp[PulseMetricRecord] = computed()
    """Results of the gate's monitoring metrics."""


class HoldoutPulseRecord(Record):
    """The Pulse results of a holdout."""

    ds: Prop[str | None] = computed()
    """Last day of the data, such as ``2024-09-12``."""
    monitoring_metrics: ListProp[PulseMetricRecord] = computed()
    """Results of the holdout's monitoring metrics."""


class ExperimentPulseRecord(Record):
    """The Pulse results of two groups of an experiment."""

    ds: Prop[str | None] = computed()
    """Last day of the data, such as ``2024-09-12``."""
    primary_metrics: ListProp[PulseMetricRecord] = computed()
    """Results of the primary metrics."""
    secondary_metrics: ListProp[PulseMetricRecord] = computed()
    """Results of the secondary metrics."""
    other_metrics: ListProp[PulseMetricRecord] = computed()
    """Results of the other metrics."""


class PulseLoadRecord(Record, PulseLoadFields):
    """A load of Pulse results from the warehouse."""

    creator_name: Prop[str | None] = computed()
    """Name of the user who requested the load."""
    created_time: Prop[int] = computed()
    """Time of the request, in milliseconds since 1970."""
    reload_type: Prop[str] = computed()
    """The loaded results: ``full``, ``incremental`` or ``metric``."""
    turbo_mode: Prop[bool] = computed()
    """Whether the load uses turbo mode, which loads only the latest results."""


class PulseLoadJobRecord(Record):
    """A job of a load. Values are None if Statsig does not return them."""

    job_type: Prop[str | None] = computed()
    """What the job does."""
    job_ids: ListProp[str] = computed()
    """Ids of the job in the warehouse."""
    start_time: Prop[Any] = computed()
    """Time when it started."""
    end_time: Prop[Any] = computed()
    """Time when it ended."""
    sql: Prop[str | None] = computed()
    """Its query."""
    metric_source_name: Prop[str | None] = computed()
    """Name of the metric source."""
    rollup: Prop[str | None] = computed()
    """The rollup that it computes, such as ``cumulative``."""


class PulseLoadDetailsRecord(Record):
    """The jobs of a load of Pulse results."""

    dag_id: Prop[str] = computed()
    """Statsig's id of the load."""
    jobs: ListProp[PulseLoadJobRecord] = computed()
    """Its jobs in the warehouse."""


class DailyExposuresRecord(Record):
    """The cumulative number of exposed units at the end of one day."""

    date: Prop[str] = computed()
    """The day, such as ``2024-12-24``."""
    exposures: Prop[int] = computed()
    """Number of units exposed up to and including that day."""


class CumulativeExposuresRecord(Record):
    """The number of units exposed to one group of an experiment, by day."""

    group_id: Prop[str] = computed()
    """Statsig's id of the group."""
    group_name: Prop[str] = computed()
    """Name of the group."""
    results: ListProp[DailyExposuresRecord] = computed()
    """Exposures by day, in chronological order."""
