"""Messages of a lifecycle to the person who runs a command."""

from __future__ import annotations

from typing import Literal

Severity = Literal["debug", "info", "warning", "error"]


class Reporter:
    """Where a lifecycle says what a person should see; this one says nothing."""

    def say(self, severity: Severity, message: str) -> None:
        """One sentence."""

    def show(self, message: str) -> None:
        """What the resource at hand waits for, as long as it does."""
