"""What the calls of one `pulumi` command share: the client, settings, and what is known of the program's resources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from ..json_values import Json, drop_nulls, fingerprint
from ..settings import DEFAULT_POLICY, Policy
from .journal import Journal
from .list_cache import ListCache
from .paths import Paths
from .program_inputs import ProgramInputs
from .project_guard import ProjectGuard
from .reporter import Reporter
from .resource_client import ResourceClient
from .stack_state import StackState
from .users import Users

if TYPE_CHECKING:
    from ..api.client import Client

FAILED: Final = "failed"
"""The note that a call of the run failed."""


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
class Place:
    """The declared place of an item in a list: somewhere after one item, and before another one."""

    after: str | None = None
    before: str | None = None


@dataclass(frozen=True)
class CheckedInputs:
    """Inputs that the engine had checked: those of the program. A refresh never has its inputs checked."""

    resource: str
    """The URN of the resource; its name if it has a parent."""
    changed: frozenset[str]
    """The inputs that differ from those in the state."""
    hidden: frozenset[str] = frozenset()
    """The properties whose changes the program hides by ``hide_diffs``."""


@dataclass(eq=False)
class RunContext:
    """The state of one `pulumi` command, shared by all resources; any thread may use it.

    The engine starts a plugin process for each command, so that this state lives as long as the command.
    """

    client: Client
    reporter: Reporter = field(default_factory=Reporter)
    policy: Policy = DEFAULT_POLICY
    journal: Journal | None = None
    """The requests of this run and of interrupted ones; None outside of an engine."""
    guard: ProjectGuard = field(init=False)
    """Compares the project of the key with that of the stack."""
    pinned_project: InitVar[str] = ""
    key_source: InitVar[str] = ""
    stack: StackState = field(default_factory=StackState)
    program_inputs: ProgramInputs = field(default_factory=ProgramInputs)
    """What the program declares of all its resources."""
    users: Users = field(default_factory=Users)
    """What refers to the objects that this run deletes."""
    condemned: Paths = field(default_factory=Paths)
    """The objects that the engine replaces, and deletes later in the run."""
    recreated: Paths = field(default_factory=Paths)
    """The objects that this run deleted and created again."""
    with_secret: Paths = field(default_factory=Paths)
    """The objects to which this run wrote a secret."""
    _claims: dict[str, Claimant] = field(default_factory=dict)
    _owned: dict[tuple[str, str], str] = field(default_factory=dict)
    """The key of the object that each resource of the program keeps, by kind and resource."""
    _held: set[tuple[str, str]] = field(default_factory=set)
    """The kind and key of each object that this run created or adopted."""
    _has_failed: bool = False
    _dropped: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    """The outputs of the resources whose objects a refresh did not find, by URN."""
    _replaced: set[str] = field(default_factory=set)
    """The URNs of the resources whose deletes in this run are parts of replacements."""
    _places: dict[str, dict[str, Place]] = field(default_factory=dict)
    """The declared places of the items of lists that several resources manage, by list and item."""
    _checked: dict[str, CheckedInputs] = field(default_factory=dict)
    _list_caches: dict[str, ListCache] = field(default_factory=dict)
    _creates: dict[str, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self, pinned_project: str, key_source: str) -> None:
        self.guard = ProjectGuard(self.client, self.reporter, pinned_project, key_source)

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
        self.program_inputs.note_key(kind, resource, key)

    def disown(self, kind: str, resource: str) -> None:
        """Note that a resource of the program gets a new object."""
        self._owned.pop((kind, resource), None)

    def hold(self, kind: str, key: str) -> None:
        """Note that this run created or adopted an object."""
        self._held.add((kind, key))
        if self.journal is not None:
            self.journal.note(self._note_of_held(kind, key))

    def is_owned(self, kind: str, key: str) -> bool:
        """Return whether a resource of the program has this object. The engine deletes last, and must not delete it."""
        owned = {(other, owned_key) for (other, _), owned_key in dict(self._owned).items()}
        return (kind, key) in self._held | owned

    def is_held_elsewhere(self, kind: str, key: str) -> bool:
        """Return whether a resource with another provider of this program has got this object of the project."""
        return self.journal is not None and self.journal.is_noted_elsewhere(self._note_of_held(kind, key))

    def _note_of_held(self, kind: str, key: str) -> str:
        return hashlib.sha256(f"{self.guard.id or self.client.project_hash} {kind} {key}".encode()).hexdigest()

    def find_owners(self, kind: str, id_: str) -> dict[str, Mapping[str, Json]]:
        """Return the resources that have this object in the state of the stack, by URN; none if it cannot be read."""
        return self.stack.find_owners(kind, id_, self.guard.id)

    def note_failure(self) -> None:
        """Note that a create, a read or an update failed. With ``--continue-on-error``, the engine goes on."""
        if not self._has_failed and self.journal is not None:
            self.journal.note(FAILED)
        self._has_failed = True

    @property
    def has_failed(self) -> bool:
        """Whether a create, a read or an update of this run failed, in another one of its plugins too."""
        return self._has_failed or (self.journal is not None and self.journal.is_noted_elsewhere(FAILED))

    def note_replaced(self, resource: str) -> None:
        """Note that a resource, by its URN, is deleted in this run only if it is replaced."""
        self._replaced.add(resource)

    def is_replaced(self, resource: str, id_: str) -> bool:
        """Return whether a delete is a part of a replacement, in this run or in an earlier one that did not end it."""
        return resource in self._replaced or self.stack.is_to_delete(resource, id_)

    def note_dropped(self, resource: str, outputs: Mapping[str, Json]) -> None:
        """Note that a refresh did not find the object of a resource, by its URN: the engine drops it from the state."""
        self._dropped[resource] = outputs

    def find_dropped(self, resource: str) -> Mapping[str, Json] | None:
        """Return the outputs of a resource, by its URN, whose object this run did not find before."""
        return self._dropped.get(resource)

    def creates_of(self, kind: str) -> Lock:
        """Return the lock of the creates of a kind whose names may repeat."""
        with self._lock:
            return self._creates.setdefault(kind, Lock())

    # -- places in lists

    def declare_place(self, list_: str, item: str, place: Place) -> None:
        """Note where a resource of the program declares its item of a list."""
        with self._lock:
            self._places.setdefault(list_, {})[item] = place

    def places(self, list_: str) -> dict[str, Place]:
        """Return the items of a list that resources of the program have declared so far, with their places."""
        with self._lock:
            return dict(self._places.get(list_, {}))

    # -- inputs of the program

    def note_checked(
        self,
        kind: str,
        inputs: Mapping[str, Json],
        resource: str,
        changed: Iterable[str],
        hidden: Iterable[str] = (),
    ) -> None:
        """Note that the engine had these inputs of a resource checked."""
        self._checked[_mark(kind, inputs)] = CheckedInputs(resource, frozenset(changed), frozenset(hidden))

    def checked(self, kind: str, inputs: Mapping[str, Json]) -> CheckedInputs | None:
        """Return what is known of inputs that were checked; None for the inputs of a refresh."""
        return self._checked.get(_mark(kind, inputs)) if self._checked else None

    # -- requests that must not be repeated

    def fingerprint(self, kind: str, request: Json) -> str:
        """Return equal texts for equal requests of a kind in the same Statsig project."""
        return hashlib.sha256(f"{self.client.project_hash} {kind} {fingerprint(request)}".encode()).hexdigest()

    def note_request(self, fingerprint: str) -> None:
        """Note in the journal that a create is about to be sent, or that a trigger was carried out."""
        if self.journal is not None:
            self.journal.record(fingerprint, self.client.server_time_s())

    def note_stored(self, fingerprint: str, resource: str, id_: str) -> None:
        """Note that the engine is about to store the effect of a request.

        With the resource and the id of its object, the state is read when the run ends: whether it has the effect.
        """
        if self.journal is None:
            return
        if resource:
            self.journal.settle(fingerprint, lambda: self.stack.is_stored(resource, id_))
        else:
            self.journal.settle(fingerprint)

    def note_refused(self, fingerprint: str) -> None:
        """Note that a request had no effect."""
        if self.journal is not None:
            self.journal.remove(fingerprint)

    def interrupted_at_s(self, fingerprint: str) -> float | None:
        """Return when a run that was interrupted noted this request, in seconds since 1970; None if none did."""
        return None if self.journal is None else self.journal.interrupted_at_s(fingerprint)

    def interrupted_with(self, prefix: str) -> list[str]:
        """Return the fingerprints with a prefix that interrupted runs noted."""
        return [] if self.journal is None else self.journal.interrupted_with(prefix)

    # -- lists

    def list_cache(self, resource_client: ResourceClient) -> ListCache:
        """Return the list cache of a kind."""
        with self._lock:
            return self._list_caches.setdefault(resource_client.declaration.kind, ListCache(resource_client))


def _mark(kind: str, inputs: Mapping[str, Json]) -> str:
    """Return equal texts for equal inputs of a kind; nulls do not count, because the engine may drop them."""
    text = f"{kind} {json.dumps(drop_nulls(dict(inputs)), sort_keys=True, default=repr)}"
    return hashlib.sha256(text.encode()).hexdigest()
