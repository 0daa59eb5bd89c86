"""Experiments (Console API: ``/experiments``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from ..errors import Problem, StatsigError
from ..json_values import Json
from ..lifecycle.crud import Lifecycle
from ..lifecycle.deletion import Deletion
from ..lifecycle.update import Updater
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import ListProp, Prop, SparseProp
from ..schema.sentences import Sentence
from ..schema.state import IMPORT, Inputs
from .bases.config import ConfigFields, ConfigResource
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
    find_consequences,
    find_group_name_problems,
    find_status_problems,
    find_transition_problems,
)
from .types.shared import (
    ActiveReview,
    HourOfDay,
    NonEmptyStr,
    Owner,
    ReviewSettings,
    find_duplicates,
    iterate_objects,
)

ExperimentName = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\- ]*$")]
ExperimentID = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-zA-Z0-9_\-]*$")]
Weekday = Annotated[int, Field(ge=0, le=6)]
DEFAULT_GROUPS: Final[Inputs] = {"groups": [{"name": "Control"}, {"name": "Test"}]}
"""The groups that Statsig gives an experiment if the program omits them."""
IMPLICIT_LAYER = "statsig::"
"""Prefix of the layer that the API returns for an experiment without a layer."""


def _to_explicit_layer(layer: Json) -> Json:
    return None if str(layer or "").startswith(IMPLICIT_LAYER) else layer


class ExperimentUpdater(Updater):
    """Updates of experiments. The status allows some transitions only, and locks properties."""

    def change_problems(
        self, olds: Mapping[str, Json], news: Mapping[str, Json], changed: Iterable[str]
    ) -> Iterable[Problem]:
        return find_transition_problems(olds, news, changed, self.declaration.properties["groups"])


class ExperimentLifecycle(Lifecycle):
    """Behaviour of experiments. The names of the groups that Statsig adds by itself are validated too."""

    def check(self, inputs: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        normalized, problems = super().check(inputs, new=new)
        if new and not normalized.keys() & {"groups", IMPORT} and self.policy.on_existing == "fail":
            problems += find_group_name_problems(DEFAULT_GROUPS | normalized)
        return normalized, problems


class ExperimentDeletion(Deletion):
    """Deletes experiments. An active one is deleted only if the program allows it."""

    def validate(self, key: str, outputs: Mapping[str, Json]) -> None:
        if outputs.get("delete_while_active"):
            return
        live = self.resource_client.get(key)
        if live is not None and live.get("status") == "active":
            raise StatsigError(
                f"{self.declaration.title(outputs, key)} is active and was not deleted. Decide, abandon or archive"
                " it first, or declare archive_on_delete=True or delete_while_active=True, run `pulumi up`, and"
                " then delete it"
            )

    def advice_on_refusal(self, outputs: Mapping[str, Json]) -> str:
        if outputs.get("delete_while_active"):
            return "declare archive_on_delete=True, or abandon it first, run `pulumi up`, and then delete it"
        return super().advice_on_refusal(outputs)


def _is_never_default(groups: Json) -> bool:
    """Return False, so that an export includes the groups that Statsig created."""
    return False


class ExperimentFields(ConfigFields):
    """Fields of experiments."""

    name: SparseProp[ExperimentName] = required()
    """Display name: 3 to 100 letters, digits, spaces, ``_`` and ``-``."""
    hypothesis: Prop[str] = optional()
    """The hypothesis that the experiment tests."""
    links: ListProp[Link] = optional()
    """Links to related documents."""
    allocation: Prop[Share] = optional(default=100, rollout=True)
    """Share of the layer, or of all units if there is no layer, that takes part, in percent."""
    targeting_gate_id: Prop[str | None] = optional(refers_to="Gate.id")
    """Id of the gate that units must pass to take part. Cannot be changed after the start."""
    duration: SparseProp[Count] = optional(default=14)
    """Planned duration, in days."""
    target_exposures: SparseProp[Count] = optional()
    """Planned number of exposures."""
    primary_metrics: ListProp[ExperimentMetric] = optional(preset_by="Team.default_experiment_primary_metrics")
    """Metrics that decide the hypothesis."""
    secondary_metrics: ListProp[ExperimentMetric] = optional(preset_by="Team.default_experiment_secondary_metrics")
    """Metrics to monitor in addition."""
    other_metrics: ListProp[ExperimentMetric] = optional()
    """Metrics for exploration. Statsig applies no corrections to them."""
    sequential_testing: SparseProp[bool] = optional()
    """Whether to apply sequential testing, which widens confidence intervals while the experiment runs."""
    bonferroni_correction: Prop[bool] = optional(default=False)
    """Whether to apply the Bonferroni correction per variant."""
    bonferroni_correction_per_metric: SparseProp[bool] = optional()
    """Whether to apply the Bonferroni correction per metric."""
    benjamini_hochberg_per_variant: SparseProp[bool] = optional()
    """Whether to apply the Benjamini-Hochberg procedure per variant."""
    benjamini_hochberg_per_metric: SparseProp[bool] = optional()
    """Whether to apply the Benjamini-Hochberg procedure per metric."""
    benjamini_primary_metrics_only: SparseProp[bool] = optional()
    """Whether to apply the Benjamini-Hochberg procedure to primary metrics only."""
    default_rollup_window: SparseProp[int] = optional()
    """Rollup window of results, in days. -1 covers the whole experiment."""
    default_chance_to_beat_threshold: SparseProp[float] = optional()
    """Bayesian: threshold of the chance to beat from which a result is significant."""
    bayesian_priors: ListProp[BayesianPrior] = optional()
    """Bayesian: prior distributions, by metric."""
    default_sprt_power_param: SparseProp[float] = optional(wire="defaultSPRTPowerParam")
    """Sequential probability ratio test: power, in percent."""
    default_sprt_mde: SparseProp[float] = optional(wire="defaultSPRTMDE")
    """Sequential probability ratio test: minimum detectable effect of metrics without one of their own."""
    sprt_mde_settings: ListProp[SprtMetric] = optional(wire="sprtMDESettings")
    """Sequential probability ratio test: minimum detectable effects, by metric and group."""
    cure_covariates: ListProp[Covariate] = optional()
    """Covariates for CURE, Statsig's variance reduction."""
    stratified_sampling: Prop[StratifiedSampling | None] = optional()
    """Stratified sampling, which balances the groups before the start."""
    fixed_analysis_duration: SparseProp[Count] = optional()
    """Number of days after its exposure for which a unit is analysed."""
    external_events: ListProp[ExternalEvent] = optional()
    """External events to show in the results."""
    user_buckets: ListProp[int] = optional()
    """Numbers of the unit buckets that take part."""
    enabled_non_prod_environments: ListProp[str] = optional(unordered=True, refers_to="Environments.named")
    """Environments other than production in which the experiment runs before its start."""
    manual_quality_scores: ListProp[ManualQualityScore] = optional()
    """Quality scores that are set by hand, up to 10."""
    is_sidecar: SparseProp[bool] = optional()
    """Whether this is a Statsig Sidecar experiment."""
    secondary_id_type: Prop[str | None] = optional(refers_to="UnitIDType.name")
    """Warehouse native: the second unit type, for identity resolution."""
    identity_resolution_source: Prop[str | None] = optional(refers_to="EntityPropertySource.name")
    """Warehouse native: name of the entity property source that maps the unit types to each other."""
    assignment_source_name: SparseProp[str] = optional(refers_to="AssignmentSource.name")
    """Warehouse native: name of the assignment source that exposures are read from."""
    assignment_source_experiment_name: SparseProp[str] = optional()
    """Warehouse native: the experiment's name in the assignment source."""
    assignment_source_filters: ListProp[AssignmentSourceFilter] = optional()
    """Warehouse native: conditions that rows of the assignment source must meet."""
    is_analysis_only: Prop[bool | None] = optional()
    """Warehouse native: whether Statsig only analyses exposures that another system assigned."""
    analysis_end_time: SparseProp[str] = optional()
    """Warehouse native, analysis only: end of the analysis."""
    allocation_duration: Prop[Count | None] = optional()
    """Warehouse native: number of days for which units are allocated."""
    cohorted_analysis_duration: SparseProp[Count] = optional()
    """Warehouse native: number of days for which each unit is analysed."""
    cohorted_metrics_mature_after_end: SparseProp[bool] = optional()
    """Warehouse native: whether cohort metrics mature after the end of the experiment."""
    cohort_wait_until_end_to_include: SparseProp[bool] = optional()
    """Warehouse native: whether to include only units whose analysis duration is complete."""
    scheduled_reload_hour: Prop[HourOfDay | None] = optional()
    """Warehouse native: hour of scheduled Pulse loads, 0 to 23, UTC."""
    scheduled_reload_days: ListProp[Weekday] = optional(unordered=True)
    """Warehouse native: days of scheduled Pulse loads, from 0 for Sunday to 6 for Saturday."""
    turbo_mode: SparseProp[bool] = optional()
    """Warehouse native: whether scheduled Pulse loads use turbo mode, which loads only the latest results."""
    pre_computed_user_dimensions: ListProp[UserDimension] = optional()
    """Warehouse native: user dimensions to compute for every metric."""
    start_time: SparseProp[int] = computed()
    """Start time, in milliseconds since 1970."""
    end_time: SparseProp[int] = computed()
    """End time, in milliseconds since 1970."""
    decision_time: SparseProp[int] = computed()
    """Time of the decision, in milliseconds since 1970."""
    launched_group_id: SparseProp[str] = computed()
    """Statsig's id of the launched group."""
    control_group_id: SparseProp[str] = computed()
    """Statsig's id of the control group."""
    experiment_type: SparseProp[str] = computed()
    """The experiment's type, such as ``BASE`` or ``SWITCHBACK``."""
    is_stale: SparseProp[bool] = computed()
    """Whether Statsig considers the experiment stale."""
    owner: SparseProp[Owner] = computed()
    """The experiment's owner."""
    review_settings: SparseProp[ReviewSettings] = computed()
    """Review requirements for changes."""
    active_review: SparseProp[ActiveReview] = computed()
    """The review in progress."""


