"""Assignment sources (Console API: ``/experiments/assignment_sources``, warehouse-native projects)."""

from __future__ import annotations

from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Prop, SparseProp
from .bases.warehouse_source import WarehouseSource, WarehouseSourceFields
from .types.shared import HourOfDay, NonEmptyStr, Owner, is_api_key


class AssignmentSourceFields(WarehouseSourceFields):
    """Fields of assignment sources."""

    experiment_id_column: Prop[NonEmptyStr] = required()
    """Name of the column with the experiment."""
    group_id_column: Prop[NonEmptyStr] = required()
    """Name of the column with the group's id."""
    group_name_column: SparseProp[str] = optional()
    """Name of the column with the group's name."""
    scheduled_reload_hour: Prop[HourOfDay | None] = optional()
    """Hour of the scheduled scan, 0 to 23, UTC. None disables the schedule."""
    owner: SparseProp[Owner] = optional(default=is_api_key)
    """The source's owner. If omitted, the owner is the API key."""


class AssignmentSource(
    WarehouseSource,
    AssignmentSourceFields,
    endpoint=Endpoint(
        "experiments/assignment_sources",
        key="name",
        item_path="experiments/assignment_source",
        has_read=False,
        replace_for=("sql",),
    ),
):
    """A warehouse query that returns which unit was assigned to which group of which experiment.

    Warehouse-native projects only. A change of ``sql`` sends the full source with
    ``POST /experiments/assignment_source/{name}``, with the current values of properties that the program omits.
    Other changes are partial (``PATCH`` on the same path). The API has no endpoint to read one source, so it is read
    from the list. A changed name renames the source.

    Example::

        import statsig_pulumi as statsig

        statsig.AssignmentSource(
            "exposures",
            name="Exposures",
            description="Assignments of the shop's own experiment service",
            sql="SELECT user_id, experiment, variant, exposed_at FROM shop.exposures",
            timestamp_column="exposed_at",
            experiment_id_column="experiment",
            group_id_column="variant",
            id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
            scheduled_reload_hour=4,
        )
    """

    category = "Warehouse"

    is_verified: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether the organization marks the source as verified."""
