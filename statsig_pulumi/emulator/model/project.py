"""One Statsig project: its records, its quirks, and the actor of the current change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from . import audit_log
from .issuer import Issuer
from .json_values import Json, Record
from .project_settings import initial_records
from .quirks import Quirks
from .store import Store


@dataclass(frozen=True)
class Actor:
    """The author of a change: a Console API key, or a person in the console."""

    id: str
    name: str
    email: str | None

    def owner(self) -> Record:
        kind = "USER" if self.email else "SDK_KEY"
        return {"ownerID": self.id, "ownerType": kind, "ownerName": self.name, "ownerEmail": self.email or ""}


DEFAULT_ID: Final = "emulated-project"
CONSOLE_API = Actor("1vaQaBoLlkauH9iiuOSBP2", "CONSOLE API", None)
PERSON = Actor("3exemrfZ5pwOk6qyDH0dhP", "Casey Console", "casey@example.com")


class Project:
    """The state of the service. All changes go through its methods, which count revisions and versions."""

    def __init__(self, quirks: Quirks | None = None, id: str = DEFAULT_ID) -> None:
        self.id = id
        self.quirks = quirks or Quirks()
        self.issuer = Issuer()
        self.store = Store()
        self.actor = CONSOLE_API
        self.revision = 0
        self.dead_keys: set[str] = set()
        """The keys that were deleted or rotated, which work no longer."""
        self.seed()

    def seed(self) -> None:
        """Reset the records to those of a new project: its owner, the tag of core metrics, and what it has once."""
        self.store = Store()
        self.dead_keys.clear()
        person = {"id": PERSON.id, "email": PERSON.email, "firstName": "Casey", "lastName": "Console", "role": "Owner"}
        self.store["users"].put("casey@example.com", person)
        core = self.issuer.new_id()
        self.store["tags"].put(core, {"id": core, "name": "★ Core", "description": "", "isCore": True})
        for kind, record in initial_records(self.issuer):
            self.store[kind].put(record["id"], record)

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[None]:
        """Attribute the changes of a `with` block to another actor."""
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    def put(self, kind: str, key: str, record: Record) -> Record:
        """Store a record that has no versions."""
        self.revision += 1
        audit_log.note(self, kind, key, self.store[kind].get(key), record)
        return self.store[kind].put(key, record)

    def remove(self, kind: str, key: str) -> None:
        self.revision += 1
        audit_log.note(self, kind, key, self.store[kind].get(key), None)
        self.store[kind].remove(key)

    def discard(self, kind: str, key: str) -> None:
        """Remove a record if it exists."""
        if key in self.store[kind]:
            self.remove(kind, key)

    def add_config(self, kind: str, record: Record) -> Record:
        """Store a new versioned record with its creator and times."""
        now = self.issuer.now_ms()
        created = record | {
            "createdTime": now,
            "creatorID": record.get("creatorID") or self.actor.id,
            "creatorName": record.get("creatorName") or self.actor.name,
            "creatorEmail": record.get("creatorEmail") or self.actor.email,
            "version": 1,
            **self._modified(now),
        }
        return self._put_version(kind, created)

    def change_config(self, kind: str, record: Record) -> Record:
        """Store the next version of a record."""
        version = {"version": record.get("version", 0) + 1, **self._modified(self.issuer.now_ms())}
        return self._put_version(kind, record | version)

    def _put_version(self, kind: str, record: Record) -> Record:
        self.store[kind].add_version(record["id"], record)
        return self.put(kind, record["id"], record)

    def _modified(self, now: int) -> Record:
        return {
            "lastModifiedTime": now,
            "lastModifierID": self.actor.id,
            "lastModifierName": self.actor.name,
            "lastModifierEmail": self.actor.email,
        }

    def load(self, state: Json) -> None:
        """Replace all records by those of a state, as `as_json` returned it."""
        self.store.load(state)
        self.issuer.not_before(int(state.get("clock", 0)))
        self.revision += 1

    def as_json(self) -> Record:
        return {"clock": self.issuer.now_ms(), **self.store.as_json()}
