"""Log and status messages to the Pulumi engine."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any, Final

from .json_values import Json
from .lifecycle.reporter import Reporter, Severity
from .settings import DEBUG

TIMEOUT_S = 10
UNKNOWN_CODE: Final = 2
"""The code of gRPC for the errors of a dynamic provider."""
EXPORT_S: Final = 60
READS: Final = 5
"""How often the state is read until it can be."""
READ_PAUSE_S: Final = 0.2
RECONNECT_S: Final = 0.1
GRACE_S: Final = 2.0
REGISTRATION_MESSAGES: Final = ("registering resource:", "beginning rpc", "resource registration ")
"""How the debug messages start that the SDK sends for each registration of a resource."""


def engine_address() -> str | None:
    """Return the address of the engine's gRPC server, the last argument of a plugin; None outside of a plugin."""
    address = sys.argv[-1]
    return address if ":" in address and "/" not in address else None


def read_state(stack: str) -> Mapping[str, Json] | None:
    """Return the deployment in the state of a stack, from `pulumi stack export`; None if it cannot be read.

    The engine sends a plugin one resource at a time. Secret values stay encrypted. ``stack`` is the full name of
    the stack or its last part, which is enough in the folder of the program.

    The engine may be writing the state. Then the file of a local backend is empty for a moment: it is read again.
    """
    words = ["pulumi", "stack", "export", "--stack", stack, "--non-interactive"]
    for attempt in range(READS):
        if attempt:
            time.sleep(READ_PAUSE_S)
        with suppress(subprocess.CalledProcessError, ValueError, KeyError, TypeError):
            try:
                exported = subprocess.run(words, capture_output=True, check=True, timeout=EXPORT_S)
            except (OSError, subprocess.TimeoutExpired):
                return None
            deployment = json.loads(exported.stdout)["deployment"]
            return deployment if isinstance(deployment, dict) else None
    return None


def has_checkpoints() -> bool:
    """Return whether the engine writes the state at each step. Two experimental settings of the CLI end that."""
    names = ("PULUMI_EXPERIMENTAL", "PULUMI_SKIP_CHECKPOINTS")
    return not all(os.environ.get(name, "").lower() in ("1", "true") for name in names)


@dataclass(frozen=True)
class EngineCall:
    """A call of the engine that a plugin serves."""

    urn: str = ""
    timeout_s: float = 0.0
    """The ``custom_timeouts`` of the resource for this call; 0 without."""
    context: Any = None

    def keep(self, id_: str, outputs: Mapping[str, Any], reason: str) -> bool:
        """Have the engine keep a resource whose create is about to fail with an exception; return whether it will.

        It is an initialization error in the terms of Pulumi, for which the SDK has no form: the details of a gRPC
        error. ``outputs`` are those of the resource, with the provider.
        """
        if self.context is None:
            return False
        from pulumi.runtime import rpc
        from pulumi.runtime.proto import provider_pb2, status_pb2

        serialized = asyncio.run(rpc.serialize_properties(outputs, {}))
        status = status_pb2.Status(code=UNKNOWN_CODE, message=reason)
        status.details.add().Pack(provider_pb2.ErrorResourceInitFailed(id=id_, properties=serialized, reasons=[reason]))
        self.context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
        return True

    def is_awaited(self) -> bool:
        """Return whether the engine waits for the response. After Ctrl-C, it does not get it."""
        return self.context is None or bool(self.context.is_active())


def find_call(handler: str) -> EngineCall:
    """Return the call of the engine that this thread serves.

    ``handler`` is the method of the SDK that serves it, such as ``Create``. The SDK does not give the message to
    dynamic providers, but its method is a caller of this function, with the message as ``request`` and the call of
    gRPC as ``context``. Without it, the call has no URN.
    """
    frame = sys._getframe()
    while (caller := frame.f_back) is not None:
        frame = caller
        if frame.f_code.co_name == handler:
            values = frame.f_locals
            request = values.get("request")
            return EngineCall(getattr(request, "urn", ""), getattr(request, "timeout", 0.0), values.get("context"))
    return EngineCall()


def watch_engine(address: str, stop: Callable[[], None]) -> None:
    """End this plugin when the engine at this address is gone, such as after ``kill -9``; ``stop`` is called first.

    The operating system closes the connections of a process that ends, however it ends, so this sends nothing.
    An engine that ends in order stops its plugins, which then have the time to end in order too.
    """

    def watch() -> None:
        while _is_running(address):
            time.sleep(RECONNECT_S)
        stop()
        time.sleep(GRACE_S)
        os._exit(1)  # the main thread of the SDK waits for a signal of the engine, for ever

    Thread(target=watch, daemon=True).start()


def _is_running(address: str) -> bool:
    """Return whether an engine accepts connections, as long as it keeps one open: silent ones only for minutes."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port))) as connection:
            while connection.recv(4_096):
                pass
    except ConnectionRefusedError:
        return False
    except OSError:
        pass  # closed by the engine, or by its end: the next connection shows which
    return True


@contextmanager
def no_registration_messages() -> Iterator[None]:
    """Register resources without the SDK's four debug messages for each, unless STATSIG_DEBUG is 1.

    Raises InvalidSettingError if STATSIG_DEBUG has another value than 0 or 1.

    The program waits for each of them: in a preview of a thousand gates that was a quarter of its time. The context
    of the tasks that start within it keeps the setting. Nothing else of the program is affected.
    """
    from pulumi.runtime.settings import SETTINGS

    settings: Any = SETTINGS
    engine = settings.engine
    if engine is None or DEBUG.from_environment():
        yield
        return
    settings.engine = _WithoutRegistrationMessages(engine)
    try:
        yield
    finally:
        settings.engine = engine


class _WithoutRegistrationMessages:
    """The service of the engine, without the debug messages of a registration."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def Log(self, request: Any, **more: Any) -> Any:
        """Send a message of a program, or drop it."""
        if request.severity or not request.message.startswith(REGISTRATION_MESSAGES):  # 0 is DEBUG
            return self._engine.Log(request, **more)
        return None


class ProgramReporter(Reporter):
    """Writes to the log of the running `pulumi` command from a program, which reports to the engine by itself."""

    def say(self, severity: Severity, message: str) -> None:
        from pulumi import log

        write = {"debug": log.debug, "info": log.info, "warning": log.warn, "error": log.error}[severity]
        write(message)


class EngineReporter(Reporter):
    """Writes to the log of the running `pulumi` command, through the engine's gRPC server."""

    def __init__(self, address: str) -> None:
        import grpc
        from pulumi.runtime.proto import engine_pb2_grpc

        self._engine, self._urn = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)), ""

    def for_resource(self, urn: str) -> Reporter:
        reporter = EngineReporter.__new__(EngineReporter)
        reporter._engine, reporter._urn = self._engine, urn
        return reporter

    def say(self, severity: Severity, message: str) -> None:
        """Write a line to the log, on the resource if its URN is known."""
        self._log(severity, message, **({"urn": self._urn} if self._urn else {}))

    def show(self, message: str) -> None:
        """Show a status on the resource as long as it waits; nothing if its URN is not known."""
        if self._urn:
            self._log("info", message, urn=self._urn, ephemeral=True)

    def _log(self, severity: Severity, message: str, **more: Any) -> None:
        from pulumi.runtime.proto import engine_pb2

        level = engine_pb2.LogSeverity.Value(severity.upper())
        self._engine.Log(engine_pb2.LogRequest(severity=level, message=message, **more), timeout=TIMEOUT_S)
