"""Messages of a lifecycle to the person who runs a command."""

from __future__ import annotations

from collections.abc import Callable
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


class RedactingReporter(Reporter):
    """Passes messages on without secrets; ``redact_fn`` removes them from a text."""

    def __init__(self, reporter: Reporter, redact_fn: Callable[[str], str]) -> None:
        self._reporter, self._redact_fn = reporter, redact_fn

    def say(self, severity: Severity, message: str) -> None:
        self._reporter.say(severity, self._redact_fn(message))

    def show(self, message: str) -> None:
        self._reporter.show(self._redact_fn(message))
