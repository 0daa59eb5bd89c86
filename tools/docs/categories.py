"""The groups in which the documentation lists resources."""

from __future__ import annotations

from typing import get_args

from statsig_pulumi.resources.bases.entity import Category
from statsig_pulumi.schema.declaration import REGISTRY, Declaration


def group_resources() -> dict[str, list[Declaration]]:
    """Return all resources by category, in the order of the documentation."""
    kinds = sorted(REGISTRY)
    return {
        category: [REGISTRY[kind] for kind in kinds if REGISTRY[kind].cls.category == category]
        for category in get_args(Category)
    }
