"""Segments (Console API: ``/segments``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from ..errors import Problem, RejectedError
from ..json_values import UNKNOWN, Json
from ..lifecycle.resource_client import ResourceClient
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, Prop, SparseProp
from .bases.config import TEAM_REQUIRED_BY, ConfigFields, find_team_conflict, keep_team_id
from .bases.entity import Entity
from .types.rules import Rule
from .types.shared import NonEmptyStr, find_duplicates, iterate_objects

SegmentType = Literal["rule_based", "id_list", "user_store_id_list", "analysis_list"]
SegmentName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\- ]*$")]
SegmentID = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-]*$")]

RULE_BASED: Final = "rule_based"
CONDITION_TYPES: Final = (
    "app_version",
    "browser_name",
    "browser_version",
    "country",
    "custom_field",
    "email",
    "environment_tier",
    "fails_segment",
    "ip_address",
    "os_name",
    "os_version",
    "passes_segment",
    "unit_id",
    "user_id",
)
"""The types that the API accepts in the rules of segments."""


class SegmentClient(ResourceClient):
    """The requests of segments. Only their rules can be updated, at an endpoint of their own."""

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        """Replace the rules.

        The API takes the list alone. Statsig's Terraform provider sends it as ``{"rules": [...]}``: if the API
        refuses the list, that form is sent once, and from then on if it is accepted.
        """
        rules, forms = body["rules"], self.client.accepted_forms
        if forms.get("conditional") == "object":
            return self.call("POST", key, "conditional", body={"rules": rules})
        try:
            updated = self.call("POST", key, "conditional", body=rules)
        except RejectedError as error:
            if error.status != 400 or "conditional" in forms:
                raise
            try:
                updated = self.call("POST", key, "conditional", body={"rules": rules})
            except RejectedError:
                raise error from None
            forms["conditional"] = "object"
            return updated
        forms["conditional"] = "list"
        return updated

    def archive(self, key: str) -> None:
        self.end(lambda: self.client.change("PUT", self.path(key, "archive")), lambda: self.get(key) is None)


class SegmentFields(ConfigFields):
    """Fields of segments."""

    name: SparseProp[SegmentName] = required(create_only=True)
    """Name: 3 to 100 letters, digits, spaces, ``_`` and ``-``."""
    type: Prop[SegmentType] = required(replace_on_changes=True)
    """What defines the members. ``rule_based``: rules. ``id_list``: a list of ids, see ``SegmentIDs``.
    ``user_store_id_list``: a list of ids in the user store. ``analysis_list``: a list of ids for analyses."""
    rules: ListProp[Rule] = optional()
    """Rules of a segment of type ``rule_based``. A unit is a member if it passes the first rule whose conditions all
    match."""
    description: Prop[Annotated[str, Field(max_length=1000)]] = optional(create_only=True)
    """Description, up to 1,000 characters."""
    id_type: Prop[str] = optional(default="userID", replace_on_changes=True)
    """The unit type of the members, such as ``userID``."""
    tags: ListProp[str] = optional(unordered=True, create_only=True, refers_to="Tag.name")
    """Names of tags."""
    team: Prop[str | None] = optional(
        create_only=True, conflicts_with=("team_id",), refers_to="Team.name", required_by=TEAM_REQUIRED_BY
    )
    """Name of the owning team. Set either ``team`` or ``team_id``."""
    team_id: Prop[str | None] = optional(
        create_only=True, conflicts_with=("team",), exported=False, refers_to="Team.team_id"
    )
    """Id of the owning team. Set either ``team`` or ``team_id``."""
    creator_id: SparseProp[NonEmptyStr] = optional(create_only=True, exported=False)
    """Statsig's id of the creator. If omitted, the creator is the API key."""
    creator_email: SparseProp[NonEmptyStr] = optional(create_only=True, exported=False)
    """The creator's email address."""
    target_apps: ListProp[str] = computed(refers_to="TargetApp.name")
    """Names of target apps. They can be set in the console only."""
    is_enabled: SparseProp[bool] = computed()
    """Whether the segment is enabled."""
    count: SparseProp[int] = computed()
    """Number of ids, for lists of ids."""


class Segment(Entity, SegmentFields, endpoint=Endpoint("segments", update="merge")):
    """A segment: a named set of units that gates, dynamic configs and experiments target.

    Created with ``POST /segments``. ``POST /segments/{id}/conditional`` replaces the rules. The API cannot change
    anything else of a segment. A change of the name, the description, the tags or the team is refused at the preview.
    A segment that rules or overrides name is not deleted. Declare the ids of a list with ``SegmentIDs``.

    Example::

        import statsig_pulumi as statsig

        statsig.Segment(
            "dutch-customers",
            name="Dutch customers",
            type="rule_based",
            rules=[
                statsig.Rule(
                    name="In the Netherlands",
                    pass_percentage=100,
                    conditions=statsig.Condition.country(any_of=["NL"]),
                ),
            ],
        )
    """

    category = "Feature flags"
    resource_client = SegmentClient
    terraform_type = "segment"
    used_by = ("Gate", "DynamicConfig", "Segment", "AutotuneOverrides", "ExperimentOverrides", "LayerOverrides")
    loss = "conditions that test it match nobody"
    has_console_page = True

    segment_id: Prop[SegmentID] = optional(wire="id", replace_on_changes=True)
    """The segment's id, which rules refer to: 3 to 100 letters, digits, ``_`` and ``-``. If omitted, Statsig derives
    it from the name."""
    archive_on_delete: Prop[bool] = optional(local=True)
    """Whether ``pulumi destroy`` archives the segment instead of deleting it. The API cannot unarchive a segment."""
    delete_while_used: Prop[bool] = optional(local=True)
    """Whether the segment may be deleted while rules of gates, dynamic configs or other segments name it, or overrides
    of autotunes, experiments or layers."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Keep the name and the ``team_id`` if the API does not return them."""
        is_name_kept = "name" in declared and "name" not in live
        return keep_team_id(live, declared) | ({"name": declared["name"]} if is_name_kept else {})

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from find_team_conflict(values)
        yield from find_duplicates(values, "rules")
        if "rules" in values and values.get("type") not in (None, UNKNOWN, RULE_BASED):
            reason = (
                f"must be omitted for a segment of type '{values['type']}': only '{RULE_BASED}' segments have rules"
            )
            yield Problem("rules", reason)
        for i, rule in iterate_objects(values, "rules"):
            for j, condition in iterate_objects(rule, "conditions"):
                if (type_ := condition.get("type")) not in (None, UNKNOWN, *CONDITION_TYPES):
                    reason = f"'{type_}' is not valid in a segment: use one of {', '.join(CONDITION_TYPES)}"
                    yield Problem(f"rules[{i}].conditions[{j}].type", reason)
