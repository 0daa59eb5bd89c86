"""Secrets of resources below an object: Statsig repeats them in the object, such as the rules of a gate."""

from __future__ import annotations

from collections.abc import Mapping

from ..json_values import Json
from ..schema import state
from ..schema.declaration import Declaration
from ..schema.state import SECRET, SECRET_BELOW
from .resource_client import ResourceClient
from .run_context import RunContext


class SecretsBelow:
    """Finds the outputs of one resource type that repeat a secret of a resource below it."""

    def __init__(self, declaration: Declaration, resource_client: ResourceClient, context: RunContext) -> None:
        self.declaration, self.resource_client, self.context = declaration, resource_client, context

    def note(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Note that this run wrote a secret, if it did: the object that this one belongs to may repeat it."""
        if outputs.get(SECRET):
            self.context.with_secret.add(self._path(id_, outputs))

    def find(self, id_: str, outputs: Mapping[str, Json], olds: Mapping[str, Json]) -> set[str]:
        """Return the outputs in which Statsig repeats a secret that a resource below the object declares.

        The state of the stack is read for it, once in a run, if such an output changed.
        """
        changed, others = state.find_shared_lists(self.declaration, outputs, olds)
        known = others & set(olds.get(SECRET_BELOW) or ())
        return known | changed if changed and self._has_secret(self._path(id_, outputs)) else known

    def _has_secret(self, path: str) -> bool:
        """Return whether a resource below a path holds a secret, in this run or in the state."""
        return self.context.with_secret.has_below(path) or self.context.stack.has_secret_below(path)

    def _path(self, id_: str, outputs: Mapping[str, Json]) -> str:
        return self.resource_client.path(self.resource_client.key(id_, outputs))
