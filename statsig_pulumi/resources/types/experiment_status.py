"""The life of an experiment: which status can become which, by which calls, and what is locked on the way.

Console API: ``PUT /experiments/{id}/start``, ``make_decision``, ``abandon``, ``reset``, ``archive``, ``unarchive``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from ...errors import Problem, StatsigError
from ...json_values import NONE, Json, has_unknown
from ...schema.actions import Action, Step, trigger_action
from ...schema.diff import is_same
from ...schema.properties import Property
from .experiment import group_id, group_name

Status = Literal["setup", "active", "decision_made", "abandoned", "archived"]
ENDED: Final = ("decision_made", "abandoned")
STARTED: Final = ("active", "experiment_stopped", "assignment_stopped", *ENDED)
BECOMES: Final[Mapping[str, tuple[str, ...]]] = {
    "setup": ("active", "archived"),
    "active": ("decision_made", "abandoned", "archived"),
    "experiment_stopped": ("decision_made", "abandoned", "archived"),
    "assignment_stopped": ("decision_made", "abandoned", "archived"),
    "decision_made": ("archived",),
    "abandoned": ("archived",),
    "archived": ("setup", "active", "decision_made", "abandoned"),
}
"""What each status can become without a reset; from the archive, what it was before or what follows that."""
LOCKED: Final = ("targeting_gate_id", "id_type", "groups")
FREE_IN_GROUPS: Final = ("description", "disabled", "highlighted", "foreign_group_id")


def _next_step(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    now, wanted = live.get("status"), declared["status"]
    if now == wanted:
        return None
    if wanted == "archived" and now not in ENDED and "decision_reason" in declared:
        # It was decided, or abandoned, before it was put away.
        wanted = "decision_made" if "launched_group" in declared else "abandoned"
    match wanted, now:
        case "archived", _:
            return Step("archive", _said(declared, archive_reason="archiveReason"))
        case _, "archived":
            return Step("unarchive")
        case (("active" | "decision_made" | "abandoned"), "setup"):
            return Step("start", _said(declared, analysis_start_time="analysisStartTime"))
        case "decision_made", _:
            said = _said(declared, decision_reason="decisionReason", remove_targeting="removeTargeting")
            return Step("make_decision", {"id": _known_id(live, declared.get("launched_group"))} | said)
        case "abandoned", _:
            return Step("abandon", _said(declared, decision_reason="decisionReason"))
        case _:
            return None


def _said(declared: Mapping[str, Json], **names: str) -> dict[str, Json]:
    return {wire: declared[name] for name, wire in names.items() if name in declared}


def _next_reason(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    """The reason goes with the decision; one that is mended later goes by itself."""
    if live.get("status") not in (*ENDED, "archived") or live.get("decisionReason") == declared["decision_reason"]:
        return None
    return Step("", {"decisionReason": declared["decision_reason"]}, "PATCH")


def _next_control(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    """The control group is set by an id, which its group has once it is made."""
    id_ = _known_id(live, declared["control_group"])
    return Step("", {"controlGroupID": id_}, "PATCH") if id_ != live.get("controlGroupID") else None


def _known_id(live: Mapping[str, Json], name: Json) -> str:
    """The id of a group; where the program does not declare the groups, none may have the name."""
    if (id_ := group_id(live, name)) is None:
        raise StatsigError(_no_group(name, [group.get("name") for group in live.get("groups") or ()]))
    return id_


def _no_group(name: Json, names: Iterable[Json]) -> str:
    return f"there is no group '{name}'; there are {', '.join(map(str, names)) or 'none'}"


STATUS: Final = Action(
    read_fn=lambda live: live.get("status"),
    next_step_fn=_next_step,
    is_first_fn=lambda live, declared: live.get("status") == "archived",
)
LAUNCHED_GROUP: Final = Action(
    read_fn=lambda live: group_name(live, live.get("launchedGroupID")),
    next_step_fn=lambda live, declared: None,  # the decision sets it
)
DECISION_REASON: Final = Action(read_fn=lambda live: live.get("decisionReason") or None, next_step_fn=_next_reason)
CONTROL_GROUP: Final = Action(
    read_fn=lambda live: group_name(live, live.get("controlGroupID")), next_step_fn=_next_control
)

RESET: Final = trigger_action("reset", is_done_fn=lambda live: live.get("status") == "setup")


def problems_of_status(values: Mapping[str, Json]) -> Iterator[Problem]:
    """What has to be declared with a status, and what must not be."""
    status = values.get("status")
    if has_unknown(status):
        return
    for name, needed_by in (("launched_group", ("decision_made",)), ("decision_reason", ENDED)):
        if name not in values and (status in needed_by or (name == "decision_reason" and "launched_group" in values)):
            yield Problem(name, f"is required for status '{status}'")
        elif name in values and status not in needed_by and status != "archived":
            yield Problem(name, f"goes with status {' or '.join(map(repr, needed_by))}, which is not declared")
    if values.get("remove_targeting") is True and values.get("targeting_gate_id") not in (None, NONE, ""):
        yield Problem("remove_targeting", "takes away the targeting_gate_id that is declared: leave one of them out")


def problems_of_group_names(values: Mapping[str, Json]) -> Iterator[Problem]:
    """The control group and the launched group are groups that are declared."""
    groups = values.get("groups")
    if not isinstance(groups, list) or has_unknown(groups):
        return
    names = [group.get("name") for group in groups if isinstance(group, dict)]
    for name in ("control_group", "launched_group"):
        if isinstance(wanted := values.get(name), str) and wanted not in names:
            yield Problem(name, f"there is no group '{wanted}'; declared are: {', '.join(map(str, names)) or 'none'}")


def problems_of_transition(
    olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str], groups: Property[Any]
) -> Iterator[Problem]:
    """Why an experiment that is as ``olds`` cannot become what ``news`` declares."""
    now, wanted = olds.get("status"), news.get("status")
    yield from _problems_of_named_groups(olds, news, changed)
    if not isinstance(now, str) or now not in BECOMES:
        return
    is_reset = "reset_trigger" in changed and olds.get("reset_trigger") is not None
    if is_reset:
        if now == "setup":
            yield Problem("reset_trigger", f"there is nothing to reset: leave it at '{olds['reset_trigger']}'")
        now = "setup"
    if isinstance(wanted, str) and wanted not in (now, *(becomes := _becomes(now, olds))):
        allowed = " or ".join(f"'{status}'" for status in becomes)
        yield Problem("status", f"'{now}' cannot become '{wanted}', only {allowed}{_start_over(now, olds)}")
    if "launched_group" in changed and not is_reset:
        yield from _problem_of_launch(now, olds, wanted)
    if now not in STARTED:
        return
    for name in changed:
        if name in LOCKED and not (name == "groups" and _is_free(groups, olds.get(name), news[name])):
            rest = f"; of a group, {', '.join(FREE_IN_GROUPS)} can be changed" if name == "groups" else ""
            yield Problem(name, f"is locked, because the experiment is '{now}'{rest}{_start_over(now, olds)}")


def _start_over(now: str, olds: Mapping[str, Json]) -> str:
    """The way back, where there is one."""
    if now == "setup":
        return ""
    if olds.get("reset_trigger") is None:
        return f"; to start over, declare reset_trigger with the status as it is, '{now}', and change it after that"
    return "; or change reset_trigger to start over"


def _becomes(now: str, olds: Mapping[str, Json]) -> tuple[str, ...]:
    """What it can become; its times tell what an archived one was before."""
    if now != "archived" or not olds.get("start_time"):
        return BECOMES[now]
    if not olds.get("decision_time"):
        return ("active", *ENDED)
    return ("decision_made",) if olds.get("launched_group_id") else ("abandoned",)


def _problem_of_launch(now: str, olds: Mapping[str, Json], wanted: Json) -> Iterator[Problem]:
    """A group is launched by the decision, which is made once."""
    if olds.get("launched_group"):
        yield Problem("launched_group", f"'{olds['launched_group']}' is launched already{_start_over(now, olds)}")
    elif now == "abandoned" or now == wanted == "archived":
        yield Problem("launched_group", f"the experiment is '{now}' and launches no group{_start_over(now, olds)}")


def _problems_of_named_groups(
    olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
) -> Iterator[Problem]:
    """Groups that are not declared are those that the experiment has."""
    groups = olds.get("groups")
    if not isinstance(groups, list) or "groups" in news:
        return
    names = [group.get("name") for group in groups if isinstance(group, dict)]
    for place in ("control_group", "launched_group"):
        if place in changed and not has_unknown(wanted := news[place]) and wanted not in names:
            yield Problem(place, _no_group(wanted, names))


def _is_free(p: Property[Any], old: Json, new: Json) -> bool:
    """Whether groups differ in nothing that is locked."""
    if not isinstance(old, list) or not isinstance(new, list):
        return False
    fixed = [
        {name: value for name, value in group.items() if name not in FREE_IN_GROUPS}
        for group in new
        if isinstance(group, dict)
    ]
    return is_same(p, old, fixed)
