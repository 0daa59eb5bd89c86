"""Overrides of a feature gate (Console API: ``/gates/{id}/overrides``)."""

from __future__ import annotations

from collections.abc import Mapping

from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Fields, ListProp, NestedType, Prop
from .bases.entity import Entity
from .bases.overrides import MAX_IDS, OverridesClient, OverridesLifecycle
from .types.shared import NonEmptyStr, OwnerID


class EnvironmentOverride(NestedType):
    """Units that pass or fail a gate in one environment."""

    identity = ("environment", "unit_id")

    environment: Prop[str | None] = optional(refers_to="Environments.named")
    """Name of the environment. If omitted, the override applies to all environments."""
    unit_id: Prop[str | None] = optional(wire="unitID", refers_to="UnitIDType.name")
    """The unit type, such as ``userID``."""
    passing_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, create_default=[])
    """Ids of units that pass."""
    failing_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, create_default=[])
    """Ids of units that fail."""

    @classmethod
    def to_request(cls, values: Mapping[str, Json], body: dict[str, Json]) -> dict[str, Json]:
        return {"environment": None, "unitID": None} | body  # the API requires both keys


class GateOverridesClient(OverridesClient):
    """The requests of a gate's overrides. One request sets either ids or environments."""

    forms = (
        {"passingUserIDs": [], "failingUserIDs": [], "passingCustomIDs": None, "failingCustomIDs": None},
        {"environmentOverrides": []},
    )


class GateOverridesFields(Fields):
    """Fields of a gate's overrides."""

    passing_user_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, max_items=MAX_IDS)
    """Ids of users that pass, up to 2,000."""
    failing_user_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, max_items=MAX_IDS)
    """Ids of users that fail, up to 2,000."""
    passing_custom_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, max_items=MAX_IDS)
    """Ids of units of the gate's id type that pass, up to 2,000."""
    failing_custom_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, max_items=MAX_IDS)
    """Ids of units of the gate's id type that fail, up to 2,000."""
    environment_overrides: ListProp[EnvironmentOverride] = optional(unordered=True)
    """Units that pass or fail in one environment."""


class GateOverrides(
    Entity,
    GateOverridesFields,
    endpoint=Endpoint(
        "gates",
        key="gateID",
        subpath="overrides",
        update="replace",
        lists="none",
        listed_together=("overrides", "gates"),
    ),
):
    """The overrides of one gate: units that pass or fail regardless of its rules.

    ``POST /gates/{id}/overrides`` replaces the lists that the program sets; other lists are unchanged.
    ``pulumi destroy`` removes the declared ids with ``DELETE /gates/{id}/overrides``. The resource's id is the gate's
    id.

    Example::

        import statsig_pulumi as statsig

        new_checkout = statsig.Gate("new-checkout", name="new_checkout")

        statsig.GateOverrides(
            "testers",
            gate_id=new_checkout.id,
            passing_user_ids=["tester-1", "tester-2"],
            failing_user_ids=["auditor"],
        )
    """

    category = "Feature flags"
    lifecycle = OverridesLifecycle
    resource_client = GateOverridesClient

    gate_id: Prop[OwnerID] = required(in_path=True, replace_on_changes=True, refers_to="Gate.id")
    """The gate's id."""
