"""What exists in Statsig and in no stack."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ..json_values import Json
from .foreign_state import StateError
from .inventory import Listed

TOKEN: Final = "pulumi-python:dynamic/statsig:"  # noqa: S105 - a name
Managed = set[tuple[str, str]]


@dataclass(frozen=True)
class Unmanaged:
    """One object that no stack manages."""

    kind: str
    id: str
    name: str
    owner: str
    """Who owns it, else who made it; empty where the API does not tell."""
    changed: str
    """The day of the last change, as 2026-01-31, and who made it."""
    status: str


def managed_by(text: str) -> Managed:
    """The kind and id of each object that a stack manages, told by ``pulumi stack export``; raises StateError."""
    try:
        resources = json.loads(text)["deployment"].get("resources") or []
        ours = [r for r in resources if r["type"].startswith(TOKEN) and not r.get("external") and not r.get("delete")]
        return {(r["type"].removeprefix(TOKEN), r["id"]) for r in ours if r.get("id")}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateError("this is no output of `pulumi stack export`") from None


def unmanaged(listed: Iterable[Listed], managed: Managed) -> Iterator[Unmanaged]:
    """Those of the objects that are not managed, by kind and name."""
    for each in sorted(listed, key=lambda each: (each.kind, each.name, each.id)):
        if (each.kind, each.id) not in managed:
            live = each.live
            yield Unmanaged(each.kind, each.id, each.name, _owner(live), _changed(live), str(live.get("status") or ""))


def _owner(live: Json) -> str:
    owner = live.get("owner") or {}
    return str(owner.get("ownerEmail") or owner.get("ownerName") or live.get("creatorName") or "")


def _changed(live: Json) -> str:
    time_ms = live.get("lastModifiedTime") or live.get("createdTime")
    day = str(datetime.fromtimestamp(time_ms / 1000, UTC).date()) if isinstance(time_ms, (int, float)) else ""
    return " ".join(filter(None, (day, live.get("lastModifierName"))))
