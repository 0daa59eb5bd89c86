"""What gates and dynamic configs share: a name and an id, owners and tags, an on-off and an archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from .audited import Audited
from .errors import Problem
from .properties import ListProp, Prop, on_off, optional, required
from .targeting import duplicate_names
from .values import Json

ConfigName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-. ]*$")]
ConfigID = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-.]*$")]
NotEmpty = Annotated[str, Field(min_length=1)]


class Targeted(Audited):
    """Base of entities that rules decide."""

    name: Prop[ConfigName] = required()
    """Display name, 3 to 100 letters, digits, spaces, ``_``, ``-`` and ``.``; the id is made from the first one."""
    description: Prop[Annotated[str, Field(max_length=1000)]] = optional()
    """What it is for, up to 1,000 characters."""
    is_enabled: Prop[bool] = optional()
    """A disabled gate fails for everyone; a disabled config gives everyone the default value."""
    is_archived: Prop[bool] = optional(
        switch=on_off(
            "is_archived",
            on="archive",
            off=lambda declared: "unarchive",
            reads=lambda live: live.get("status") == "Archived",
            sends={"archive_reason": "archiveReason"},
            undone_by_others=True,
        )
    )
    """It is put away, with its history kept."""
    archive_reason: Prop[str] = optional(local=True)
    """Why it is archived; sent when it is."""
    archive_on_delete: Prop[bool] = optional(local=True)
    """Archive it instead of deleting it when the resource is destroyed."""
    id_type: Prop[str] = optional()
    """The unit that is bucketed, such as ``userID``; changing it overwrites all Pulse results of the past."""
    tags: ListProp[str] = optional(unordered=True)
    """Names of tags."""
    target_apps: ListProp[str] = optional(unordered=True)
    """Names of target apps."""
    team: Prop[str | None] = optional()
    """Name of the team that owns it."""
    team_id: Prop[str | None] = optional()
    """Id of the team that owns it; declare this or ``team``."""
    release_pipeline_id: Prop[str | None] = optional()
    """The release pipeline that rolls changes out."""
    is_template: Prop[bool] = optional(replace_on_changes=True)
    """It is a template for others; fixed for life."""
    creator_id: Prop[NotEmpty] = optional()
    """Statsig's id of the user who counts as its creator; the key, where it is not said."""
    creator_email: Prop[NotEmpty] = optional()
    """The e-mail address of the user who counts as its creator."""

    @classmethod
    def settle(cls, live: Mapping[str, Json], declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """What is launched or archived reads as disabled, which is no drift."""
        # Where the API tells the team by its name alone, the declared id is taken to be its.
        settled = ({"teamID": declared["team_id"]} if "team_id" in declared else {}) | dict(live)
        if live.get("status") in ("Launched", "Archived") and "is_enabled" in declared:
            settled["isEnabled"] = declared["is_enabled"]
        return settled

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from duplicate_names(values, "rules")
        if "team" in values and "team_id" in values:
            yield Problem("team_id", "says the same as team: declare one of them")
