"""Base of the overrides of gates and experiments, which the API sets as full lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from ...json_values import Json
from ...lifecycle.resource_client import ResourceClient
from ...lifecycle.singleton import Singleton
from ...schema import codec, state
from ...schema.live_object import LiveObject

MAX_IDS: Final = 2_000
"""Maximum number of ids in one list of a gate's overrides."""
MAX_OVERRIDES: Final = 1_000
"""Maximum number of overrides, or of ids, in one list of an experiment's overrides."""


class OverridesClient(ResourceClient):
    """The requests of overrides, each in one of the forms that the API accepts."""

    forms: ClassVar[tuple[Mapping[str, Json], ...]] = ()
    """The wire names of each form, with their empty value if the API requires the name."""

    def update(self, key: str, changed: Mapping[str, Json], body: Json, live: LiveObject) -> LiveObject:
        wire_names = {self.declaration.properties[name].wire for name in changed}
        changed_forms = [form for form in self.forms if wire_names & form.keys()]
        for form in changed_forms:
            live = self.call("POST", key, body=select_form(form, body))
        # It is not documented whether a POST in one form removes the values of the other. Removed ones are added again.
        for form in self.forms:
            if changed_forms and any(body.get(name) and not live.get(name) for name in form):
                live = self.call("PATCH", key, body=select_form(form, body))
        return live

    def delete(self, key: str, body: Json = None) -> None:
        """Remove the overrides of a body; overrides that no longer exist are no error."""
        rows = set(_iterate_rows(body))

        def is_removed() -> bool:
            live = self.get(key)
            return live is None or rows.isdisjoint(_iterate_rows(live.response))

        self.end(lambda: self.client.change("DELETE", self.path(key), body), is_removed)


class OverridesLifecycle(Singleton):
    """Behaviour of overrides. A create fails if it would replace overrides that exist already."""

    def held_by_others(self, differing: list[str], live: LiveObject) -> list[str]:
        return [name for name in differing if live.decoded[name]]

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Remove the declared overrides; keep all others."""
        key, client = self.resource_client.key(id_, outputs), self.resource_client
        if self.is_kept_by_another(id_, outputs) or not isinstance(client, OverridesClient):
            return
        inputs = state.restore_inputs(self.declaration, outputs)
        body = codec.encode(self.declaration.properties, inputs)
        for form in client.forms:
            if any(body.get(name) for name in form):
                client.delete(key, select_form(form, body))


def select_form(form: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
    """Return the fields of a body that belong to one form."""
    return {name: body.get(name, empty) for name, empty in form.items() if body.get(name, empty) is not None}


def _iterate_rows(value: Json, *place: Json) -> Iterator[tuple[Json, ...]]:
    """Yield each override of a request or response: a unit, and what says for whom and where it applies."""
    match value:
        case Mapping():
            words = sorted((name, item) for name, item in value.items() if isinstance(item, str))
            lists = [(name, item) for name, item in value.items() if isinstance(item, list)]
            for name, items in lists:
                for item in items:
                    yield from _iterate_rows(item, *place, *words, name)
            if place and not lists:
                yield (*place, *words)
        case _:
            yield (*place, value)
