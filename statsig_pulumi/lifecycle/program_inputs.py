"""What the program declares of all its resources, for rules that involve several of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from ..json_values import NONE, Json
from ..schema.declaration import Declaration
from .resource_client import ResourceClient, slug


@dataclass
class Declared:
    """A resource of the program."""

    kind: str
    keys: frozenset[str]
    """The keys or names that its object may have."""
    inputs: Mapping[str, Json]


class ProgramInputs:
    """The inputs of the resources that the engine has had checked so far; any thread may use it.

    A resource is checked after those whose outputs it uses. Otherwise the order is that of the program.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._declared: dict[tuple[str, str], Declared] = {}

    def note(self, client: ResourceClient, resource: str, inputs: Mapping[str, Json]) -> None:
        """Note the inputs of a resource, by its URN or name."""
        keys: set[str] = set()
        with suppress(ValueError):  # no id can express the key, which is a problem of its own
            keys |= {key for key in (client.identity(inputs),) if key is not None}
        if client.endpoint.key == "id":
            keys |= {slug(key) for key in keys if key == inputs.get("name")}
        kind = client.declaration.kind
        with self._lock:
            self._declared[kind, resource] = Declared(kind, frozenset(keys), inputs)

    def note_key(self, kind: str, resource: str, key: str) -> None:
        """Note the key of the object that a resource has."""
        with self._lock:
            if (declared := self._declared.get((kind, resource))) is not None:
                declared.keys = frozenset({key})

    def list_inputs(self, kind: str) -> list[Mapping[str, Json]]:
        """Return the inputs of all resources of a kind."""
        with self._lock:
            return [each.inputs for each in self._declared.values() if each.kind == kind]

    def find_missing(self, declaration: Declaration, inputs: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
        """Yield each property without which Statsig refuses a create with these inputs, and the setting that says so.

        Only settings that the program declares count: to read them would take a request in each preview.
        """
        for name, p in declaration.inputs.items():
            kind, _, setting = p.options.required_by.partition(".")
            if not setting or any(inputs.get(n) not in (None, NONE, "") for n in (name, *p.options.conflicts_with)):
                continue
            if any(settings.get(setting) is True for settings in self.list_inputs(kind)):
                yield name, p.options.required_by

    def find_inputs(self, kind: str, key: str) -> Mapping[str, Json] | None:
        """Return the inputs of the resource with an object; None if no resource that was checked has it."""
        with self._lock:
            found = (each.inputs for each in self._declared.values() if each.kind == kind and key in each.keys)
            return next(found, None)
