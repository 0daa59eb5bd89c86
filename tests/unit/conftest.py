"""What the unit tests stand on: time that does not pass, and a small Console API in memory."""

from __future__ import annotations

import copy
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import tenacity
import tenacity.nap

from statsig_pulumi.api import rate_limit
from statsig_pulumi.api.client import Client
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.reporter import Reporter
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

Json = Any
COLLECTIONS = ("users/teams", "gates", "dynamic_configs", "tags")
VERBS: dict[str, Json] = {
    "launch": {"status": "Launched", "isEnabled": False},
    "enable": {"status": "In Progress", "isEnabled": True},
    "disable": {"status": "Disabled", "isEnabled": False},
    "archive": {"status": "Archived", "isEnabled": False},
    "unarchive": {"status": "In Progress"},
}


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every wait between two attempts, in seconds; tenacity's clock and the budget's move by it."""
    waits: list[float] = []
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=waits.append))
    monkeypatch.setattr(tenacity, "time", SimpleNamespace(monotonic=lambda: sum(waits)))
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(waits), sleep=time.sleep)
    monkeypatch.setattr(rate_limit, "time", clock)
    return waits


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of whoever runs the tests says nothing of Statsig."""
    for name in ("STATSIG_CONSOLE_KEY", "STATSIG_CONSOLE_URL", "STATSIG_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@dataclass
class Trouble:
    """What happens to the next request that matches, instead of or (``applied``) after its effect."""

    method: str
    path: str
    outcome: httpx.Response | Exception
    applied: bool = False


@dataclass
class Console:
    """A Console API in memory, ignorant of the declarations: it stores what it gets."""

    objects: dict[str, dict[str, Json]] = field(default_factory=dict)
    """By path, such as ``gates/new_checkout``."""
    requests: list[tuple[str, str, Json]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    messages_only: set[str] = field(default_factory=set)
    """Methods whose answers hold no data."""

    @property
    def writes(self) -> list[tuple[str, str, Json]]:
        return [request for request in self.requests if request[0] != "GET"]

    def fails(self, method: str, path: str, outcome: httpx.Response | Exception, *, applied: bool = False) -> None:
        self.troubles.append(Trouble(method, path, outcome, applied))

    def handle(self, request: httpx.Request) -> httpx.Response:
        method, path = request.method, request.url.path.removeprefix("/console/v1/")
        body = json.loads(request.content) if request.content else None
        self.requests.append((method, path, body))
        for trouble in self.troubles:
            if trouble.method == method and re.fullmatch(trouble.path, path):
                self.troubles.remove(trouble)
                if trouble.applied:
                    self.answer(method, path, body)
                if isinstance(trouble.outcome, Exception):
                    raise trouble.outcome
                return trouble.outcome
        return self.answer(method, path, body)

    def answer(self, method: str, path: str, body: Json) -> httpx.Response:
        if path in COLLECTIONS:
            held = [value for key, value in self.objects.items() if key.rpartition("/")[0] == path]
            return self.data(method, held) if method == "GET" else self.made(path, held, body)
        verb = path.rpartition("/")[2] if method == "PUT" else ""
        key = path.removesuffix(f"/{verb}") if verb else path
        if key not in self.objects:
            return httpx.Response(404, json={"status": 404, "message": "Not found."})
        live = self.objects[key]
        if method == "DELETE":
            del self.objects[key]
            return httpx.Response(200, json={"message": "deleted"})
        live |= VERBS[verb] if verb else body or {}
        return self.data(method, live)

    def made(self, path: str, held: list[Json], body: Json) -> httpx.Response:
        if any(other["name"] == body["name"] for other in held):
            return httpx.Response(400, json={"status": 400, "message": "Name is already in use"})
        key = body.get("id") or body["name"].lower().replace(" ", "_")
        live = {"status": "In Progress", "creatorName": "CONSOLE API"} | copy.deepcopy(body) | {"id": key}
        for number, rule in enumerate(live.get("rules", [])):
            rule |= {"id": f"{key}-{number}:1", "baseID": f"{key}-{number}"}
        self.objects[f"{path}/{key}"] = live
        return self.data("POST", live)

    def data(self, method: str, value: Json) -> httpx.Response:
        data = {} if method in self.messages_only else {"data": json.loads(json.dumps(value))}
        return httpx.Response(201 if method == "POST" else 200, json={"message": "done"} | data)


@pytest.fixture
def console() -> Console:
    """An empty Statsig project."""
    return Console()


class Heard(Reporter):
    """Keeps what was said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def say(self, severity: str, message: str) -> None:
        self.said.append((severity, message))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def life(console: Console, heard: Heard) -> Iterator[Callable[..., Lifecycle]]:
    """The lifecycle of a kind in the project: ``life("Gate")``."""
    client = Client("console-KEY123", transport=httpx.MockTransport(console.handle))

    def of(kind: str, **options: Any) -> Lifecycle:
        declaration = REGISTRY[kind]
        context = options.pop("context", None) or RunContext(client, heard, **options)
        return declaration.cls.lifecycle(declaration, context)

    return of
