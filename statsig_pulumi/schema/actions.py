"""Properties that are set by endpoints of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..json_values import Json


@dataclass(frozen=True)
class Step:
    """One call to an endpoint under an object, or to the object itself where ``verb`` is empty."""

    verb: str
    body: Json = None
    method: str = "PUT"


@dataclass(frozen=True)
class Action:
    """A property that is set by endpoints of its own, in one step or several."""

    read_fn: Callable[[Mapping[str, Json]], Json]
    """Its value, told from what holds it as the API returned it; None where that does not tell."""
    step: Callable[[Mapping[str, Json], Mapping[str, Json]], Step | None]
    """From the live object and what the program declares: the next call on the way, None at its end."""
    is_first_fn: Callable[[Mapping[str, Json], Mapping[str, Json]], bool] = lambda live, declared: False
    """Whether it has to be moved before the object takes its other changes."""
    affected_by_others: bool = False
    """Another switch moves this one too, so it is moved last."""
    in_body: bool = False
    """It is part of the object's body as well, where the API may not heed it."""


def toggle_action(
    name: str,
    on: str,
    off: Callable[[Mapping[str, Json]], str],
    read_fn: Callable[[Mapping[str, Json]], bool | None],
    *,
    sends: Mapping[str, str] | None = None,
    affected_by_others: bool = False,
) -> Action:
    """A boolean with an endpoint to turn it on and one to turn it off.

    ``sends`` are properties (ours: the wire's) that go along when it is turned on; None sends no body.
    """

    def step(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
        wanted = declared[name]
        if read_fn(live) == wanted:
            return None
        said = {wire: declared[ours] for ours, wire in (sends or {}).items() if wanted and ours in declared}
        return Step(on if wanted else off(declared), None if sends is None else said)

    return Action(read_fn, step, lambda live, declared: declared[name] is False, affected_by_others)
