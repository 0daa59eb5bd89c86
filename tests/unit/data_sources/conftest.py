"""What the tests of look-ups stand on: a Console API on a real socket, named by the environment."""

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
    """An empty project that the environment names; what was asked has to be as the specification says."""
    running.reset()
    running.quirk(**QUIRK_DEFAULTS)
    running.clear_faults()
    for user in running.objects("users"):
        running.remove("users", user["email"])  # a new project has its owner
    running.clear_requests()
    monkeypatch.setenv("STATSIG_CONSOLE_KEY", running.key)
    monkeypatch.setenv("STATSIG_CONSOLE_URL", running.url)
    yield running
    # The specification demands a team's id, which no example has.
    if openapi.SPEC_FILE.exists() and running.quirks()["team_id_in_answers"]:
        assert openapi.check_log(running.requests()["log"]) == []


@pytest.fixture
def client(running: Emulator) -> Client:
    """For what the console does by itself and the control plane does not do."""
    return Client(running.key, running.url)
