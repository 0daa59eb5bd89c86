"""Statuses of an experiment: allowed changes, their requests, and the properties that they lock.

Console API: ``PUT /experiments/{id}/start``, ``make_decision``, ``abandon``, ``reset``, ``archive``, ``unarchive``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, get_args

from ...errors import Problem, StatsigError
from ...json_values import NONE, Json, has_unknown
from ...schema.actions import Action, Step, trigger_action
from ...schema.diff import is_same
from ...schema.properties import Property
from ...schema.sentences import Sentence
from ...schema.wording import describe_value, describe_word
from .experiment import find_group_id, find_group_name

Status = Literal["setup", "active", "decision_made", "abandoned", "archived"]
ENDED: Final = ("decision_made", "abandoned")
STARTED: Final = ("active", "experiment_stopped", "assignment_stopped", *ENDED)
TRANSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "setup": ("active", "archived"),
    "active": ("decision_made", "abandoned", "archived"),
    "experiment_stopped": ("decision_made", "abandoned", "archived"),
    "assignment_stopped": ("decision_made", "abandoned", "archived"),
    "decision_made": ("archived",),
    "abandoned": ("archived",),
    "archived": ("setup", "active", "decision_made", "abandoned"),
}
"""The statuses that can follow each status without a reset.

An archived experiment can return to its earlier status, or change to one that can follow it.
"""
LOCKED: Final = ("targeting_gate_id", "id_type", "groups")
"""Properties that cannot change after the start."""
UNLOCKED_IN_GROUPS: Final = ("description", "disabled", "highlighted", "foreign_group_id")
"""Properties of a group that can change after the start."""


def _next_step(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    status, target = live.get("status"), declared["status"]
    if status == target:
        return None
    if target == "archived" and status not in ENDED and "decision_reason" in declared:
        # The decision comes first: an archived experiment cannot be decided.
        target = "decision_made" if "launched_group" in declared else "abandoned"
    match target, status:
        case "archived", _:
            return Step("archive", _declared_fields(declared, archive_reason="archiveReason"))
        case _, "archived":
            return Step("unarchive")
        case (("active" | "decision_made" | "abandoned"), "setup"):
            return Step("start", _declared_fields(declared, analysis_start_time="analysisStartTime"))
        case "decision_made", _:
            fields = _declared_fields(declared, decision_reason="decisionReason", remove_targeting="removeTargeting")
            return Step("make_decision", {"id": _require_group_id(live, declared.get("launched_group"))} | fields)
        case "abandoned", _:
            return Step("abandon", _declared_fields(declared, decision_reason="decisionReason"))
        case _:
            return None


def _declared_fields(declared: Mapping[str, Json], **wire_names: str) -> dict[str, Json]:
    """Return the declared ones of these properties by wire name."""
    return {wire: declared[name] for name, wire in wire_names.items() if name in declared}


def _next_reason(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    """Return the request that changes the reason after the decision, or None."""
    if live.get("status") not in (*ENDED, "archived") or live.get("decisionReason") == declared["decision_reason"]:
        return None
    return Step("", {"decisionReason": declared["decision_reason"]}, "PATCH")


def _next_control(live: Mapping[str, Json], declared: Mapping[str, Json]) -> Step | None:
    """Return the request that sets the control group, or None.

    The API sets it by an id, which a group has once it exists.
    """
    id_ = _require_group_id(live, declared["control_group"])
    return Step("", {"controlGroupID": id_}, "PATCH") if id_ != live.get("controlGroupID") else None


def _require_group_id(live: Mapping[str, Json], name: Json) -> str:
    """Return the id of the live group with this name; raises StatsigError if there is none."""
    if (id_ := find_group_id(live, name)) is None:
        raise StatsigError(_missing_group_message(name, [group.get("name") for group in live.get("groups") or ()]))
    return id_


def _missing_group_message(name: Json, names: Iterable[Json]) -> str:
    return f"there is no group '{name}'; the groups are {', '.join(map(str, names)) or 'none'}"


STATUS: Final = Action(
    read_fn=lambda live: live.get("status"),
    next_step_fn=_next_step,
    is_first_fn=lambda live, declared: live.get("status") == "archived",
)
LAUNCHED_GROUP: Final = Action(
    read_fn=lambda live: find_group_name(live, live.get("launchedGroupID")),
    next_step_fn=lambda live, declared: None,  # the decision sets it
)
DECISION_REASON: Final = Action(read_fn=lambda live: live.get("decisionReason") or None, next_step_fn=_next_reason)
CONTROL_GROUP: Final = Action(
    read_fn=lambda live: find_group_name(live, live.get("controlGroupID")), next_step_fn=_next_control
)

RESET: Final = trigger_action("reset", is_done_fn=lambda live: live.get("status") == "setup")


def find_consequences(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Sentence]:
    """Yield what a change of the status of an experiment means."""
    old, new = before.get("status") or "setup", after.get("status") or "setup"
    triggers = before.get("reset_trigger"), after.get("reset_trigger")
    if None not in triggers and triggers[0] != triggers[1]:
        covers = ("reset_trigger", *(("status",) if new == "setup" else ()))
        yield Sentence("reset to 'setup': its results are deleted", "high", "reset", covers)
        old = "setup"
    if old == new or not isinstance(new, str):
        return
    reason = after.get("decision_reason")
    because = f" (reason: {describe_word(reason)})" if isinstance(reason, str) else ""
    covers = ("status", "launched_group", "decision_reason", "remove_targeting")
    match new:
        case "active" if old == "setup":
            yield Sentence("starts: its units are assigned to groups", "medium", "start", ("status",))
        case "decision_made":
            group = describe_value(after.get("launched_group"))
            yield Sentence(f"decided: everyone gets group {group}{because}", "high", "decide", covers)
        case "abandoned":
            yield Sentence(f"abandoned: everyone gets the default values{because}", "high", "decide", covers)
        case "archived":
            ended = "" if old in ENDED or old == "setup" else ": it ends, and its units lose their groups"
            yield Sentence(f"archived{ended}{because}", "high" if ended else "medium", "decide", covers)
        case _:
            yield Sentence(f"'{old}' becomes '{new}'", "medium", covers=("status",))


def find_status_problems(values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield a problem for each property that the status requires or does not allow."""
    status = values.get("status")
    if has_unknown(status):
        return
    for name, required_by in (("launched_group", ("decision_made",)), ("decision_reason", ENDED)):
        if name not in values and (status in required_by or (name == "decision_reason" and "launched_group" in values)):
            yield Problem(name, f"is required for status '{status}'")
        elif name in values and status not in required_by and status != "archived":
            yield Problem(name, f"requires status {' or '.join(map(repr, required_by))}")
    if values.get("remove_targeting") is True and values.get("targeting_gate_id") not in (None, NONE, ""):
        yield Problem("remove_targeting", "conflicts with targeting_gate_id, which it would remove: omit one of them")


