"""Base and shared fields of gates, dynamic configs and experiments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import Field

from ...errors import Problem
from ...json_values import UNKNOWN, Json
from ...lifecycle.resource_client import slug
from ...lifecycle.run_context import Claim
from ...schema.actions import toggle_action
from ...schema.live_object import LiveObject
from ...schema.options import computed, optional, required
from ...schema.properties import Fields, ListProp, Prop, SparseProp
from ..types.shared import NonEmptyStr, find_duplicates
from .entity import Entity

ConfigName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-. ]*$")]
ConfigID = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-.]*$")]


TEAM_REQUIRED_BY: Final = "TeamSettings.require_teams_on_configs"


def _without_duplicates(ids: Json) -> Json:
    return list(dict.fromkeys(ids or []))


ARCHIVED: Final = toggle_action(
    "is_archived",
    on="archive",
    off_fn=lambda declared: "unarchive",
    read_fn=lambda live: live.get("status") and live["status"] == "Archived",
    sends={"archive_reason": "archiveReason"},
    affected_by_others=True,
)
"""Archives and unarchives gates and dynamic configs."""


class ConfigFields(Fields):
    """Fields of gates, dynamic configs and experiments."""

    name: SparseProp[NonEmptyStr] = required()
    """Display name."""
    description: Prop[Annotated[str, Field(max_length=1000)]] = optional()
    """Description, up to 1,000 characters."""
    id_type: Prop[str] = optional(default="userID", refers_to="UnitIDType.name")
    """The unit type that is evaluated, such as ``userID``. Changing it overwrites all past Pulse results."""
    tags: ListProp[str] = optional(unordered=True, refers_to="Tag.name")
    """Names of tags."""
    target_apps: ListProp[str] = optional(
        unordered=True, preset_by="Team.default_target_applications", refers_to="TargetApp.name"
    )
    """Names of target apps."""
    team: Prop[str | None] = optional(conflicts_with=("team_id",), refers_to="Team.name", required_by=TEAM_REQUIRED_BY)
    """Name of the owning team. Set either ``team`` or ``team_id``."""
    team_id: Prop[str | None] = optional(conflicts_with=("team",), exported=False, refers_to="Team.team_id")
    """Id of the owning team. Set either ``team`` or ``team_id``."""
    creator_id: SparseProp[NonEmptyStr] = optional(exported=False)
    """Statsig's id of the creator. If omitted, the creator is the API key."""
    creator_email: SparseProp[NonEmptyStr] = optional(exported=False)
    """The creator's email address."""
    created_time: Prop[int] = computed()
    """Creation time, in milliseconds since 1970."""
    creator_name: SparseProp[str] = computed()
    """The creator's name. ``CONSOLE API`` for objects created with an API key."""
    last_modified_time: SparseProp[int] = computed()
    """Time of the last change, in milliseconds since 1970."""
    last_modifier_id: SparseProp[str] = computed()
    """Statsig's id of the user who made the last change."""
    last_modifier_name: SparseProp[str] = computed()
    """Name of the user who made the last change."""
    last_modifier_email: SparseProp[str] = computed()
    """Email address of the user who made the last change."""
    version: SparseProp[int] = computed()
    """Version number. It grows with every change."""
    permalink: SparseProp[str] = computed()
    """URL of the object's page in the Statsig console, if the API returns it."""
    holdout_ids: ListProp[str] = computed(from_wire=_without_duplicates)
    """Ids of the holdouts that apply to the object."""


class RuleBasedFields(ConfigFields):
    """Fields of gates and dynamic configs."""

    name: SparseProp[ConfigName] = required()
    """Display name: 3 to 100 letters, digits, spaces, ``_``, ``-`` and ``.``."""
    is_enabled: Prop[bool] = optional(default=True)
    """Whether the object is enabled. A disabled gate fails for everyone; a disabled dynamic config returns its
    default value to everyone."""
    release_pipeline_id: Prop[str | None] = optional(exported=False)
    """Id of the release pipeline that rolls out changes."""
    is_template: SparseProp[bool] = optional(replace_on_changes=True, default=False)
    """Whether the object is a template for new ones."""
    checks_per_hour: SparseProp[float] = computed()
    """How often the object is evaluated, in checks per hour."""


class ConfigResource(Entity):
    """Base of gates, dynamic configs and experiments. Its hooks skip properties that a resource lacks."""

    has_console_page = True

    archive_reason: Prop[str] = optional(local=True)
    """The reason for archiving. Sent when the object is archived."""
    archive_on_delete: Prop[bool] = optional(local=True)
    """Whether ``pulumi destroy`` archives the object instead of deleting it."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Keep the declared ``team_id`` and ``is_enabled`` if the API does not return them as declared.

        It may return only the team's name, and reports launched and archived objects as disabled.
        """
        values = keep_team_id(live, declared)
        if live.get("status") in ("Launched", "Archived") and "is_enabled" in declared:
            values["is_enabled"] = declared["is_enabled"]
        return values

    @classmethod
    def claim(cls, values: Mapping[str, Json]) -> Claim | None:
        key = cls.declaration.key_property
        name, id_ = values.get("name"), values.get(key) if key else None
        if "rules" not in values or not isinstance(name, str) or id_ is UNKNOWN:
            return None
        return Claim(f"the list of rules of {cls.declaration.endpoint.collection}/{id_ or slug(name)}")

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """Omit ``is_enabled`` for a launched object, because the API reports it as disabled."""
        return {name: value for name, value in values.items() if name != "is_enabled" or not values.get("is_launched")}

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from find_team_conflict(values)
        yield from find_duplicates(values, "rules")


def keep_team_id(live: LiveObject, declared: Mapping[str, Json]) -> dict[str, Json]:
    """Return the declared ``team_id``, to compare it in place of the live one, if the API returns only the name."""
    return {"team_id": declared["team_id"]} if "team_id" in declared and "teamID" not in live else {}


def find_team_conflict(values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield a problem if the team is declared both by its name and by its id."""
    if "team" in values and "team_id" in values:
        yield Problem("team_id", "conflicts with team: set only one of them")


def keep_name(live: LiveObject, declared: Mapping[str, Json]) -> dict[str, Json]:
    """Return the name to compare if the API does not return it: the declared one, else the id."""
    return {} if live.get("name") else {"name": declared.get("name", live.get("id"))}
