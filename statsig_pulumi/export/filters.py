"""Filters that select the objects of a Statsig project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from ..schema.live_object import LiveObject
from .kinds import listable_kinds

if TYPE_CHECKING:
    Kind = str
else:
    Kind = Literal[tuple(listable_kinds())]
    """The choices of ``--kind``, for the help, the completion and the validation of the command line."""

ManyValues = Parameter(consume_multiple=True, negative="", show_default=False)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The objects to select; without a filter, all of them.

    Parameters
    ----------
    kind
        Only these kinds, such as Gate and Team.
    id
        Only objects with these ids or names; * matches any characters.
    tag
        Only objects with one of these tags; * matches any characters.
    team
        Only objects of these teams; * matches any characters.
    created_since
        Only objects created on this day or later.
    changed_since
        Only objects created or changed on this day or later.
    archived
        Only archived objects; with --no-archived, only objects that are not archived.
    """

    kind: Annotated[tuple[Kind, ...], ManyValues] = ()
    id: Annotated[tuple[str, ...], ManyValues] = ()
    tag: Annotated[tuple[str, ...], ManyValues] = ()
    team: Annotated[tuple[str, ...], ManyValues] = ()
    created_since: datetime | None = None
    changed_since: datetime | None = None
    archived: bool | None = None

    def includes_kind(self, kind: str) -> bool:
        """Return whether objects of this kind are selected."""
        return not self.kind or kind in self.kind

    def includes(self, id_: str, live: LiveObject) -> bool:
        """Return whether this object is selected, if its kind is."""
        return (
            _matches(self.id, [id_, str(live.get("name") or "")])
            and _matches(self.tag, live.get("tags") or [])
            and _matches(self.team, [str(live.get("team") or "")])
            and _is_since(self.created_since, live, "createdTime")
            and _is_since(self.changed_since, live, "createdTime", "lastModifiedTime")
            and self.archived in (None, str(live.get("status")).lower() == "archived")
        )


@dataclass(frozen=True)
class Pick:
    """One object that is selected by its id or name."""

    kind: str
    ids: tuple[str, ...]
    """Its id, its name, or both."""
    name: str
    """The name to give its resource."""


def _matches(patterns: tuple[str, ...], texts: Iterable[str]) -> bool:
    return not patterns or any(fnmatchcase(text, pattern) for text in texts for pattern in patterns)


def _is_since(day: datetime | None, live: LiveObject, *fields: str) -> bool:
    if day is None:
        return True
    start_ms = (day if day.tzinfo else day.replace(tzinfo=UTC)).timestamp() * 1000
    return any(isinstance(live.get(name), (int, float)) and live[name] >= start_ms for name in fields)
