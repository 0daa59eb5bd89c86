"""Data sources of events, numbers of exposures, and reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, Unpack, overload

from pulumi import Output

from ..errors import Problem, UnreachableError
from ..json_values import Json
from ..schema.declaration import Endpoint
from .call import (
    Reader,
    ReadOptions,
    data_source,
    data_source_by_id,
    data_source_of_all,
    raise_problems,
    secret_data_source,
)
from .query import Day, build_query
from .records.events import EventRecord, ExposureCountsRecord
from .records.metrics import MetricRecord

EVENTS = Endpoint("events")
IDS_PER_REQUEST: Final = 25
"""The largest number of ids of each kind that a request for numbers of exposures can have."""
ReportType = Literal["first_exposures", "pulse_daily", "topline_impact_daily"]


@data_source_of_all
def list_events(reader: Reader) -> list[EventRecord]:
    """Return a sample of the latest events of all names, not the history. It contains ids of users: personal data.

    Console API: ``GET /events``.
    """
    return reader.list_records(EventRecord, EVENTS.collection)


@overload
def list_event_values(event_name: str, **options: Unpack[ReadOptions]) -> list[EventRecord]: ...
@overload
def list_event_values(event_name: Output[str], **options: Unpack[ReadOptions]) -> Output[list[EventRecord]]: ...
@data_source_by_id
def list_event_values(reader: Reader, event_name: str) -> list[EventRecord]:
    """Return a sample of the latest events of one name. It contains ids of users, which are personal data.

    Console API: ``GET /events/{eventName}``.
    """
    return reader.list_records(EventRecord, EVENTS.path(event_name), f"event '{event_name}'")


@overload
def list_event_metrics(event_name: str, **options: Unpack[ReadOptions]) -> list[MetricRecord]: ...
@overload
def list_event_metrics(event_name: Output[str], **options: Unpack[ReadOptions]) -> Output[list[MetricRecord]]: ...
@data_source_by_id
def list_event_metrics(reader: Reader, event_name: str) -> list[MetricRecord]:
    """Return the metrics that are computed from an event.

    Console API: ``GET /events/{eventName}/metrics``.
    """
    return reader.list_records(MetricRecord, EVENTS.path(event_name, "metrics"), f"event '{event_name}'")


@data_source
def get_exposure_counts(
    reader: Reader,
    *,
    gates: Sequence[str] = (),
    experiments: Sequence[str] = (),
    dynamic_configs: Sequence[str] = (),
) -> ExposureCountsRecord:
    """Return the numbers of exposures of gates, experiments and dynamic configs, given by their ids.

    Sends one request for each 25 ids of a kind. Raises InvalidInputsError if there is no id, or if an id is no string.

    Console API: ``GET /exposure_count``.
    """
    ids = {"gates": gates, "experiments": experiments, "dynamicConfigs": dynamic_configs}
    raise_problems(reader.data_source, _find_id_problems(ids))
    counts: dict[str, list[Json]] = {kind: [] for kind in ids}
    for start in range(0, max(map(len, ids.values())), IDS_PER_REQUEST):
        chunks = {kind: list(some[start : start + IDS_PER_REQUEST]) for kind, some in ids.items()}
        query: dict[str, str | list[str]] = {kind: some for kind, some in chunks.items() if some}
        data = reader.get_data("exposure_count", "", query)
        if not isinstance(data, dict):
            raise UnreachableError("GET", "/exposure_count", "the response contains no object")
        for kind, found in counts.items():
            found.extend(data.get(kind) or ())
    return ExposureCountsRecord.read(counts)


@secret_data_source
def get_report(reader: Reader, type: ReportType, date: Day) -> str:
    """Return the address from which a daily report can be downloaded for some time.

    Who knows the address can download the report, so it is a secret Output. Raises InvalidInputsError if the date is
    invalid.

    Console API: ``GET /reports``.
    """
    query = build_query(reader.data_source, _ReportOptions, {"type": type, "date": date})
    data = reader.get_data("reports", "", query)
    report = data[0] if isinstance(data, list) and data else data
    if not isinstance(report, dict) or not report.get("url"):
        raise UnreachableError("GET", "/reports", "the response contains no address")
    return str(report["url"])


class _ReportOptions(ReadOptions):
    type: ReportType
    date: Day


def _find_id_problems(ids: dict[str, Sequence[str]]) -> list[Problem]:
    names = {"dynamicConfigs": "dynamic_configs"}
    if not any(ids.values()):
        return [Problem("gates", "needs an id; or set experiments or dynamic_configs")]
    return [
        Problem(f"{names.get(kind, kind)}[{index}]", f"must be a string, not {_describe(id_)}")
        for kind, some in ids.items()
        for index, id_ in enumerate(some)
        if not isinstance(id_, str)
    ]


def _describe(value: object) -> str:
    return "an Output; call the data source inside its apply()" if isinstance(value, Output) else type(value).__name__
