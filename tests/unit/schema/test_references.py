"""References in the values of a resource, at any depth."""

from __future__ import annotations

from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.references import find_references


def test_references_are_found_at_any_depth_by_what_they_identify() -> None:
    conditions = [
        {"type": "passes_gate", "target_value": ["a"]},
        {"type": "fails_segment", "target_value": ["s"]},
        {"type": "country", "target_value": ["NL"]},
    ]
    values = {"team": "Core", "tags": ["one", "two"], "rules": [{"name": "r", "conditions": conditions}], "name": "g"}
    assert sorted(find_references(REGISTRY["Gate"].inputs, values)) == [
        ("Gate.id", "a"),
        ("Segment.id", "s"),
        ("Tag.name", "one"),
        ("Tag.name", "two"),
        ("Team.name", "Core"),
    ]


def test_missing_values_refer_to_nothing() -> None:
    assert list(find_references(REGISTRY["Gate"].inputs, {"team": None, "rules": None})) == []
