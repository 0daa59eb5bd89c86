"""Overrides of an experiment (Console API: ``/experiments/{id}/overrides``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ..json_values import Json
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Fields, ListProp, NestedType, Prop
from .bases.entity import Entity
from .bases.overrides import MAX_OVERRIDES, OverridesClient, OverridesLifecycle
from .types.shared import NonEmptyStr, OwnerID


def _get_reference(override: Mapping[str, Json]) -> str:
    return {"gate": "Gate.id", "segment": "Segment.id"}.get(str(override.get("type")), "")


class ExperimentOverride(NestedType):
    """Assigns the units that pass a gate, or are in a segment, to one group."""

    identity = ("type", "id", "environment")

    type: Prop[Literal["gate", "segment"]] = required()
    """Whether a gate or a segment selects the units."""
    id: Prop[NonEmptyStr] = required(refers_to=_get_reference)
    """Id of the gate or segment."""
    group: Prop[NonEmptyStr] = required(wire="groupID")
    """Name of the group."""
    environment: Prop[str | None] = optional(refers_to="Environments.named")
    """Name of the environment. If omitted, the override applies to all environments."""


class UserIDOverride(NestedType):
    """Assigns units, by their ids, to one group."""

    identity = ("group", "environment", "unit_type")

    group: Prop[NonEmptyStr] = required(wire="groupID")
    """Name of the group."""
    ids: ListProp[NonEmptyStr] = required(unordered=True, shared=True, max_items=MAX_OVERRIDES)
    """Ids of the units, up to 1,000."""
    environment: Prop[str | None] = optional(refers_to="Environments.named")
    """Name of the environment. If omitted, the override applies to all environments."""
    unit_type: Prop[str | None] = optional(refers_to="UnitIDType.name")
    """The unit type, such as ``userID``."""


class ExperimentOverridesClient(OverridesClient):
    """The requests of an experiment's overrides. The API requires both lists in each request."""

    forms = ({"overrides": [], "userIDOverrides": []},)


class ExperimentOverridesFields(Fields):
    """Fields of an experiment's overrides."""

    overrides: ListProp[ExperimentOverride] = optional(unordered=True, max_items=MAX_OVERRIDES)
    """Overrides by gate or segment, up to 1,000."""
    user_id_overrides: ListProp[UserIDOverride] = optional(unordered=True)
    """Overrides by unit id."""


class ExperimentOverrides(
    Entity,
    ExperimentOverridesFields,
    endpoint=Endpoint(
        "experiments",
        key="experimentID",
        subpath="overrides",
        update="replace",
        lists="none",
        listed_together=("overrides", "experiments"),
    ),
):
    """The overrides of one experiment, which assign units to groups.

    ``POST /experiments/{id}/overrides`` replaces the lists that the program sets; other lists are unchanged.
    ``pulumi destroy`` removes the declared overrides with ``DELETE /experiments/{id}/overrides``. The resource's id is
    the experiment's id.

    Example::

        import statsig_pulumi as statsig

        checkout_test = statsig.Experiment(
            "checkout-test",
            name="checkout_test",
            groups=[
                statsig.Group(name="Three pages", size=50),
                statsig.Group(name="One page", size=50),
            ],
        )
        statsig.ExperimentOverrides(
            "testers",
            experiment_id=checkout_test.id,
            user_id_overrides=[
                statsig.UserIDOverride(group="One page", ids=["ana", "ben"], unit_type="userID")
            ],
        )
    """

    category = "Experiments"
    lifecycle = OverridesLifecycle
    resource_client = ExperimentOverridesClient

    experiment_id: Prop[OwnerID] = required(in_path=True, replace_on_changes=True, refers_to="Experiment.id")
    """The experiment's id."""

    @classmethod
    def from_response(cls, response: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return ``name`` as ``id`` if there is no ``id``, as in the API's own example of a read."""
        items = response.get("overrides") or []
        if not isinstance(items, list):
            return response
        named = [
            item | {"id": item.get("id") or item.get("name")} if isinstance(item, dict) else item for item in items
        ]
        return dict(response) | {"overrides": named}
