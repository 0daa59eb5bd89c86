"""Base of the overrides of gates and experiments, which the API sets as full lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
        for n, form in enumerate(changed_forms, start=1):
            selected = select_form(form, body)
            if n < len(changed_forms):
                self.client.change("POST", self.path(key), selected)
            else:
                live = self.call("POST", key, body=selected)
        # It is not documented whether a POST in one form removes the values of the other. Removed ones are added again.
        for form in self.forms:
            if changed_forms and any(body.get(name) and not live.get(name) for name in form):
                live = self.call("PATCH", key, body=select_form(form, body))
        return live

    def delete(self, key: str, body: Json = None) -> None:
        """Remove the overrides of a body; overrides that no longer exist are no error."""

        def is_removed() -> bool:
            live = self.get(key)
            rows = list(_iterate_rows({} if live is None else live))
            return not any(row.is_in(other) for row in _iterate_rows(body) for other in rows)

        self.end(lambda: self.remove(key, body), is_removed)

    def remove(self, key: str, body: Mapping[str, Json]) -> None:
        """Send the requests that remove the overrides of a body. An override keeps all other overrides too."""
        self.client.change("DELETE", self.path(key), body)


class OverridesLifecycle(Singleton):
    """Behaviour of overrides. A create fails if it would replace overrides that exist already."""

    keeps_on_delete = False

    def held_by_others(self, inputs: Mapping[str, Json], differing: list[str], live: LiveObject) -> list[str]:
        return [name for name in differing if live.decoded[name]]

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        """Remove the declared overrides; keep all others."""
        key, client = self.resource_client.key(id_, outputs), self.resource_client
        if self.deletion.is_kept_by_another(id_, outputs) or not isinstance(client, OverridesClient):
            return
        inputs = state.restore_inputs(self.declaration, outputs)
        body = codec.encode(self.declaration.properties, inputs)
        for form in client.forms:
            if any(body.get(name) for name in form):
                client.delete(key, select_form(form, body))


def select_form(form: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
    """Return the fields of a body that belong to one form."""
    return {name: body.get(name, empty) for name, empty in form.items() if body.get(name, empty) is not None}


@dataclass(frozen=True)
class _Row:
    """One unit in overrides."""

    place: tuple[str, ...]
    """The names of the lists that it is in, from the outside."""
    words: frozenset[tuple[str, Json]]
    """The other fields of the override, such as the environment."""
    unit: Json = None

    def is_in(self, other: _Row) -> bool:
        """Return whether another row is the same; a response may have more fields than a request."""
        return (self.place, self.unit) == (other.place, other.unit) and self.words <= other.words


def _iterate_rows(value: Json, *place: str, words: frozenset[tuple[str, Json]] = frozenset()) -> Iterator[_Row]:
    """Yield each unit of a request or response."""
    if not isinstance(value, Mapping):
        yield _Row(place, words, value)
        return
    lists = {name: items for name, items in value.items() if isinstance(items, list)}
    if place:
        words |= {(name, item) for name, item in value.items() if isinstance(item, str)}
        if not lists:
            yield _Row(place, words)
    for name, items in lists.items():
        for item in items:
            yield from _iterate_rows(item, *place, name, words=words)
