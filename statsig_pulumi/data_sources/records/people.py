"""Users and teams, as the API returns them."""

from __future__ import annotations

from ...resources.types.shared import MetricReference
from ...schema.options import computed
from ...schema.properties import ListProp, Prop
from .record import Record


class UserRecord(Record):
    """A person in the Statsig organization."""

    email: Prop[str] = computed()
    """The e-mail address."""
    first_name: Prop[str] = computed()
    """The first name."""
    last_name: Prop[str] = computed()
    """The last name."""
    role: Prop[str] = computed()
    """The role, as the API spells it: ``admin``, ``member``, ``read_only``, or one of your own."""


class TeamRecord(Record):
    """A team, and what it presets for the objects that it makes."""

    id: Prop[str | None] = computed()
    """Statsig's id of the team, where the API tells."""
    name: Prop[str] = computed()
    """The name; gates and configs refer to a team by it."""
    description: Prop[str | None] = computed()
    """What the team does."""
    members: ListProp[UserRecord] = computed()
    """Its members; a list of teams may be without them."""
    admins: ListProp[UserRecord] = computed()
    """Those who may change the team; a list of teams may be without them."""
    default_gate_metrics: ListProp[MetricReference] = computed()
    """Metrics that a new gate of the team monitors."""
    default_experiment_primary_metrics: ListProp[MetricReference] = computed()
    """Primary metrics of a new experiment of the team."""
    default_experiment_secondary_metrics: ListProp[MetricReference] = computed()
    """Secondary metrics of a new experiment of the team."""
    default_holdout_metrics: ListProp[MetricReference] = computed()
    """Metrics of a new holdout of the team."""
    default_target_applications: ListProp[str] = computed()
    """Target apps of a new object of the team."""
    default_holdout_id: Prop[str | None] = computed()
    """Holdout of a new object of the team."""
    change_team_configs: Prop[str] = computed()
    """Who may change what the team owns: ``anyone`` or ``team_only``."""
    review_approval: Prop[str] = computed()
    """Who may approve changes of what the team owns: ``anyone``, ``team_only`` or ``admin_only``."""
    require_reviews: Prop[bool | None] = computed()
    """Changes need a review."""
    require_gate_templates: Prop[bool | None] = computed()
    """New gates need a template."""
    require_experiment_templates: Prop[bool | None] = computed()
    """New experiments need a template."""
    require_dynamic_config_templates: Prop[bool | None] = computed()
    """New dynamic configs need a template."""
