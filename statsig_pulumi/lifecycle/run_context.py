"""What all resources of one command know together: who manages what, and what must not be deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from .list_cache import ListCache
from .resource_client import ResourceClient


@dataclass(frozen=True)
class Claim:
    """Something that two resources of one program may both want to manage."""

    what: str
    """What is managed, the same text for all who may want it."""
    whole: bool = True
    """All of it, and not one item beside others."""


@dataclass(frozen=True)
class Claimant:
    """Who claims it, and how messages name it."""

    claim: Claim
    resource: str | None
    title: str


@dataclass(frozen=True)
class RunContext:
    """One command of the engine."""

    claims: dict[str, Claimant] = field(default_factory=dict)
    held: dict[tuple[str, str], str] = field(default_factory=dict)
    """The id of the object that each resource of the program has, by kind and name of the resource."""
    adopted: set[tuple[str, str]] = field(default_factory=set)
    """The kind and id of each object that was taken over in this run."""
    note_create: Callable[[str], None] = lambda mark: None
    """Told of each create before it is sent."""
    was_interrupted: Callable[[str], bool] = lambda mark: False
    """Whether a run that was killed had sent this create."""
    listings: dict[str, ListCache] = field(default_factory=dict)
    """By kind."""
    _lock: Lock = field(default_factory=Lock)

    def listing(self, resource_client: ResourceClient) -> ListCache:
        """The one list of the objects of a kind."""
        with self._lock:
            return self.listings.setdefault(resource_client.declaration.kind, ListCache(resource_client))

    def claimed(self, claim: Claim, resource: str | None, title: str) -> str | None:
        """Who claims it already, if that is another resource; resources without a name are of one kind each."""
        with self._lock:
            first = self.claims.setdefault(claim.what, Claimant(claim, resource, title))
        if resource is None or first.resource is None:
            return first.title if first.claim.whole != claim.whole else None
        is_shared = not first.claim.whole and not claim.whole
        return None if is_shared or (first.resource, first.claim) == (resource, claim) else first.title

    def hold(self, kind: str, resource: str, id_: str) -> None:
        """This resource goes on having this object."""
        self.held[kind, resource] = id_

    def release(self, kind: str, resource: str) -> None:
        """This resource is to get a new object."""
        self.held.pop((kind, resource), None)

    def is_held(self, kind: str, id_: str) -> bool:
        """Whether a resource of the program has this object: the engine deletes last, and must not delete it."""
        others = {(held_kind, held) for (held_kind, _), held in dict(self.held).items()}
        return (kind, id_) in self.adopted | others
