"""Fixtures: the emulator on a real socket, set in the environment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from ...contract.project import QUIRK_DEFAULTS
from ...emulator import openapi


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator, monkeypatch: pytest.MonkeyPatch, no_settings: None) -> Iterator[Emulator]:
    """An empty project, set in the environment. All requests must match the OpenAPI description."""
    running.reset()
    running.quirk(**QUIRK_DEFAULTS)
    running.clear_faults()
    for user in running.objects("users"):
        running.remove("users", user["email"])  # a new project contains its owner
    running.clear_requests()
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", running.key)
    monkeypatch.setenv("STATSIG_CONSOLE_URL", running.url)
    yield running
    # The description requires a team's id, which no example has.
    if openapi.SPEC_FILE.exists() and running.quirks()["team_id_in_answers"]:
        assert openapi.check_log(running.requests()["log"]) == []


@pytest.fixture
def client(running: Emulator) -> Client:
    """A client to change the project without a data source."""
    return Client(running.key, running.url)
