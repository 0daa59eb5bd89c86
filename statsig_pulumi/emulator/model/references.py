"""References between records: the users of a gate, and the names in a body that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from . import conditions
from .errors import ApiError, not_found
from .json_values import Json, Record
from .project import Project

# Kinds whose rules may name a gate, and fields of other kinds that contain gate ids.
KINDS_WITH_RULES: Final = ("gates", "dynamic_configs", "segments")
GATE_FIELDS: Final = (("experiments", "targetingGateID"), ("holdouts", "gateIDs"), ("holdouts", "targetingGateID"))
GATE_CONDITIONS: Final = ("passes_gate", "fails_gate")
SEGMENT_CONDITIONS: Final = ("passes_segment", "fails_segment")


def gates_in_rules(rules: Iterable[Record]) -> Iterator[Json]:
    """Return the ids of the gates that conditions of these rules name."""
    return _named_in_rules(rules, GATE_CONDITIONS)


def segments_in_rules(rules: Iterable[Record]) -> Iterator[Json]:
    """Return the ids of the segments that conditions of these rules name."""
    return _named_in_rules(rules, SEGMENT_CONDITIONS)


def _named_in_rules(rules: Iterable[Record], types: tuple[str, ...]) -> Iterator[Json]:
    for rule in rules:
        for condition in rule.get("conditions", []):
            if condition.get("type") in types:
                yield from conditions.target_values(condition)


def users_of_gate(project: Project, kind: str, gate_id: str) -> list[Record]:
    """Return the records of one kind that refer to the gate. A gate is not a user of itself."""
    fields = [field for owner, field in GATE_FIELDS if owner == kind]
    found = []
    for record in project.store[kind]:
        by_rule = kind in KINDS_WITH_RULES and gate_id in gates_in_rules(record.get("rules", []))
        by_field = any(gate_id == record.get(field) or gate_id in (record.get(field) or []) for field in fields)
        is_attached = record.get("isGlobal") and gate_id != record.get("targetingGateID")  # by Statsig itself
        if (by_rule or (by_field and not is_attached)) and (kind, record.get("id")) != ("gates", gate_id):
            found.append(record)
    return found


def is_gate_used(project: Project, gate_id: str) -> bool:
    kinds = {*KINDS_WITH_RULES, *(kind for kind, _ in GATE_FIELDS)}
    return any(users_of_gate(project, kind, gate_id) for kind in kinds)


def is_segment_used(project: Project, segment_id: str) -> bool:
    """Return whether rules name the segment. Those of the segment itself do not count."""
    return any(
        segment_id in segments_in_rules(record.get("rules", []))
        for kind in KINDS_WITH_RULES
        for record in project.store[kind]
        if (kind, record.get("id")) != ("segments", segment_id)
    )


def validate_references(project: Project, body: Record) -> None:
    """Raise for a name in the body that does not exist, if the quirk `unknown_references` is `reject`."""
    if project.quirks["unknown_references"] == "accept":
        return
    for error in _missing_references(project, body):
        raise error


def _missing_references(project: Project, body: Record) -> Iterator[ApiError]:
    if any(project.store["tags"].key_of(tag) is None for tag in body.get("tags") or []):
        yield not_found("Tag not found.")
    apps = unknown_keys(project, "target_app", _as_list(body.get("targetApps")))
    if apps:
        yield missing_objects("Target apps", apps)
    if any(body.get(key) and project.store["teams"].key_of(body[key]) is None for key in ("team", "teamID")):
        yield not_found("Team not found.")
    named = [*gates_in_rules(body.get("rules") or []), *_as_list(body.get("targetingGateID") or None)]
    gates = unknown_keys(project, "gates", named)
    if gates:
        yield missing_objects("Gates", gates)
    segments = unknown_keys(project, "segments", segments_in_rules(body.get("rules") or []))
    if segments:
        yield missing_objects("Segments", segments)
    if body.get("layerID") and project.store["layers"].key_of(body["layerID"]) is None:
        yield not_found("Layer not found.")


def unknown_keys(project: Project, kind: str, keys: Iterable[str]) -> list[str]:
    """Return those keys that are neither an id nor a name of a record of this kind."""
    return [str(key) for key in keys if project.store[kind].key_of(str(key)) is None]


def missing_objects(noun: str, keys: Iterable[str]) -> ApiError:
    """Return the 404 that lists ids of missing objects."""
    return not_found(f"{noun} with IDs [{', '.join(keys)}] do not exist")


def _as_list(value: Json) -> list[str]:
    return [value] if isinstance(value, str) else value or []
