"""Gives the groups of an experiment their identity, and finds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..api.responses import Record
from .project import Project
from .quirks import Quirks


def identified(project: Project, sent: Sequence[Record], known: Sequence[Record]) -> list[Record]:
    """The whole new list. Groups that are recognised keep their id, the others get one."""
    unclaimed = {group["id"]: group for group in known if group.get("id")}
    claimed = [unclaimed.pop(group.get("id") or "", None) for group in sent]
    # Names come after ids: a group with an id is not to lose it to a namesake.
    return [
        _complete(project, group, old or _namesake(project.quirks, group, unclaimed))
        for group, old in zip(sent, claimed, strict=True)
    ]


def _namesake(quirks: Quirks, group: Record, unclaimed: dict[str, Record]) -> Record | None:
    if not quirks["match_rules_by_name"]:
        return None
    found = next((old for old in unclaimed.values() if old.get("name") == group["name"]), None)
    return unclaimed.pop(found["id"]) if found else None


def _complete(project: Project, group: Record, old: Record | None) -> Record:
    identifier = old["id"] if old else project.issuer.new_id()
    return {**group, "id": identifier, "description": group.get("description", "")}


def issue_unidentified(project: Project, groups: Iterable[Record]) -> list[Record]:
    """Ids for groups that a console user added; the others stay as they are."""
    return [group if group.get("id") else _complete(project, group, None) for group in groups]


def reissued(project: Project, groups: Iterable[Record]) -> list[Record]:
    """The same groups for another experiment."""
    return [group | {"id": project.issuer.new_id()} for group in groups]


def find(record: Record, identifier: str | None) -> Record | None:
    return next((group for group in record["groups"] if group.get("id") == identifier), None)


def names(record: Record) -> list[str]:
    return [group["name"] for group in record["groups"]]


def with_control(record: Record) -> Record:
    """The control group is the first one, unless another that is there was chosen."""
    chosen = find(record, record.get("controlGroupID")) or next(iter(record["groups"]), None)
    others = {key: value for key, value in record.items() if key != "controlGroupID"}
    return others | {"controlGroupID": chosen["id"]} if chosen else others
