"""A call of the engine, as far as it concerns the lifecycle that serves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..api.deadline import NO_DEADLINE, Deadline
from ..json_values import Json


def _is_always_awaited() -> bool:
    return True


@dataclass(frozen=True)
class Call:
    """A call of the engine: check, diff, create, read, update or delete of one resource."""

    resource: str = ""
    """The URN of the resource, or its name if it has a parent. Messages appear on a URN."""
    values: tuple[Mapping[str, Json], ...] = ()
    """The inputs and outputs of the call. No error or message contains a secret value of them."""
    deadline: Deadline = NO_DEADLINE
    is_awaited_fn: Callable[[], bool] = _is_always_awaited
    """Returns whether the engine still waits for the result."""


NO_CALL = Call()
"""A call without a resource and without secrets."""
