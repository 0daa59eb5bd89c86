"""The connection to Databricks (Console API: ``/ingestion/connection/databricks``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from ..json_values import Json
from ..lifecycle.write_only import WriteOnly
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Prop
from .bases.entity import Entity

DATABRICKS: Final = "databricks"
"""A project has one connection to Databricks."""

NotEmpty = Annotated[str, Field(min_length=1)]


class ConnectionLifecycle(WriteOnly):
    """Behaviour of the connection: a project has one, which its state calls ``databricks``."""

    def id(self, inputs: Mapping[str, Json]) -> str:
        return DATABRICKS


class DatabricksConnection(
    Entity, endpoint=Endpoint("ingestion/connection/databricks", key="host", has_list=False, has_read=False)
):
    """The connection of the project to Databricks, from which ingestion sources of type ``databricks`` read.

    There is one for a project; it is sent whole when it is made and at any change
    (``POST /ingestion/connection/databricks``). The API shows nothing of it, so that drift is not seen, and
    has no way to take it back: destroying the resource leaves it as it is. The secrets are encrypted in the
    state.
    """

    lifecycle = ConnectionLifecycle

    token: Prop[NotEmpty] = required(secret=True, write_only=True)
    """Access token; give it as a Pulumi secret, such as ``config.require_secret("databricksToken")``."""
    host: Prop[NotEmpty] = required(write_only=True)
    """Host of the workspace: ``dbc-a1b2c3d4-e5f6.cloud.databricks.com``."""
    path: Prop[NotEmpty] = required(write_only=True)
    """HTTP path of the SQL warehouse: ``/sql/1.0/warehouses/a1b2c3``."""
    delta_sharing_credentials: Prop[str] = optional(secret=True, write_only=True)
    """The credential file of Delta Sharing, as text; needed by sources with ``use_delta_sharing``."""
    verified: Prop[bool] = optional(write_only=True)
    """The connection has been tried and works."""
