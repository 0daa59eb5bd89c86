"""What holdouts hold: the field `holdoutIDs` of gates, experiments and layers, and global holdouts."""

from __future__ import annotations

import hashlib
from typing import Final

from .json_values import Json, Record
from .project import Project

# The kinds that a holdout can hold, by its field with their ids.
KINDS: Final = {"gateIDs": "gates", "experimentIDs": "experiments", "layerIDs": "layers"}
FIELDS: Final = {kind: field for field, kind in KINDS.items()}


def note_held(project: Project, before: Record, after: Record) -> None:
    """Update the field `holdoutIDs` of the objects that a holdout holds, or no longer holds."""
    holdout_id = before.get("id") or after["id"]
    for field, kind in KINDS.items():
        old, new = set(before.get(field) or ()), set(after.get(field) or ())
        for key in old ^ new:
            record = project.store[kind].get(key)
            if record is not None:
                others = [each for each in record.get("holdoutIDs", []) if each != holdout_id]
                project.put(kind, key, record | {"holdoutIDs": [*others, holdout_id] if key in new else others})


def attach_to_global(project: Project, kind: str, record: Record) -> Record:
    """Add a new object to the global holdouts of its unit type, and return it."""
    for holdout in project.store["holdouts"] if kind in FIELDS else ():
        if holdout["isGlobal"] and holdout["idType"] == record["idType"]:
            field = FIELDS[kind]
            held = project.put("holdouts", holdout["id"], holdout | {field: [*holdout[field], record["id"]]})
            note_held(project, holdout, held)
    return project.store[kind].get(record["id"]) or record


def internal_id(gate_id: Json) -> Json:
    """Return the internal id of a gate, which no other response contains."""
    return hashlib.sha256(str(gate_id).encode()).hexdigest()[:22] if gate_id else gate_id
