"""What sources of ingestion, their schedule and their backfills share: warehouses, datasets, how both are spelled."""

from __future__ import annotations

from typing import Final, Literal

from ...errors import ApiError, StatsigError
from ...json_values import Json

Warehouse = Literal["redshift", "bigquery-v2", "snowflake-v2", "databricks", "azure-synapse", "s3", "athena", "adls"]
Ingested = Literal["Events", "Metrics", "Exposures", "export_exposures"]
"""The datasets that have sources."""
Dataset = Literal["Events", "Metrics", "Exposures", "export_exposures", "entity_properties"]

EXPOSURES: Final = "export_exposures"


def spelled(dataset: Json) -> Json:
    """The API takes ``Exposures`` where a source is made, and knows it as ``export_exposures`` ever after."""
    return EXPOSURES if dataset == "Exposures" else dataset


def unconnected(error: ApiError, warehouse: Json) -> StatsigError:
    """The API has no connection to the warehouse: what to do about it."""
    if warehouse == "databricks":
        how = "declare a DatabricksConnection, and name it in depends_on of this resource"
    else:
        how = f"connect {warehouse} to the project in the Statsig console"
    return StatsigError(f"{error.summary}; {how}, then run it again")
