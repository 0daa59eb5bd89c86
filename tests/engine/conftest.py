"""Fixtures of the engine ring: the real Pulumi CLI, and a Statsig project of its own for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def pulumi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("pulumi") is None or shutil.which("pulumi-language-python") is None:
        words = "the Pulumi CLI is not on PATH: run `make test`, which brings it"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return tmp_path_factory.mktemp("pulumi-home")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def stack(tmp_path: Path, pulumi_home: Path, emulator: Emulator) -> Stack:
    """A new stack whose programs talk to the test's own emulator."""
    env = {"PULUMI_HOME": str(pulumi_home), "STATSIG_CONSOLE_KEY": emulator.key, "STATSIG_CONSOLE_URL": emulator.url}
    return Stack(tmp_path / "project", env).init()


@pytest.fixture(autouse=True)
def wire(emulator: Emulator) -> Iterator[Wire]:
    """Every exchange of the test has to be one the specification of the API knows."""
    watched = Wire(emulator)
    yield watched
    if problems := watched.problems():
        pytest.fail("\n".join(problems))
