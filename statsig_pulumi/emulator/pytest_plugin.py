"""Pytest plugin with the fixture `statsig_emulator`: an emulated Console API for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server.emulator import Emulator


@pytest.fixture
def statsig_emulator() -> Iterator[Emulator]:
    """Start a new emulator on a free port, and stop it after the test."""
    # Imported here, because pytest loads this module in every session if the package is installed.
    from .server.emulator import Emulator

    with Emulator() as emulator:
        yield emulator
