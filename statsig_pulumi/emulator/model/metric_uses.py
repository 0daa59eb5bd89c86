"""Metrics and what uses them: other metrics, and the scorecards of experiments."""

from __future__ import annotations

from typing import Final

from .json_values import Json, Record
from .project import Project

METRICS: Final = "metrics"
SCORECARDS: Final = ("primaryMetrics", "secondaryMetrics", "otherMetrics")


def metric_id(metric: Record) -> str:
    return f"{metric['name']}::{metric['type']}"


def find_metric(project: Project, name: str, type_: str) -> Record | None:
    """Return the metric with this name and type. After a rename, its id may have its old name."""
    found = (each for each in project.store[METRICS] if (each["name"], each["type"]) == (name, type_))
    return next(found, None)


def metrics_with(project: Project, metric: Record) -> list[Record]:
    """Return the metrics that are computed from a metric."""
    return [
        each
        for each in project.store[METRICS]
        if any(_names(part, metric) for part in each.get("metricComponentMetrics") or ())
    ]


def metrics_of_source(project: Project, name: str) -> list[Record]:
    """Return the metrics whose definition names a metric source anywhere."""
    return [each for each in project.store[METRICS] if name in _sources(each.get("warehouseNative"))]


def experiments_with(project: Project, metric: Record) -> list[Record]:
    """Return the experiments with a metric on their scorecard."""
    return [
        each
        for each in project.store["experiments"]
        if any(_names(entry, metric) for name in SCORECARDS for entry in each.get(name) or ())
    ]


def remove_from_scorecards(project: Project, metric: Record) -> None:
    """Remove a metric that is archived or deleted from all experiments."""
    for experiment in experiments_with(project, metric):
        kept = {
            name: [entry for entry in experiment[name] if not _names(entry, metric)]
            for name in SCORECARDS
            if experiment.get(name)
        }
        project.change_config("experiments", experiment | kept)


def lineage(metric: Record) -> Record:
    """Return the names of the events and metrics that a metric is computed from."""
    events = [*(metric.get("metricEvents") or ()), *(metric.get("funnelEventList") or ())]
    metrics = metric.get("metricComponentMetrics") or ()
    return {
        "events": list(dict.fromkeys(event["name"] for event in events)),
        "metrics": [part["name"] for part in metrics],
    }


def _names(reference: Json, metric: Record) -> bool:
    return bool((reference.get("name"), reference.get("type")) == (metric["name"], metric["type"]))


def _sources(value: Json) -> set[str]:
    """Return the names of metric sources at any depth of a definition."""
    match value:
        case dict():
            own = {value[key] for key in ("metricSourceName", "denominatorMetricSourceName") if value.get(key)}
            return own.union(*map(_sources, value.values()))
        case list():
            return set().union(*map(_sources, value))
        case _:
            return set()
