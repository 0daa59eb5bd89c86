"""Fixtures of the machinery tests: a lifecycle of a test resource over a small Console API in memory."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.lifecycle.call import Call
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.journal import Journal
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

from ..unit.conftest import RecordingReporter, no_settings, slept
from .kinds import KINDS, unregister

__all__ = ["no_settings", "slept"]

Json = Any
Answer = Json | Exception | int
"""``data`` of a response, a failure of the connection, or a status that the response has instead of data."""


@dataclass
class Api:
    """A Console API that answers by method and path."""

    answers: dict[str, list[Answer] | Callable[[Json], Answer]] = field(default_factory=dict)
    """By ``METHOD path``. The last one of a list is repeated."""
    requests: list[Any] = field(default_factory=list)
    """``METHOD path`` of each read; a tuple of it and the body for each write."""
    reason: str = "no"
    """The message of a refusal."""

    def handle(self, request: httpx.Request) -> httpx.Response:
        request_line = (
            f"{request.method} {request.url.raw_path.decode().partition('?')[0].removeprefix('/console/v1/')}"
        )
        body = json.loads(request.content) if request.content else None
        self.requests.append(request_line if request.method == "GET" else (request_line, body))
        answers = self.answers.get(request_line, [404])
        if callable(answers):
            answer = answers(copy.deepcopy(body))
        elif len(answers) > 1:
            answer = answers.pop(0)
        else:
            answer = answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            message = "Not found." if answer == 404 else self.reason
            return httpx.Response(answer, json={"status": answer, "message": message})
        return httpx.Response(200, json={"message": "done"} | ({} if answer is None else {"data": answer}))

    def new_requests(self) -> list[Any]:
        """Return the requests since the last call."""
        requests, self.requests = self.requests, []
        return requests


class Collection:
    """Objects at ``path`` by quoted key, with plain paths: list, create, read, update and delete."""

    def __init__(self, api: Api, path: str, **objects: Json) -> None:
        self.api, self.path, self.objects = api, path, objects
        api.answers[f"GET {path}"] = lambda body: list(self.objects.values())
        for key in objects:
            self.serve(key)

    def serve(self, key: str, value: Json = None) -> None:
        """Answer the requests to one object."""
        if value is not None:
            self.objects[key] = value
        path = f"{self.path}/{key}"
        self.api.answers |= {
            f"GET {path}": lambda body: self.objects.get(key, 404),
            f"PATCH {path}": lambda body: self.objects[key].update(body) or self.objects[key],
            f"DELETE {path}": lambda body: None if self.objects.pop(key, None) else 404,
        }


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def reporter() -> RecordingReporter:
    return RecordingReporter()


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """The test resources are in the registry during a test."""
    REGISTRY.update(KINDS)
    yield
    unregister()


@pytest.fixture
def lifecycle_of(api: Api, reporter: RecordingReporter) -> Callable[..., Lifecycle]:
    """The lifecycle of a kind for a call with these values: ``lifecycle_of("Metric", inputs)``; each is a run."""

    def of(kind: str, *values: Json, journal: Journal | None = None) -> Lifecycle:
        client = Client("console-KEY123", transport=httpx.MockTransport(api.handle))
        context = RunContext(client, reporter, journal=journal)
        lifecycle: Lifecycle = KINDS[kind].cls.lifecycle(KINDS[kind], context, Call(values=values))
        return lifecycle

    return of


def checked(lifecycle: Lifecycle, **inputs: Json) -> dict[str, Json]:
    """Return the inputs as the engine passes them on; a problem fails the test."""
    values, problems = lifecycle.check(inputs, new=True)
    assert problems == []
    return values
