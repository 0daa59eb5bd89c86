"""Actions: properties that are set through endpoints of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..json_values import Json


@dataclass(frozen=True)
class Step:
    """One call to an endpoint below the object's path; to the path itself if ``verb`` is empty."""

    verb: str
    body: Json = None
    method: str = "PUT"


@dataclass(frozen=True)
class Action:
    """A property that is set through an endpoint of its own, in one call or several."""

    read_fn: Callable[[Mapping[str, Json]], Json]
    """Returns its value from the response; None if the response does not hold it."""
    step_fn: Callable[[Mapping[str, Json], Mapping[str, Json]], Step | None]
    """Returns the next call, from the live object and the declared inputs; None if the declared value is reached."""
    is_first_fn: Callable[[Mapping[str, Json], Mapping[str, Json]], bool] = lambda live, inputs: False
    """Returns whether the call comes before the other changes: an archived experiment takes no update."""
    affected_by_others: bool = False
    """Calls of other actions change this property too, so its calls come last."""
    in_body: bool = False
    """The body holds the property too, though the API may ignore it there."""


@dataclass(frozen=True)
class Trigger:
    """A call that each change of a property makes once, whatever its value is."""

    step: Step
    is_done_fn: Callable[[Mapping[str, Json]], bool] = lambda live: False
    """Returns whether a live object shows that the call was carried out, for a call whose response was lost."""


def toggle_action(
    name: str,
    on: str,
    off: Callable[[Mapping[str, Json]], str],
    read_fn: Callable[[Mapping[str, Json]], bool | None],
    *,
    sends: Mapping[str, str] | None = None,
    affected_by_others: bool = False,
) -> Action:
    """Return the action of a boolean with one endpoint that turns it on, and another that turns it off.

    ``sends`` maps the properties that the first call sends to their wire names; None sends no body.
    """

    def step_fn(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
        is_on = declared[name]
        if read_fn(live) == is_on:
            return None
        body = {wire: declared[source] for source, wire in (sends or {}).items() if is_on and source in declared}
        return Step(on if is_on else off(declared), None if sends is None else body)

    return Action(read_fn, step_fn, lambda live, declared: declared[name] is False, affected_by_others)
