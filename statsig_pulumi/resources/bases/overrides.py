"""Base of the overrides of gates and experiments, which are set below their object as whole lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from ...json_values import Json
from ...lifecycle.resource_client import ResourceClient
from ...lifecycle.singleton import Singleton
from ...schema import codec, state
from ...schema.live_object import LiveObject

MAX_IDS: Final = 2_000
MAX_OVERRIDES: Final = 1_000


class OverridesClient(ResourceClient):
    """The requests of overrides, each in one of the forms that the API accepts."""

    forms: ClassVar[tuple[Mapping[str, Json], ...]] = ()
    """The wire names that one request holds together, each with its empty value if the API requires the name."""

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        wires = {self.declaration.properties[name].wire for name in changed}
        sent = [form for form in self.forms if wires & form.keys()]
        for form in sent:
            live = self.call("POST", key, body=in_form(form, body))
        # Whether a POST in one form removes what the other form set is not documented: what it removed is added again.
        for form in self.forms:
            if sent and any(body.get(name) and not live.get(name) for name in form):
                live = self.call("PATCH", key, body=in_form(form, body))
        return live


class OverridesLifecycle(Singleton):
    """Behaviour of the overrides of one object: a create does not replace the overrides of others unnoticed."""

    def held_by_others(self, differing: list[str], live: LiveObject) -> list[str]:
        return [name for name in differing if live.decoded[name]]

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Remove what was declared; overrides that others added stay."""
        key, client = self.resource_client.key(id_, outputs), self.resource_client
        if self.is_kept_by_another(id_, outputs) or not isinstance(client, OverridesClient):
            return
        inputs = state.restore_inputs(self.declaration, outputs)
        body = codec.encode(self.declaration.properties, inputs)
        for form in client.forms:
            if any(body.get(name) for name in form):
                client.delete(key, in_form(form, body))


def in_form(form: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
    """Return the part of a body that belongs to one form."""
    return {name: body.get(name, empty) for name, empty in form.items() if body.get(name, empty) is not None}
