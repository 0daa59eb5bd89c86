"""Metrics that an experiment gets by their tags."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from .json_values import Record
from .metric_uses import METRICS
from .project import Project

# Pairs of a list of tags in a body and the list of metrics that it extends.
EXPANDED: Final = (("primaryMetricTags", "primaryMetrics"), ("secondaryMetricTags", "secondaryMetrics"))


def expand_metric_tags(project: Project, record: Record, body: Record) -> Record:
    """Return the experiment with the metrics of the body's tags. No response contains the tags themselves."""
    after = dict(record)
    for tags, name in EXPANDED:
        known = {(metric["name"], metric["type"]) for metric in after[name]}
        tagged = _tagged_metrics(project, body.get(tags) or ())
        found = [metric for metric in tagged if (metric["name"], metric["type"]) not in known]
        after |= {tags: [], name: [*after[name], *found]}
    return after


def _tagged_metrics(project: Project, tags: Collection[str]) -> Iterator[Record]:
    for metric in project.store[METRICS]:
        if not set(tags).isdisjoint(metric["tags"]):
            yield {"name": metric["name"], "type": metric["type"]}
