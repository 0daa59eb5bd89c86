"""The connection to Databricks (Console API: ``/ingestion/connection/databricks``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from ..errors import GoneError
from ..json_values import Json
from ..lifecycle.crud import Found
from ..lifecycle.resource_client import Live
from ..lifecycle.singleton import Singleton
from ..schema import codec, state
from ..schema.declaration import Endpoint
from ..schema.options import optional, required
from ..schema.properties import Prop
from ..schema.state import Outputs
from .bases.entity import Entity

DATABRICKS: Final = "databricks"
"""A project has one connection to Databricks."""

NotEmpty = Annotated[str, Field(min_length=1)]


class ConnectionLifecycle(Singleton):
    """What can be sent and not looked at: the state is what is known of it."""

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        if isinstance(inputs.get(state.IMPORT), str):
            self._adopted(inputs)
        return DATABRICKS, self._sent(inputs, {})

    def read(self, id_: str, olds: Mapping[str, Json]) -> Found | None:
        if state.DECLARED not in olds:
            raise GoneError(f"{self.declaration.kind} '{id_}' does not exist, or is not to be seen: the API hides it")
        return Found(dict(olds), state.restore_inputs(self.declaration, olds))

    def update(self, id_: str, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Outputs:
        if not self.diff(olds, news).changed:
            return state.rebuild_outputs(self.declaration, olds, news)
        return self._sent(news, olds)

    def _sent(self, inputs: Mapping[str, Json], olds: Mapping[str, Json]) -> Outputs:
        """The outputs after all that is declared was sent; no error repeats what is secret in it."""
        properties = self.declaration.inputs
        secret = [name for name, p in properties.items() if p.options.secret]
        secrets = [str(values[name]) for values in (inputs, olds) for name in secret if name in values]
        body = codec.encode(properties, inputs)
        self.client.hiding(*secrets).change("POST", self.declaration.endpoint.collection, body)
        return state.build_outputs(self.declaration, inputs, {}, olds)

    def _adopted(self, inputs: Mapping[str, Json]) -> Live:
        raise GoneError(
            f"{self.declaration.kind} cannot be imported, because the API does not show it:"
            " leave import_ out, and the connection is set as declared"
        )


class DatabricksConnection(
    Entity, endpoint=Endpoint("ingestion/connection/databricks", key="host", lists="none", has_read=False)
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
