"""What gates and dynamic configs share: rules that decide, an on-off and an archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from .configuration import Configuration
from .errors import Problem
from .facts import on_off, optional, required
from .objects import slug
from .properties import Prop
from .run import Claim
from .targeting import duplicate_names
from .values import UNKNOWN, Json

ConfigName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-. ]*$")]
ConfigID = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-.]*$")]


class Targeted(Configuration):
    """Base of entities that rules decide."""

    name: Prop[ConfigName] = required()
    """Display name, 3 to 100 letters, digits, spaces, ``_``, ``-`` and ``.``; the id is made from the first one."""
    is_enabled: Prop[bool] = optional(default=True)
    """A disabled gate fails for everyone; a disabled config gives everyone the default value."""
    is_archived: Prop[bool] = optional(
        default=False,
        switch=on_off(
            "is_archived",
            on="archive",
            off=lambda declared: "unarchive",
            reads=lambda live: live.get("status") and live["status"] == "Archived",
            sends={"archive_reason": "archiveReason"},
            undone_by_others=True,
        ),
    )
    """It is put away, with its history kept."""
    release_pipeline_id: Prop[str | None] = optional(exported=False)
    """The release pipeline that rolls changes out."""
    is_template: Prop[bool] = optional(replace_on_changes=True, default=False)
    """It is a template for others; fixed for life."""

    @classmethod
    def settle(cls, live: Mapping[str, Json], declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Besides, what is launched or archived reads as disabled, which is no drift."""
        settled = dict(super().settle(live, declared))
        if live.get("status") in ("Launched", "Archived") and "is_enabled" in declared:
            settled["isEnabled"] = declared["is_enabled"]
        return settled

    @classmethod
    def claim(cls, values: Mapping[str, Json]) -> Claim | None:
        key = cls.declaration.key_property
        name, id_ = values.get("name"), values.get(key) if key else None
        if "rules" not in values or not isinstance(name, str) or id_ is UNKNOWN:
            return None
        return Claim(f"the rules of {cls.declaration.endpoint.collection}/{id_ or slug(name)}", whole=True)

    @classmethod
    def as_written(cls, values: dict[str, Json]) -> dict[str, Json]:
        """What is launched reads as disabled, whatever it was before."""
        return {name: value for name, value in values.items() if name != "is_enabled" or not values.get("is_launched")}

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().problems(values)
        yield from duplicate_names(values, "rules")
