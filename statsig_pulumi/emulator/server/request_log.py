"""Request log: the requests that the emulator received, and their responses."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ..api.routes import MUTATIONS
from ..model.ingestion_sources import SECRETS
from ..model.json_values import Json, Record
from .access import HEADER

MAX_ENTRIES: Final = 20_000
MAX_BYTES: Final = 128 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One exchange. The path is the part below /console/v1, percent-encoded as it was sent.

    Bodies are parsed when the log is read, so that logging costs little.
    """

    method: str
    path: str
    query: Mapping[str, list[str]]
    route: str | None
    headers: Mapping[str, str]
    body: bytes
    status: int
    response: bytes

    @property
    def size(self) -> int:
        return len(self.body) + len(self.response)

    def as_json(self) -> Record:
        return {
            "method": self.method,
            "path": self.path,
            "query": {name: values[0] if len(values) == 1 else values for name, values in self.query.items()},
            "route": self.route,
            "headers": {**self.headers, **({HEADER: "[redacted]"} if HEADER in self.headers else {})},
            "body": _redact(_parse(self.body)),
            "status": self.status,
            "answer": _parse(self.response),
        }


def _redact(body: Json) -> Json:
    """Hide secrets on every path: a secret sent to a misspelled path is secret too."""
    if not isinstance(body, dict):
        return body
    return {key: "[redacted]" if key in SECRETS else value for key, value in body.items()}


def _parse(text: bytes) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return None


Observer = Callable[[Entry], None]
_observers: list[Observer] = []


def observe(observer: Observer) -> None:
    """Call a function with each new entry of all request logs of this process.

    It is called in the thread of the request.
    """
    _observers.append(observer)


def stop_observing(observer: Observer) -> None:
    _observers.remove(observer)


class RequestLog:
    """Counts of all requests, and the entries of the latest ones."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._by_route: Counter[str] = Counter()
        self._mutations = 0

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._bytes += entry.size
        while len(self._entries) > MAX_ENTRIES or self._bytes > MAX_BYTES:
            self._bytes -= self._entries.popleft().size
        self._by_route[f"{entry.method} {entry.route or '(no route)'}"] += 1
        self._mutations += entry.method in MUTATIONS
        for observer in _observers.copy():
            observer(entry)

    def as_json(self, *, log: bool = True) -> Record:
        """Return the counts and, unless `log` is false, the entries."""
        counts = {"total": self._by_route.total(), "mutations": self._mutations, "by_route": dict(self._by_route)}
        return {**counts, "log": [entry.as_json() for entry in self._entries]} if log else counts
