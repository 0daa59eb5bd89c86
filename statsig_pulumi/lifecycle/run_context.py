"""What the calls of one `pulumi` command share: the client, settings, and what is known of the program's resources."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from ..api.settling import SETTLE_S
from ..json_values import Json, drop_nulls, fingerprint
from ..schema.declaration import REGISTRY, TYPE_PREFIX
from ..schema.state import PROJECT, SECRET
from ..settings import DEFAULT_POLICY, Policy
from .journal import Journal
from .list_cache import ListCache
from .paths import Paths
from .program_inputs import ProgramInputs
from .project_guard import ProjectGuard
from .reporter import Reporter
from .resource_client import ResourceClient
from .users import Users

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


def _read_nothing(stack: str) -> Mapping[str, Json] | None:
    return {}


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
    read_state_fn: Callable[[str], Mapping[str, Json] | None] = _read_nothing
    """Returns the deployment in the state of a stack, by its name, or None. It is slow, so it is called after a
    conflict, and for secrets in lists that several resources manage."""
    stack: str = ""
    """The name of the stack, once it is known; the full one, if possible."""
    has_checkpoints: bool = True
    """Whether the engine writes the state before and after each step, or only at the end of a command."""
    program_inputs: ProgramInputs = field(default_factory=ProgramInputs)
    """What the program declares of all its resources."""
    users: Users = field(default_factory=Users)
    """What refers to the objects that this run deletes."""
    has_failed: bool = False
    """Whether a create or update of this run failed. With ``--continue-on-error``, the engine goes on."""
    condemned: Paths = field(default_factory=Paths)
    """The objects that the engine replaces, and deletes later in the run."""
    recreated: Paths = field(default_factory=Paths)
    """The objects that this run deleted and created again."""
    with_secret: Paths = field(default_factory=Paths)
    """The objects to which this run wrote a secret."""
    _state: Mapping[str, Json] | None = None
    _is_state_readable: bool = True
    _claims: dict[str, Claimant] = field(default_factory=dict)
    _owned: dict[tuple[str, str], str] = field(default_factory=dict)
    """The key of the object that each resource of the program keeps, by kind and resource."""
    _held: set[tuple[str, str]] = field(default_factory=set)
    """The kind and key of each object that this run created or adopted."""
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

    def is_owned(self, kind: str, key: str) -> bool:
        """Return whether a resource of the program has this object. The engine deletes last, and must not delete it."""
        owned = {(other, owned_key) for (other, _), owned_key in dict(self._owned).items()}
        return (kind, key) in self._held | owned

    def find_owners(self, kind: str, id_: str) -> dict[str, Mapping[str, Json]]:
        """Return the resources that have this object in the state of the stack, by URN; none if it cannot be read."""
        object_ = (TYPE_PREFIX + kind, id_)
        return {
            str(resource.get("urn")): resource
            for resource in self._read_state().get("resources") or ()
            if (resource.get("type"), resource.get("id")) == object_ and self._is_of_project(resource)
        }

    def is_just_written(self, resource: str) -> bool:
        """Return whether the state of a resource, by its URN, is so new that the API may not show its object yet."""
        return abs(time.time() - self._modified_s.get(resource, 0)) < SETTLE_S

    @cached_property
    def _modified_s(self) -> Mapping[str, float]:
        """When the state of each resource was written, in seconds since 1970, by URN.

        ``find_owners`` reads the state again: a refresh may drop resources.
        """
        resources = (self.read_state_fn(self.stack) or {}).get("resources") or ()
        return {each.get("urn"): _to_seconds(each.get("modified")) for each in resources}

    def creates_of(self, kind: str) -> Lock:
        """Return the lock of the creates of a kind whose names may repeat."""
        with self._lock:
            return self._creates.setdefault(kind, Lock())

    def _is_of_project(self, resource: Mapping[str, Json]) -> bool:
        """Return whether the object of a resource is in the project of this run, as far as the state shows it."""
        project = (resource.get("outputs") or {}).get(PROJECT)
        return not project or not self.guard.id or project == self.guard.id

    def is_create_pending(self, kind: str, resource: str) -> bool:
        """Return whether an interrupted run of the stack was creating this resource, according to its state.

        ``resource`` is the URN of the resource, or its name. This run is creating it now, which the state shows too, if
        the engine writes it at each step. So the state is read again each time.
        """
        deployment = (self.read_state_fn(self.stack) if self.stack else None) or {}
        operations = deployment.get("pending_operations") or ()
        urns = [
            str(operation["resource"]["urn"])
            for operation in operations
            if (operation.get("type"), operation["resource"].get("type")) == ("creating", TYPE_PREFIX + kind)
        ]
        pending = [urn for urn in urns if _is_urn_of(resource, urn)]
        return len(pending) > (1 if self.has_checkpoints else 0)

    def has_secret_below(self, path: str) -> bool:
        """Return whether a resource whose path begins with this one holds a secret, in this run or in the state.

        If the state cannot be read, it may.
        """
        deployment = self._read_state()
        if not self._is_state_readable or self.with_secret.has_below(path):
            return True
        for resource in deployment.get("resources") or ():
            kind = str(resource.get("type")).removeprefix(TYPE_PREFIX)
            if SECRET in resource.get("outputs", ()) and kind in REGISTRY and resource.get("id"):
                with suppress(ValueError):  # an id that no path can express
                    if REGISTRY[kind].endpoint.path(resource["id"]).startswith(f"{path}/"):
                        return True
        return False

    def _read_state(self) -> Mapping[str, Json]:
        with self._lock:
            if self._state is None:
                deployment = self.read_state_fn(self.stack)
                self._is_state_readable, self._state = deployment is not None, deployment or {}
            return self._state

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

    def note_checked(self, kind: str, inputs: Mapping[str, Json], resource: str, changed: Iterable[str]) -> None:
        """Note that the engine had these inputs of a resource checked."""
        self._checked[_mark(kind, inputs)] = CheckedInputs(resource, frozenset(changed))

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

    def note_stored(self, fingerprint: str, resource: str = "", id_: str = "") -> None:
        """Note that the engine is about to store the effect of a request.

        With the resource and the id of its object, the state is read when the run ends: whether it has the effect.
        """
        if self.journal is None:
            return
        if resource:
            self.journal.settle(fingerprint, lambda: self._is_stored(resource, id_))
        else:
            self.journal.settle(fingerprint)

    def _is_stored(self, resource: str, id_: str) -> bool:
        """Return whether the state has the last create or update of a resource, when the run ends.

        If the state is not written before that, or cannot be read, it has.
        """
        if not self._last_state:
            return True
        operations = self._last_state.get("pending_operations") or ()
        updating = [str(each["resource"]["urn"]) for each in operations if each.get("type") == "updating"]
        if any(_is_urn_of(resource, urn) for urn in updating):
            return False
        resources = self._last_state.get("resources") or ()
        return any(_is_urn_of(resource, str(each.get("urn"))) for each in resources if each.get("id") == id_)

    @cached_property
    def _last_state(self) -> Mapping[str, Json] | None:
        return self.read_state_fn(self.stack) if self.stack and self.has_checkpoints else None

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


def _is_urn_of(resource: str, urn: str) -> bool:
    """Return whether a URN is that of a resource, which is named by its URN, or by its name."""
    return urn == resource or urn.endswith(f"::{resource}")


def _to_seconds(time_: Json) -> float:
    """Return a time of the engine, which is UTC, in seconds since 1970; 0 if there is none."""
    with suppress(TypeError, ValueError):
        return datetime.fromisoformat(f"{time_[:19]}+00:00").timestamp()
    return 0.0


def _mark(kind: str, inputs: Mapping[str, Json]) -> str:
    """Return equal texts for equal inputs of a kind; nulls do not count, because the engine may drop them."""
    text = f"{kind} {json.dumps(drop_nulls(dict(inputs)), sort_keys=True, default=repr)}"
    return hashlib.sha256(text.encode()).hexdigest()
