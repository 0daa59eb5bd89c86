"""Records of tags and target apps."""

from __future__ import annotations

from ...schema.options import computed
from ...schema.properties import Prop
from .record import Record


class TagRecord(Record):
    """A label for gates, configs, experiments and metrics."""

    id: Prop[str] = computed()
    """Statsig's id of the tag."""
    name: Prop[str] = computed()
    """Name. Gates, configs and experiments refer to a tag by its name."""
    description: Prop[str | None] = computed()
    """Description."""
    is_core: Prop[bool] = computed()
    """Whether metrics with this tag are core metrics."""


class TargetAppRecord(Record):
    """An app that gates, configs and experiments target."""

    id: Prop[str] = computed()
    """Statsig's id of the target app."""
    name: Prop[str] = computed()
    """Name. Gates, configs and experiments refer to a target app by its name."""
