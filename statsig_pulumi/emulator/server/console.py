"""Changes by a person in the Statsig console.

They are not validated, and their author is a user instead of an API key.
"""

from __future__ import annotations

import copy

from ..api.kind import Kind
from ..api.table import kind_named
from ..model.json_values import Record, as_parsed
from ..model.project import PERSON, Project


class NoSuchObjectError(KeyError):
    """Raised if there is no object of a kind with an id or name."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"There is no {kind}/{key}.")


def read_all(project: Project, kind: str) -> list[Record]:
    """Return copies of all records of a kind."""
    return [copy.deepcopy(record) for record in project.store[kind]]


def read(project: Project, kind: str, key: str) -> Record:
    """Return a copy of the record with this id or name."""
    return copy.deepcopy(_find(project, kind_named(kind), key)[1])


def add(project: Project, kind: str, body: Record) -> Record:
    """Store a new object. Its body may have any fields."""
    with project.acting(PERSON):
        return copy.deepcopy(kind_named(kind).add_in_console(project, as_parsed(body)))


def edit(project: Project, kind: str, key: str, change: Record) -> Record:
    """Merge a change into an object. It may have any fields."""
    edited = kind_named(kind)
    stored_key, before = _find(project, edited, key)
    with project.acting(PERSON):
        return copy.deepcopy(edited.edit_in_console(project, stored_key, before, as_parsed(change)))


def remove(project: Project, kind: str, key: str) -> None:
    """Delete an object, even if others refer to it."""
    with project.acting(PERSON):
        project.remove(kind, _find(project, kind_named(kind), key)[0])


def _find(project: Project, kind: Kind, id_or_name: str) -> tuple[str, Record]:
    key = kind.stored_key(project, id_or_name)
    record = project.store[kind.name].get(key or "")
    if key is None or record is None:
        raise NoSuchObjectError(kind.name, id_or_name)
    return key, record
