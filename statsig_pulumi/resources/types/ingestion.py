"""Types of ingestion sources, schedules and backfills: warehouses and datasets."""

from __future__ import annotations

from typing import Final, Literal

from ...errors import ApiError, StatsigError
from ...json_values import Json

Warehouse = Literal["redshift", "bigquery-v2", "snowflake-v2", "databricks", "azure-synapse", "s3", "athena", "adls"]
Ingested = Literal["Events", "Metrics", "Exposures", "export_exposures"]
"""The datasets that have sources."""
Dataset = Literal["Events", "Metrics", "Exposures", "export_exposures", "entity_properties"]

EXPOSURES: Final = "export_exposures"


def normalize_dataset(dataset: Json) -> Json:
    """Return ``export_exposures`` for ``Exposures``: the API accepts both, and returns the former."""
    return EXPOSURES if dataset == "Exposures" else dataset


def explain_missing_connection(error: ApiError, warehouse: Json) -> StatsigError:
    """Return an error that says how to connect the warehouse, for a 404 of an ingestion endpoint."""
    if warehouse == "databricks":
        advice = "declare a DatabricksConnection, and name it in depends_on of this resource"
    else:
        advice = f"connect {warehouse} to the project in the Statsig console"
    return StatsigError(f"{error.summary}; {advice}, then run it again")
