"""Fields of an experiment that cannot be changed after it has started."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from .errors import invalid_value
from .experiment_status import ARCHIVED, SETUP, status_before_archive
from .json_values import Json, Record
from .quirks import Quirks

LOCKED: Final = "{} cannot be changed once the experiment has started"


def validate_locks(quirks: Quirks, before: Record, after: Record) -> None:
    """Raise if an update changes a locked field.

    Nothing is locked if the update resets the experiment to setup.
    """
    if SETUP in (_unarchived_status(before), after["status"]):
        return
    for field in _changed_locks(quirks["experiment_locks"], before, after):
        raise invalid_value(field, LOCKED.format(field))


def _unarchived_status(record: Record) -> str:
    return status_before_archive(record) if record["status"] == ARCHIVED else str(record["status"])


def _changed_locks(locks: str, before: Record, after: Record) -> Iterator[str]:
    if locks != "off" and before.get("targetingGateID") != after["targetingGateID"]:
        yield "targetingGateID"
    if locks == "strict":
        if before["idType"] != after["idType"]:
            yield "idType"
        if _allocation(before["groups"]) != _allocation(after["groups"]):
            yield "groups"


def _allocation(groups: list[Record]) -> list[tuple[Json, ...]]:
    """Return the properties that decide which user gets which values. Order and ids of the groups do not."""
    return sorted(
        (group["name"], group["size"], json.dumps(group["parameterValues"], sort_keys=True)) for group in groups
    )
