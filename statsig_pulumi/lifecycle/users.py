"""What refers to an object, for deletes that the API may accept although they change what others do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from threading import Lock

from ..json_values import Json
from ..schema.references import find_references
from .resource_client import ResourceClient

Reference = tuple[str, Json]
"""A property of another resource, such as ``Segment.id``, and its value."""


class Users:
    """The references of the live objects of some kinds. Each kind is listed once in a run; any thread may use it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: dict[str, dict[Reference, list[str]]] = {}
        """The keys of the objects with a reference, by kind."""

    def find(self, reference: Reference, resource_clients: Iterable[ResourceClient]) -> list[str]:
        """Return the titles of the objects that have a reference now; raises the errors of the requests.

        Objects that had it when they were listed are read again: the run may have changed or deleted them since.
        """
        return [title for client in resource_clients for title in self._find(reference, client)]

    def _find(self, reference: Reference, client: ResourceClient) -> Iterator[str]:
        kind = client.declaration.kind
        with self._lock:
            if kind not in self._keys:
                self._keys[kind] = _list_references(client)
        for key in self._keys[kind].get(reference, ()):
            live = client.get(key)
            if live is not None and reference in find_references(client.declaration.inputs, live.decoded):
                yield client.declaration.title(live, key)


def _list_references(client: ResourceClient) -> dict[Reference, list[str]]:
    keys: dict[Reference, list[str]] = defaultdict(list)
    for live in client.list_all():
        for reference, value in set(find_references(client.declaration.inputs, live.decoded)):
            keys[reference, value].append(client.key_of(live))
    return dict(keys)
