"""Metric sources (Console API: ``/metrics/metric_source``, warehouse-native projects)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import Problem
from ..json_values import Json
from ..schema.declaration import Endpoint
from .bases.table_source import TableSource

RESERVED_NAME = "list"
"""The API lists sources under this name, so a source with this name cannot be read."""


class MetricSource(
    TableSource,
    endpoint=Endpoint(
        "metrics/metric_source",
        key="name",
        update="replace",
        list_path="metrics/metric_source/list",
        missing_statuses=(400, 404),
        reference_paths=("metrics",),
    ),
):
    """A warehouse table or query that metrics are computed from.

    Warehouse-native projects only. The API has no partial update: ``POST /metrics/metric_source/{name}`` replaces the
    source, and the provider sends the current values of properties that the program omits.

    Example::

        import statsig_pulumi as statsig

        statsig.MetricSource(
            "purchases",
            name="Purchases",
            description="Every purchase that was paid",
            sql="SELECT user_id, paid_at, amount, vat FROM shop.purchases",
            timestamp_column="paid_at",
            id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
            custom_field_mapping=[
                statsig.CustomFieldMapping(key="net_amount", formula="amount - vat")
            ],
        )
    """

    category = "Warehouse"
    terraform_type = "metric_source"

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().validate(values)
        if values.get("name") == RESERVED_NAME:
            yield Problem("name", f"must not be '{RESERVED_NAME}', because the API cannot read a source with this name")
