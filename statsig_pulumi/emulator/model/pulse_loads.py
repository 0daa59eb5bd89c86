"""Loads of pulse results from the warehouse, and their history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .days import day
from .json_values import Record
from .project import Project

LOADS: Final = "pulse_loads"


def start_load(project: Project, owner: Mapping[str, str], start_ms: float, body: Record) -> None:
    """Start a load.

    There is no warehouse, so it finishes at once unless the quirk `pulse_load_polls` delays it.
    """
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
    _put(project, entry if entry["polls"] else _finish(project, entry))


def _finish(project: Project, entry: Record) -> Record:
    return entry | {"load": entry["load"] | {"finishedTime": project.issuer.now_ms(), "finishedState": "success"}}


def _put(project: Project, entry: Record) -> None:
    project.put(LOADS, entry["load"]["dagID"], entry)


def poll_loads(project: Project, owner: Mapping[str, str]) -> list[Record]:
    """Return the loads of an experiment or rule. Each poll brings unfinished loads closer to their end."""
    for entry in project.store[LOADS]:
        if entry["owner"] != owner or "finishedTime" in entry["load"]:
            continue
        left = entry["polls"]
        _put(project, entry | {"polls": left - 1} if left else _finish(project, entry))
    return [entry["load"] for entry in project.store[LOADS] if entry["owner"] == owner]


def cancel_load(project: Project, load: Record) -> None:
    """End a load that has not finished."""
    entry = project.store[LOADS].get(load["dagID"])
    if entry and "finishedTime" not in load:
        ended = {"finishedTime": project.issuer.now_ms(), "finishedState": "cancelled"}
        _put(project, entry | {"load": load | ended})


def remove_loads(project: Project, kind: str, key: str) -> None:
    """Remove the loads of a deleted gate or experiment."""
    for entry in project.store[LOADS]:
        if (entry["owner"]["kind"], entry["owner"]["id"]) == (kind, key):
            project.remove(LOADS, entry["load"]["dagID"])
