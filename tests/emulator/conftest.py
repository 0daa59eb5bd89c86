"""Fixtures: an emulator for each test, and a client whose exchanges match the specification."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from statsig_pulumi.emulator import Emulator

from . import openapi


class Api:
    """A client of an emulator, called as `api("POST", "/gates", {...})`."""

    def __init__(self, emulator: Emulator, http: httpx.Client) -> None:
        self.emulator = emulator
        self.http = http
        # Regular expressions for problems that a test causes on purpose.
        self.on_purpose: list[str] = []

    def __call__(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, key: str | None = ""
    ) -> httpx.Response:
        key = self.emulator.key if key == "" else key
        sent = {**({"STATSIG-API-KEY": key} if key is not None else {}), **(headers or {})}
        url = self.emulator.url + path
        if body is None:
            return self.http.request(method, url, headers=sent)
        return self.http.request(method, url, headers=sent, json=body)

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """Return the `data` of a successful response."""
        response = self(method, path, body)
        assert response.is_success, response.text
        return response.json()["data"]

    def errors(self, method: str, path: str, body: Any = None) -> dict[str, str]:
        """Return the messages of a 400 by property."""
        response = self(method, path, body)
        assert response.status_code == 400, response.text
        return {error["property"]: error["errorMessage"] for error in response.json()["errors"]}

    def gate(self, name: str = "A Gate", **fields: Any) -> Any:
        return self.data("POST", "/gates", {"name": name, **fields})

    def config(self, name: str = "A Config", **fields: Any) -> Any:
        return self.data("POST", "/dynamic_configs", {"name": name, **fields})

    def experiment(self, name: str = "An Experiment", **fields: Any) -> Any:
        return self.data("POST", "/experiments", {"name": name, **fields})


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(quirks={"rate_limit": False}) as running:
        yield running


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def api(emulator: Emulator, http: httpx.Client) -> Iterator[Api]:
    client = Api(emulator, http)
    yield client
    if openapi.SPEC_FILE.exists():
        problems = openapi.check_log(emulator.requests()["log"])
        assert [text for text in problems if not any(re.search(known, text) for known in client.on_purpose)] == []


def group(name: str, size: float = 50, id: str | None = None, **values: Any) -> dict[str, Any]:
    known = {} if id is None else {"id": id}
    return {"name": name, "size": size, "parameterValues": values, **known}


def rule(
    name: str = "everyone", pass_percentage: float = 100, *conditions: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {"name": name, "passPercentage": pass_percentage, "conditions": list(conditions), **more}


def condition(kind: str, operator: str | None = None, target: Any = None, **more: Any) -> dict[str, Any]:
    fields = {"type": kind, "operator": operator, "targetValue": target}
    return {key: value for key, value in fields.items() if value is not None} | more
