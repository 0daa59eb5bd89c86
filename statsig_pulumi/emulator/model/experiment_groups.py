"""Groups of an experiment: their ids, their names, and the control group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .json_values import Record
from .project import Project
from .quirks import Quirks


def identify_groups(project: Project, sent: Sequence[Record], known: Sequence[Record]) -> list[Record]:
    """Return the list that replaces the known groups.

    Matched groups keep their id; the others get a new one.
    """
    unmatched = {group["id"]: group for group in known if group.get("id")}
    by_id = [unmatched.pop(group.get("id") or "", None) for group in sent]
    # Names are matched after all ids: a group must not lose its id to another one of the same name.
    return [
        _complete(project, group, old or _match_by_name(project.quirks, group, unmatched))
        for group, old in zip(sent, by_id, strict=True)
    ]


def _match_by_name(quirks: Quirks, group: Record, unmatched: dict[str, Record]) -> Record | None:
    if not quirks["match_rules_by_name"]:
        return None
    found = next((old for old in unmatched.values() if old.get("name") == group["name"]), None)
    return unmatched.pop(found["id"]) if found else None


def _complete(project: Project, group: Record, old: Record | None) -> Record:
    identifier = old["id"] if old else project.issuer.new_id()
    return {**group, "id": identifier, "description": group.get("description", "")}


def add_missing_ids(project: Project, groups: Iterable[Record]) -> list[Record]:
    """Return the groups with ids for those that a console user added. The others are not changed."""
    return [group if group.get("id") else _complete(project, group, None) for group in groups]


def renew_ids(project: Project, groups: Iterable[Record]) -> list[Record]:
    """Return copies of the groups for another experiment."""
    return [group | {"id": project.issuer.new_id()} for group in groups]


def find_group(record: Record, identifier: str | None) -> Record | None:
    return next((group for group in record["groups"] if group.get("id") == identifier), None)


def group_names(record: Record) -> list[str]:
    return [group["name"] for group in record["groups"]]


def set_control_group(record: Record) -> Record:
    """Return the experiment with a valid `controlGroupID`.

    If the chosen group does not exist, the first group is the control group.
    """
    chosen = find_group(record, record.get("controlGroupID")) or next(iter(record["groups"]), None)
    others = {key: value for key, value in record.items() if key != "controlGroupID"}
    return others | {"controlGroupID": chosen["id"]} if chosen else others
