"""Teams as owners of records: the fields `team` and `teamID`, and a team's defaults for new configs."""

from __future__ import annotations

from typing import Final

from .errors import ApiError
from .json_values import Record
from .project import Project
from .project_settings import SETTINGS

# Pairs of a team's default and the field of a new config that it fills.
DEFAULTS: Final = {
    "gates": (("defaultTargetApplications", "targetApps"), ("defaultGateMetrics", "monitoringMetrics")),
    "dynamic_configs": (("defaultTargetApplications", "targetApps"),),
    "experiments": (
        ("defaultTargetApplications", "targetApps"),
        ("defaultExperimentPrimaryMetrics", "primaryMetrics"),
        ("defaultExperimentSecondaryMetrics", "secondaryMetrics"),
    ),
}


def assign_team(project: Project, record: Record, body: Record) -> Record:
    """Return the record with `team` and `teamID` set. The body may have either of them, or both."""
    given = [key for key in ("teamID", "team") if key in body]
    if not given:
        return record
    preferred = project.quirks["team_precedence"]
    key = preferred if preferred in given else given[0]
    if body[key] is None:
        return record | {"team": None, "teamID": None}
    known = project.store["teams"].key_of(body[key])
    if known is None:
        return record | {"team": None, "teamID": None, key: body[key]}
    return record | {"team": _name(project, known), "teamID": known}


def validate_team(project: Project, record: Record) -> None:
    """Raise if a new record has no team, and the settings of teams require one."""
    settings = project.store[SETTINGS].get(f"{SETTINGS}/teams") or {}
    is_missing = settings.get("require_teams_on_configs") and not (record.get("team") or record.get("teamID"))
    if is_missing and project.quirks["team_missing"] == "reject":
        raise ApiError(400, "A team is required.")


def present_team(project: Project, record: Record) -> Record:
    """Return the record with the current name of its team, which may have been renamed."""
    team_id: str = record.get("teamID") or ""
    if team_id in project.store["teams"]:
        record = record | {"team": _name(project, team_id)}
    if not project.quirks["team_id_on_configs"]:
        record = {key: value for key, value in record.items() if key != "teamID"}
    return record


def team_of(project: Project, record: Record) -> Record | None:
    return project.store["teams"].get(record.get("teamID") or "")


def apply_team_defaults(project: Project, kind: str, record: Record, body: Record) -> Record:
    """Return a new record with the defaults of its team. Updates do not apply them."""
    mode, team = project.quirks["team_defaults"], team_of(project, record)
    if team is None or mode == "off":
        return record
    filled = dict(record)
    for default, field in DEFAULTS.get(kind, ()):
        if field not in body:
            filled[field] = list(team[default])
        elif mode == "union":
            filled[field] = [*filled[field], *(item for item in team[default] if item not in filled[field])]
    if team.get("defaultHoldoutID"):
        filled["holdoutIDs"] = [*filled["holdoutIDs"], team["defaultHoldoutID"]]
    if team.get("requireReviews") and "reviewSettings" in filled:
        filled["reviewSettings"] = filled["reviewSettings"] | {"requiredReview": True}
    return filled


def _name(project: Project, key: str) -> str:
    team = project.store["teams"].get(key)
    return str(team["name"]) if team else key
