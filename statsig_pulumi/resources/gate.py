"""Feature gates (Console API: ``/gates``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..json_values import Json
from ..schema.actions import toggle_action
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional
from ..schema.properties import ListProp, Prop
from .bases.config import ConfigID, RuleBasedConfig
from .types.rules import Rule
from .types.shared import ActiveReview, MetricReference, Owner, ReviewSettings


def _is_found(kind: Json) -> bool:
    """Whether Statsig found out the type by itself. Which one a new gate gets is not documented for sure."""
    return kind not in ("PERMANENT", "TEMPORARY")


class Gate(
    RuleBasedConfig,
    endpoint=Endpoint(
        "gates",
        listings=({"includeArchived": "true"},),
        references=("gate_references", "dynamic_config_references", "experiment_references"),
    ),
):
    """A feature gate: a named boolean, decided by rules for each unit.

    Updates are partial (``PATCH /gates/{id}``), because whether the full update resets what is not
    sent is not documented.
    """

    terraform_type = "gate"

    gate_id: Prop[ConfigID] = optional(wire="id", replace_on_changes=True)
    """The id that code checks, where it is not to be made from the name; fixed for life."""
    is_launched: Prop[bool] = optional(
        default=False,
        action=toggle_action(
            "is_launched",
            on="launch",
            off=lambda declared: "disable" if declared.get("is_enabled") is False else "enable",
            read_fn=lambda live: None if live.get("status") in (None, "Archived") else live["status"] == "Launched",
        ),
    )
    """The feature is out: the gate passes for everyone and waits to be removed from code."""
    type: Prop[Literal["PERMANENT", "TEMPORARY"]] = optional(default=_is_found)
    """How long the gate is meant to live; one that Statsig finds unused reads as ``STALE``."""
    rules: ListProp[Rule] = optional()
    """Tried in order; the first whose conditions hold decides."""
    measure_metric_lifts: Prop[bool] = optional(default=True)
    """Compare the metrics of those who pass with those who do not."""
    monitoring_metrics: ListProp[MetricReference] = optional(preset_by="Team.default_gate_metrics")
    """Metrics watched while the gate rolls out."""
    review_settings: Prop[ReviewSettings] = optional(
        default={"required_review": False}, preset_by="Team.require_reviews"
    )
    """Whether changes need a review."""
    status: Prop[Literal["In Progress", "Launched", "Disabled", "Archived"]] = computed()
    """Where the gate stands in its life."""
    type_reason: Prop[str] = computed()
    """Why Statsig finds the gate stale; ``NONE`` where it does not."""
    checks_per_hour: Prop[float] = computed()
    """How often it is checked."""
    owner: Prop[Owner] = computed()
    """Who owns it."""
    active_review: Prop[ActiveReview] = computed()
    """The review under way."""
    store_0100_exposures: Prop[bool] = computed(wire="store0100Exposures")
    """Whether exposures at 0 and 100 % are kept."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """An unused gate is returned as stale, which is no drift."""
        values = dict(super().suppress_drift(live, declared))
        if live.get("type") not in ("PERMANENT", "TEMPORARY") and "type" in declared:
            values["type"] = declared["type"]
        return values
