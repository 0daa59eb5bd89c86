"""Experiments (Console API: ``/experiments``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from ..errors import Problem, StatsigError
from ..json_values import Json
from ..lifecycle.crud import Lifecycle
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, Prop
from .bases.config import ConfigResource, NotEmpty
from .types.experiment import (
    AssignmentSourceFilter,
    BayesianPrior,
    Count,
    Covariate,
    ExperimentMetric,
    ExternalEvent,
    Group,
    Link,
    ManualQualityScore,
    Share,
    SprtMetric,
    StratifiedSampling,
    UserDimension,
)
from .types.experiment_status import (
    CONTROL_GROUP,
    DECISION_REASON,
    LAUNCHED_GROUP,
    RESET,
    STATUS,
    Status,
    problems_of_group_names,
    problems_of_status,
    problems_of_transition,
)
from .types.rules import duplicate_names, known_items
from .types.shared import ActiveReview, Owner, ReviewSettings

Hour = Annotated[int, Field(ge=0, le=23)]
IMPLICIT_LAYER = "statsig::"
"""How the API names the layer of an experiment that is in none."""


def _explicit(layer: Json) -> Json:
    return None if str(layer or "").startswith(IMPLICIT_LAYER) else layer


class ExperimentLifecycle(Lifecycle):
    """Behaviour of experiments: an active one is deleted only if that is declared."""

    def delete(self, id_: str, outputs: Mapping[str, Json]) -> None:
        is_allowed = outputs.get("delete_while_active") or self.is_archived_on_delete(outputs)
        if not is_allowed and not self.is_kept_by_another(id_, outputs):
            live = self.resource_client.get(self.resource_client.key(id_, outputs))
            if live is not None and live.get("status") == "active":
                raise StatsigError(
                    f"{self.declaration.title(outputs, id_)} is active and was not deleted. Decide, abandon or archive"
                    " it first, or declare archive_on_delete=True or delete_while_active=True, run `pulumi up`, and"
                    " then delete it"
                )
        super().delete(id_, outputs)

    def advice_on_refused_delete(self, outputs: Mapping[str, Json]) -> str:
        if outputs.get("delete_while_active"):
            return "declare archive_on_delete=True, or abandon it first, run `pulumi up`, and then delete it"
        return super().advice_on_refused_delete(outputs)


class Experiment(ConfigResource, endpoint=Endpoint("experiments", listings=({}, {"status": "archived"}))):
    """An experiment: groups of units that get different parameters, and the metrics that tell them apart.

    Its life is declared: ``status`` says where it is to stand, and the calls that bring it there are made.
    Updates are partial (``PATCH /experiments/{id}``), because whether the full update resets what is not
    sent is not documented.
    """

    lifecycle = ExperimentLifecycle
    terraform_type = "experiment"

    name: Prop[Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\- ]*$")]] = required()
    """Display name, 3 to 100 letters, digits, spaces, ``_`` and ``-``; the id is made from the first one."""
    experiment_id: Prop[Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-]*$")]] = optional(
        wire="id", replace_on_changes=True
    )
    """The id that code asks for, where it is not to be made from the name; fixed for life."""
    status: Prop[Status] = optional(default="setup", action=STATUS)
    """Where it is to stand. ``setup`` becomes ``active``; ``active`` becomes ``decision_made`` (with
    ``launched_group`` and ``decision_reason``) or ``abandoned`` (with ``decision_reason``); each can be
    ``archived``. Back to ``setup`` leads ``reset_trigger`` alone."""
    reset_trigger: Prop[str] = optional(local=True, trigger=RESET)
    """Any text; changing it, once it is declared, resets the experiment to ``setup``, with its results gone,
    before all else."""
    launched_group: Prop[NotEmpty] = optional(wire="launchedGroup", action=LAUNCHED_GROUP)
    """Name of the group that is launched by the decision."""
    decision_reason: Prop[NotEmpty] = optional(action=DECISION_REASON)
    """Why it was decided so, or abandoned."""
    remove_targeting: Prop[bool] = optional(local=True)
    """The decision takes the targeting away too."""
    delete_while_active: Prop[bool] = optional(local=True)
    """Let the resource be destroyed while the experiment is active; else that is refused."""
    groups: ListProp[Group] = optional(default=lambda groups: False)
    """The groups; Statsig makes Control and Test of 50 % each where it is not said."""
    control_group: Prop[NotEmpty] = optional(wire="controlGroup", action=CONTROL_GROUP)
    """Name of the control group; the first one, where it is not said."""
    hypothesis: Prop[str] = optional()
    """The statement that is tested."""
    links: ListProp[Link] = optional()
    """Documents that belong to it."""
    allocation: Prop[Share] = optional(default=100)
    """Share of the layer, or of all units, that takes part, in percent."""
    layer_id: Prop[str | None] = optional(replace_on_changes=True, from_wire=_explicit)
    """The layer whose units it shares with other experiments; fixed for life."""
    targeting_gate_id: Prop[str | None] = optional(refers_to="Gate.id")
    """Only units that pass this gate take part; locked once started."""
    duration: Prop[Count] = optional(default=14)
    """How long it is meant to run, in days."""
    target_exposures: Prop[Count] = optional()
    """How many exposures it is meant to have."""
    primary_metrics: ListProp[ExperimentMetric] = optional(preset_by="Team.default_experiment_primary_metrics")
    """Metrics that decide about the hypothesis."""
    secondary_metrics: ListProp[ExperimentMetric] = optional(preset_by="Team.default_experiment_secondary_metrics")
    """Metrics that are watched besides."""
    other_metrics: ListProp[ExperimentMetric] = optional()
    """Metrics to learn from; no corrections are applied to them."""
    primary_metric_tags: ListProp[str] = optional(unordered=True, write_only=True)
    """Tags whose metrics become primary metrics; the API does not return them."""
    secondary_metric_tags: ListProp[str] = optional(unordered=True, write_only=True)
    """Tags whose metrics become secondary metrics; the API does not return them."""
    default_confidence_interval: Prop[Literal["80", "90", "95", "98", "99"]] = optional(default="95")
    """Confidence of the intervals in the results, in percent."""
    sequential_testing: Prop[bool] = optional()
    """Widen the intervals while it runs, so that peeking does no harm."""
    bonferroni_correction: Prop[bool] = optional(default=False)
    """Bonferroni correction per variant."""
    bonferroni_correction_per_metric: Prop[bool] = optional()
    """Bonferroni correction per metric."""
    benjamini_hochberg_per_variant: Prop[bool] = optional()
    """Benjamini-Hochberg procedure per variant."""
    benjamini_hochberg_per_metric: Prop[bool] = optional()
    """Benjamini-Hochberg procedure per metric."""
    benjamini_primary_metrics_only: Prop[bool] = optional()
    """Benjamini-Hochberg procedure for primary metrics only."""
    analytics_type: Prop[Literal["frequentist", "bayesian", "sprt"]] = optional()
    """How results are computed."""
    manual_quality_scores: ListProp[ManualQualityScore] = optional()
    """Up to 10 quality scores set by hand."""
    stratified_sampling: Prop[StratifiedSampling | None] = optional()
    """How units are spread so that the groups start alike."""
    fixed_analysis_duration: Prop[Count] = optional()
    """How long a unit counts after its exposure, in days."""
    is_sidecar: Prop[bool] = optional()
    """It is an experiment of Statsig Sidecar."""
    secondary_id_type: Prop[str | None] = optional()
    """Warehouse native: the second unit, for identity resolution."""
    identifier_mapping_mode: Prop[Literal["strictOneToOne", "firstTouchOneToMany", "lastTouchOneToMany"]] = optional()
    """Warehouse native: how units are mapped to each other."""
    identity_resolution_source: Prop[str | None] = optional(refers_to="EntityPropertySource.name")
    """Warehouse native: the entity property source that maps them."""
    assignment_source_name: Prop[str] = optional(refers_to="AssignmentSource.name")
    """Warehouse native: the assignment source that exposures come from."""
    assignment_source_experiment_name: Prop[str] = optional()
    """Warehouse native: what the assignment source calls the experiment."""
    assignment_source_filters: ListProp[AssignmentSourceFilter] = optional()
    """Warehouse native: which rows of the assignment source count."""
    is_analysis_only: Prop[bool | None] = optional()
    """Warehouse native: exposures are made elsewhere, Statsig analyses only."""
    analysis_start_time: Prop[str] = optional(local=True)
    """Warehouse native, analysis only: when the analysis starts; sent when the experiment is started."""
    analysis_end_time: Prop[str] = optional()
    """Warehouse native, analysis only: when the analysis ends."""
    allocation_duration: Prop[Count | None] = optional()
    """Warehouse native: how long units are allocated, in days."""
    cohorted_analysis_duration: Prop[Count] = optional()
    """Warehouse native: how long each unit is analysed, in days."""
    cohorted_metrics_mature_after_end: Prop[bool] = optional()
    """Warehouse native: let cohort metrics mature after the end."""
    cohort_wait_until_end_to_include: Prop[bool] = optional()
    """Warehouse native: count only units whose analysis is complete."""
    scheduled_reload_hour: Prop[Hour | None] = optional()
    """Warehouse native: the hour of scheduled Pulse loads, UTC."""
    scheduled_reload_type: Prop[Literal["full", "incremental"]] = optional()
    """Warehouse native: what a scheduled Pulse load loads."""
    scheduled_reload_days: ListProp[Annotated[int, Field(ge=0, le=6)]] = optional(unordered=True)
    """Warehouse native: the days of scheduled Pulse loads, 0 for Sunday."""
    turbo_mode: Prop[bool] = optional()
    """Warehouse native: scheduled Pulse loads run in turbo mode."""
    external_events: ListProp[ExternalEvent] = optional()
    """What happened outside, to be shown in the results."""
    user_buckets: ListProp[int] = optional()
    """The buckets of units that take part."""
    default_rollup_window: Prop[int] = optional()
    """Days that results are rolled up over; -1 for all."""
    default_chance_to_beat_threshold: Prop[float] = optional()
    """Bayesian: the chance to beat at which a result counts."""
    bayesian_priors: ListProp[BayesianPrior] = optional()
    """Bayesian: what is believed before."""
    default_sprt_power_param: Prop[float] = optional(wire="defaultSPRTPowerParam")
    """Sequential probability ratio test: the power, in percent."""
    default_sprt_mde: Prop[float] = optional(wire="defaultSPRTMDE")
    """Sequential probability ratio test: the minimum detectable effect of metrics without one."""
    sprt_baseline_mode: Prop[Literal["manual", "in_experiment_control"]] = optional()
    """Sequential probability ratio test: where the baseline comes from."""
    sprt_mde_settings: ListProp[SprtMetric] = optional(wire="sprtMDESettings")
    """Sequential probability ratio test: the minimum detectable effects by metric and group."""
    pre_computed_user_dimensions: ListProp[UserDimension] = optional()
    """Warehouse native: user dimensions computed for every metric."""
    cure_covariates: ListProp[Covariate] = optional()
    """Covariates of CURE, Statsig's variance reduction."""
    enabled_non_prod_environments: ListProp[str] = optional(unordered=True)
    """Environments besides production in which it runs before it is started."""
    start_time: Prop[int] = computed()
    """When it was started, in milliseconds since 1970."""
    end_time: Prop[int] = computed()
    """When it ended, in milliseconds since 1970."""
    decision_time: Prop[int] = computed()
    """When it was decided, in milliseconds since 1970."""
    launched_group_id: Prop[str] = computed()
    """Statsig's id of the launched group."""
    control_group_id: Prop[str] = computed()
    """Statsig's id of the control group."""
    health_check_status: Prop[Literal["PASSED", "FAILED", "WAITING", "WARNING"]] = computed()
    """How its health checks stand together."""
    experiment_type: Prop[str] = computed()
    """Its type, such as ``BASE`` or ``SWITCHBACK``."""
    is_stale: Prop[bool] = computed()
    """Statsig considers it stale."""
    owner: Prop[Owner] = computed()
    """Who owns it."""
    review_settings: Prop[ReviewSettings] = computed()
    """Whether changes need a review."""
    active_review: Prop[ActiveReview] = computed()
    """The review under way."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """The API adds the metrics of declared tags to the declared metrics, which is no drift."""
        values = dict(super().suppress_drift(live, declared))
        for name in ("primary_metrics", "secondary_metrics"):
            if declared.get(name.replace("metrics", "metric_tags")) and name in declared:
                metrics = [metric for metric in known_items(declared, name) if isinstance(metric, dict)]
                references = {(metric.get("name"), metric.get("type")) for metric in metrics}
                live_metrics = live.decoded[name] or []
                values[name] = [m for m in live_metrics if (m.get("name"), m.get("type")) in references]
        return values

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """The first group is the control group where nothing is said."""
        first = next((group["name"] for group in values.get("groups", ())), None)
        return {name: value for name, value in values.items() if (name, value) != ("control_group", first)}

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().problems(values)
        yield from duplicate_names(values, "groups")
        yield from problems_of_status(values)
        yield from problems_of_group_names(values)
        sizes = [group.get("size") for group in known_items(values, "groups") if isinstance(group, dict)]
        total = sum(size for size in sizes if isinstance(size, (int, float)))
        if round(total, 2) > 100:
            yield Problem("groups", f"the sizes add up to {total:g} %, more than 100 %")

    @classmethod
    def validate_change(
        cls, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
    ) -> Iterator[Problem]:
        return problems_of_transition(olds, news, changed, cls.properties["groups"])
