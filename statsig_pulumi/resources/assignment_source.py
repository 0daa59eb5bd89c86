"""Assignment sources (Console API: ``/experiments/assignment_sources``, warehouse-native projects)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Prop
from .bases.warehouse_source import NotEmpty, WarehouseSource
from .types.shared import Owner, is_a_key


class AssignmentSource(
    WarehouseSource,
    endpoint=Endpoint(
        "experiments/assignment_sources",
        key="name",
        item_path="experiments/assignment_source",
        has_read=False,
        replace_for=("sql",),
    ),
):
    """A query on the warehouse that tells which unit saw which group of which experiment.

    Updates are partial (``PATCH /experiments/assignment_source/{name}``), but where the query changes: that
    takes the whole (``POST``), and what the program does not declare is sent as it is. One source cannot be
    read by itself, so it is looked up in the list.
    """

    experiment_id_column: Prop[NotEmpty] = required()
    """The column with the experiment."""
    group_id_column: Prop[NotEmpty] = required()
    """The column with the group."""
    group_name_column: Prop[str] = optional()
    """The column with the group's name."""
    scheduled_reload_hour: Prop[Annotated[int, Field(ge=0, le=23)] | None] = optional()
    """The hour at which a scheduled scan of it runs, 0 to 23, UTC; None for none."""
    is_verified: Prop[bool] = optional(from_wire=bool, default=False)
    """Marks it as trustworthy."""
    owner: Prop[Owner] = optional(default=is_a_key)
    """Who owns it; what the key makes is the key's where it is not said."""
