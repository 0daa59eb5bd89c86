"""Interruptions of a run: requests that fail in a chosen way, and kills."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx
from hypothesis import strategies as st

from statsig_pulumi.emulator import Emulator

from .transport import InProcessTransport

GARBAGE: Final = b"<html>Service <b>un"
KILL_AFTER_CALL: Final = "kill after call"


HOW: Final = ("lost", "timeout", "500", "503", "429", "garbage", "kill", KILL_AFTER_CALL)

NEVER_APPLIED: Final = "429"
"""The status of requests that the API refuses before it does anything."""


class Killed(BaseException):
    """The process of the run ends here: nothing catches this."""


@dataclass(frozen=True)
class Interruption:
    """What happens to a request of a run, and to the requests after it."""

    how: str
    """``lost``, ``timeout``, ``garbage``, ``500``, ``503``, ``429`` or ``kill``; ``kill after call`` ends the run when
    a call of the provider has returned, before its result is saved."""
    at: int
    """The number of requests, or of calls, before."""
    times: int | None = 1
    """The number of requests that it happens to; None for all that follow."""
    is_applied: bool = False
    """Whether the server carries the requests out."""
    only_writes: bool = False
    """Whether only writes count."""


interruptions = st.one_of(
    st.none(),
    st.builds(
        Interruption,
        how=st.sampled_from(HOW),
        at=st.one_of(st.integers(0, 3), st.integers(0, 8)),
        times=st.sampled_from([None, 1, 2, None]),
        is_applied=st.booleans(),
        only_writes=st.booleans(),
    ).filter(lambda interruption: not (interruption.how == NEVER_APPLIED and interruption.is_applied)),
)
"""No interruption, or one of each kind."""


class InterruptedTransport(httpx.BaseTransport):
    """Sends requests to the emulator, except those that are interrupted."""

    def __init__(self, emulator: Emulator) -> None:
        self._inner = InProcessTransport(emulator)
        self._interruption: Interruption | None = None
        self._left: int | None = 0
        self._count = 0

    def end_call(self) -> None:
        """Note that a call of the provider has returned."""
        if self._interruption is not None and self._interruption.how == KILL_AFTER_CALL:
            self._count += 1
            if self._count > self._interruption.at:
                raise Killed

    @contextmanager
    def interrupted(self, interruption: Interruption | None) -> Iterator[None]:
        """Interrupt the requests of a block."""
        self._interruption, self._count = interruption, 0
        self._left = interruption.times if interruption else 0
        try:
            yield
        finally:
            self._interruption = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        interruption = self._interruption
        if interruption is None or interruption.how == KILL_AFTER_CALL or self._left == 0:
            return self._inner.handle_request(request)
        if interruption.only_writes and request.method == "GET":
            return self._inner.handle_request(request)
        self._count += 1
        if self._count <= interruption.at:
            return self._inner.handle_request(request)
        if self._left is not None:
            self._left -= 1
        if interruption.is_applied:
            self._inner.handle_request(request).read()
        return _outcome(interruption.how, request)


def _outcome(how: str, request: httpx.Request) -> httpx.Response:
    match how:
        case "kill":
            raise Killed
        case "lost":
            raise httpx.RemoteProtocolError("the server disconnected", request=request)
        case "timeout":
            raise httpx.ReadTimeout("timed out", request=request)
        case "garbage":
            return httpx.Response(200, content=GARBAGE)
        case _:
            return httpx.Response(int(how), json={"status": int(how), "message": "Injected fault"})
