"""Overrides of a holdout (Console API: ``/holdouts/{id}/overrides``)."""

from __future__ import annotations

from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Fields, ListProp, Prop
from .bases.entity import Entity
from .bases.overrides import MAX_IDS, OverridesLifecycle
from .gate_overrides import EnvironmentOverride, GateOverridesClient
from .types.shared import NonEmptyStr, OwnerID


class HoldoutOverridesFields(Fields):
    """Fields of a holdout's overrides."""

    passing_user_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, max_items=MAX_IDS)
    """Ids of users that pass, so that they are held out; up to 2,000."""
    failing_user_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, max_items=MAX_IDS)
    """Ids of users that fail, so that they are never held out; up to 2,000."""
    passing_custom_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, max_items=MAX_IDS)
    """Ids of units of the holdout's id type that pass, up to 2,000."""
    failing_custom_ids: ListProp[NonEmptyStr] = optional(unordered=True, shared=True, max_items=MAX_IDS)
    """Ids of units of the holdout's id type that fail, up to 2,000."""
    environment_overrides: ListProp[EnvironmentOverride] = optional(unordered=True)
    """Units that pass or fail in one environment."""


class HoldoutOverrides(
    Entity,
    HoldoutOverridesFields,
    endpoint=Endpoint(
        "holdouts",
        key="holdoutID",
        subpath="overrides",
        update="replace",
        lists="none",
        listed_together=("overrides", "holdouts"),
    ),
):
    """The overrides of one holdout: units that pass, so that they are held out, or fail, regardless of its percentage.

    ``POST /holdouts/{id}/overrides`` replaces the lists that the program sets; other lists are unchanged.
    ``pulumi destroy`` removes the declared ids with ``DELETE /holdouts/{id}/overrides``. The resource's id is the
    holdout's id.

    Example::

        import statsig_pulumi as statsig

        feed = statsig.Holdout(
            "feed", name="Feed holdout", pass_percentage=2, delete_while_enabled=True
        )

        statsig.HoldoutOverrides("testers", holdout_id=feed.id, failing_user_ids=["ana", "ben"])
    """

    category = "Experiments"
    lifecycle = OverridesLifecycle
    resource_client = GateOverridesClient

    holdout_id: Prop[OwnerID] = required(in_path=True, replace_on_changes=True, refers_to="Holdout.id")
    """The holdout's id."""
