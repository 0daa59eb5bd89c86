"""Loads of results from the warehouse: each is remembered until what it was for is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..api.pages import page
from ..api.responses import Answer, Record
from ..api.routes import Call
from ..api.shapes import Choice, Fields, Flag, Listed, Text
from .issuer import day
from .project import Project

KIND: Final = "pulse_loads"
LOAD = Fields(
    {
        "ruleId": Text(),
        "refresh": Choice(("full", "incremental", "metric")),
        "metricIDs": Listed(Text()),
        "turboMode": Flag(),
    }
)


def start(project: Project, owner: Mapping[str, str], start_ms: float, body: Record) -> None:
    """Done as soon as it is asked for, for there is no warehouse to wait for, unless a quirk has it wait."""
    now = project.issuer.now_ms()
    load = {
        "creatorName": project.actor.name,
        "createdTime": now,
        "startDs": day(start_ms),
        "endDs": day(now),
        "reloadType": body.get("refresh", "full"),
        "turboMode": body.get("turboMode", False),
        "dagID": project.issuer.new_id(),
    }
    entry = {"owner": dict(owner), "polls": project.quirks["pulse_load_polls"], "load": load}
    _keep(project, entry if entry["polls"] else _finished(project, entry))


def _finished(project: Project, entry: Record) -> Record:
    done = {"finishedTime": project.issuer.now_ms(), "finishedState": "success"}
    return entry | {"load": entry["load"] | done}


def _keep(project: Project, entry: Record) -> None:
    project.put(KIND, entry["load"]["dagID"], entry)


def history(call: Call, owner: Mapping[str, str]) -> Answer:
    project = call.project
    _take_turns(project, owner)
    loads = [entry["load"] for entry in project.store[KIND] if entry["owner"] == owner]
    return page(call, "Pulse load history listed successfully.", loads)


def _take_turns(project: Project, owner: Mapping[str, str]) -> None:
    """A load that waits comes one read nearer to its end."""
    for entry in project.store[KIND]:
        if entry["owner"] != owner or "finishedTime" in entry["load"]:
            continue
        left = entry["polls"]
        _keep(project, entry | {"polls": left - 1} if left else _finished(project, entry))


def forget(project: Project, kind: str, key: str) -> None:
    for entry in project.store[KIND]:
        if (entry["owner"]["kind"], entry["owner"]["id"]) == (kind, key):
            project.remove(KIND, entry["load"]["dagID"])
