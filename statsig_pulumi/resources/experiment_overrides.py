"""Overrides of an experiment (Console API: ``/experiments/{id}/overrides``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import ListProp, NestedType, Prop
from .bases.entity import Entity
from .bases.overrides import MAX_OVERRIDES, OverridesClient, OverridesLifecycle

NotEmpty = Annotated[str, Field(min_length=1)]


class ExperimentOverride(NestedType):
    """Those who pass a gate or are in a segment are put into one group."""

    type: Prop[Literal["gate", "segment"]] = required()
    """What decides."""
    id: Prop[NotEmpty] = required(refers_to=lambda beside: "Gate.id" if beside.get("type") == "gate" else "")
    """The gate's or segment's id."""
    group: Prop[NotEmpty] = required(wire="groupID")
    """Name of the group."""
    environment: Prop[str | None] = optional()
    """The environment; all of them, where it is not said."""


class UserIDOverride(NestedType):
    """Units that are put into one group."""

    group: Prop[NotEmpty] = required(wire="groupID")
    """Name of the group."""
    ids: ListProp[NotEmpty] = required(unordered=True, max_items=MAX_OVERRIDES)
    """The units, up to 1,000."""
    environment: Prop[str | None] = optional()
    """The environment; all of them, where it is not said."""
    unit_type: Prop[str | None] = optional()
    """The type of the units, such as ``userID``."""


class ExperimentOverridesClient(OverridesClient):
    """The API wants both lists in each request."""

    forms = ({"overrides": [], "userIDOverrides": []},)


class ExperimentOverrides(
    Entity, endpoint=Endpoint("experiments", key="experimentID", under="overrides", update="POST", has_list=False)
):
    """The overrides of one experiment: who is put into which group.

    The lists that are declared are replaced as a whole, with ``POST /experiments/{id}/overrides``; one that is
    not declared stays. Destroying it takes the declared ones back (``DELETE`` on the same path).
    Its id, for imports, is the experiment's.
    """

    lifecycle = OverridesLifecycle
    resource_client = ExperimentOverridesClient

    experiment_id: Prop[NotEmpty] = required(in_path=True, replace_on_changes=True, refers_to="Experiment.id")
    """The experiment's id."""
    overrides: ListProp[ExperimentOverride] = optional(unordered=True, max_items=MAX_OVERRIDES)
    """By gate or segment, up to 1,000."""
    user_id_overrides: ListProp[UserIDOverride] = optional(unordered=True)
    """By unit."""

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """The API's own example of a read has ``name`` where a write has ``id``."""
        items = [item | {"id": item.get("id") or item.get("name")} for item in response.get("overrides") or []]
        return dict(response) | {"overrides": items}
