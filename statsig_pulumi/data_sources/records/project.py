"""Records of the project: its company, audit log and overrides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...json_values import Json
from ...resources.experiment_overrides import ExperimentOverrides, ExperimentOverridesFields
from ...resources.gate_overrides import GateOverridesFields
from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .javascript_time import parse_time
from .record import Record


class ProjectRecord(Record):
    """A Statsig project."""

    id: Prop[str] = computed()
    """Statsig's id of the project."""


class CompanyRecord(Record):
    """The company that a project belongs to."""

    company_id: Prop[str] = computed()
    """Statsig's id of the company."""
    company_name: Prop[str] = computed()
    """Name of the company."""
    is_warehouse_native: Prop[bool] = computed()
    """Whether the project analyses data in a warehouse of the company."""
    org_id: Prop[str | None] = computed()
    """Statsig's id of the organisation."""
    org_name: Prop[str | None] = computed()
    """Name of the organisation."""
    results_up_to: Prop[float | None] = computed()
    """Time up to which there are results, in milliseconds since 1970."""


class AuditLogRecord(Record):
    """An entry of the audit log."""

    id: Prop[str] = computed()
    """Statsig's id of the entry."""
    name: Prop[str] = computed()
    """Name of the object that was changed."""
    change_log: Prop[str] = computed()
    """Description of the change, such as ``Created Gate``."""
    action_type: Prop[str | None] = computed()
    """Type of the change, such as ``gate_create``. New types are added often."""
    date: Prop[str] = computed()
    """Day of the change, such as ``Mon Sep 26 2022``."""
    time: Prop[str] = computed()
    """Time of the change, such as ``23:46:14 GMT+0000 (Coordinated Universal Time)``."""
    updated_by: Prop[str] = computed()
    """Name of the user or key that made the change."""
    updated_by_user_id: Prop[str] = computed()
    """Statsig's id of the user or key."""
    modifier_email: Prop[str | None] = computed()
    """Email address of the user."""
    changes: MapProp[Any] = computed()
    """What was changed, in the form that the console uses."""
    tags: ListProp[str] = computed()
    """Tags of the object."""
    target_app_ids: ListProp[str] = computed()
    """Ids of the object's target apps."""

    def is_between(self, start_ms: int, end_ms: int) -> bool:
        """Return whether the change was made between two times, to the second; True if its time is not readable."""
        time = parse_time(f"{self.date} {self.time}")
        return time is None or start_ms // 1000 <= time.timestamp() <= end_ms // 1000


class OverriddenRuleSetRecord(Record, GateOverridesFields):
    """A gate or holdout that has overrides, and these overrides."""

    id: Prop[str] = computed()
    """Id of the gate or holdout."""
    name: Prop[str] = computed()
    """Name of the gate or holdout."""


class OverriddenExperimentRecord(Record, ExperimentOverridesFields):
    """An experiment or autotune that has overrides, and these overrides."""

    id: Prop[str] = computed()
    """Id of the experiment or autotune."""
    name: Prop[str] = computed()
    """Name of the experiment or autotune."""


class LayerConditionRecord(Record):
    """An override that assigns the units of a gate or segment to a group of an experiment in a layer."""

    type: Prop[str] = computed()
    """``gate`` or ``segment``."""
    name: Prop[str] = computed()
    """Name of the gate or segment."""
    experiment_name: Prop[str] = computed()
    """Name of the experiment."""
    group_name: Prop[str] = computed()
    """Name of the group."""
    environment: Prop[str | None] = computed()
    """Name of the environment. None for all environments."""


class LayerUnitsRecord(Record):
    """An override that assigns units, by their ids, to a group of an experiment in a layer."""

    ids: ListProp[str] = computed()
    """Ids of the units."""
    experiment_name: Prop[str] = computed()
    """Name of the experiment."""
    group_name: Prop[str] = computed()
    """Name of the group."""
    id_type: Prop[str | None] = computed()
    """The unit type, such as ``userID``."""
    environment: Prop[str | None] = computed()
    """Name of the environment. None for all environments."""


class OverriddenLayerRecord(Record):
    """A layer that has overrides, and these overrides."""

    id: Prop[str] = computed()
    """Id of the layer."""
    name: Prop[str] = computed()
    """Name of the layer."""
    conditional_overrides: ListProp[LayerConditionRecord] = computed()
    """Overrides by gate or segment."""
    id_overrides: ListProp[LayerUnitsRecord] = computed()
    """Overrides by unit id."""


class OverrideAuditRecord(Record):
    """The overrides of a project. Objects without overrides are not listed."""

    gates: ListProp[OverriddenRuleSetRecord] = computed()
    """Gates with overrides."""
    holdouts: ListProp[OverriddenRuleSetRecord] = computed()
    """Holdouts with overrides."""
    experiments: ListProp[OverriddenExperimentRecord] = computed()
    """Experiments with overrides."""
    autotunes: ListProp[OverriddenExperimentRecord] = computed()
    """Autotunes with overrides."""
    layers: ListProp[OverriddenLayerRecord] = computed()
    """Layers with overrides."""

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        groups = {name: response.get(name) or [] for name in ("experiments", "autotunes")}
        normalized = {name: list(map(ExperimentOverrides.from_response, items)) for name, items in groups.items()}
        return {**response, **normalized}
