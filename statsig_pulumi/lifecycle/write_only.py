"""Behaviour of objects that the API accepts and never returns, such as a connection with its secrets."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import GoneError
from ..json_values import Json
from ..schema import codec, state
from ..schema.live_object import LiveObject
from ..schema.state import DECLARED, IMPORT, Outputs
from .adoption import Adoption
from .crud import LiveState
from .singleton import Singleton, SingletonAdoption


class WriteOnlyAdoption(SingletonAdoption):
    """An object that the API never returns cannot be imported."""

    def get(self, id_: str, inputs: Mapping[str, Json]) -> LiveObject:
        raise GoneError(
            f"{self.declaration.kind} cannot be imported, because the API does not return it. Omit import_:"
            " create sets it as declared"
        )


class WriteOnly(Singleton):
    """Behaviour of a singleton that the API accepts and never returns: its state is what was sent last.

    Use it if the API has no read. Drift is not visible, an import is an error, and each change sends all
    declared values. A subclass gives the id, because no response holds one.
    """

    def make_adoption(self) -> Adoption:
        return WriteOnlyAdoption(self.updater)

    def id(self, inputs: Mapping[str, Json]) -> str:
        """Return the id in the state."""
        raise NotImplementedError

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        if isinstance(inputs.get(IMPORT), str):
            self.adoption.live_to_import(inputs)
        return self.id(inputs), self._send(inputs, {})

    def read(self, id_: str, outputs: Mapping[str, Json]) -> LiveState | None:
        if DECLARED not in outputs:
            raise GoneError(f"{self.declaration.kind} '{id_}' cannot be read: the API does not return it")
        return LiveState(dict(outputs), state.restore_inputs(self.declaration, outputs))

    def update(self, id_: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json]) -> Outputs:
        if not self.diff(outputs, inputs).changed:
            return state.rebuild_outputs(self.declaration, outputs, inputs)
        return self._send(inputs, outputs)

    def _send(self, inputs: Mapping[str, Json], outputs: Mapping[str, Json]) -> Outputs:
        """Send all declared values and return the outputs."""
        body = codec.encode(self.declaration.inputs, inputs)
        self.client.change("POST", self.declaration.endpoint.collection, body)
        return state.build_outputs(self.declaration, inputs, self.resource_client.live({}), outputs)
