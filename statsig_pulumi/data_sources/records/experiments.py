"""Records of experiments."""

from __future__ import annotations

from typing import Any

from ...resources.experiment import ExperimentFields
from ...resources.types.experiment import Group
from ...resources.types.rules import Rule
from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .record import Record


class HealthCheckRecord(Record):
    """A health check of an experiment."""

    name: Prop[str] = computed()
    """Name of the check."""
    description: Prop[str] = computed()
    """Result of the check, as text."""
    status: Prop[str] = computed()
    """``PASSED``, ``FAILED``, ``WAITING`` or ``WARNING``."""
    type: Prop[str | None] = computed()
    """Type of the check, such as ``has_balanced_exposures``."""
    metadata: MapProp[Any] = computed()
    """Data of the check, as the API returns it."""


class QualityCriterionRecord(Record):
    """A criterion of an experiment's quality score."""

    criterion: Prop[str] = computed()
    """Name of the criterion."""
    status: Prop[str | None] = computed()
    """``PASSED``, ``FAILED``, ``WAITING``, ``WARNING`` or ``NOT_APPLIED``."""
    passing_description: Prop[str] = computed()
    """Condition for passing, as text."""
    score: Prop[float] = computed()
    """Points that the criterion adds to the total score."""
    weight: Prop[float] = computed()
    """Weight of the criterion in the total score."""


class QualityScoreRecord(Record):
    """The quality score of an experiment's setup."""

    score: Prop[float] = computed()
    """Total score of all criteria."""
    breakdown: ListProp[QualityCriterionRecord] = computed()
    """Scores by criterion."""


class SummarySectionRecord(Record):
    """A section of an experiment's summary."""

    name: Prop[str] = computed()
    """Heading of the section."""
    content: Prop[str | None] = computed()
    """Text of the section."""


class ExperimentRecord(Record, ExperimentFields):
    """An experiment: its groups, metrics, status and analysis settings."""

    id: Prop[str] = computed()
    """The experiment's id, which code refers to."""
    status: Prop[str] = computed()
    """The status: ``setup``, ``active``, ``decision_made``, ``abandoned``, ``archived``, ``experiment_stopped`` or
    ``assignment_stopped``."""
    groups: ListProp[Group] = computed()
    """Groups, with their ids."""
    decision_reason: Prop[str | None] = computed()
    """Reason for the decision, or for abandoning the experiment."""
    subtype: Prop[str | None] = computed()
    """The experiment's subtype: ``conversion``, ``reactivation`` or ``retention``."""
    summary_sections: ListProp[SummarySectionRecord] = computed()
    """Sections of the experiment's summary."""
    layer_id: Prop[str | None] = computed()
    """Id of the experiment's layer. If the experiment is in no layer, the id starts with ``statsig::``."""
    inline_targeting_rules: ListProp[Rule] = computed()
    """Targeting rules that were set in the Statsig console."""
    inline_targeting_rules_json: Prop[str | None] = computed(wire="inlineTargetingRulesJSON")
    """Targeting rules as JSON text. Older projects return only this form."""
    default_confidence_interval: Prop[str] = computed()
    """Confidence level of the intervals in the results, in percent."""
    analytics_type: Prop[str | None] = computed()
    """Statistical method of the results: ``frequentist``, ``bayesian`` or ``sprt``."""
    sprt_baseline_mode: Prop[str | None] = computed()
    """Sequential probability ratio test: source of the baseline."""
    identifier_mapping_mode: Prop[str | None] = computed()
    """Warehouse native: mapping between the two unit types."""
    scheduled_reload_type: Prop[str | None] = computed()
    """Warehouse native: data that scheduled Pulse loads load."""
    health_check_status: Prop[str] = computed()
    """Overall status of the health checks: ``PASSED``, ``FAILED``, ``WAITING`` or ``WARNING``."""
    health_checks: ListProp[HealthCheckRecord] = computed()
    """Health checks."""
    quality_score: Prop[QualityScoreRecord | None] = computed()
    """Quality score of the experiment's setup."""
    external_experiment_name: Prop[str | None] = computed()
    """The experiment's name in another service."""
