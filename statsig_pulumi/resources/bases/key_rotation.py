"""The rotation of a key in the journal: if its run is interrupted, the next run finds the new key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...json_values import Json
from ...lifecycle.run_context import RunContext


class Rotation:
    """What the journal knows of the rotation of one key: the keys before it, and the trigger. It holds no secret."""

    def __init__(self, context: RunContext, kind: str, key: str) -> None:
        self._context = context
        self._mark = context.fingerprint(kind, ["rotation", key])

    @property
    def is_interrupted(self) -> bool:
        """Whether an interrupted run was about to rotate the key."""
        return self._context.interrupted_at_s(self._mark) is not None

    def marks(self, ids: Iterable[str], trigger: Json) -> Iterator[str]:
        """Yield the fingerprints to note before the request; ``ids`` are those of the keys that exist."""
        yield self._mark
        yield self._mark_of_trigger(trigger)
        yield from map(self._mark_of_key, ids)

    def existed(self, id_: str) -> bool:
        """Return whether a key existed before the rotation."""
        return self._mark_of_key(id_) in self._context.interrupted_with(self._mark)

    def is_for(self, trigger: Json) -> bool:
        """Return whether this value of the trigger caused the rotation."""
        return self._mark_of_trigger(trigger) in self._context.interrupted_with(self._mark)

    def triggers(self) -> list[str]:
        """Return the fingerprints of the values of the trigger that caused the rotation."""
        prefix = f"{self._mark}="
        return [mark.removeprefix(prefix) for mark in self._context.interrupted_with(prefix)]

    def noted(self) -> list[str]:
        """Return all fingerprints of the rotation that an interrupted run noted."""
        return self._context.interrupted_with(self._mark)

    def _mark_of_trigger(self, trigger: Json) -> str:
        return f"{self._mark}={self._context.fingerprint('', trigger)}"

    def _mark_of_key(self, id_: str) -> str:
        return f"{self._mark}.{self._context.fingerprint('', id_)}"
