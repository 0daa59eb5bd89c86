"""Feature gates (Console API: ``/gates``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from ..audited import Audited
from ..declaration import Endpoint
from ..errors import Problem
from ..parts import ActiveReview, MetricReference, Owner, ReviewSettings
from ..properties import ListProp, Prop, Switch, computed, optional, required
from ..targeting import Rule, duplicate_names
from ..values import Json

ConfigName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-. ]*$")]
ConfigID = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-.]*$")]
NotEmpty = Annotated[str, Field(min_length=1)]
Description = Annotated[str, Field(max_length=1000)]


class Gate(
    Audited,
    endpoint=Endpoint("gates", references=("gate_references", "dynamic_config_references", "experiment_references")),
):
    """A feature gate: a named boolean, decided by rules for each unit.

    Updates are partial (``PATCH /gates/{id}``), because whether the full update resets what is not
    sent is not documented.
    """

    name: Prop[ConfigName] = required()
    """Display name, 3 to 100 letters, digits, spaces, ``_``, ``-`` and ``.``; the id is made from the first one."""
    gate_id: Prop[ConfigID] = optional(wire="id", replace_on_changes=True)
    """The id that code checks, where it is not to be made from the name; fixed for life."""
    description: Prop[Description] = optional()
    """What the gate guards, up to 1,000 characters."""
    is_enabled: Prop[bool] = optional()
    """A disabled gate fails for everyone."""
    is_launched: Prop[bool] = optional(
        switch=Switch(
            on="launch",
            off=lambda declared: "disable" if declared.get("is_enabled") is False else "enable",
            reads=lambda live: None if live.get("status") == "Archived" else live.get("status") == "Launched",
        )
    )
    """The feature is out: the gate passes for everyone and waits to be removed from code."""
    is_archived: Prop[bool] = optional(
        switch=Switch(
            on="archive",
            off=lambda declared: "unarchive",
            reads=lambda live: live.get("status") == "Archived",
            body={"archive_reason": "archiveReason"},
        )
    )
    """The gate is put away, with its history kept."""
    archive_reason: Prop[str] = optional(local=True)
    """Why it is archived; sent when it is."""
    archive_on_delete: Prop[bool] = optional(local=True)
    """Archive the gate instead of deleting it when the resource is destroyed."""
    id_type: Prop[str] = optional()
    """The unit that is bucketed, such as ``userID``; changing it overwrites all Pulse results of the past."""
    type: Prop[Literal["PERMANENT", "TEMPORARY"]] = optional()
    """How long the gate is meant to live; one that Statsig finds unused reads as ``STALE``."""
    rules: ListProp[Rule] = optional()
    """Tried in order; the first whose conditions hold decides."""
    tags: ListProp[str] = optional(unordered=True)
    """Names of tags."""
    target_apps: ListProp[str] = optional(unordered=True)
    """Names of target apps."""
    team: Prop[str | None] = optional()
    """Name of the team that owns the gate."""
    team_id: Prop[str | None] = optional()
    """Id of the team that owns the gate; declare this or ``team``."""
    measure_metric_lifts: Prop[bool] = optional()
    """Compare the metrics of those who pass with those who do not."""
    monitoring_metrics: ListProp[MetricReference] = optional()
    """Metrics watched while the gate rolls out."""
    review_settings: Prop[ReviewSettings] = optional()
    """Whether changes need a review."""
    release_pipeline_id: Prop[str | None] = optional()
    """The release pipeline that rolls changes out."""
    is_template: Prop[bool] = optional(replace_on_changes=True)
    """The gate is a template for others; fixed for life."""
    creator_id: Prop[NotEmpty] = optional()
    """Statsig's id of the user who counts as its creator; the key, where it is not said."""
    creator_email: Prop[NotEmpty] = optional()
    """The e-mail address of the user who counts as its creator."""
    status: Prop[Literal["In Progress", "Launched", "Disabled", "Archived"]] = computed()
    """Where the gate stands in its life."""
    type_reason: Prop[str] = computed()
    """Why Statsig finds the gate stale; ``NONE`` where it does not."""
    checks_per_hour: Prop[float] = computed()
    """How often it is checked."""
    owner: Prop[Owner] = computed()
    """Who owns it."""
    active_review: Prop[ActiveReview] = computed()
    """The review under way."""
    store_0100_exposures: Prop[bool] = computed(wire="store0100Exposures")
    """Whether exposures at 0 and 100 % are kept."""

    @classmethod
    def settle(cls, live: Mapping[str, Json], declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """A launched or archived gate reads as disabled, and an unused one as stale: neither is drift."""
        settled = told_team_id(live, declared)
        if live.get("status") in ("Launched", "Archived") and "is_enabled" in declared:
            settled["isEnabled"] = declared["is_enabled"]
        if live.get("type") not in ("PERMANENT", "TEMPORARY") and "type" in declared:
            settled["type"] = declared["type"]
        return settled

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from duplicate_names(values, "rules")
        yield from one_of_two(values, "team", "team_id")


def told_team_id(live: Mapping[str, Json], declared: Mapping[str, Json]) -> dict[str, Json]:
    """The live object; where the API tells the team by its name alone, the declared id is taken to be its."""
    return ({"teamID": declared["team_id"]} if "team_id" in declared else {}) | dict(live)


def one_of_two(values: Mapping[str, Json], name: str, other: str) -> Iterator[Problem]:
    """Two ways to say one thing."""
    if name in values and other in values:
        yield Problem(other, f"says the same as {name}: declare one of them")
