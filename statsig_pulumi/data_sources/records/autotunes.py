"""Records of autotunes and of the reviews of their changes."""

from __future__ import annotations

from typing import Any

from ...resources.autotune import AutotuneFields
from ...resources.types.rules import Rule
from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .record import Record


class AutotuneWinnerRecord(Record):
    """The winning variant of an autotune."""

    id: Prop[str] = computed()
    """Statsig's id of the variant."""
    name: Prop[str] = computed()
    """Name of the variant."""


class AutotuneRecord(Record, AutotuneFields):
    """An autotune: its variants, settings and winner."""

    id: Prop[str] = computed()
    """The autotune's id, which code refers to."""
    exploration_window: Prop[str] = computed()
    """Hours at the beginning in which all variants get the same share, such as ``24hrs``."""
    attribution_window: Prop[str] = computed()
    """Time between an exposure and the success event, such as ``4hrs``."""
    attribution_window_unit: Prop[str | None] = computed()
    """Unit of ``attribution_window``: ``min``, ``hour`` or ``day``."""
    winner_threshold: Prop[str] = computed()
    """Probability from which Statsig makes a variant the winner, such as ``95%``."""
    optimization_parameter: Prop[str | None] = computed()
    """Whether the number of events or their value is optimised: ``occurrence`` or ``value``."""
    is_started: Prop[bool] = computed()
    """Whether the autotune is started."""
    winner: Prop[AutotuneWinnerRecord | None] = computed()
    """The winning variant."""
    inline_targeting_rules: ListProp[Rule] = computed()
    """Targeting rules that were set in the Statsig console."""
    inline_targeting_rules_json: Prop[str | None] = computed(wire="inlineTargetingRulesJSON")
    """Targeting rules as JSON text."""


class ReviewAuthorRecord(Record):
    """The author of a review."""

    id: Prop[str] = computed()
    """Statsig's id of the user or key."""
    email: Prop[str | None] = computed()
    """The author's email address."""


class ReviewReviewerRecord(Record):
    """A user or group that may review a change."""

    id: Prop[str] = computed()
    """Statsig's id of the user or group."""
    kind: Prop[str] = computed()
    """``user`` or ``group``."""


class ReviewContentRecord(Record):
    """The change that a review proposes."""

    type: Prop[str] = computed()
    """Type of the change."""
    current: MapProp[Any] = computed()
    """Values before the change."""
    proposed: MapProp[Any] = computed()
    """Values after the change."""
    unavailable_reason: Prop[str | None] = computed(wire="unavailable_reason")
    """Reason for which the change cannot be shown: ``review_data_unavailable`` or ``content_unreadable``."""


class ReviewRecord(Record):
    """A review of a change."""

    review_id: Prop[str] = computed(wire="review_id")
    """Statsig's id of the review."""
    status: Prop[str] = computed()
    """The review's status, such as ``pending``, ``accepted``, ``rejected`` or ``committed``."""
    type: Prop[str] = computed()
    """Type of the change, such as ``start`` or ``make_decision``."""
    author: Prop[ReviewAuthorRecord | None] = computed()
    """The review's author."""
    reviewers: ListProp[ReviewReviewerRecord] = computed()
    """Users and groups that may review the change."""
    description: Prop[str] = computed()
    """The description written by the review's author."""
    created_at: Prop[str] = computed(wire="created_at")
    """Creation time, in ISO 8601."""
    content: Prop[ReviewContentRecord | None] = computed()
    """The change. Lists of reviews omit it."""
