"""Data sources of alerts and their events."""

from __future__ import annotations

from typing import Unpack, overload

from pulumi import Output

from ..schema.declaration import Endpoint
from .call import Reader, ReadOptions, data_source_by_id, data_source_of_all
from .experiments import EXPERIMENTS
from .records.alerts import AlertEventRecord, AlertRecord, ExperimentAlertsRecord

ALERTS = Endpoint("alerts")
Text = str | Output[str]


@data_source_of_all
def list_alerts(reader: Reader) -> list[AlertRecord]:
    """Return all alerts of the project. The list omits the status and the mutes; ``get_alert`` returns them.

    Console API: ``GET /alerts``.
    """
    return reader.list_records(AlertRecord, ALERTS.collection)


@overload
def get_alert(alert_id: str, **options: Unpack[ReadOptions]) -> AlertRecord: ...
@overload
def get_alert(alert_id: Output[str], **options: Unpack[ReadOptions]) -> Output[AlertRecord]: ...
@data_source_by_id
def get_alert(reader: Reader, alert_id: str) -> AlertRecord:
    """Return the alert with this id, with its status.

    Raises GoneError if the alert does not exist.

    Console API: ``GET /alerts/{id}``.
    """
    return reader.get_record(AlertRecord, ALERTS.path(alert_id), _title(alert_id))


@overload
def list_alert_events(alert_id: str, **options: Unpack[ReadOptions]) -> list[AlertEventRecord]: ...
@overload
def list_alert_events(alert_id: Output[str], **options: Unpack[ReadOptions]) -> Output[list[AlertEventRecord]]: ...
@data_source_by_id
def list_alert_events(reader: Reader, alert_id: str) -> list[AlertEventRecord]:
    """Return the events of an alert.

    Raises GoneError if the alert does not exist.

    Console API: ``GET /alerts/{id}/events``.
    """
    return reader.list_records(AlertEventRecord, ALERTS.path(alert_id, "events"), _title(alert_id))


@overload
def get_alert_event(alert_id: str, event_id: str, **options: Unpack[ReadOptions]) -> AlertEventRecord: ...
@overload
def get_alert_event(
    alert_id: Output[str], event_id: Text, **options: Unpack[ReadOptions]
) -> Output[AlertEventRecord]: ...
@overload
def get_alert_event(
    alert_id: str, event_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[AlertEventRecord]: ...
@data_source_by_id
def get_alert_event(reader: Reader, alert_id: str, event_id: str) -> AlertEventRecord:
    """Return one event of an alert.

    Raises GoneError if the alert or the event does not exist.

    Console API: ``GET /alerts/{id}/events/{eventId}``.
    """
    path = Endpoint(ALERTS.path(alert_id, "events")).path(event_id)
    return reader.get_record(AlertEventRecord, path, f"event '{event_id}' of {_title(alert_id)}")


@overload
def get_experiment_alerts(experiment_id: str, **options: Unpack[ReadOptions]) -> ExperimentAlertsRecord: ...
@overload
def get_experiment_alerts(
    experiment_id: Output[str], **options: Unpack[ReadOptions]
) -> Output[ExperimentAlertsRecord]: ...
@data_source_by_id
def get_experiment_alerts(reader: Reader, experiment_id: str) -> ExperimentAlertsRecord:
    """Return the alerts of an experiment, by metric.

    Raises GoneError if the experiment does not exist.

    Console API: ``GET /experiments/{id}/alerts``.
    """
    path = EXPERIMENTS.path(experiment_id, "alerts")
    return reader.get_record(ExperimentAlertsRecord, path, f"experiment '{experiment_id}'")


def _title(alert_id: str) -> str:
    return f"alert '{alert_id}'"
