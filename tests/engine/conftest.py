"""Fixtures of the engine tests: the real Pulumi CLI, and an emulated Statsig project for each test."""

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
        message = "the Pulumi CLI is not on PATH: run `make test`, which installs it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return tmp_path_factory.mktemp("pulumi-home")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="session")
def empty_stack(tmp_path_factory: pytest.TempPathFactory, pulumi_home: Path) -> Stack:
    """A stack that is initialized once and copied for each test."""
    return Stack(tmp_path_factory.mktemp("empty-stack"), {"PULUMI_HOME": str(pulumi_home)}).init_with_vault()


@pytest.fixture
def stack(tmp_path: Path, pulumi_home: Path, emulator: Emulator, empty_stack: Stack) -> Stack:
    """A new stack whose programs use the emulator of the test."""
    env = {"PULUMI_HOME": str(pulumi_home), "STATSIG_CONSOLE_KEY": emulator.key, "STATSIG_CONSOLE_URL": emulator.url}
    return Stack(tmp_path / "project", env).init_as(empty_stack)


@pytest.fixture(autouse=True)
def wire(emulator: Emulator) -> Iterator[Wire]:
    """The exchanges of the test, which must match the API's OpenAPI description."""
    wire = Wire(emulator)
    yield wire
    if problems := wire.problems():
        pytest.fail("\n".join(problems))
