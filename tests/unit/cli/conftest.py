"""An emulator whose key and URL are in the environment, and the command line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statsig_pulumi.emulator import Emulator

from .command_line import CommandLine


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator() as running:
        monkeypatch.setenv("STATSIG_CONSOLE_KEY", running.key)
        monkeypatch.setenv("STATSIG_CONSOLE_URL", running.url)
        yield running


@pytest.fixture
def command_line(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)
