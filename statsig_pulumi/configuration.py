"""What gates, dynamic configs and experiments share: a name, tags, a team, and an archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from .audited import Audited
from .errors import Problem
from .facts import optional, required
from .properties import ListProp, Prop
from .values import Json

NotEmpty = Annotated[str, Field(min_length=1)]


class Configuration(Audited):
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
        unordered=True, preset_by_team="default_target_applications", refers_to="TargetApp.name"
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
    def settle(cls, live: Mapping[str, Json], declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Where the API tells the team by its name alone, the declared id is taken to be its."""
        return ({"teamID": declared["team_id"]} if "team_id" in declared else {}) | dict(live)

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if "team" in values and "team_id" in values:
            yield Problem("team_id", "says the same as team: declare one of them")
