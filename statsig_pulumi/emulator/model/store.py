"""Records by kind and key, with an index of their names and a history of their versions."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator

from .json_values import Json, Record

HISTORY_LENGTH = 100
FORMAT = 1


class Collection:
    """The records of one kind.

    A record is replaced, never changed in place. A response or a version that holds one therefore holds a snapshot,
    and no copies are needed.
    """

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._keys_by_name: dict[str, set[str]] = defaultdict(set)
        self._history: dict[str, list[Record]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._records

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._records.values()))

    def get(self, key: str) -> Record | None:
        return self._records.get(key)

    def named(self, name: str) -> Record | None:
        """Return the record with this display name, or the one with the lowest key if there are several."""
        keys = self._keys_by_name.get(name)
        return self._records[min(keys)] if keys else None

    def key_of(self, id_or_name: str) -> str | None:
        """Return the key of the record with this key or display name."""
        if id_or_name in self._records:
            return id_or_name
        keys = self._keys_by_name.get(id_or_name)
        return min(keys) if keys else None

    def put(self, key: str, record: Record) -> Record:
        """Store a record in place of the one with the same key."""
        self._remove_name(key)
        self._records[key] = record
        name = record.get("name")
        if isinstance(name, str):
            self._keys_by_name[name].add(key)
        return record

    def add_version(self, key: str, record: Record) -> None:
        """Append to the history of a record, which keeps the latest versions."""
        versions = self._history.setdefault(key, [])
        versions.append(record)
        del versions[:-HISTORY_LENGTH]

    def versions(self, key: str) -> list[Record]:
        """Return the versions of a record, newest first."""
        return self._history.get(key, [])[::-1]

    def remove(self, key: str) -> None:
        self._remove_name(key)
        del self._records[key]
        self._history.pop(key, None)

    def _remove_name(self, key: str) -> None:
        old = self._records.get(key)
        name = old.get("name") if old else None
        if not isinstance(name, str):
            return
        self._keys_by_name[name].discard(key)
        if not self._keys_by_name[name]:
            del self._keys_by_name[name]

    def as_json(self) -> Record:
        return {"records": dict(self._records), "history": {key: list(past) for key, past in self._history.items()}}

    @classmethod
    def from_json(cls, state: Json) -> Collection:
        collection = cls()
        for key, record in state["records"].items():
            collection.put(key, record)
        collection._history = {key: list(past) for key, past in state.get("history", {}).items()}
        return collection


class Store:
    """All collections of a project."""

    def __init__(self) -> None:
        self._collections: dict[str, Collection] = {}

    def __getitem__(self, kind: str) -> Collection:
        collection = self._collections.get(kind)
        if collection is None:
            collection = self._collections[kind] = Collection()
        return collection

    def kinds(self) -> list[str]:
        return sorted(self._collections)

    def as_json(self) -> Record:
        """Return the state as JSON. It shares its records with the store, which never changes them in place."""
        return {"format": FORMAT, "collections": {kind: self[kind].as_json() for kind in self.kinds()}}

    def load(self, state: Json) -> None:
        """Replace all collections by those of a state."""
        collections = copy.deepcopy(state["collections"])
        self._collections = {kind: Collection.from_json(value) for kind, value in collections.items()}
