"""Actions: properties that are set through endpoints of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from ..json_values import Json, Response

Method = Literal["PUT", "POST", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Step:
    """One request of an action."""

    path: str
    """Path below the object, such as ``launch``. Empty for a request to the object itself."""
    body: Json = None
    """JSON body; None sends no body."""
    method: Method = "PUT"


def _is_never_first(live: Response, declared: Mapping[str, Json]) -> bool:
    return False


def _is_not_shown(live: Response) -> None:
    return None


@dataclass(frozen=True)
class Action:
    """A property that is set through endpoints of its own, in one or several steps.

    After each step, the live object is read and the next step is computed from it.
    """

    read_fn: Callable[[Response], Json]
    """Return the value of the property, from the object that holds it; None if the response does not show it,
    ``NONE`` if it shows that there is no value. ``ResourceClient.complete`` adds what the response never holds."""
    next_step_fn: Callable[[Response, Mapping[str, Json]], Step | None]
    """Return the next step from the live object towards the declared properties; None if no step is left."""
    is_first_fn: Callable[[Response, Mapping[str, Json]], bool] = _is_never_first
    """Return whether the next step must be sent before the body of the update."""
    affected_by_others: bool = False
    """Other actions change this property too, so it is set after them."""
    in_body: bool = False
    """The property is part of the object's body as well, where the API may ignore it."""
    is_trigger: bool = False
    """The first step is sent once whenever the declared value changes. The value itself is neither sent nor
    returned, and nothing is sent when it is first declared. ``read_fn`` returns whether the live object shows
    that the step was carried out, for a step whose response was lost."""


def toggle_action(
    name: str,
    on: str,
    off_fn: Callable[[Mapping[str, Json]], str],
    read_fn: Callable[[Response], bool | None],
    *,
    sends: Mapping[str, str] | None = None,
    affected_by_others: bool = False,
    method: Method = "PUT",
) -> Action:
    """Return the action of a boolean property with one endpoint that turns it on and one that turns it off.

    ``on`` is a path below the object; ``off_fn`` returns one from the declared properties. ``sends`` maps
    the properties that are sent when it is turned on to their wire names; None sends no body.
    """

    def next_step(live: Response, declared: Mapping[str, Json]) -> Step | None:
        is_on = declared[name]
        if read_fn(live) == is_on:
            return None
        sent = {wire: declared[other] for other, wire in (sends or {}).items() if is_on and other in declared}
        return Step(on if is_on else off_fn(declared), None if sends is None else sent, method)

    def is_first(live: Response, declared: Mapping[str, Json]) -> bool:
        return declared[name] is False

    return Action(read_fn, next_step, is_first, affected_by_others)


def trigger_action(
    path: str,
    *,
    is_done_fn: Callable[[Response], bool | None] = _is_not_shown,
    body: Json = None,
    method: Method = "PUT",
) -> Action:
    """Return the action of a property whose changes send one request, such as ``reset_trigger``.

    The request is sent before the body of the update. ``is_done_fn`` returns whether a live object shows that it
    was carried out; None if no live object does.
    """
    step = Step(path, body, method)
    return Action(
        read_fn=is_done_fn,
        next_step_fn=lambda live, declared: step,
        is_first_fn=lambda live, declared: True,
        is_trigger=True,
    )
