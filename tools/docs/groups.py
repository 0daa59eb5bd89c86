"""The groups in which the documentation lists resources."""

from __future__ import annotations

from typing import Final

from statsig_pulumi.schema.declaration import REGISTRY, Declaration

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Feature flags": (
        "Gate",
        "GateRule",
        "GateOverrides",
        "DynamicConfig",
        "DynamicConfigRule",
        "Segment",
        "SegmentIDs",
    ),
    "Experiments": (
        "Experiment",
        "ExperimentOverrides",
        "Layer",
        "LayerOverrides",
        "Holdout",
        "HoldoutOverrides",
        "Autotune",
        "AutotuneOverrides",
        "PulseLoad",
    ),
    "Metrics and alerts": ("Metric", "MetricReload", "Alert"),
    "Warehouse": (
        "MetricSource",
        "AssignmentSource",
        "EntityPropertySource",
        "QualifyingEvent",
        "IngestionSource",
        "IngestionSchedule",
        "IngestionBackfill",
        "DatabricksConnection",
    ),
    "Project and access": (
        "Tag",
        "Team",
        "User",
        "Role",
        "Key",
        "TargetApp",
        "UnitIDType",
        "Environments",
        "ProjectSettings",
        "ProjectReviewSettings",
        "RoleSettings",
        "TeamSettings",
    ),
}
OTHERS: Final = "Others"


def group_resources() -> dict[str, list[Declaration]]:
    """Return all resources by group, in the order of the documentation."""
    grouped = {group: [REGISTRY[kind] for kind in kinds] for group, kinds in GROUPS.items()}
    listed = {kind for kinds in GROUPS.values() for kind in kinds}
    if others := [REGISTRY[kind] for kind in sorted(REGISTRY) if kind not in listed]:
        grouped[OTHERS] = others
    return grouped
