"""What the files of `/ingestion` share: its types and datasets, the selectors of a query, and days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ..api.responses import ApiError, Json, Record, invalid, not_found
from ..api.routes import Call
from ..api.shapes import Choice, Fields, Findings, Listed
from .project import Project

SOURCES: Final = "ingestion_sources"
CONNECTIONS: Final = "ingestion_connections"
RUNS: Final = "ingestion_runs"
TYPES: Final = ("redshift", "bigquery-v2", "snowflake-v2", "databricks", "azure-synapse", "s3", "athena", "adls")
# A source of exposures is made under either name and kept under the second.
EXPOSURES: Final = ("Exposures", "export_exposures")
DATASETS: Final = ("Events", "Metrics", "export_exposures", "entity_properties", "export_events")
TYPE: Final = Choice(TYPES)
DATASET: Final = Choice(DATASETS)


@dataclass(frozen=True)
class Day:
    """A text like 2024-01-31, of a day that there is."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not isinstance(value, str) or not _is_day(value):
            findings.add(path, "Expected valid date in the form of YYYY-MM-DD")
        return value


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    # Python also takes 20240131 and 2024-W05-3.
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def days(start: str, end: str) -> Iterator[date]:
    """From the first day to the last, both included; none when they are the wrong way round."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    for number in range((last - first).days + 1):
        yield first + timedelta(number)


def instant(ms: int) -> str:
    """A time in the form that ingestions have, unlike the rest of the API."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def selectors(call: Call, shape: Fields) -> Record:
    """What the query says, checked as a body is."""
    given: Record = {}
    for name, of in shape.keys.items():
        value = call.every(name) if isinstance(of, Listed) else call.first(name)
        if value is not None:
            given[name] = value
    findings = Findings()
    read: Record = shape.read(given, "", findings)
    if findings.issues:
        raise invalid(findings.issues)
    return read


def spelled(dataset: str) -> str:
    return EXPOSURES[1] if dataset in EXPOSURES else dataset


def key_of(record: Record) -> str:
    return f"{record['type']}/{spelled(record['dataset'])}/{record['source_name']}"


def sources_of(project: Project, type_: str, dataset: str) -> list[Record]:
    wanted = (type_, spelled(dataset))
    return [record for record in project.store[SOURCES] if (record["type"], record["dataset"]) == wanted]


def refuse_unconnected(project: Project, type_: str) -> None:
    if type_ not in project.quirks["connected_types"] and type_ not in project.store[CONNECTIONS]:
        raise not_found(f"Ingestion of type {type_} not found.")


def missing_source(name: str) -> ApiError:
    return not_found(f"Ingestion source not found with name {name}")
