"""Gates and dynamic configs, as the API returns them, and what they share with experiments."""

from __future__ import annotations

from typing import Any

from ...resources.types.rules import ConfigRule, Rule
from ...resources.types.shared import ActiveReview, MetricReference, Owner, ReviewSettings
from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .record import Record


class ConfigurationRecord(Record):
    """What gates, dynamic configs and experiments share."""

    id: Prop[str] = computed()
    """The id that code asks for."""
    name: Prop[str | None] = computed()
    """The display name."""
    description: Prop[str] = computed()
    """What it is for."""
    id_type: Prop[str] = computed()
    """The unit that is bucketed, such as ``userID``."""
    tags: ListProp[str] = computed()
    """Names of tags."""
    target_apps: ListProp[str] = computed()
    """Names of target apps."""
    holdout_ids: ListProp[str] = computed(from_wire=lambda value: list(dict.fromkeys(value or [])))
    """Holdouts that apply to it."""
    team: Prop[str | None] = computed()
    """Name of the team that owns it."""
    team_id: Prop[str | None] = computed()
    """Id of the team that owns it."""
    owner: Prop[Owner | None] = computed()
    """Who owns it."""
    version: Prop[int | None] = computed()
    """Number of its version, which grows with every change."""
    permalink: Prop[str | None] = computed()
    """Its page in the console, where the API tells."""
    created_time: Prop[int] = computed()
    """When it was made, in milliseconds since 1970."""
    creator_id: Prop[str | None] = computed()
    """Statsig's id of who made it."""
    creator_name: Prop[str | None] = computed()
    """Who made it; ``CONSOLE API`` for what a key made."""
    creator_email: Prop[str | None] = computed()
    """The e-mail address of who made it."""
    last_modified_time: Prop[int | None] = computed()
    """When it was changed last, in milliseconds since 1970."""
    last_modifier_id: Prop[str | None] = computed()
    """Statsig's id of who changed it last."""
    last_modifier_name: Prop[str | None] = computed()
    """Who changed it last."""
    last_modifier_email: Prop[str | None] = computed()
    """The e-mail address of who changed it last."""


class GateRecord(ConfigurationRecord):
    """A feature gate, as it is now or as one of its versions was."""

    is_enabled: Prop[bool] = computed()
    """A disabled gate fails for everyone."""
    status: Prop[str] = computed()
    """Where it stands in its life: ``In Progress``, ``Launched``, ``Disabled`` or ``Archived``."""
    type: Prop[str] = computed()
    """``TEMPORARY``, ``PERMANENT``, ``STALE`` or ``TEMPLATE``."""
    type_reason: Prop[str] = computed()
    """Why Statsig finds it stale; ``NONE`` where it does not."""
    rules: ListProp[Rule] = computed()
    """Tried in order; the first whose conditions hold decides."""
    checks_per_hour: Prop[float | None] = computed()
    """How often it is checked."""
    measure_metric_lifts: Prop[bool | None] = computed()
    """The metrics of those who pass are compared with those who do not."""
    monitoring_metrics: ListProp[MetricReference] = computed()
    """Metrics watched while it rolls out."""
    review_settings: Prop[ReviewSettings | None] = computed()
    """Whether changes need a review."""
    active_review: Prop[ActiveReview | None] = computed()
    """The review under way."""
    release_pipeline_id: Prop[str | None] = computed()
    """The release pipeline that rolls changes out."""
    is_template: Prop[bool | None] = computed()
    """It is a template for others."""
    store_0100_exposures: Prop[bool | None] = computed(wire="store0100Exposures")
    """Exposures at 0 and 100 % are kept."""


class DynamicConfigRecord(ConfigurationRecord):
    """A dynamic config, as it is now or as one of its versions was."""

    is_enabled: Prop[bool] = computed()
    """A disabled config gives everyone the default value."""
    status: Prop[str | None] = computed()
    """Where it stands in its life: ``Enabled``, ``Disabled`` or ``Archived``."""
    rules: ListProp[ConfigRule] = computed()
    """Tried in order; the first whose conditions hold decides."""
    default_value: MapProp[Any] = computed()
    """The JSON object for units that no rule matches."""
    default_value_json5: Prop[str | None] = computed()
    """The same as JSON5 text, which may hold comments."""
    schema: Prop[str | None] = computed()
    """The JSON Schema that every value has to fit, as JSON text."""
    schema_json5: Prop[str | None] = computed()
    """The same as JSON5 text, which may hold comments."""
    checks_per_hour: Prop[float | None] = computed()
    """How often it is asked for."""
    release_pipeline_id: Prop[str | None] = computed()
    """The release pipeline that rolls changes out."""
    is_template: Prop[bool | None] = computed()
    """It is a template for others."""
