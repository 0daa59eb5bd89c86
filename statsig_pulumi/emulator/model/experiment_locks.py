"""Refuses changes of what is fixed once an experiment has started."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from ..api.responses import Json, Record, refused
from .experiment_status import ARCHIVED, SETUP, earlier
from .quirks import Quirks

LOCKED: Final = "{} cannot be changed once the experiment has started"


def refuse_changes(quirks: Quirks, before: Record, after: Record) -> None:
    """What is sent back as it was is no change; an experiment on its way back to setup is open again."""
    if SETUP in (_standing(before), after["status"]):
        return
    for field in _changed(quirks["experiment_locks"], before, after):
        raise refused(field, LOCKED.format(field))


def _standing(record: Record) -> str:
    return earlier(record) if record["status"] == ARCHIVED else str(record["status"])


def _changed(locks: str, before: Record, after: Record) -> Iterator[str]:
    if locks != "off" and before.get("targetingGateID") != after["targetingGateID"]:
        yield "targetingGateID"
    if locks == "strict":
        if before["idType"] != after["idType"]:
            yield "idType"
        if _content(before["groups"]) != _content(after["groups"]):
            yield "groups"


def _content(groups: list[Record]) -> list[tuple[Json, ...]]:
    """What decides who sees what, whatever the groups' order and ids."""
    return sorted(
        (group["name"], group["size"], json.dumps(group["parameterValues"], sort_keys=True)) for group in groups
    )
