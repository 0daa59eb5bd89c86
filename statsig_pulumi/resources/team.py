"""Teams (Console API: ``/users/teams``, Enterprise projects)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, Prop, SparseProp
from .bases.entity import Entity
from .types.shared import Email, MetricReference, NonEmptyStr


def _to_addresses(people: Json) -> Json:
    """Return the email addresses of users: the API accepts addresses and returns users."""
    return [_to_address(person) for person in people or []]


def _to_address(person: Any) -> str:
    return str(person["email"] if isinstance(person, dict) else person).lower()


class TeamFields(Fields):
    """Fields of teams."""

    name: Prop[NonEmptyStr] = required()
    """Name. Gates, configs and experiments refer to a team by its name."""
    description: SparseProp[str] = optional()
    """Description."""
    default_gate_metrics: ListProp[MetricReference] = optional(create_default=[])
    """Monitoring metrics of new gates of the team."""
    default_experiment_primary_metrics: ListProp[MetricReference] = optional(create_default=[])
    """Primary metrics of new experiments of the team."""
    default_experiment_secondary_metrics: ListProp[MetricReference] = optional(create_default=[])
    """Secondary metrics of new experiments of the team."""
    default_holdout_metrics: ListProp[MetricReference] = optional(create_default=[])
    """Metrics of new holdouts of the team."""
    default_target_applications: ListProp[str] = optional(unordered=True, create_default=[], refers_to="TargetApp.name")
    """Names of the target apps of new objects of the team."""
    default_holdout_id: Prop[str | None] = optional(refers_to="Holdout.id")
    """Id of the holdout of new objects of the team."""
    require_reviews: Prop[bool | None] = optional()
    """Whether changes require a review."""
    require_gate_templates: Prop[bool | None] = optional()
    """Whether new gates require a template."""
    require_experiment_templates: Prop[bool | None] = optional()
    """Whether new experiments require a template."""
    require_dynamic_config_templates: Prop[bool | None] = optional()
    """Whether new dynamic configs require a template."""


class Team(Entity, TeamFields, endpoint=Endpoint("users/teams", lists="partial", missing_statuses=(400, 404))):
    """A team of users who own objects together, and the defaults of the objects that they create.

    Enterprise projects only. Created with ``POST /users/teams`` and updated with ``PATCH /users/teams/{id}``.

    Example::

        import statsig_pulumi as statsig

        checkout = statsig.Team(
            "checkout",
            name="Checkout",
            description="Everything between the basket and the receipt",
            members=["ana@example.com", "ben@example.com"],
            admins=["ana@example.com"],
            change_team_configs="team_only",
        )

        statsig.Gate("new-checkout", name="new_checkout", team=checkout.name)
    """

    category = "Project and access"
    import_id = "Statsig's id of the team, such as in `list_teams()`"

    members: ListProp[Email] = optional(
        unordered=True, create_default=[], normalize_fn=_to_address, from_wire=_to_addresses
    )
    """Email addresses of the members."""
    admins: ListProp[Email] = optional(
        unordered=True, create_default=[], normalize_fn=_to_address, from_wire=_to_addresses
    )
    """Email addresses of the users who may change the team."""
    change_team_configs: Prop[Literal["anyone", "team_only"]] = optional(create_default="anyone")
    """Who may change objects that the team owns."""
    review_approval: Prop[Literal["anyone", "team_only", "admin_only"]] = optional(create_default="anyone")
    """Who may approve changes of objects that the team owns."""
    team_id: Prop[str] = computed(wire="id")
    """Statsig's id of the team."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Ignore admins that the API lists among the members too."""
        if "members" not in declared:
            return {}
        admins = set(live.decoded["admins"]) - set(declared["members"])
        return {"members": [member for member in live.decoded["members"] if member not in admins]}
