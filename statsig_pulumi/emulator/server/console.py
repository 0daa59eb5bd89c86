"""Changes records as a person in the Statsig console would: no validation, another name on the change."""

from __future__ import annotations

import copy

from ..api.kind import Kind, kind_of
from ..api.responses import Record
from ..model import team_ownership
from ..model.configs import refuse_taken
from ..model.json_values import as_sent
from ..model.project import PERSON, Project


class NoSuchObjectError(KeyError):
    """There is no record of that kind under that id or name."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"There is no {kind}/{key}.")


def records(project: Project, kind: str) -> list[Record]:
    return [copy.deepcopy(record) for record in project.store[kind]]


def record(project: Project, kind: str, key: str) -> Record:
    """A copy of the record as it is stored; `key` is its id or its name."""
    return copy.deepcopy(_stored(project, kind, key)[1])


def add(project: Project, kind: str, body: Record) -> Record:
    maker, given = kind_of(kind), as_sent(body)
    with project.acting(PERSON):
        # The body goes in as it is, unknown fields and all.
        made = maker.tidy(project, maker.fresh(project, given), given)
        if kind in team_ownership.DEFAULTS:
            made = team_ownership.inject_defaults(project, kind, made, given)
        if maker.versioned:
            refuse_taken(project, kind, made)
            made = project.add_config(kind, made)
        else:
            project.put(kind, maker.key_of(made), made)
    return copy.deepcopy(made)


def edit(project: Project, kind: str, key: str, change: Record) -> Record:
    maker = kind_of(kind)
    stored_key, before = _stored(project, kind, key)
    with project.acting(PERSON):
        after = maker.tidy(project, before, as_sent(change))
        if not maker.versioned:
            return copy.deepcopy(_put_again(project, maker, stored_key, after))
        changed = project.change_config(kind, after)
        # Meta fields too can be edited: the change has the last word.
        meta = {name: value for name, value in change.items() if name in ("version", *_MODIFIED)}
        return copy.deepcopy(project.put(kind, stored_key, changed | meta) if meta else changed)


def _put_again(project: Project, maker: Kind, stored_key: str, after: Record) -> Record:
    """Whatever is kept by its name goes under the new one when the name was edited."""
    key = maker.key_of(after)
    if key != stored_key:
        project.remove(maker.name, stored_key)
    return project.put(maker.name, key, after)


_MODIFIED = ("lastModifiedTime", "lastModifierID", "lastModifierName", "lastModifierEmail")


def remove(project: Project, kind: str, key: str) -> None:
    project.remove(kind, _stored(project, kind, key)[0])


def _stored(project: Project, kind: str, key: str) -> tuple[str, Record]:
    found = project.store[kind].key_of(key.lower() if kind == "users" else key)
    stored = project.store[kind].get(found or "")
    if found is None or stored is None:
        raise NoSuchObjectError(kind, key)
    return found, stored
