"""Sources of warehouse-native projects, as the API returns them."""

from __future__ import annotations

from ...json_values import Json
from ...resources.bases.warehouse_source import IdTypeMapping
from ...resources.metric_source import CustomFieldMapping
from ...resources.types.shared import Owner
from ...schema.options import computed
from ...schema.properties import ListProp, Prop
from .record import Record


class SourceRecord(Record):
    """What assignment sources, entity property sources and metric sources share."""

    name: Prop[str] = computed()
    """Name, which identifies the source."""
    description: Prop[str] = computed()
    """What it holds."""
    tags: ListProp[str] = computed()
    """Names of tags."""
    sql: Prop[str] = computed()
    """The query; empty where the source is a table."""
    timestamp_column: Prop[str | None] = computed()
    """The column that holds the time."""
    id_type_mapping: ListProp[IdTypeMapping] = computed()
    """The columns that hold units."""
    is_read_only: Prop[bool | None] = computed()
    """Only the Console API can change it."""
    owner: Prop[Owner | None] = computed()
    """Who owns it."""
    team: Prop[str | None] = computed()
    """Name of the team that owns it."""
    team_id: Prop[str | None] = computed()
    """Id of the team that owns it."""


class AssignmentSourceRecord(SourceRecord):
    """A source of assignments: which unit got which group of which experiment."""

    experiment_id_column: Prop[str] = computed()
    """The column that holds the experiment."""
    group_id_column: Prop[str] = computed()
    """The column that holds the group."""
    group_name_column: Prop[str | None] = computed()
    """The column that holds the group's name."""
    is_verified: Prop[bool | None] = computed()
    """The organization trusts it."""
    scheduled_reload_hour: Prop[int | None] = computed()
    """The hour of its scheduled scans, UTC."""


class EntityPropertySourceRecord(SourceRecord):
    """A source of what is known about units."""

    timestamp_as_day: Prop[bool | None] = computed()
    """The time holds the day only."""


def _without_placeholders(fields: Json) -> Json:
    """The API lists an empty field for a source that has none."""
    return [field for field in fields or [] if field.get("key") or field.get("formula")]


class MetricSourceRecord(SourceRecord):
    """A source that metrics are computed from."""

    timestamp_as_day: Prop[bool | None] = computed()
    """The time holds the day only."""
    source_type: Prop[str | None] = computed()
    """``table`` or ``query``, where the API tells."""
    table_name: Prop[str | None] = computed()
    """The table, where the source is one."""
    date_partition_column: Prop[str | None] = computed()
    """The column by which the table is partitioned into days."""
    custom_field_mapping: ListProp[CustomFieldMapping] = computed(from_wire=_without_placeholders)
    """Fields that are computed from its columns."""
    is_verified: Prop[bool | None] = computed()
    """The organization trusts it."""
    disable_cure: Prop[bool | None] = computed(wire="disableCURE")
    """Its metrics do without CURE, Statsig's variance reduction."""
