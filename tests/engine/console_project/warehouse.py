"""Warehouse-native sources, and ingestion with its schedules."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

Json = Any

SQL = """select user_id, ts, 'quoted "text"' as plan -- the plan ✓
from `events`.orders
where plan <> '\\n'
  and ts > current_date - 7
"""
IDS = [{"statsigUnitID": "userID", "column": "user_id"}, {"statsigUnitID": "companyID", "column": "Company"}]
PERSON = {"ownerID": "u1", "ownerType": "USER", "ownerName": "Ana", "ownerEmail": "ana@example.com"}
USUAL: Json = {"description": "", "timestampColumn": "ts", "idTypeMapping": IDS}


def fill(emulator: Emulator) -> None:
    table = {"sourceType": "table", "tableName": "analytics.events", "sql": "", "datePartitionColumn": "day"}
    fields = [{"key": "revenue", "formula": 'sum("price") / 100'}, {"key": "n", "formula": "1"}]
    whose = {"team": "Growth & Retention", "tags": ["core metric", "gone"], "isReadOnly": True}
    metrics: dict[str, Json] = {
        "orders": {"sql": SQL, "tags": ["checkout"], "isVerified": True, "owner": PERSON},
        "With spaces / and slashes": {"sql": "select 1", "customFieldMapping": fields, "disableCURE": True},
        "a table": table,
        "every property": {**table, **whose, "timestampAsDay": True, "isVerified": True, "sourceType": "table"},
        "of a query": {"sourceType": "query", "sql": SQL, "description": "line\nbreak 🎉 ${x}", "owner": None},
        "1": {"sql": 'select 1 as "x";\r\n\t-- <none>', "team": "Gone team", "disableCURE": False},
        "nothing mapped": {"sql": "select 1", "customFieldMapping": [{"key": "", "formula": ""}], "tableName": ""},
    }
    for name, body in metrics.items():
        emulator.add("metric_sources", {"name": name, **USUAL, **body})
    for name in ("exposures", "Exposures of the App"):
        columns = {"experimentIDColumn": "experiment", "groupIDColumn": "grp", "scheduledReloadHour": 3}
        emulator.add("assignment_sources", {"name": name, **USUAL, "sql": SQL, **columns})
    more = {"groupNameColumn": "name", "isVerified": True, "scheduledReloadHour": 0, "owner": PERSON}
    columns = {"experimentIDColumn": "Experiment ID", "groupIDColumn": "grp"}
    emulator.add("assignment_sources", {"name": "every property", **USUAL, "sql": SQL, **columns, **whose, **more})
    emulator.add("entity_properties", {"name": "every property", **USUAL, "sql": SQL, "timestampAsDay": False, **whose})
    emulator.add("entity_properties", {"name": "as few as can be", "sql": "select 1", "idTypeMapping": IDS[:1]})
    for name in ("countries", "plan of the user"):
        emulator.add("entity_properties", {"name": name, **USUAL, "sql": SQL, "timestampAsDay": True})
    _ingest(emulator)


def _ingest(emulator: Emulator) -> None:
    events = {"event_name": "name", "timestamp": "ts", "ids": {"userID": "user_id"}, "metadata": {"a b": "c"}}
    numbers = {"unit_id": "u", "id_type": "t", "dateid": "d", "metric_name": "m", "metric_value": "v"}
    exposures = {"experiment": "exp", "group_id": "grp", "timestamp": "ts", "ids": {"userID": "u", "companyID": "c"}}
    every = {**events, "metadata_object": "all of it", "event_value": "Value ✓", "unit_id": "u"}
    sources: list[Json] = [
        {"type": "snowflake-v2", "dataset": "Events", "source_name": "app events", "column_mapping": events},
        {"type": "bigquery-v2", "dataset": "Metrics", "source_name": "numbers", "column_mapping": numbers},
        {"type": "s3", "dataset": "export_exposures", "source_name": "exposures / Ünï 2", "column_mapping": exposures},
        {"type": "athena", "dataset": "Events", "source_name": "app events", "column_mapping": every, "query": ""},
        # No list of the API contains a disabled source.
        {"type": "adls", "dataset": "Events", "source_name": "off", "column_mapping": events, "enabled": False},
    ]
    for source in sources:
        emulator.add("ingestion_sources", {"query": SQL, "enabled": True, **source})
    client = Client(emulator.key, emulator.url)
    client.change("POST", "ingestion/schedule", {"dataset": "Events", "scheduled_hour_pst": 0})
    client.change("POST", "ingestion/schedule", {"dataset": "Metrics", "scheduled_hour_pst": 23})
