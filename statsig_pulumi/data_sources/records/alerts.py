"""Records of alerts and their events."""

from __future__ import annotations

from typing import Any

from ...resources.alert import AlertFields
from ...resources.types.shared import Owner
from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .record import Record


class AlertRecord(Record, AlertFields):
    """An alert on metrics."""

    id: Prop[str] = computed()
    """Statsig's id of the alert."""
    condition: Prop[str] = computed()
    """How a value is compared with the thresholds, such as ``greater``."""
    priority: Prop[str] = computed()
    """Priority, from ``P0``, the highest, to ``P5``."""
    renotification_conditions: ListProp[str] = computed()
    """States in which a notification is repeated: ``raise``, ``warn`` and ``no-data``."""
    owner: Prop[Owner | None] = computed()
    """The owner."""
    metrics: MapProp[Any] = computed()
    """The metrics, in the form that the API returns."""
    metric_group_bys: MapProp[Any] = computed()
    """The columns by whose values the alert is evaluated separately."""


class AlertEventRecord(Record):
    """An event of an alert."""

    id: Prop[str] = computed()
    """Statsig's id of the event."""
    event_type: Prop[str] = computed()
    """Type: ``raise``, ``warn``, ``resolve`` or ``no-data``."""
    title: Prop[str] = computed()
    """Title of the notification."""
    message: Prop[str] = computed()
    """Text of the notification."""
    reason: Prop[str | None] = computed()
    """Reason for the event."""
    created_time: Prop[Any] = computed()
    """Time of the event."""
    multi_alert_group_bys: MapProp[str] = computed()
    """The group of the alert, by column."""
    evaluation_window_start_timestamp: Prop[float | None] = computed()
    """Start of the window that was evaluated, in milliseconds since 1970."""
    evaluation_window_end_timestamp: Prop[float | None] = computed()
    """End of the window that was evaluated, in milliseconds since 1970."""


class ExperimentAlertArmRecord(Record):
    """The status of one group in an experiment's alert."""

    group_id: Prop[str] = computed()
    """Statsig's id of the group."""
    group_name: Prop[str] = computed()
    """Name of the group."""
    status: Prop[str] = computed()
    """Status of the group."""
    timestamp: Prop[float | None] = computed()
    """Time of the status, in milliseconds since 1970."""
    percent_change: Prop[float | None] = computed()
    """Change of the metric, in percent."""
    lower_ci: Prop[float | None] = computed(wire="lowerCI")
    """Lower end of the confidence interval."""
    upper_ci: Prop[float | None] = computed(wire="upperCI")
    """Upper end of the confidence interval."""
    alert_threshold: Prop[float | None] = computed()
    """Change from which the alert is raised."""
    warning_threshold: Prop[float | None] = computed()
    """Change from which the alert warns."""


class ExperimentAlertRecord(Record):
    """The alert of an experiment for one metric."""

    status: Prop[str] = computed()
    """Status: ``OK``, ``Alert``, ``Warn`` or ``Snoozed``."""
    timestamp: Prop[float | None] = computed()
    """Time of the status, in milliseconds since 1970."""
    comment: Prop[str | None] = computed()
    """Comment on the status."""
    source: Prop[str | None] = computed()
    """Source of the status."""
    arms: ListProp[ExperimentAlertArmRecord] = computed()
    """Status by group."""


class ExperimentAlertsRecord(Record):
    """The alerts of an experiment."""

    alerts: MapProp[ExperimentAlertRecord] = computed()
    """Alerts by the id of their metric."""
