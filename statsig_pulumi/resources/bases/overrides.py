"""What the overrides of gates and of experiments share: they stand under their object, and go out whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

from ...json_values import Json
from ...lifecycle.resource_client import Live, ResourceClient
from ...lifecycle.singleton import Singleton
from ...schema import codec, state

MOST_IDS: Final = 2_000
MOST_OVERRIDES: Final = 1_000


class OverridesClient(ResourceClient):
    """Overrides go out in the forms that the API takes, each by a request of its own."""

    forms: ClassVar[tuple[Mapping[str, Json], ...]] = ()
    """The wire names that travel together, with what stands for nothing where the API wants the name."""

    def updated(self, key: str, changed: Iterable[str], body: Json) -> Live:
        wires = {self.declaration.properties[name].wire for name in changed}
        live: Live | None = None
        for form in self.forms:
            if wires & form.keys():
                live = self.changed("POST", key, body=in_form(form, body))
        # Whether a POST in one form leaves the other alone is not documented: what it took away is added again.
        for form in self.forms:
            if live is not None and any(body.get(name) and not live.get(name) for name in form):
                live = self.changed("PATCH", key, body=in_form(form, body))
        return live or self.read(key) or {}


class OverridesLifecycle(Singleton):
    """The overrides of one object: what somebody else has put there is not replaced unseen."""

    def held_by_others(self, differing: list[str], live: Live) -> list[str]:
        decoded = codec.decode(self.declaration.properties, live)
        return [name for name in differing if decoded.get(name)]

    def delete(self, id_: str, olds: Mapping[str, Json]) -> None:
        """Take back what was declared; what others added to it stays."""
        key, resource_client = self.resource_client.key(id_, olds), self.resource_client
        if self._is_held(id_, olds) or not isinstance(resource_client, OverridesClient):
            return
        inputs = state.restore_inputs(self.declaration, olds)
        body = codec.encode(self.declaration.properties, inputs)
        for form in resource_client.forms:
            if any(body.get(name) for name in form):
                resource_client.ended("DELETE", key, body=in_form(form, body))


def in_form(form: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
    """What of a body belongs to one form."""
    return {name: body.get(name, empty) for name, empty in form.items() if body.get(name, empty) is not None}
