"""Experiments, as the API returns them."""

from __future__ import annotations

from typing import Any

from ...resources.types.experiment import (
    AssignmentSourceFilter,
    BayesianPrior,
    Covariate,
    ExperimentMetric,
    ExternalEvent,
    Group,
    Link,
    ManualQualityScore,
    SprtMetric,
    StratifiedSampling,
    UserDimension,
)
from ...resources.types.rules import Rule
from ...resources.types.shared import ActiveReview, ReviewSettings
from ...schema.options import computed
from ...schema.properties import ListProp, MapProp, Prop
from .configurations import ConfigurationRecord
from .record import Record


class HealthCheckRecord(Record):
    """One check of an experiment's health."""

    name: Prop[str] = computed()
    """What is checked."""
    description: Prop[str] = computed()
    """What was found."""
    status: Prop[str] = computed()
    """``PASSED``, ``FAILED``, ``WAITING`` or ``WARNING``."""
    type: Prop[str | None] = computed()
    """Statsig's word for the check, such as ``has_balanced_exposures``."""
    metadata: MapProp[Any] = computed()
    """The numbers behind it, as the API tells them."""


class QualityCriterionRecord(Record):
    """One criterion of an experiment's quality."""

    criterion: Prop[str] = computed()
    """What is judged."""
    status: Prop[str | None] = computed()
    """``PASSED``, ``FAILED``, ``WAITING``, ``WARNING`` or ``NOT_APPLIED``."""
    passing_description: Prop[str] = computed()
    """When it passes."""
    score: Prop[float] = computed()
    """What it adds to the score."""
    weight: Prop[float] = computed()
    """Its weight among the others."""


class QualityScoreRecord(Record):
    """How good an experiment is made."""

    score: Prop[float] = computed()
    """The score of all criteria together."""
    breakdown: ListProp[QualityCriterionRecord] = computed()
    """The criteria."""


class SummarySectionRecord(Record):
    """A section of an experiment's summary."""

    name: Prop[str] = computed()
    """Its heading."""
    content: Prop[str | None] = computed()
    """Its text."""


