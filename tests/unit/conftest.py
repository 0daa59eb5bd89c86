"""Fixtures of the unit tests: a clock that only waits advance, and a small Console API in memory."""

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

from statsig_pulumi.api import rate_limit, settling
from statsig_pulumi.api.client import Client
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.reporter import Reporter
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

Json = Any
COLLECTIONS = ("users/teams", "gates", "dynamic_configs", "layers", "segments", "tags")
VERBS: dict[str, Json] = {
    "launch": {"status": "Launched", "isEnabled": False},
    "enable": {"status": "In Progress", "isEnabled": True},
    "disable": {"status": "Disabled", "isEnabled": False},
    "archive": {"status": "Archived", "isEnabled": False},
    "unarchive": {"status": "In Progress"},
}


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record waits in seconds instead of sleeping; the clocks of tenacity and of the write budget advance by them."""
    waits: list[float] = []
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=waits.append))
    monkeypatch.setattr(tenacity, "time", SimpleNamespace(monotonic=lambda: sum(waits)))
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(waits), sleep=time.sleep)
    monkeypatch.setattr(rate_limit, "time", clock)
    monkeypatch.setattr(settling, "time", SimpleNamespace(monotonic=clock.monotonic, sleep=waits.append))
    return waits


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the Statsig settings of the environment that runs the tests."""
    for name in ("STATSIG_CONSOLE_KEY", "STATSIG_CONSOLE_URL", "STATSIG_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@dataclass
class Fault:
    """The outcome of the next matching request, instead of its effect or, if ``applied``, after it."""

    method: str
    path: str
    outcome: httpx.Response | Exception
    applied: bool = False


@dataclass
class Console:
    """A Console API in memory that knows no declarations and stores what it receives."""

    objects: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Stored objects by path, such as ``gates/new_checkout``."""
    requests: list[tuple[str, str, Json]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    messages_only: set[str] = field(default_factory=set)
    """Methods whose responses have no data."""
    ignored: set[str] = field(default_factory=set)
    """Fields of updates that are not stored."""
    created: dict[str, Json] = field(default_factory=dict)
    """Fields of new objects, whatever their create says."""
    ignored_paths: dict[str, str] = field(default_factory=dict)
    """Paths whose writes have no effect, with the path of the object that they return."""
    ignored_verbs: set[str] = field(default_factory=set)
    """Verbs without an effect."""

    @property
    def writes(self) -> list[tuple[str, str, Json]]:
        return [request for request in self.requests if request[0] != "GET"]

    def fails(self, method: str, path: str, outcome: httpx.Response | Exception, *, applied: bool = False) -> None:
        self.faults.append(Fault(method, path, outcome, applied))

    def handle(self, request: httpx.Request) -> httpx.Response:
        method, path = request.method, request.url.path.removeprefix("/console/v1/")
        body = json.loads(request.content) if request.content else None
        self.requests.append((method, path, body))
        for fault in self.faults:
            if fault.method == method and re.fullmatch(fault.path, path):
                self.faults.remove(fault)
                if fault.applied:
                    self.answer(method, path, body)
                if isinstance(fault.outcome, Exception):
                    raise fault.outcome
                return fault.outcome
        return self.answer(method, path, body)

    def answer(self, method: str, path: str, body: Json) -> httpx.Response:
        if path in COLLECTIONS:
            objects = [value for key, value in self.objects.items() if key.rpartition("/")[0] == path]
            return self.data(method, objects) if method == "GET" else self.create(path, objects, body)
        if path in self.ignored_paths:
            return self.data(method, self.objects[self.ignored_paths[path]])
        verb = path.rpartition("/")[2] if method == "PUT" else ""
        key = path.removesuffix(f"/{verb}") if verb else path
        if key not in self.objects:
            return httpx.Response(404, json={"status": 404, "message": "Not found."})
        live = self.objects[key]
        if method == "DELETE":
            del self.objects[key]
            return httpx.Response(200, json={"message": "deleted"})
        if verb in self.ignored_verbs:
            return self.data(method, live)
        live |= VERBS[verb] if verb else {name: item for name, item in (body or {}).items() if name not in self.ignored}
        return self.data(method, live)

    def create(self, path: str, siblings: list[Json], body: Json) -> httpx.Response:
        if any(other["name"] == body["name"] for other in siblings):
            return httpx.Response(400, json={"status": 400, "message": "Name is already in use"})
        key = body.get("id") or body["name"].lower().replace(" ", "_")
        live = (
            {"status": "In Progress", "creatorName": "CONSOLE API"} | copy.deepcopy(body) | {"id": key} | self.created
        )
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


class RecordingReporter(Reporter):
    """Keeps the messages of a lifecycle, with their severity."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def say(self, severity: str, message: str) -> None:
        self.messages.append((severity, message))


@pytest.fixture
def reporter() -> RecordingReporter:
    return RecordingReporter()


@pytest.fixture
def lifecycle_of(console: Console, reporter: RecordingReporter) -> Iterator[Callable[..., Lifecycle]]:
    """Return the lifecycle of a resource type in the project: ``lifecycle_of("Gate")``."""
    client = Client("console-KEY123", transport=httpx.MockTransport(console.handle))

    def create(kind: str, **options: Any) -> Lifecycle:
        declaration = REGISTRY[kind]
        context = options.pop("context", None) or RunContext(client, reporter, **options)
        return declaration.cls.lifecycle(declaration, context)

    return create
