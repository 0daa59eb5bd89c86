"""The life of what stands there already: the overrides of a gate, the role of a user, the schedule of a dataset.

It is there as long as what it belongs to, so that making the resource sets it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import GoneError, TakenError
from ..json_values import Json
from ..schema import state
from ..schema.state import IMPORT, Outputs
from .crud import Lifecycle
from .resource_client import Live


class Singleton(Lifecycle):
    """Create sets what is declared; delete leaves it, unless an entity knows how to take it back."""

    def create(self, inputs: Mapping[str, Json]) -> tuple[str, Outputs]:
        if isinstance(inputs.get(IMPORT), str):
            return super().create(inputs)
        key = self.resource_client.key("", inputs)
        live = self.found(key, inputs)
        differing = state.find_differences(self.declaration, inputs, live)
        held = self.held_by_others(differing, live)
        if held and self.policy.on_existing != "adopt":
            raise TakenError(
                f"{self.declaration.title(inputs, key)} holds {', '.join(held)} already, which was not touched; to"
                f' manage it here, import it as it is: opts=pulumi.ResourceOptions(import_="{key}")'
            )
        if differing:
            live = self._brought(key, {name: inputs[name] for name in differing}, {}, inputs, live)
        self._say_what_differs(inputs, live)
        return self.resource_client.key_of(live), state.build_outputs(self.declaration, inputs, live, {})

    def _found_in_the_way(self, inputs: Mapping[str, Json]) -> Live | None:
        """What stands there is always there, and in nobody's way."""
        return None

    def found(self, key: str, inputs: Mapping[str, Json]) -> Live:
        """The live object that is to be set."""
        live = self.resource_client.read(key)
        if live is None:
            raise GoneError(f"{self.declaration.kind}: there is no '{key}' in this Statsig project to set it on")
        return live

    def held_by_others(self, differing: list[str], live: Live) -> list[str]:
        """Those of the differing properties that hold what somebody else has put there, and would be lost."""
        return []

    def delete(self, id_: str, olds: Mapping[str, Json]) -> None:
        title = self.declaration.title(olds, id_)
        self.reporter.say("info", f"{title} is left in Statsig as it is: the API has no way to take it back")
