"""Finds what refers to what: who uses a gate, and which names in a body point nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..api.responses import ApiError, Json, Record, not_found
from . import conditions
from .project import Project

# Kinds whose rules may name a gate, and fields of other kinds that hold gate ids.
KINDS_WITH_RULES: Final = ("gates", "dynamic_configs", "segments")
GATE_FIELDS: Final = (("experiments", "targetingGateID"), ("holdouts", "gateIDs"), ("holdouts", "targetingGateID"))
GATE_CONDITIONS: Final = ("passes_gate", "fails_gate")


def gates_named(rules: Iterable[Record]) -> Iterator[Json]:
    for rule in rules:
        for condition in rule.get("conditions", []):
            if condition.get("type") in GATE_CONDITIONS:
                yield from conditions.targets(condition)


def users_of_gate(project: Project, kind: str, gate_id: str) -> list[Record]:
    """The records of one kind that refer to the gate; a gate does not refer to itself."""
    found = []
    for record in project.store[kind]:
        by_rule = kind in KINDS_WITH_RULES and gate_id in gates_named(record.get("rules", []))
        by_field = any(
            gate_id == record.get(field) or gate_id in (record.get(field) or [])
            for owner, field in GATE_FIELDS
            if owner == kind
        )
        if (by_rule or by_field) and (kind, record.get("id")) != ("gates", gate_id):
            found.append(record)
    return found


def is_gate_used(project: Project, gate_id: str) -> bool:
    kinds = {*KINDS_WITH_RULES, *(kind for kind, _ in GATE_FIELDS)}
    return any(users_of_gate(project, kind, gate_id) for kind in kinds)


def refuse_unknown(project: Project, body: Record) -> None:
    """Under `unknown_references: reject`, each name in the body must exist."""
    if project.quirks["unknown_references"] == "accept":
        return
    for error in _unknown(project, body):
        raise error


def _unknown(project: Project, body: Record) -> Iterator[ApiError]:
    tags = [tag for tag in body.get("tags") or [] if project.store["tags"].key_of(tag) is None]
    if tags:
        yield not_found("Tag not found.")
    apps = unknown_keys(project, "target_app", _as_list(body.get("targetApps")))
    if apps:
        yield not_found(f"Target apps with IDs [{', '.join(apps)}] do not exist")
    if any(body.get(key) and project.store["teams"].key_of(body[key]) is None for key in ("team", "teamID")):
        yield not_found("Team not found.")
    named = [*gates_named(body.get("rules") or []), *_as_list(body.get("targetingGateID") or None)]
    gates = unknown_keys(project, "gates", named)
    if gates:
        yield not_found(f"Gates with IDs [{', '.join(gates)}] do not exist")
    if body.get("layerID") and project.store["layers"].key_of(body["layerID"]) is None:
        yield not_found("Layer not found.")


def unknown_keys(project: Project, kind: str, keys: Iterable[str]) -> list[str]:
    return [str(key) for key in keys if project.store[kind].key_of(str(key)) is None]


def _as_list(value: Json) -> list[str]:
    return [value] if isinstance(value, str) else value or []
