"""Objects that exist in Statsig and that no stack manages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from ..json_values import Json
from ..schema.declaration import REGISTRY, TYPE_PREFIX
from .inventory import ListedObject
from .model import StateFileError

ManagedObjects = set[tuple[str, str]]
"""The kind and the id of each object."""


@dataclass(frozen=True)
class UnmanagedObject:
    """One object that no stack manages."""

    kind: str
    id: str
    name: str
    owner: str
    """Its owner, else its creator; empty if the API returns neither."""
    changed: str
    """The day of the last change, such as 2026-01-31, and who made it."""
    status: str


def parse_stack(text: str) -> ManagedObjects:
    """Return the objects that a stack manages, from ``pulumi stack export``; raises StateFileError."""
    try:
        resources = json.loads(text)["deployment"].get("resources") or []
        managed = [each for each in resources if _is_managed(each)]
        return {managed_id for each in managed if each.get("id") for managed_id in _ids(each)}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateFileError("the file is not the state of a stack: pass the output of `pulumi stack export`") from None


def find_unmanaged(listed: Iterable[ListedObject], managed: ManagedObjects) -> Iterator[UnmanagedObject]:
    """Yield the objects that are not managed, in the order of kind and name."""
    for each in sorted(listed, key=lambda each: (each.kind, each.name, each.id)):
        if (each.kind, each.id) not in managed:
            status = str(each.live.get("status") or "")
            yield UnmanagedObject(each.kind, each.id, each.name, _owner(each.live), _last_change(each.live), status)


def _is_managed(resource: Json) -> bool:
    is_ours: bool = resource["type"].startswith(TYPE_PREFIX)
    return is_ours and not resource.get("external") and not resource.get("delete")


def _ids(resource: Json) -> Iterator[tuple[str, str]]:
    """Yield the kind and the id, and the id now if it has changed, such as that of a rotated key."""
    kind = resource["type"].removeprefix(TYPE_PREFIX)
    yield kind, resource["id"]
    declaration = REGISTRY.get(kind)
    if declaration and (wire := declaration.endpoint.state_id):
        name = next(name for name, p in declaration.properties.items() if p.wire == wire)
        if isinstance(now := (resource.get("outputs") or {}).get(name), str):
            yield kind, now


def _owner(live: Json) -> str:
    owner = live.get("owner")
    names = (owner.get("ownerEmail"), owner.get("ownerName")) if isinstance(owner, dict) else (owner,)
    return next((name for name in (*names, live.get("creatorName")) if name and isinstance(name, str)), "")


def _last_change(live: Json) -> str:
    time_ms, name = live.get("lastModifiedTime") or live.get("createdTime"), live.get("lastModifierName")
    day = ""
    if isinstance(time_ms, (int, float)):
        with suppress(ValueError, OverflowError, OSError):  # no time that the calendar has
            day = str(datetime.fromtimestamp(time_ms / 1000, UTC).date())
    return " ".join(filter(None, (day, name if isinstance(name, str) else "")))
