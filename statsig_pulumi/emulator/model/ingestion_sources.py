"""Ingestion sources: warehouse types, datasets, and the keys of sources and connections."""

from __future__ import annotations

from typing import Final

from .errors import ApiError, not_found
from .json_values import Record
from .project import Project

SOURCES: Final = "ingestion_sources"
CONNECTIONS: Final = "ingestion_connections"
RUNS: Final = "ingestion_runs"
TYPES: Final = ("redshift", "bigquery-v2", "snowflake-v2", "databricks", "azure-synapse", "s3", "athena", "adls")
# The two names of the dataset of exposures: a write takes either, a read returns the second.
EXPOSURES: Final = ("Exposures", "export_exposures")
DATASETS: Final = ("Events", "Metrics", "export_exposures", "entity_properties", "export_events")
# Keys of a connection that no response and no request log shows.
SECRETS: Final = ("token", "deltaSharingCredentials")


def read_name(dataset: str) -> str:
    """Return the name that a response has for a dataset."""
    return EXPOSURES[1] if dataset in EXPOSURES else dataset


def source_key(record: Record) -> str:
    return f"{record['type']}/{read_name(record['dataset'])}/{record['source_name']}"


def sources_of(project: Project, type_: str, dataset: str) -> list[Record]:
    """Return the sources of one warehouse type and dataset."""
    wanted = (type_, read_name(dataset))
    return [record for record in project.store[SOURCES] if (record["type"], record["dataset"]) == wanted]


def validate_connection(project: Project, type_: str) -> None:
    """Raise if no warehouse of this type is connected."""
    if type_ not in project.quirks["connected_types"] and type_ not in project.store[CONNECTIONS]:
        raise not_found(f"Ingestion of type {type_} not found.")


def missing_source(name: str) -> ApiError:
    return not_found(f"Ingestion source not found with name {name}")
