"""Start a write again if others changed what it was computed from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from ..errors import ChangedMeanwhileError

T = TypeVar("T")

MAX_RESTARTS: Final = 5
"""How often a write starts again."""


def restart_if_changed(write_fn: Callable[[], T]) -> T:
    """Return the result of a write that begins with a read; call it again if it raises ChangedMeanwhileError.

    After some restarts, the error is raised.
    """
    for _ in range(MAX_RESTARTS):
        with suppress(ChangedMeanwhileError):
            return write_fn()
    return write_fn()
