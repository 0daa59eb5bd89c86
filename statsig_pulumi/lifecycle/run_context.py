"""What the calls of one `pulumi` command share: the client, settings, and what is known of the program's resources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from ..json_values import Json, drop_nulls
from ..settings import DEFAULT_POLICY, Policy
from .create_journal import CreateJournal
from .list_cache import ListCache
from .reporter import Reporter
from .resource_client import ResourceClient

if TYPE_CHECKING:
    from ..api.client import Client


@dataclass(frozen=True)
class Claim:
    """Something that two resources of one program may both want to manage."""

    what: str
    """What is managed; the same text for all resources that may claim it."""
    is_exclusive: bool = True
    """The resource manages all of it, and not one item beside others."""


@dataclass(frozen=True)
class Claimant:
    """A resource with a claim, and how messages name it."""

    claim: Claim
    resource: str | None
    title: str


@dataclass(frozen=True)
class CheckedInputs:
    """Inputs that the engine had checked: those of the program. A refresh never has its inputs checked."""

    resource: str
    """The URN of the resource; its name if it has a parent."""
    changed: frozenset[str]
    """The inputs that differ from those in the state."""


@dataclass(eq=False)
class RunContext:
    """The state of one `pulumi` command, shared by all resources; any thread may use it.

    The engine starts a plugin process for each command, so that this state lives as long as the command.
    """

    client: Client
    reporter: Reporter = field(default_factory=Reporter)
    policy: Policy = DEFAULT_POLICY
    journal: CreateJournal | None = None
    """The creates of this run and of interrupted ones; None outside of an engine."""
    _claims: dict[str, Claimant] = field(default_factory=dict)
    _owned: dict[tuple[str, str], str] = field(default_factory=dict)
    """The key of the object that each resource of the program keeps, by kind and resource."""
    _adopted: set[tuple[str, str]] = field(default_factory=set)
    """The kind and key of each object that this run adopted."""
    _checked: dict[str, CheckedInputs] = field(default_factory=dict)
    _list_caches: dict[str, ListCache] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    # -- claims and owners

    def claim(self, claim: Claim, resource: str | None, title: str) -> str | None:
        """Register a claim; return the title of the resource that it conflicts with, or None.

        Two resources without a name (``resource`` is None) conflict only if they differ in ``is_exclusive``.
        """
        with self._lock:
            first = self._claims.setdefault(claim.what, Claimant(claim, resource, title))
        if resource is None or first.resource is None:
            return first.title if first.claim.is_exclusive != claim.is_exclusive else None
        is_shared = not first.claim.is_exclusive and not claim.is_exclusive
        return None if is_shared or (first.resource, first.claim) == (resource, claim) else first.title

    def own(self, kind: str, resource: str, key: str) -> None:
        """Note that a resource of the program keeps this object."""
        self._owned[kind, resource] = key

    def disown(self, kind: str, resource: str) -> None:
        """Note that a resource of the program gets a new object."""
        self._owned.pop((kind, resource), None)

    def adopt(self, kind: str, key: str) -> None:
        """Note that this run adopted an object."""
        self._adopted.add((kind, key))

    def is_owned(self, kind: str, key: str) -> bool:
        """Return whether a resource of the program has this object. The engine deletes last, and must not delete it."""
        owned = {(other, owned_key) for (other, _), owned_key in dict(self._owned).items()}
        return (kind, key) in self._adopted | owned

    # -- inputs of the program

    def note_checked(self, kind: str, inputs: Mapping[str, Json], resource: str, changed: Iterable[str]) -> None:
        """Note that the engine had these inputs of a resource checked."""
        self._checked[_mark(kind, inputs)] = CheckedInputs(resource, frozenset(changed))

    def checked(self, kind: str, inputs: Mapping[str, Json]) -> CheckedInputs | None:
        """Return what is known of inputs that were checked; None for the inputs of a refresh."""
        return self._checked.get(_mark(kind, inputs)) if self._checked else None

    # -- creates and lists

    def note_create(self, mark: str) -> None:
        """Note in the journal that a create is about to be sent."""
        if self.journal is not None:
            self.journal.record(mark)

    def was_interrupted(self, mark: str) -> bool:
        """Return whether a run that was killed had sent this create."""
        return self.journal is not None and self.journal.was_interrupted(mark)

    def list_cache(self, resource_client: ResourceClient) -> ListCache:
        """Return the list cache of a kind."""
        with self._lock:
            return self._list_caches.setdefault(resource_client.declaration.kind, ListCache(resource_client))


def _mark(kind: str, inputs: Mapping[str, Json]) -> str:
    """Return equal texts for equal inputs of a kind; nulls do not count, because the engine may drop them."""
    text = f"{kind} {json.dumps(drop_nulls(dict(inputs)), sort_keys=True, default=repr)}"
    return hashlib.sha256(text.encode()).hexdigest()
