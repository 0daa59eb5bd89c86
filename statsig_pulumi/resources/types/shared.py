"""Parts that several entities share: owners, metric references, review settings."""

from __future__ import annotations

from ...json_values import Json
from ...schema.options import computed, optional, required
from ...schema.properties import ListProp, NestedType, Prop


def is_a_key(owner: Json) -> bool:
    """Whether an owner is the one that the API fills in: the key that made the object."""
    return bool(owner.get("owner_type") == "SDK_KEY")


class Owner(NestedType):
    """Who owns an object."""

    owner_id: Prop[str] = optional(exported=False)
    """Statsig's id of the owner."""
    owner_type: Prop[str] = optional()
    """``USER``, or ``SDK_KEY`` for what a key made."""
    owner_name: Prop[str] = optional()
    """The owner's name."""
    owner_email: Prop[str] = optional()
    """The owner's e-mail address."""


class MetricReference(NestedType):
    """A metric, named as Statsig identifies it: by its name together with its type."""

    name: Prop[str] = required()
    """The metric's name, such as ``button_click``."""
    type: Prop[str] = required()
    """The metric's type, such as ``event_count`` or ``user``."""


class Reviewer(NestedType):
    """Someone who may review a change."""

    id: Prop[str] = computed()
    """Statsig's id of the user or group."""
    name: Prop[str] = computed()
    """The name."""
    email: Prop[str] = computed()
    """The e-mail address."""


class ReviewSettings(NestedType):
    """Whether changes need a review."""

    required_review: Prop[bool] = required()
    """A review is required; has no effect where the project or the team requires one anyway."""
    allowed_reviewers: ListProp[Reviewer] = computed()
    """Who may review."""


class ActiveReview(NestedType):
    """A review under way."""

    review_id: Prop[str] = computed()
    """Its id."""
    review_status: Prop[str] = computed()
    """Its status, such as ``pending``."""
    description: Prop[str] = computed()
    """What its author wrote."""
