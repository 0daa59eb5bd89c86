"""Base of gates, dynamic configs and experiments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from ...errors import Problem
from ...json_values import UNKNOWN, Json
from ...lifecycle.resource_client import slug
from ...lifecycle.run_context import Claim
from ...schema.actions import toggle_action
from ...schema.live_object import LiveObject
from ...schema.options import computed, optional, required
from ...schema.properties import ListProp, Prop
from ..types.rules import duplicate_names
from .entity import Entity


class AuditedResource(Entity):
    """Base of entities whose objects carry creator, modifier and version (Console API, read schemas)."""

    created_time: Prop[int] = computed()
    """When the object was made, in milliseconds since 1970."""
    creator_name: Prop[str] = computed()
    """Who made it; ``CONSOLE API`` for what a key made."""
    last_modified_time: Prop[int] = computed()
    """When it was changed last, in milliseconds since 1970."""
    last_modifier_id: Prop[str] = computed()
    """Statsig's id of who changed it last."""
    last_modifier_name: Prop[str] = computed()
    """Who changed it last."""
    last_modifier_email: Prop[str] = computed()
    """The e-mail address of who changed it last."""
    version: Prop[int] = computed()
    """Number of the object's version, which grows with every change."""
    permalink: Prop[str] = computed()
    """The object's page in the console, where the API tells it."""
    holdout_ids: ListProp[str] = computed(from_wire=lambda value: list(dict.fromkeys(value or [])))
    """Holdouts that apply to it."""


NotEmpty = Annotated[str, Field(min_length=1)]


class ConfigResource(AuditedResource):
    """Base of what Statsig configures code with."""

    name: Prop[NotEmpty] = required()
    """Display name; the id is made from the first one."""
    description: Prop[Annotated[str, Field(max_length=1000)]] = optional()
    """What it is for, up to 1,000 characters."""
    id_type: Prop[str] = optional(default="userID")
    """The unit that is bucketed, such as ``userID``; changing it overwrites all Pulse results of the past."""
    tags: ListProp[str] = optional(unordered=True, refers_to="Tag.name")
    """Names of tags."""
    target_apps: ListProp[str] = optional(
        unordered=True, preset_by="Team.default_target_applications", refers_to="TargetApp.name"
    )
    """Names of target apps."""
    team: Prop[str | None] = optional(refers_to="Team.name")
    """Name of the team that owns it."""
    team_id: Prop[str | None] = optional(exported=False)
    """Id of the team that owns it; declare this or ``team``."""
    creator_id: Prop[NotEmpty] = optional(exported=False)
    """Statsig's id of the user who counts as its creator; the key, where it is not said."""
    creator_email: Prop[NotEmpty] = optional(exported=False)
    """The e-mail address of the user who counts as its creator."""
    archive_reason: Prop[str] = optional(local=True)
    """Why it is archived; sent when it is."""
    archive_on_delete: Prop[bool] = optional(local=True)
    """Archive it instead of deleting it when the resource is destroyed."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """If the API returns only the name of the team, the declared id is taken for its id."""
        return {"team_id": declared["team_id"]} if "team_id" in declared and "teamID" not in live else {}

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if "team" in values and "team_id" in values:
            yield Problem("team_id", "says the same as team: declare one of them")


ConfigName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-. ]*$")]
ConfigID = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-.]*$")]


class RuleBasedConfig(ConfigResource):
    """Base of entities that rules decide."""

    name: Prop[ConfigName] = required()
    """Display name, 3 to 100 letters, digits, spaces, ``_``, ``-`` and ``.``; the id is made from the first one."""
    is_enabled: Prop[bool] = optional(default=True)
    """A disabled gate fails for everyone; a disabled config gives everyone the default value."""
    is_archived: Prop[bool] = optional(
        default=False,
        action=toggle_action(
            "is_archived",
            on="archive",
            off=lambda declared: "unarchive",
            read_fn=lambda live: live.get("status") and live["status"] == "Archived",
            sends={"archive_reason": "archiveReason"},
            affected_by_others=True,
        ),
    )
    """It is put away, with its history kept."""
    release_pipeline_id: Prop[str | None] = optional(exported=False)
    """The release pipeline that rolls changes out."""
    is_template: Prop[bool] = optional(replace_on_changes=True, default=False)
    """It is a template for others; fixed for life."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """A launched or archived object is returned as disabled, which is no drift."""
        values = dict(super().suppress_drift(live, declared))
        if live.get("status") in ("Launched", "Archived") and "is_enabled" in declared:
            values["is_enabled"] = declared["is_enabled"]
        return values

    @classmethod
    def claim(cls, values: Mapping[str, Json]) -> Claim | None:
        key = cls.declaration.key_property
        name, id_ = values.get("name"), values.get(key) if key else None
        if "rules" not in values or not isinstance(name, str) or id_ is UNKNOWN:
            return None
        return Claim(f"the rules of {cls.declaration.endpoint.collection}/{id_ or slug(name)}")

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """A launched gate is returned as disabled, so ``is_enabled`` is omitted."""
        return {name: value for name, value in values.items() if name != "is_enabled" or not values.get("is_launched")}

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().problems(values)
        yield from duplicate_names(values, "rules")
