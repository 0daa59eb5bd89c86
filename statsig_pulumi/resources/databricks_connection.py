"""The connection to Databricks (Console API: ``/ingestion/connection/databricks``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..json_values import Json
from ..lifecycle.write_only import WriteOnly
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Prop
from .bases.entity import Entity
from .types.shared import NonEmptyStr

DATABRICKS: Final = "databricks"
"""The id of the connection in the state. A project has only one."""


class ConnectionLifecycle(WriteOnly):
    """Behaviour of the connection. A project has only one, so its id is constant."""

    def id(self, inputs: Mapping[str, Json]) -> str:
        return DATABRICKS


class DatabricksConnection(
    Entity, endpoint=Endpoint("ingestion/connection/databricks", key="host", lists="none", has_read=False)
):
    """The project's connection to Databricks, which ingestion sources of type ``databricks`` use.

    A project has one. ``POST /ingestion/connection/databricks`` sends all properties on creation and on any change. The
    API cannot return the connection, so drift is not detected, and cannot delete it, so ``pulumi destroy`` leaves it
    unchanged. Secrets are encrypted in the state.

    Example::

        import pulumi
        import statsig_pulumi as statsig

        config = pulumi.Config()

        statsig.DatabricksConnection(
            "databricks",
            token=config.require_secret("databricksToken"),
            host="dbc-a1b2c3d4-e5f6.cloud.databricks.com",
            path="/sql/1.0/warehouses/a1b2c3d4e5f6a7b8",
        )
    """

    category = "Warehouse"
    lifecycle = ConnectionLifecycle

    token: Prop[NonEmptyStr] = required(secret=True, write_only=True)
    """Access token. Pass it as a Pulumi secret, such as ``config.require_secret("databricksToken")``."""
    host: Prop[NonEmptyStr] = required(write_only=True)
    """Host name of the workspace, such as ``dbc-a1b2c3d4-e5f6.cloud.databricks.com``."""
    path: Prop[NonEmptyStr] = required(write_only=True)
    """HTTP path of the SQL warehouse, such as ``/sql/1.0/warehouses/a1b2c3``."""
    delta_sharing_credentials: Prop[str] = optional(secret=True, write_only=True)
    """Content of the Delta Sharing credential file. Required by sources with ``use_delta_sharing``."""
    verified: Prop[bool] = optional(write_only=True)
    """Whether the connection was tested successfully."""
