"""Metrics, of which the emulator knows the name, the type and the tags, and what their tags stand for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ..api.kind import Kind, register
from ..api.responses import Record
from .project import Project

KIND: Final = "metrics"
# The lists of tags in a body, and the lists of metrics that they are put into.
EXPLODED: Final = (("primaryMetricTags", "primaryMetrics"), ("secondaryMetricTags", "secondaryMetrics"))


def _fresh(project: Project, body: Record) -> Record:
    metric = {"name": project.issuer.new_id(), "type": "event_count", "tags": [], **body}
    return {"id": f"{metric['name']}::{metric['type']}", **metric}


register(Kind(KIND, fresh=_fresh))


def exploded(project: Project, record: Record, body: Record) -> Record:
    """The metrics of the tags beside those that the record has; no answer tells the tags themselves."""
    after = dict(record)
    for tags, name in EXPLODED:
        known = {(metric["name"], metric["type"]) for metric in after[name]}
        found = [metric for metric in _tagged(project, body.get(tags) or ()) if tuple(metric.values()) not in known]
        after |= {tags: [], name: [*after[name], *found]}
    return after


def _tagged(project: Project, tags: Collection[str]) -> Iterator[Record]:
    for metric in project.store[KIND]:
        if not set(tags).isdisjoint(metric["tags"]):
            yield {"name": metric["name"], "type": metric["type"]}
