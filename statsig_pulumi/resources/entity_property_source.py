"""Entity property sources of warehouse-native projects (``/experiments/entity_properties``)."""

from __future__ import annotations

from ..schema.declaration import Endpoint
from ..schema.options import computed, optional
from ..schema.properties import Prop, SparseProp
from .bases.warehouse_source import WarehouseSource, WarehouseSourceFields
from .types.shared import Owner


class EntityPropertySourceFields(WarehouseSourceFields):
    """Fields of entity property sources."""

    timestamp_column: SparseProp[str] = optional()
    """Name of the column with the timestamp, if there is one."""
    owner: SparseProp[Owner] = computed()
    """The source's owner."""


class EntityPropertySource(
    WarehouseSource,
    EntityPropertySourceFields,
    endpoint=Endpoint(
        "experiments/entity_properties",
        key="name",
        item_path="experiments/entity_property",
        replace_for=("sql",),
        missing_statuses=(400, 404),
    ),
):
    """A warehouse query that returns properties of units, such as a user's country.

    Warehouse-native projects only. A change of ``sql`` sends the full source with
    ``POST /experiments/entity_property/{name}``, with the current values of properties that the program omits. Other
    changes are partial (``PATCH`` on the same path). A changed name renames the source.

    Example::

        import statsig_pulumi as statsig

        statsig.EntityPropertySource(
            "customers",
            name="Customers",
            description="Country and plan of each customer, by day",
            sql="SELECT user_id, day, country, plan FROM shop.customers",
            timestamp_column="day",
            timestamp_as_day=True,
            id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
        )
    """

    category = "Warehouse"
    terraform_type = "entity_property"

    timestamp_as_day: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether the timestamp column contains days."""
