"""Records of overrides."""

from __future__ import annotations

from collections.abc import Mapping

from ...json_values import Json
from ...resources.experiment_overrides import ExperimentOverrides, ExperimentOverridesFields
from ...resources.gate_overrides import GateOverridesFields
from ...resources.holdout_overrides import HoldoutOverridesFields
from ...resources.layer_overrides import LayerOverridesFields
from .record import Record


class GateOverridesRecord(Record, GateOverridesFields):
    """The overrides of a gate: units that pass or fail regardless of its rules."""


class ExperimentOverridesRecord(Record, ExperimentOverridesFields):
    """The overrides of an experiment, which assign units to groups."""

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        return ExperimentOverrides.from_response(response)


class LayerOverridesRecord(Record, LayerOverridesFields):
    """The overrides of a layer, which assign units to groups of its experiments."""


class HoldoutOverridesRecord(Record, HoldoutOverridesFields):
    """The overrides of a holdout: units that are held out or not, regardless of its percentage."""


class AutotuneOverridesRecord(ExperimentOverridesRecord):
    """The overrides of an autotune, which assign units to variants."""
