"""Overrides of a feature gate (Console API: ``/gates/{id}/overrides``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import ListProp, NestedType, Prop
from .bases.entity import Entity
from .bases.overrides import MAX_IDS, OverridesClient, OverridesLifecycle

UnitID = Annotated[str, Field(min_length=1)]


class EnvironmentOverride(NestedType):
    """Units that pass or fail a gate in one environment."""

    environment: Prop[str | None] = optional()
    """The environment; all of them, where it is not said."""
    unit_id: Prop[str | None] = optional(wire="unitID")
    """The type of the units, such as ``userID``."""
    passing_ids: ListProp[UnitID] = optional(unordered=True, create_default=[])
    """Units that pass."""
    failing_ids: ListProp[UnitID] = optional(unordered=True, create_default=[])
    """Units that fail."""

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        return {"environment": None, "unitID": None} | body  # the API wants both keys


class GateOverridesClient(OverridesClient):
    """Ids and environments are set apart: the API takes the one form or the other."""

    forms = (
        {"passingUserIDs": [], "failingUserIDs": [], "passingCustomIDs": None, "failingCustomIDs": None},
        {"environmentOverrides": []},
    )


class GateOverrides(Entity, endpoint=Endpoint("gates", key="gateID", under="overrides", update="POST", has_list=False)):
    """The overrides of one gate: units that pass or fail whatever its rules say.

    The lists that are declared are replaced as a whole, with ``POST /gates/{id}/overrides``; those that are
    not declared stay. Destroying it takes the declared ids back (``DELETE`` on the same path).
    Its id, for imports, is the gate's.
    """

    lifecycle = OverridesLifecycle
    resource_client = GateOverridesClient

    gate_id: Prop[UnitID] = required(in_path=True, replace_on_changes=True, refers_to="Gate.id")
    """The gate's id."""
    passing_user_ids: ListProp[UnitID] = optional(unordered=True, max_items=MAX_IDS)
    """Users that pass, up to 2,000."""
    failing_user_ids: ListProp[UnitID] = optional(unordered=True, max_items=MAX_IDS)
    """Users that fail, up to 2,000."""
    passing_custom_ids: ListProp[UnitID] = optional(unordered=True, max_items=MAX_IDS)
    """Units of the gate's own id type that pass, up to 2,000."""
    failing_custom_ids: ListProp[UnitID] = optional(unordered=True, max_items=MAX_IDS)
    """Units of the gate's own id type that fail, up to 2,000."""
    environment_overrides: ListProp[EnvironmentOverride] = optional(unordered=True)
    """Units that pass or fail in one environment."""
