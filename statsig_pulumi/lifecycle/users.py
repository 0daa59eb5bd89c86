"""What refers to an object, for deletes that the API may accept although they change what others do."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from ..errors import NoSuchEndpointError, NotFoundError, RejectedError, UnauthorizedError
from ..json_values import Json, Response
from ..schema.declaration import REGISTRY
from ..schema.live_object import LiveObject
from ..schema.references import Reference, iterate_references
from .resource_client import ResourceClient

REFUSALS: Final = (UnauthorizedError, NotFoundError, RejectedError, NoSuchEndpointError)
"""Errors of reads that the key may not send, or that the API lacks."""


@dataclass(frozen=True)
class UsedObject:
    """An object that others may refer to."""

    kind: str
    key: str
    values: Mapping[str, Json]
    key_parts: tuple[str, ...] = ()
    """The properties that identify it together, if not one does."""

    def get(self, name: str) -> Json:
        """Return the value by which others refer to it."""
        return self.key if name == "id" else self.values.get(name)

    def is_target_of(self, reference: Reference) -> bool:
        """Return whether a reference is to this object, and not to one that only shares a part of the key."""
        kind, _, name = reference.target.partition(".")
        if kind != self.kind or reference.normalize(self.get(name)) != reference.normalize(reference.value):
            return False
        others = set(self.key_parts) - {name} if name in self.key_parts else set()
        return all(reference.siblings.get(other) in (None, self.get(other)) for other in others)


@dataclass
class _Index:
    """The keys of the objects of one kind, by what they refer to; the object itself if Statsig hides its key."""

    started_s: float = field(default_factory=time.monotonic)
    """When the kind was listed."""
    keys: dict[str, dict[Json, list[str | LiveObject]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """By target and normalized value."""
    normalize_fns: dict[str, Callable[[Json], Json]] = field(default_factory=dict)
    """By target."""

    def add(self, reference: Reference, key: str | LiveObject) -> None:
        if not isinstance(reference.value, (str, int, float)):
            return
        self.normalize_fns[reference.target] = reference.normalize
        keys = self.keys[reference.target][reference.normalize(reference.value)]
        if key not in keys[-1:]:
            keys.append(key)

    def find(self, used: UsedObject) -> Iterator[str | LiveObject]:
        """Yield the key of each object that may refer to an object, or the object itself."""
        for target, normalize_fn in self.normalize_fns.items():
            kind, _, name = target.partition(".")
            if kind == used.kind:
                yield from self.keys[target].get(normalize_fn(used.get(name)), ())


class Users:
    """The references of the live objects of some kinds; any thread may use it.

    Each kind is listed once in a run, and again for a delete that is repeated.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._indexes: dict[str, _Index] = {}
        self._together: dict[str, Response] = {}

    def find(self, client: ResourceClient, key: str, values: Mapping[str, Json]) -> Iterator[str]:
        """Yield the titles of the objects that refer to an object now, of the kinds in ``used_by`` of its class.

        Objects that referred to it when they were listed are read again: the run may have changed or deleted them
        since. A kind that the key may not read, or that the API lacks, is omitted: whether it matters, the API decides.
        """
        used = UsedObject(client.declaration.kind, key, values, client.endpoint.key_parts)
        for kind in client.declaration.cls.used_by:
            declaration = REGISTRY[kind]
            with suppress(*REFUSALS):
                yield from self._find(used, declaration.cls.resource_client(declaration, client.client))

    def forget(self, before_s: float) -> None:
        """Have the kinds that were listed before this time, in seconds of the monotonic clock, listed again."""
        with self._lock:
            self._indexes = {kind: index for kind, index in self._indexes.items() if index.started_s > before_s}
            self._together.clear()

    def _find(self, used: UsedObject, client: ResourceClient) -> Iterator[str]:
        declaration = client.declaration
        with self._lock:
            if declaration.kind not in self._indexes:
                self._indexes[declaration.kind] = self._list_references(client)
            index = self._indexes[declaration.kind]

        def is_user(live: LiveObject) -> bool:
            references = iterate_references(declaration.properties, live.decoded)
            return client.needs_references(live) and any(map(used.is_target_of, references))

        for key in index.find(used):
            if (declaration.kind, key) == (used.kind, used.key):
                continue
            live = key if isinstance(key, LiveObject) else self._read(client, key, is_user)
            if live is not None and is_user(live):
                yield declaration.title(live.decoded, _shown_id(client, live))

    def _read(self, client: ResourceClient, key: str, is_user_fn: Callable[[LiveObject], bool]) -> LiveObject | None:
        """Return the object as it is now: if this run has just changed or deleted it, the API may not show that yet."""
        limit_s = client.client.accepted_writes.settle_s(client.path(key))
        return client.client.read_until(
            lambda: client.get(key), lambda live: live is None or not is_user_fn(live), limit_s
        )

    def _list_references(self, client: ResourceClient) -> _Index:
        """Return the index of a kind; without what a refused request would list. Other errors are raised."""
        index = _Index()
        with suppress(*REFUSALS):
            for live in self._list_all(client):
                key = client.key_of(live) if _shown_id(client, live) else live
                for reference in iterate_references(client.declaration.properties, live.decoded):
                    index.add(reference, key)
        return index

    def _list_all(self, client: ResourceClient) -> Iterator[LiveObject]:
        endpoint = client.endpoint
        path, _ = endpoint.listed_together
        if endpoint.subpath:  # the API cannot list these by themselves
            if path not in self._together:
                self._together[path] = self._get_together(client, path)
            yield from client.select_together(self._together[path])
            return
        for item in client.list_all():
            live = item if endpoint.lists == "complete" else client.get(client.key_of(item))
            if live is not None:
                yield live

    def _get_together(self, client: ResourceClient, path: str) -> Response:
        try:
            return client.client.get(path) or {}
        except REFUSALS:
            return {}


def _shown_id(client: ResourceClient, live: LiveObject) -> str:
    """Return the id that messages show, because a key in paths may be secret; empty if Statsig hides it."""
    return str(live.get(client.endpoint.state_id) or "") if client.endpoint.state_id else client.key_of(live)