class ExperimentRecord(ConfigurationRecord):
    """An experiment: its groups, its metrics, where it stands, and how its results are computed."""

    status: Prop[str] = computed()
    """Where it stands: ``setup``, ``active``, ``decision_made``, ``abandoned``, ``archived``,
    ``experiment_stopped`` or ``assignment_stopped``."""
    experiment_type: Prop[str | None] = computed()
    """Its type, such as ``BASE`` or ``SWITCHBACK``."""
    subtype: Prop[str | None] = computed()
    """``conversion``, ``reactivation`` or ``retention``."""
    hypothesis: Prop[str] = computed()
    """The statement that is tested."""
    groups: ListProp[Group] = computed()
    """The groups, with their ids."""
    control_group_id: Prop[str | None] = computed()
    """Statsig's id of the control group."""
    launched_group_id: Prop[str | None] = computed()
    """Statsig's id of the launched group."""
    decision_reason: Prop[str | None] = computed()
    """Why it was decided so, or abandoned."""
    start_time: Prop[int | None] = computed()
    """When it was started, in milliseconds since 1970."""
    end_time: Prop[int | None] = computed()
    """When it ended, in milliseconds since 1970."""
    decision_time: Prop[int | None] = computed()
    """When it was decided, in milliseconds since 1970."""
    links: ListProp[Link] = computed()
    """Documents that belong to it."""
    summary_sections: ListProp[SummarySectionRecord] = computed()
    """Its summary."""
    allocation: Prop[float] = computed()
    """Share of the layer, or of all units, that takes part, in percent."""
    layer_id: Prop[str | None] = computed()
    """The layer whose units it shares with others; ``statsig::`` begins the name of one that is its own."""
    targeting_gate_id: Prop[str | None] = computed()
    """Only units that pass this gate take part; empty or None where all do."""
    inline_targeting_rules: ListProp[Rule] = computed()
    """Targeting that was made in the console."""
    inline_targeting_rules_json: Prop[str | None] = computed(wire="inlineTargetingRulesJSON")
    """The same as JSON text, which older projects have alone."""
    duration: Prop[int | None] = computed()
    """How long it is meant to run, in days."""
    target_exposures: Prop[int | None] = computed()
    """How many exposures it is meant to have."""
    primary_metrics: ListProp[ExperimentMetric] = computed()
    """Metrics that decide about the hypothesis."""
    secondary_metrics: ListProp[ExperimentMetric] = computed()
    """Metrics that are watched besides."""
    other_metrics: ListProp[ExperimentMetric] = computed()
    """Metrics to learn from."""
    default_confidence_interval: Prop[str] = computed()
    """Confidence of the intervals in the results, in percent."""
    sequential_testing: Prop[bool | None] = computed()
    """The intervals are widened while it runs."""
    bonferroni_correction: Prop[bool] = computed()
    """Bonferroni correction per variant."""
    bonferroni_correction_per_metric: Prop[bool | None] = computed()
    """Bonferroni correction per metric."""
    benjamini_hochberg_per_variant: Prop[bool | None] = computed()
    """Benjamini-Hochberg procedure per variant."""
    benjamini_hochberg_per_metric: Prop[bool | None] = computed()
    """Benjamini-Hochberg procedure per metric."""
    benjamini_primary_metrics_only: Prop[bool | None] = computed()
    """Benjamini-Hochberg procedure for primary metrics only."""
    analytics_type: Prop[str | None] = computed()
    """How results are computed."""
    default_rollup_window: Prop[int | None] = computed()
    """Days that results are rolled up over; -1 for all."""
    default_chance_to_beat_threshold: Prop[float | None] = computed()
    """Bayesian: the chance to beat at which a result counts."""
    bayesian_priors: ListProp[BayesianPrior] = computed()
    """Bayesian: what is believed before."""
    default_sprt_power_param: Prop[float | None] = computed(wire="defaultSPRTPowerParam")
    """Sequential probability ratio test: the power, in percent."""
    default_sprt_mde: Prop[float | None] = computed(wire="defaultSPRTMDE")
    """Sequential probability ratio test: the minimum detectable effect of metrics without one."""
    sprt_baseline_mode: Prop[str | None] = computed()
    """Sequential probability ratio test: where the baseline comes from."""
    sprt_mde_settings: ListProp[SprtMetric] = computed(wire="sprtMDESettings")
    """Sequential probability ratio test: the minimum detectable effects by metric and group."""
    cure_covariates: ListProp[Covariate] = computed()
    """Covariates of CURE, Statsig's variance reduction."""
    stratified_sampling: Prop[StratifiedSampling | None] = computed()
    """How units are spread so that the groups start alike."""
    fixed_analysis_duration: Prop[int | None] = computed()
    """How long a unit counts after its exposure, in days."""
    external_events: ListProp[ExternalEvent] = computed()
    """What happened outside, as it is shown in the results."""
    user_buckets: ListProp[int] = computed()
    """The buckets of units that take part."""
    enabled_non_prod_environments: ListProp[str] = computed()
    """Environments besides production in which it runs before it is started."""
    manual_quality_scores: ListProp[ManualQualityScore] = computed()
    """Quality scores set by hand."""
    quality_score: Prop[QualityScoreRecord | None] = computed()
    """How good it is made."""
    health_checks: ListProp[HealthCheckRecord] = computed()
    """Its health, check by check."""
    health_check_status: Prop[str] = computed()
    """Its health as a whole: ``PASSED``, ``FAILED``, ``WAITING`` or ``WARNING``."""
    is_stale: Prop[bool | None] = computed()
    """Statsig considers it stale."""
    is_sidecar: Prop[bool | None] = computed()
    """It is an experiment of Statsig Sidecar."""
    review_settings: Prop[ReviewSettings | None] = computed()
    """Whether changes need a review."""
    active_review: Prop[ActiveReview | None] = computed()
    """The review under way."""
    external_experiment_name: Prop[str | None] = computed()
    """What another service calls it."""
    secondary_id_type: Prop[str | None] = computed()
    """Warehouse native: the second unit, for identity resolution."""
    identifier_mapping_mode: Prop[str | None] = computed()
    """Warehouse native: how units are mapped to each other."""
    identity_resolution_source: Prop[str | None] = computed()
    """Warehouse native: the entity property source that maps them."""
    assignment_source_name: Prop[str | None] = computed()
    """Warehouse native: the assignment source that exposures come from."""
    assignment_source_experiment_name: Prop[str | None] = computed()
    """Warehouse native: what the assignment source calls the experiment."""
    assignment_source_filters: ListProp[AssignmentSourceFilter] = computed()
    """Warehouse native: which rows of the assignment source count."""
    is_analysis_only: Prop[bool | None] = computed()
    """Warehouse native: exposures are made elsewhere, Statsig analyses only."""
    analysis_end_time: Prop[str | None] = computed()
    """Warehouse native, analysis only: when the analysis ends."""
    allocation_duration: Prop[int | None] = computed()
    """Warehouse native: how long units are allocated, in days."""
    cohorted_analysis_duration: Prop[int | None] = computed()
    """Warehouse native: how long each unit is analysed, in days."""
    cohorted_metrics_mature_after_end: Prop[bool | None] = computed()
    """Warehouse native: cohort metrics mature after the end."""
    cohort_wait_until_end_to_include: Prop[bool | None] = computed()
    """Warehouse native: only units whose analysis is complete count."""
    scheduled_reload_hour: Prop[int | None] = computed()
    """Warehouse native: the hour of scheduled Pulse loads, UTC."""
    scheduled_reload_type: Prop[str | None] = computed()
    """Warehouse native: what a scheduled Pulse load loads."""
    scheduled_reload_days: ListProp[int] = computed()
    """Warehouse native: the days of scheduled Pulse loads, 0 for Sunday."""
    turbo_mode: Prop[bool | None] = computed()
    """Warehouse native: scheduled Pulse loads run in turbo mode."""
    pre_computed_user_dimensions: ListProp[UserDimension] = computed()
    """Warehouse native: user dimensions computed for every metric."""
