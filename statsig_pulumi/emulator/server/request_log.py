"""Remembers the requests that came in and what they were told."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ..api.responses import Json, Record
from ..api.routes import MUTATIONS
from .access import HEADER

# What a connection to a warehouse is made with.
SECRETS: Final = ("token", "deltaSharingCredentials")
MOST_ENTRIES: Final = 20_000
MOST_BYTES: Final = 128 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One exchange; the path is the one under /console/v1, percent-encoded as it was sent.

    Bodies stay as bytes until someone looks: the log costs next to nothing.
    """

    method: str
    path: str
    query: Mapping[str, list[str]]
    route: str | None
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer: bytes

    @property
    def size(self) -> int:
        return len(self.body) + len(self.answer)

    def as_json(self) -> Record:
        return {
            "method": self.method,
            "path": self.path,
            "query": {name: values[0] if len(values) == 1 else values for name, values in self.query.items()},
            "route": self.route,
            "headers": {**self.headers, **({HEADER: "[redacted]"} if HEADER in self.headers else {})},
            "body": _without_secrets(_parsed(self.body)),
            "status": self.status,
            "answer": _parsed(self.answer),
        }


def _without_secrets(body: Json) -> Json:
    """By name, wherever the request went: a connection sent to a misspelt path is no less secret."""
    if not isinstance(body, dict):
        return body
    return {key: "[redacted]" if key in SECRETS else value for key, value in body.items()}


def _parsed(text: bytes) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return None


Observer = Callable[[Entry], None]
_observers: list[Observer] = []


def observe(observer: Observer) -> None:
    """Tell it every entry of every journal of this process from now on, in the thread that served the request."""
    _observers.append(observer)


def stop_observing(observer: Observer) -> None:
    _observers.remove(observer)


class Journal:
    """Counts everything, keeps the latest."""

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
        while len(self._entries) > MOST_ENTRIES or self._bytes > MOST_BYTES:
            self._bytes -= self._entries.popleft().size
        self._by_route[f"{entry.method} {entry.route or '(no route)'}"] += 1
        self._mutations += entry.method in MUTATIONS
        for observer in _observers.copy():
            observer(entry)

    def as_json(self, *, log: bool = True) -> Record:
        counts = {"total": self._by_route.total(), "mutations": self._mutations, "by_route": dict(self._by_route)}
        return {**counts, "log": [entry.as_json() for entry in self._entries]} if log else counts
