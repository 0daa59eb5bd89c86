"""Overrides of gates and of experiments, as the API returns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from ...json_values import Json
from ...resources.experiment_overrides import ExperimentOverride, ExperimentOverrides, UserIDOverride
from ...resources.gate_overrides import EnvironmentOverride
from ...schema.options import computed
from ...schema.properties import ListProp
from .record import Record


class GateOverridesRecord(Record):
    """Who passes or fails a gate whatever its rules say."""

    passing_user_ids: ListProp[str] = computed()
    """Users that pass."""
    failing_user_ids: ListProp[str] = computed()
    """Users that fail."""
    passing_custom_ids: ListProp[str] = computed()
    """Units of the gate's own id type that pass."""
    failing_custom_ids: ListProp[str] = computed()
    """Units of the gate's own id type that fail."""
    environment_overrides: ListProp[EnvironmentOverride] = computed()
    """Units that pass or fail in one environment."""


class ExperimentOverridesRecord(Record):
    """Who is put into which group of an experiment."""

    overrides: ListProp[ExperimentOverride] = computed()
    """By gate or segment."""
    user_id_overrides: ListProp[UserIDOverride] = computed()
    """By unit."""

    @classmethod
    def read(cls, live: Mapping[str, Json]) -> Self:
        return super().read(ExperimentOverrides.from_response(live))
