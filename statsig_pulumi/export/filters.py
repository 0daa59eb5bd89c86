"""Which objects of a Statsig project are meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Annotated, Any

from cyclopts import Parameter

from ..schema.live_object import LiveObject

Several = Parameter(consume_multiple=True, negative="", show_default=False)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """All objects, but for what is left out here.

    Parameters
    ----------
    kind
        Only these kinds, such as Gate and Team.
    id
        Only objects with these ids or names; * stands for any characters.
    tag
        Only objects with one of these tags.
    team
        Only objects of these teams.
    created_since
        Only objects made on this day or later.
    changed_since
        Only objects made or changed on this day or later.
    archived
        Only what is archived; with --no-archived, only what is not.
    """

    kind: Annotated[tuple[str, ...], Several] = ()
    id: Annotated[tuple[str, ...], Several] = ()
    tag: Annotated[tuple[str, ...], Several] = ()
    team: Annotated[tuple[str, ...], Several] = ()
    created_since: datetime | None = None
    changed_since: datetime | None = None
    archived: bool | None = None

    def takes_kind(self, kind: str) -> bool:
        """Whether objects of this kind are meant at all."""
        return not self.kind or kind in self.kind

    def takes(self, id_: str, live: LiveObject) -> bool:
        """Whether this object is meant."""
        return (
            _any_of(self.id, [id_, str(live.get("name") or "")])
            and _any_of(self.tag, live.get("tags") or [])
            and _any_of(self.team, [str(live.get("team") or "")])
            and _is_since(self.created_since, live, "createdTime")
            and _is_since(self.changed_since, live, "createdTime", "lastModifiedTime")
            and self.archived in (None, str(live.get("status")).lower() == "archived")
        )


@dataclass(frozen=True)
class Pick:
    """One object that is meant by itself."""

    kind: str
    ids: tuple[str, ...]
    """Its id, its name, or both."""
    name: str
    """What its resource is to be called."""


def _any_of(patterns: tuple[str, ...], texts: list[str]) -> bool:
    return not patterns or any(fnmatchcase(text, pattern) for pattern in patterns for text in texts)


def _is_since(day: datetime | None, live: Mapping[str, Any], *times: str) -> bool:
    if day is None:
        return True
    start_ms = (day if day.tzinfo else day.replace(tzinfo=UTC)).timestamp() * 1000
    return any(isinstance(live.get(name), (int, float)) and live[name] >= start_ms for name in times)
