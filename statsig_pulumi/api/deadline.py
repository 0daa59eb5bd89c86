"""Deadlines: when a request must have ended, and when all requests of one call of the engine must have."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from ..errors import TimedOutError

T = TypeVar("T")


class Deadline:
    """The time after which a call sends no request and waits for none.

    ``setting`` names the setting that the time is from. Without a time, there is no end.
    """

    def __init__(self, limit_s: float | None = None, setting: str = "") -> None:
        self._limit_s, self._setting = limit_s, setting
        self._end_s = math.inf if limit_s is None else time.monotonic() + limit_s

    def left_s(self) -> float:
        """Return the seconds that are left; 0 after the end."""
        return max(0.0, self._end_s - time.monotonic())

    def check(self, reason: str, wait_s: float = 0.0) -> None:
        """Raise TimedOutError if the time is over, or would be after a wait; ``reason`` is what the call waits for."""
        if self.left_s() <= wait_s:
            raise TimedOutError(f"the {self._limit_s:g} s of {self._setting} are over: {reason}")


NO_DEADLINE = Deadline()


def run_within(seconds: float, function: Callable[[], T]) -> T:
    """Return the result of a function; raises TimeoutError if it takes longer, and leaves it to its thread.

    The library that sends requests limits each step of one: a server that sends a header byte by byte, a name
    server or a handshake can take any time in total.
    """
    result: Future[T] = Future()

    def work() -> None:
        try:
            result.set_result(function())
        except BaseException as error:  # noqa: BLE001 - raised by result()
            result.set_exception(error)

    Thread(target=work, daemon=True).start()
    return result.result(seconds)
