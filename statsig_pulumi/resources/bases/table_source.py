"""Base and shared fields of metric sources and qualifying events: a table or a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from ...errors import Problem
from ...json_values import UNKNOWN, Json
from ...schema.options import optional, required
from ...schema.properties import ListProp, NestedType, Prop, SparseProp
from ...schema.validation import get_known
from ..types.shared import NonEmptyStr, Owner, find_duplicates, is_api_key
from .warehouse_source import WarehouseSource, WarehouseSourceFields

TABLE_PROPERTIES = ("table_name", "date_partition_column")
COLUMN_PROPERTIES = ("all_columns", "column_types")


def _without_placeholder(mappings: Json) -> Json:
    """Return the mappings without the empty one that the API returns for a source without any."""
    return [item for item in mappings or [] if item.get("key") or item.get("formula")]


def _query_if_omitted(source_type: Json) -> Json:
    return source_type or "query"


class CustomFieldMapping(NestedType):
    """A field that is computed from columns."""

    identity = ("key",)

    key: Prop[NonEmptyStr] = required()
    """Name of the field."""
    formula: Prop[NonEmptyStr] = required()
    """SQL expression of the field."""


class TableSourceFields(WarehouseSourceFields):
    """Fields of metric sources and qualifying events."""

    sql: Prop[str] = optional(create_default="", always_sent=True, language="sql")
    """Query in the SQL dialect of the warehouse. Statsig stores it as written. Empty if ``source_type`` is
    ``table``."""
    table_name: SparseProp[str] = optional()
    """Name of the table, such as ``analytics.events``. Requires ``source_type="table"``."""
    date_partition_column: SparseProp[str] = optional()
    """Name of the column that partitions the table by day. Requires ``source_type="table"``."""
    custom_field_mapping: ListProp[CustomFieldMapping] = optional(from_wire=_without_placeholder)
    """Fields that are computed from columns."""
    owner: SparseProp[Owner] = optional(default=is_api_key)
    """The source's owner. If omitted, the owner is the API key."""


class TableSource(WarehouseSource, TableSourceFields):
    """Base of metric sources and qualifying events."""

    name: Prop[NonEmptyStr] = required(replace_on_changes=True)
    """Name, which identifies the source."""
    source_type: Prop[Literal["table", "query"]] = optional(from_wire=_query_if_omitted, default="query")
    """The source's type: a whole table or a query. If omitted, it is ``query``."""
    timestamp_as_day: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether the timestamp column contains days."""
    disable_cure: Prop[bool] = optional(wire="disableCURE", from_wire=bool, default=False)
    """Whether to disable CURE, Statsig's variance reduction, for all metrics of the source."""
    is_verified: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether the organization marks the source as verified."""
    skip_validation: Prop[bool] = optional(wire="skip_validation", write_only=True)
    """Whether Statsig saves the source without running the query. Requires ``all_columns`` and ``column_types``.
    Statsig enables this for selected projects only."""
    all_columns: ListProp[str] = optional(wire="all_columns", write_only=True)
    """Names of all columns. Requires ``skip_validation=True``."""
    column_types: ListProp[str] = optional(wire="column_types", write_only=True)
    """Types of all columns, in the order of ``all_columns``. Requires ``skip_validation=True``."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().validate(values)
        yield from find_duplicates(values, "custom_field_mapping", "key")
        yield from _find_type_problems(values)
        yield from _find_column_problems(values)


def _find_type_problems(values: Mapping[str, Json]) -> Iterator[Problem]:
    match values.get("source_type", "query"):
        case "table":
            if values.get("table_name", "") == "":
                yield Problem("table_name", "is required with source_type='table'")
            if _is_set(values, "sql"):
                yield Problem("sql", "conflicts with source_type='table', which uses the whole table: omit it")
        case "query":
            if values.get("sql", "") == "":
                yield Problem("sql", "is required, unless source_type='table'")
            for name in filter(lambda name: _is_set(values, name), TABLE_PROPERTIES):
                yield Problem(name, "requires source_type='table'")


def _find_column_problems(values: Mapping[str, Json]) -> Iterator[Problem]:
    names, types = get_known(values, "all_columns"), get_known(values, "column_types")
    for name in COLUMN_PROPERTIES:
        if values.get("skip_validation") is True and not values.get(name):
            yield Problem(name, "is required with skip_validation=True")
        if "skip_validation" not in values and name in values:
            yield Problem(name, "requires skip_validation=True")
    if isinstance(names, list) and isinstance(types, list) and len(names) != len(types):
        yield Problem("column_types", f"has {len(types)} types for {len(names)} columns")


def _is_set(values: Mapping[str, Json], name: str) -> bool:
    return values.get(name, "") not in ("", UNKNOWN)
