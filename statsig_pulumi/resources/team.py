"""Teams (Console API: ``/users/teams``, Enterprise projects)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, Prop
from .bases.entity import Entity
from .types.shared import MetricReference

EMail = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


def _addresses(people: Json) -> Json:
    """The API takes e-mail addresses and returns people."""
    return [_address(person) for person in people or []]


def _address(person: Any) -> str:
    return str(person["email"] if isinstance(person, dict) else person).lower()


class Team(Entity, endpoint=Endpoint("users/teams", lists_whole_objects=False, missing_statuses=(400, 404))):
    """A team: people who own objects together, and what is preset for the objects they make."""

    name: Prop[Annotated[str, Field(min_length=1)]] = required()
    """Name; gates and configs refer to a team by it."""
    description: Prop[str] = optional()
    """What the team does."""
    members: ListProp[EMail] = optional(unordered=True, create_default=[], normalize_fn=_address, from_wire=_addresses)
    """E-mail addresses of the members."""
    admins: ListProp[EMail] = optional(unordered=True, create_default=[], normalize_fn=_address, from_wire=_addresses)
    """E-mail addresses of those who may change the team."""
    default_gate_metrics: ListProp[MetricReference] = optional(create_default=[])
    """Metrics that a new gate of the team monitors."""
    default_experiment_primary_metrics: ListProp[MetricReference] = optional(create_default=[])
    """Primary metrics of a new experiment of the team."""
    default_experiment_secondary_metrics: ListProp[MetricReference] = optional(create_default=[])
    """Secondary metrics of a new experiment of the team."""
    default_holdout_metrics: ListProp[MetricReference] = optional(create_default=[])
    """Metrics of a new holdout of the team."""
    default_target_applications: ListProp[str] = optional(unordered=True, create_default=[], refers_to="TargetApp.name")
    """Target apps of a new object of the team."""
    change_team_configs: Prop[Literal["anyone", "team_only"]] = optional(create_default="anyone")
    """Who may change what the team owns."""
    review_approval: Prop[Literal["anyone", "team_only", "admin_only"]] = optional(create_default="anyone")
    """Who may approve changes of what the team owns."""
    default_holdout_id: Prop[str | None] = optional()
    """Holdout of a new object of the team."""
    require_reviews: Prop[bool | None] = optional()
    """Changes need a review."""
    require_gate_templates: Prop[bool | None] = optional()
    """New gates need a template."""
    require_experiment_templates: Prop[bool | None] = optional()
    """New experiments need a template."""
    require_dynamic_config_templates: Prop[bool | None] = optional()
    """New dynamic configs need a template."""
    team_id: Prop[str] = computed(wire="id")
    """Statsig's id of the team."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """The API may list admins among the members too, which is no drift."""
        if "members" not in declared:
            return {}
        admins = set(live.decoded["admins"]) - set(declared["members"])
        return {"members": [member for member in live.decoded["members"] if member not in admins]}
