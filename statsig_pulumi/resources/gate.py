"""Feature gates (Console API: ``/gates``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from ..json_values import Json
from ..schema.actions import toggle_action
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional
from ..schema.properties import ListProp, Prop, SparseProp
from ..schema.sentences import Sentence
from .bases.config import ARCHIVED, ConfigID, ConfigResource, RuleBasedFields
from .types.audience import find_consequences
from .types.rules import Rule
from .types.shared import ActiveReview, MetricReference, Owner, ReviewSettings


def _is_set_by_statsig(gate_type: Json) -> bool:
    """Return whether Statsig set the type. The API does not document which type a new gate gets."""
    return gate_type not in ("PERMANENT", "TEMPORARY")


class GateFields(RuleBasedFields):
    """Fields of gates."""

    rules: ListProp[Rule] = optional()
    """Rules, evaluated in order. The first rule whose conditions all match decides."""
    measure_metric_lifts: SparseProp[bool] = optional(default=True)
    """Whether Pulse compares the metrics of units that pass with those of units that fail."""
    monitoring_metrics: ListProp[MetricReference] = optional(preset_by="Team.default_gate_metrics")
    """Metrics to monitor during the rollout."""
    review_settings: SparseProp[ReviewSettings] = optional(
        default={"required_review": False}, preset_by="Team.require_reviews"
    )
    """Review requirements for changes."""
    type_reason: Prop[str] = computed()
    """The reason why Statsig considers the gate stale, such as ``STALE_NO_RULES``. ``NONE`` if it is not stale."""
    owner: SparseProp[Owner] = computed()
    """The gate's owner."""
    active_review: SparseProp[ActiveReview] = computed()
    """The review in progress."""
    store_0100_exposures: SparseProp[bool] = computed(wire="store0100Exposures")
    """Whether Statsig stores exposures of rules that pass 0 % or 100 % of units."""


class Gate(
    ConfigResource,
    GateFields,
    endpoint=Endpoint(
        "gates",
        list_queries=({"includeArchived": "true"},),
        reference_paths=("gate_references", "dynamic_config_references", "experiment_references"),
    ),
):
    """A feature gate: a named boolean that rules decide for each unit.

    Created with ``POST /gates`` and updated with ``PATCH /gates/{id}``, which changes only the properties in the
    request. ``PUT /gates/{id}/enable``, ``disable``, ``launch``, ``archive`` and ``unarchive`` set the status.

    Example::

        import statsig_pulumi as statsig

        employees = statsig.Gate(
            "employees",
            name="employees",
            rules=[
                statsig.Rule(
                    name="Company addresses",
                    pass_percentage=100,
                    conditions=statsig.Condition.email(str_contains_any=["@example.com"]),
                ),
            ],
        )
        new_checkout = statsig.Gate(
            "new-checkout",
            name="new_checkout",
            description="The checkout on one page",
            type="TEMPORARY",
            rules=[
                statsig.Rule(
                    name="Employees",
                    pass_percentage=100,
                    conditions=statsig.Condition.passes_gate(employees),
                ),
                statsig.Rule(
                    name="Recent apps in production",
                    pass_percentage=33.33,
                    environments=["production"],
                    conditions=statsig.Condition.app_version(gte="4.2.0"),
                ),
            ],
        )
    """

    category = "Feature flags"
    terraform_type = "gate"
    loss = "code that checks it gets false"

    gate_id: Prop[ConfigID] = optional(wire="id", replace_on_changes=True)
    """The gate's id, which code refers to: 3 to 100 letters, digits, ``_``, ``-`` and ``.``. If omitted, Statsig
    derives it from the name."""
    is_archived: Prop[bool] = optional(default=False, action=ARCHIVED)
    """Whether the gate is archived. Its history is kept."""
    is_launched: Prop[bool] = optional(
        default=False,
        action=toggle_action(
            "is_launched",
            on="launch",
            off_fn=lambda declared: "disable" if declared.get("is_enabled") is False else "enable",
            read_fn=lambda live: None if live.get("status") in (None, "Archived") else live["status"] == "Launched",
        ),
    )
    """Whether the gate is launched. A launched gate passes for everyone, and can be removed from code."""
    type: Prop[Literal["PERMANENT", "TEMPORARY"]] = optional(default=_is_set_by_statsig)
    """Planned lifetime of the gate. Statsig reports unused gates as ``STALE``."""
    status: Prop[Literal["In Progress", "Launched", "Disabled", "Archived"]] = computed()
    """The gate's status."""

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterable[Sentence]:
        return find_consequences(before, after, "passes for everyone", "fails for everyone")

    @classmethod
    def find_loss(cls, outputs: Mapping[str, Json]) -> str:
        return "" if outputs.get("status") in ("Disabled", "Archived") else cls.loss

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Ignore the type that the API returns for an unused gate, such as ``STALE``."""
        values = dict(super().suppress_drift(live, declared))
        if live.get("type") not in ("PERMANENT", "TEMPORARY") and "type" in declared:
            values["type"] = declared["type"]
        return values