class Experiment(
    ConfigResource, ExperimentFields, endpoint=Endpoint("experiments", list_queries=({}, {"status": "archived"}))
):
    """An experiment: groups of units that get different parameters, and the metrics to compare them by.

    Created with ``POST /experiments`` and updated with ``PATCH /experiments/{id}``, which changes only the properties
    in the request. To change the ``status``, the provider sends ``PUT /experiments/{id}/start``,
    ``make_decision``, ``abandon``, ``reset``, ``archive`` or ``unarchive``, in the order that the status requires.

    Example::

        import statsig_pulumi as statsig

        statsig.Experiment(
            "checkout-test",
            name="checkout_test",
            hypothesis="One page sells more than three",
            groups=[
                statsig.Group(name="Three pages", size=50, parameter_values={"pages": 3}),
                statsig.Group(name="One page", size=50, parameter_values={"pages": 1}),
            ],
            control_group="Three pages",
            primary_metrics=[
                statsig.ExperimentMetric(
                    name="purchase", type="event_count", direction="increase"
                )
            ],
            allocation=20,
            duration=21,
            status="setup",
        )
    """

    category = "Experiments"
    lifecycle = ExperimentLifecycle
    updater = ExperimentUpdater
    deletion = ExperimentDeletion
    terraform_type = "experiment"
    loss = "code that reads it gets the default in the code, and its results are lost"

    experiment_id: Prop[ExperimentID] = optional(wire="id", replace_on_changes=True)
    """The experiment's id, which code refers to: 3 to 100 letters, digits, ``_`` and ``-``. If omitted, Statsig
    derives it from the name."""
    # Properties with an action are applied in the order of declaration: the status comes before the groups.
    status: Prop[Status] = optional(default="setup", action=STATUS)
    """The status. Allowed changes: ``setup`` to ``active``; ``active`` to ``decision_made`` (requires
    ``launched_group`` and ``decision_reason``) or ``abandoned`` (requires ``decision_reason``); any status to
    ``archived``. Use ``reset_trigger`` to go back to ``setup``."""
    reset_trigger: Prop[str] = optional(action=RESET)
    """Any text. Changing it after it is first set resets the experiment to ``setup`` and deletes its results, before
    any other change."""
    launched_group: Prop[NonEmptyStr] = optional(wire="launchedGroup", action=LAUNCHED_GROUP)
    """Name of the group that the decision launches."""
    decision_reason: Prop[NonEmptyStr] = optional(action=DECISION_REASON)
    """Reason for the decision, or for abandoning the experiment."""
    remove_targeting: Prop[bool] = optional(local=True)
    """Whether the decision also removes the targeting."""
    delete_while_active: Prop[bool] = optional(local=True)
    """Whether ``pulumi destroy`` may delete the experiment while it is active. By default, that is an error."""
    groups: ListProp[Group] = optional(default=_is_never_default)
    """Groups. If omitted, Statsig creates ``Control`` and ``Test`` with 50 % each."""
    control_group: Prop[NonEmptyStr] = optional(wire="controlGroup", action=CONTROL_GROUP)
    """Name of the control group. If omitted, it is the first group."""
    layer_id: Prop[str | None] = optional(replace_on_changes=True, from_wire=_to_explicit_layer, refers_to="Layer.id")
    """Id of the layer whose units the experiment shares with others."""
    primary_metric_tags: ListProp[str] = optional(unordered=True, write_only=True)
    """Tags whose metrics become primary metrics. The API does not return them."""
    secondary_metric_tags: ListProp[str] = optional(unordered=True, write_only=True)
    """Tags whose metrics become secondary metrics. The API does not return them."""
    default_confidence_interval: Prop[Literal["80", "90", "95", "98", "99"]] = optional(default="95")
    """Confidence level of the intervals in the results, in percent."""
    analytics_type: Prop[Literal["frequentist", "bayesian", "sprt"]] = optional()
    """Statistical method of the results."""
    sprt_baseline_mode: Prop[Literal["manual", "in_experiment_control"]] = optional()
    """Sequential probability ratio test: source of the baseline."""
    identifier_mapping_mode: Prop[Literal["strictOneToOne", "firstTouchOneToMany", "lastTouchOneToMany"]] = optional()
    """Warehouse native: mapping between the two unit types."""
    analysis_start_time: Prop[str] = optional(local=True)
    """Warehouse native, analysis only: start of the analysis. Sent when the experiment is started."""
    scheduled_reload_type: Prop[Literal["full", "incremental"]] = optional()
    """Warehouse native: data that scheduled Pulse loads load."""
    health_check_status: Prop[Literal["PASSED", "FAILED", "WAITING", "WARNING"]] = computed()
    """Overall status of the health checks."""

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Ignore the metrics that the API adds to the declared ones because of declared tags."""
        values = dict(super().suppress_drift(live, declared))
        for name in ("primary_metrics", "secondary_metrics"):
            if declared.get(name.replace("metrics", "metric_tags")) and name in declared:
                metrics = [metric for _, metric in iterate_objects(declared, name)]
                references = {(metric.get("name"), metric.get("type")) for metric in metrics}
                live_metrics = live.decoded[name] or []
                values[name] = [m for m in live_metrics if (m.get("name"), m.get("type")) in references]
        return values

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """Omit the control group if it is the first group, which is Statsig's default."""
        first = next((group["name"] for group in values.get("groups", ())), None)
        return {name: value for name, value in values.items() if (name, value) != ("control_group", first)}

    @classmethod
    def consequences(cls, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterable[Sentence]:
        return find_consequences(before, after)

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from super().validate(values)
        yield from find_duplicates(values, "groups")
        yield from find_status_problems(values)
        yield from find_group_name_problems(values)
        sizes = [group.get("size") for _, group in iterate_objects(values, "groups")]
        total = sum(size for size in sizes if isinstance(size, (int, float)))
        if round(total, 2) > 100:
            yield Problem("groups", f"the sizes add up to {total:g} %, more than 100 %")
