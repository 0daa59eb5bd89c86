"""Log and status messages to the Pulumi engine."""

from __future__ import annotations

import sys
from functools import cache
from threading import local
from typing import Any

from .lifecycle.reporter import Reporter, Severity


class EngineReporter(Reporter):
    """Says it in the output of the running `pulumi` command."""

    def __init__(self, address: str) -> None:
        import grpc
        from pulumi.runtime.proto import engine_pb2_grpc

        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def say(self, severity: Severity, message: str) -> None:
        self._log(severity, message)

    def show(self, message: str) -> None:
        if urn := getattr(at_hand, "urn", ""):
            self._log("info", message, urn=urn, ephemeral=True)

    def _log(self, severity: Severity, message: str, **more: Any) -> None:
        from pulumi.runtime.proto import engine_pb2

        level = engine_pb2.LogSeverity.Value(severity.upper())
        self._engine.Log(engine_pb2.LogRequest(severity=level, message=message, **more), timeout=10)


def engine_address() -> str | None:
    """The engine's address, which is the last argument of a plugin."""
    address = sys.argv[-1]
    return address if ":" in address and "/" not in address else None


@cache
def reporter() -> Reporter:
    """The engine's log."""
    address = engine_address()
    return EngineReporter(address) if address else Reporter()


at_hand = local()
"""The ``urn`` of the resource that this thread works for, where it is known."""
