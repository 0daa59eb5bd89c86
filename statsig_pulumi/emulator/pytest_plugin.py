"""Gives tests a Console API of their own: the fixture `statsig_emulator`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server.emulator import Emulator


@pytest.fixture
def statsig_emulator() -> Iterator[Emulator]:
    """A fresh emulator on a free port; it stops when the test ends."""
    # Imported here: pytest loads this module in every session where the package is installed.
    from .server.emulator import Emulator

    with Emulator() as emulator:
        yield emulator
