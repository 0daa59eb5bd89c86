"""Messages of a lifecycle to the person who runs a command."""

from __future__ import annotations

from typing import Literal

Severity = Literal["debug", "info", "warning", "error"]


class Reporter:
    """Receiver of the messages of a lifecycle; this one discards them."""

    def say(self, severity: Severity, message: str) -> None:
        """Report one sentence."""

    def show(self, message: str) -> None:
        """Show what the current resource waits for, until the next message."""

    def for_resource(self, urn: str) -> Reporter:
        """Return the reporter of one resource; ``urn`` is empty if its URN is not known."""
        return self
