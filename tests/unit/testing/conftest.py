"""A project on an emulator, with objects of a console user."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.testing import Project


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def project(emulator: Emulator) -> Project:
    return Project(emulator)
