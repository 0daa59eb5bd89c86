"""The settings of reviews of a project (Console API: ``/settings/reviews``)."""

from __future__ import annotations

from ..lifecycle.singleton import Singleton
from ..schema.declaration import Endpoint
from ..schema.options import optional
from ..schema.properties import Fields, Prop
from .bases.entity import Entity


class ProjectReviewSettingsFields(Fields):
    """Fields of the settings of reviews of a project. The API may omit the last two, which are false then."""

    is_config_review_required: Prop[bool] = optional(wire="is_config_review_required", default=False)
    """Whether changes of gates, dynamic configs, experiments and the like require a review."""
    is_metric_review_required: Prop[bool] = optional(wire="is_metric_review_required", default=False)
    """Whether changes of metrics require a review."""
    is_metric_review_required_on_verified_only: Prop[bool] = optional(
        wire="is_metric_review_required_on_verified_only", default=False
    )
    """Whether only changes of verified metrics require a review."""
    is_whn_analysis_only_review_required: Prop[bool] = optional(
        wire="is_whn_analysis_only_review_required", default=False, from_wire=bool
    )
    """Warehouse native: whether changes of experiments that are only analyzed require a review."""
    is_whn_source_review_required: Prop[bool] = optional(
        wire="is_whn_source_review_required", default=False, from_wire=bool
    )
    """Warehouse native: whether changes of metric sources, assignment sources and entity property sources require a
    review."""


class ProjectReviewSettings(
    Entity, ProjectReviewSettingsFields, endpoint=Endpoint("settings/reviews", key=(), update="replace")
):
    """Which changes in the project require a review.

    Every project has these settings. ``POST /settings/reviews`` sends all of them if one differs from the declared one:
    what the program omits is sent as it is in Statsig. ``pulumi destroy`` leaves them unchanged. With
    ``statsig:respectReviews``, a review that is required now can hold the next changes of the same program.

    Example::

        import statsig_pulumi as statsig

        statsig.ProjectReviewSettings(
            "reviews", is_config_review_required=True, is_metric_review_required=False
        )
    """

    category = "Project and access"
    lifecycle = Singleton
    terraform_type = "settings_reviews"
