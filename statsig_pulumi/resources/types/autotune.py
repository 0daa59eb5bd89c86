"""Variants, windows and status of an autotune: its start, its reset and its winner.

Console API: ``PUT /autotunes/{id}/start``, ``reset``, ``make_decision``, ``POST /autotunes/{id}/schedule_start``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from ...errors import Problem, StatsigError
from ...json_values import Json, has_unknown
from ...schema.actions import Action, Step, trigger_action
from ...schema.options import computed, optional, required
from ...schema.properties import NestedType, Prop
from .shared import NonEmptyStr, iterate_objects

# fmt: off
ExplorationWindow = Literal[
    "1", "24", "48", "168", "336",
    "1hr", "24hr", "48hr", "168hr", "336hr",
    "1hrs", "24hrs", "48hrs", "168hrs", "336hrs",
]
AttributionWindow = Literal["1", "2", "4", "24", "1hr", "2hr", "4hr", "24hr", "1hrs", "2hrs", "4hrs", "24hrs"]
# fmt: on
Rate = Annotated[float, Field(ge=0.001, le=1)]
LOCKED: Final = (
    *("variants", "success_event", "success_event_value"),
    *("exploration_window", "attribution_window", "attribution_window_unit"),
)
"""Properties that cannot change after the start."""
DEFAULT_REASON: Final = "Declared in code"
"""The reason of a decision, which the API requires, if the program declares none."""


class AutotuneVariant(NestedType):
    """A variant of an autotune. Variants are matched to existing ones by name."""

    identity = ("name",)

    name: Prop[NonEmptyStr] = required()
    """Name, unique in the autotune."""
    json: Prop[Any] = required()
    """The value that code gets for units with this variant: any JSON value."""
    size: Prop[float] = optional()
    """Share of the units that get the variant."""
    id: Prop[str] = computed()
    """Statsig's id of the variant."""


def get_hours(window: Json) -> str:
    """Return the number of a window: ``24``, ``24hr`` and ``24hrs`` are the same."""
    return str(window).rstrip("hrs")


def parse_time(text: Json) -> datetime | None:
    """Return a time in ISO 8601 with its zone; None if the text is none."""
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo is not None else None


def to_milliseconds(text: Json) -> Json:
    """Return a time in milliseconds since 1970; any other value is returned unchanged."""
    time = parse_time(text)
    return text if time is None else round(time.timestamp() * 1000)


def _is_started(live: Mapping[str, Json]) -> bool | None:
    """Return whether an autotune was started; None if the response does not show it.

    It is not documented what ``isStarted`` is after a decision.
    """
    return True if live.get("winner") else live.get("isStarted")


def _next_start(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    return Step("start") if declared["is_started"] and not _is_started(live) else None


def _next_schedule(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    if _is_started(live):
        return None
    return Step("schedule_start", {"scheduledTime": to_milliseconds(declared["scheduled_start"])}, "POST")


def _next_decision(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    """Return the request that leads to the winner, or None. The API decides started autotunes only, and once."""
    if live.get("winner"):
        return None
    if not _is_started(live):
        return Step("start")
    reason = declared.get("decision_reason", DEFAULT_REASON)
    extra = {"removeTargeting": declared["remove_targeting"]} if "remove_targeting" in declared else {}
    variant_id = _require_variant_id(live, declared["winner"])
    return Step("make_decision", {"id": variant_id, "decisionReason": reason, **extra})


def _require_variant_id(live: Mapping[str, Json], name: Json) -> Json:
    """Return the id of the live variant with this name; raises StatsigError if there is none."""
    variants = live.get("variants") or ()
    found = next((variant.get("id") for variant in variants if variant.get("name") == name), None)
    if found is None:
        raise StatsigError(_missing_variant(name, [variant.get("name") for variant in variants]))
    return found


def _missing_variant(name: Json, names: Iterable[Json]) -> str:
    return f"there is no variant '{name}'; the variants are {', '.join(map(str, names)) or 'none'}"


IS_STARTED: Final = Action(read_fn=_is_started, next_step_fn=_next_start)
SCHEDULED_START: Final = Action(read_fn=lambda live: None, next_step_fn=_next_schedule)
WINNER: Final = Action(read_fn=lambda live: (live.get("winner") or {}).get("name"), next_step_fn=_next_decision)
RESET: Final = trigger_action("reset", is_done_fn=lambda live: _is_started(live) is False)


def find_autotune_problems(values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield what is wrong with the properties of an autotune together."""
    variants = values.get("variants")
    names = [item.get("name") for _, item in iterate_objects(values, "variants")]
    if isinstance(variants, list) and len(variants) < 2:
        yield Problem("variants", f"must have at least two items, not {len(variants)}")
    winner = values.get("winner")
    if isinstance(variants, list) and isinstance(winner, str) and not has_unknown(names) and winner not in names:
        yield Problem("winner", _missing_variant(winner, names))
    if "winner" in values and values.get("is_started") is False:
        yield Problem("is_started", "must be True or omitted, because only a started autotune has a winner")
    if "scheduled_start" in values:
        text = values["scheduled_start"]
        if isinstance(text, str) and parse_time(text) is None:
            yield Problem(
                "scheduled_start", f"must be a time with its zone, such as 2026-11-30T09:00:00Z, not '{text}'"
            )
        for name in ("is_started", "winner"):
            if name in values:
                yield Problem("scheduled_start", f"conflicts with {name}: declare one of the two")


def find_change_problems(
    olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
) -> Iterator[Problem]:
    """Yield why an autotune with the values ``olds`` cannot become what ``news`` declares."""
    changed = tuple(changed)
    is_reset = "reset_trigger" in changed and olds.get("reset_trigger") is not None
    if is_reset or not (olds.get("is_started") or olds.get("winner")):
        return
    advice = _reset_advice(olds)
    if "is_started" in changed and news["is_started"] is False:
        yield Problem("is_started", f"a started autotune cannot be stopped{advice}")
    if "scheduled_start" in changed:
        yield Problem("scheduled_start", f"the autotune is started already{advice}")
    if "winner" in changed and olds.get("winner"):
        yield Problem("winner", f"'{olds['winner']}' was already chosen{advice}")
    for name in changed:
        if name in LOCKED:
            yield Problem(name, f"is locked, because the autotune is started{advice}")


def _reset_advice(olds: Mapping[str, Json]) -> str:
    """Return how to reset the autotune, as the end of a message."""
    first = "" if olds.get("reset_trigger") is not None else "declare reset_trigger and run `pulumi up`, then "
    return f"; to start over, which deletes the results, {first}change reset_trigger"
