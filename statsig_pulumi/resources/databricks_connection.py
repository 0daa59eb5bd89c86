"""The connection to Databricks (Console API: ``/ingestion/connection/databricks``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import GoneError
from ..json_values import Json
from ..lifecycle.crud import Found
from ..lifecycle.resource_client import Live
from ..lifecycle.singleton import Singleton
from ..schema import codec, state
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Prop
from ..schema.state import Values
from .bases.entity import Entity
from .types.shared import NonEmptyStr

DATABRICKS: Final = "databricks"
"""A project has one connection to Databricks."""


class ConnectionLifecycle(Singleton):
    """What can be sent and not looked at: the state is what is known of it."""

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Values]:
        if isinstance(inputs.get(state.IMPORT), str):
            self._adopted(inputs)
        return DATABRICKS, self._sent(inputs, {})

    def read(self, id_: str, olds: Mapping[str, Json]) -> Found | None:
        if state.DECLARED not in olds:
            raise GoneError(f"{self.declaration.kind} '{id_}' does not exist, or is not to be seen: the API hides it")
        return Found(dict(olds), state.inputs_kept(self.declaration, olds))

    def update(self, id_: str, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Values:
        if not self.diff(olds, news).changed:
            return state.outputs_without_request(self.declaration, olds, news)
        return self._sent(news, olds)

    def _sent(self, inputs: Mapping[str, Json], olds: Mapping[str, Json]) -> Values:
        """The outputs after all that is declared was sent; no error repeats what is secret in it."""
        properties = self.declaration.inputs
        secret = [name for name, p in properties.items() if p.options.secret]
        secrets = [str(values[name]) for values in (inputs, olds) for name in secret if name in values]
        body = codec.encode(properties, inputs)
        self.client.hiding(*secrets).change("POST", self.declaration.endpoint.collection, body)
        return state.outputs(self.declaration, inputs, {}, olds)

    def _adopted(self, inputs: Mapping[str, Json]) -> Live:
        raise GoneError(
            f"{self.declaration.kind} cannot be imported, because the API does not show it:"
            " leave import_ out, and the connection is set as declared"
        )


class DatabricksConnection(
    Entity, endpoint=Endpoint("ingestion/connection/databricks", key="host", has_list=False, has_read=False)
):
    """The project's connection to Databricks, which ingestion sources of type ``databricks`` use.

    A project has one. ``POST /ingestion/connection/databricks`` sends all properties on creation and on any change. The
    API cannot return the connection, so drift is not detected, and cannot delete it, so ``pulumi destroy`` leaves it
    unchanged. Secrets are encrypted in the state.
    """

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
