"""Entity property sources (Console API: ``/experiments/entity_properties``, warehouse-native projects)."""

from __future__ import annotations

from ..schema.declaration import Endpoint
from ..schema.options import computed, optional
from ..schema.properties import Prop
from .bases.warehouse_source import WarehouseSource
from .types.shared import Owner


class EntityPropertySource(
    WarehouseSource,
    endpoint=Endpoint(
        "experiments/entity_properties",
        key="name",
        item="experiments/entity_property",
        posted=("sql",),
        missing_statuses=(400, 404),
    ),
):
    """A query on the warehouse that tells properties of units, such as the country of a user.

    Updates are partial (``PATCH /experiments/entity_property/{name}``), but where the query changes: that
    takes the whole (``POST``), and what the program does not declare is sent as it is.
    """

    terraform_type = "entity_property"

    timestamp_column: Prop[str] = optional()
    """The column that says when, where there is one."""
    timestamp_as_day: Prop[bool] = optional(from_wire=bool, default=False)
    """The timestamps are days."""
    owner: Prop[Owner] = computed()
    """Who owns it."""
