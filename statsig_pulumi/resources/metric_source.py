"""Metric sources (Console API: ``/metrics/metric_source``, warehouse-native projects)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from ..errors import Problem
from ..json_values import UNKNOWN, Json
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import ListProp, NestedType, Prop
from ..schema.validation import known
from .bases.warehouse_source import NotEmpty, WarehouseSource, repeated
from .types.shared import Owner, is_a_key

OF_A_TABLE = ("table_name", "date_partition_column")
COLUMNS = ("all_columns", "column_types")
LIST = "list"
"""Where the API lists sources, so that one of this name cannot be reached."""


def _without_placeholder(mappings: Json) -> Json:
    """The API returns an empty mapping where there is none."""
    return [item for item in mappings or [] if item.get("key") or item.get("formula")]


class CustomFieldMapping(NestedType):
    """A field that is computed from columns."""

    identity = ("key",)

    key: Prop[NotEmpty] = required()
    """Name of the field."""
    formula: Prop[NotEmpty] = required()
    """The expression, in the warehouse's SQL."""


class MetricSource(
    WarehouseSource,
    endpoint=Endpoint(
        "metrics/metric_source",
        key="name",
        update="POST",
        listing="metrics/metric_source/list",
        missing_statuses=(400, 404),
        references=("metrics",),
    ),
):
    """A table or a query on the warehouse that metrics are built from.

    Updates are full (``POST /metrics/metric_source/{name}``), for there is no partial one: what the program
    does not declare is sent as it is.
    """

    terraform_type = "metric_source"

    name: Prop[NotEmpty] = required(replace_on_changes=True)
    """Name, by which Statsig and metrics know it; fixed for life, a new name makes a new source."""
    source_type: Prop[Literal["table", "query"]] = optional(from_wire=lambda said: said or "query", default="query")
    """A whole table, or a query; a query where it is not said."""
    sql: Prop[str] = optional(create_default="", always_sent=True)
    """The query, in the warehouse's SQL; kept as it is written. A table has none."""
    table_name: Prop[str] = optional()
    """Name of the table, such as ``analytics.events``, with ``source_type="table"``."""
    date_partition_column: Prop[str] = optional()
    """The column that the table is partitioned by."""
    timestamp_as_day: Prop[bool] = optional(from_wire=bool, default=False)
    """The timestamps are days."""
    custom_field_mapping: ListProp[CustomFieldMapping] = optional(from_wire=_without_placeholder)
    """Fields computed from columns."""
    disable_cure: Prop[bool] = optional(wire="disableCURE", from_wire=bool, default=False)
    """Leave out CURE, Statsig's variance reduction, for all metrics of this source."""
    is_verified: Prop[bool] = optional(from_wire=bool, default=False)
    """Marks it as trustworthy."""
    owner: Prop[Owner] = optional(default=is_a_key)
    """Who owns it; what the key makes is the key's where it is not said."""
    skip_validation: Prop[bool] = optional(wire="skip_validation", write_only=True)
    """Do not run the query when it is saved, and take the columns from ``all_columns`` and ``column_types``;
    Statsig opens this to some projects only."""
    all_columns: ListProp[str] = optional(wire="all_columns", write_only=True)
    """Names of all columns, with ``skip_validation=True``."""
    column_types: ListProp[str] = optional(wire="column_types", write_only=True)
    """Types of all columns, in the order of ``all_columns``."""

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().problems(values)
        yield from repeated(values, "custom_field_mapping", "key", "field")
        if values.get("name") == LIST:
            yield Problem("name", f"the API cannot reach a source with the name '{LIST}'")
        yield from _problems_of_type(values)
        yield from _problems_of_columns(values)


def _problems_of_type(values: Mapping[str, Json]) -> Iterator[Problem]:
    match values.get("source_type", "query"):
        case "table":
            if values.get("table_name", "") == "":
                yield Problem("table_name", "is required with source_type='table'")
            if _is_said(values, "sql"):
                yield Problem("sql", "means nothing with source_type='table', which takes the whole table")
        case "query":
            if values.get("sql", "") == "":
                yield Problem("sql", "is required, unless source_type='table'")
            for name in filter(lambda name: _is_said(values, name), OF_A_TABLE):
                yield Problem(name, "means something with source_type='table' only")


def _problems_of_columns(values: Mapping[str, Json]) -> Iterator[Problem]:
    names, types = known(values, "all_columns"), known(values, "column_types")
    for name in COLUMNS:
        if values.get("skip_validation") is True and not values.get(name):
            yield Problem(name, "is required with skip_validation=True")
        if "skip_validation" not in values and name in values:
            yield Problem(name, "means something with skip_validation=True only")
    if isinstance(names, list) and isinstance(types, list) and len(names) != len(types):
        yield Problem("column_types", f"has {len(types)} types for {len(names)} columns")


def _is_said(values: Mapping[str, Json], name: str) -> bool:
    return values.get(name, "") not in ("", UNKNOWN)
