"""Metrics. They have no routes yet: the console makes them, and experiments get them by their tags."""

from __future__ import annotations

from typing import Final

from ..model.json_values import Record
from ..model.metric_tags import METRICS as NAME
from ..model.project import Project
from .kind import Kind


class MetricKind(Kind):
    """Metrics, whose id consists of name and type."""

    def new_record(self, project: Project, body: Record) -> Record:
        metric = {"name": project.issuer.new_id(), "type": "event_count", "tags": [], **body}
        return {"id": f"{metric['name']}::{metric['type']}", **metric}


METRICS: Final = MetricKind(name=NAME)
