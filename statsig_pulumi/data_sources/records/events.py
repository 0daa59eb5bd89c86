"""Records of events and numbers of exposures."""

from __future__ import annotations

from typing import Any

from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .record import Record


class EventRecord(Record):
    """A logged event. It contains the id of a user, which is personal data."""

    name: Prop[str] = computed()
    """Name of the event."""
    timestamp: Prop[str] = computed()
    """Time of the event, in milliseconds since 1970, as text."""
    source: Prop[str | None] = computed()
    """The SDK or integration that logged it, such as ``statsig-node``."""
    value: Prop[str | None] = computed()
    """The event's value."""
    user_id: Prop[str | None] = computed()
    """Id of the user."""
    metadata: MapProp[Any] = computed()
    """The event's metadata."""


class ExposureCountRecord(Record):
    """The number of exposures of a gate, an experiment or a dynamic config."""

    id: Prop[str] = computed()
    """Id of the object."""
    past_day: Prop[int] = computed()
    """Exposures in the last day."""
    past7_days: Prop[int] = computed(wire="past7Days")
    """Exposures in the last seven days."""


class ExposureCountsRecord(Record):
    """The numbers of exposures of several objects."""

    gates: ListProp[ExposureCountRecord] = computed()
    """Exposures of gates."""
    experiments: ListProp[ExposureCountRecord] = computed()
    """Exposures of experiments."""
    dynamic_configs: ListProp[ExposureCountRecord] = computed()
    """Exposures of dynamic configs."""