def find_group_name_problems(values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield a problem if the control group or the launched group is not a declared group."""
    groups = values.get("groups")
    if not isinstance(groups, list) or has_unknown(groups):
        return
    names = [group.get("name") for group in groups if isinstance(group, dict)]
    for name in ("control_group", "launched_group"):
        if isinstance(group_name := values.get(name), str) and group_name not in names:
            yield Problem(name, _missing_group_message(group_name, names))


def find_transition_problems(
    olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str], groups: Property[Any]
) -> Iterator[Problem]:
    """Yield why an experiment with the values ``olds`` cannot become what ``news`` declares."""
    status, target = olds.get("status"), news.get("status")
    yield from _find_missing_group_problems(olds, news, changed)
    if not isinstance(status, str) or status not in TRANSITIONS:
        return
    is_reset = "reset_trigger" in changed and olds.get("reset_trigger") is not None
    if is_reset:
        status = "setup"
    if isinstance(target, str) and target not in (status, *(statuses := _allowed_statuses(status, olds))):
        advice = f"{_keep_advice(status, olds)}{_reset_advice(status, olds)}"
        yield Problem("status", f"'{status}' cannot become '{target}', only {' or '.join(map(repr, statuses))}{advice}")
    if "launched_group" in changed and not is_reset:
        yield from _find_launch_problems(status, olds, target)
    if status not in STARTED:
        return
    for name in changed:
        is_unlocked = name == "groups" and _has_only_unlocked_changes(groups, olds.get(name), news[name])
        if name in LOCKED and not is_unlocked:
            rest = f"; of a group, {', '.join(UNLOCKED_IN_GROUPS)} can be changed" if name == "groups" else ""
            yield Problem(name, f"is locked, because the experiment is '{status}'{rest}{_reset_advice(status, olds)}")


def _keep_advice(status: str, olds: Mapping[str, Json]) -> str:
    """Return how to declare the status that an experiment has, as part of a message."""
    if status not in get_args(Status):
        return f"; to keep '{status}', omit status"
    names = ("launched_group", "decision_reason") if status in ENDED else ()
    declared = "".join(f", {name}={olds[name]!r}" for name in names if olds.get(name))
    return f"; to keep '{status}', declare status='{status}'{declared}"


def _reset_advice(status: str, olds: Mapping[str, Json]) -> str:
    """Return how to reset the experiment, as the end of a message."""
    if status == "setup":
        return ""
    if olds.get("reset_trigger") is None:
        first = f"declare reset_trigger with status='{status}' and run `pulumi up`"
        return f"; to start over, which deletes the results, {first}, then change reset_trigger"
    return "; to start over, which deletes the results, change reset_trigger"


def _allowed_statuses(status: str, olds: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the statuses that can follow. Times show the earlier status of an archived experiment."""
    if status != "archived" or not olds.get("start_time"):
        return TRANSITIONS[status]
    if not olds.get("decision_time"):
        return ("active", *ENDED)
    return ("decision_made",) if olds.get("launched_group_id") else ("abandoned",)


def _find_launch_problems(status: str, olds: Mapping[str, Json], target: Json) -> Iterator[Problem]:
    """Yield why a group cannot be launched. Only the decision launches one, and is made once."""
    if olds.get("launched_group"):
        yield Problem("launched_group", f"'{olds['launched_group']}' was already launched{_reset_advice(status, olds)}")
    elif status == "abandoned" or status == target == "archived":
        reason = f"the experiment is '{status}', so it cannot launch a group{_reset_advice(status, olds)}"
        yield Problem("launched_group", reason)


def _find_missing_group_problems(
    olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
) -> Iterator[Problem]:
    """Yield a problem for each named group that the experiment lacks, if the program omits groups."""
    groups = olds.get("groups")
    if not isinstance(groups, list) or "groups" in news:
        return
    names = [group.get("name") for group in groups if isinstance(group, dict)]
    for name in ("control_group", "launched_group"):
        if name in changed and not has_unknown(group_name := news[name]) and group_name not in names:
            yield Problem(name, _missing_group_message(group_name, names))


def _has_only_unlocked_changes(p: Property[Any], old: Json, new: Json) -> bool:
    """Return whether two lists of groups differ only in properties that can change after the start."""
    if not isinstance(old, list) or not isinstance(new, list):
        return False
    locked_values = [
        {name: value for name, value in group.items() if name not in UNLOCKED_IN_GROUPS}
        for group in new
        if isinstance(group, dict)
    ]
    return is_same(p, old, locked_values)
