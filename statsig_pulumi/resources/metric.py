"""Metrics (Console API: ``/metrics``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from ..errors import NotFoundError, Problem, RejectedError, StatsigError
from ..json_values import Json
from ..lifecycle.deletion import Deletion
from ..lifecycle.dry_run import DryRunLifecycle
from ..lifecycle.resource_client import ResourceClient
from ..schema.actions import toggle_action
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, Prop, SparseProp
from ..schema.references import find_references
from ..schema.state import Inputs
from ..schema.validation import get_known
from .bases.entity import Entity
from .types.metric import (
    FunnelEvent,
    MetricEvent,
    MetricLineage,
    MetricOwner,
    Quantile,
    WarehouseNativeMetric,
    is_declared,
)
from .types.shared import HourOfDay, MetricReference, get_items, is_api_key, iterate_objects

MetricName = Annotated[str, Field(min_length=4, max_length=200, pattern=r"^[a-zA-Z0-9_.\-()/ %:]*$")]
MetricType = Literal[
    "ratio",
    "mean",
    "event_count_custom",
    "event_user",
    "funnel",
    "composite",
    "composite_sum",
    "sum",
    "percentile",
    "undefined",
    "user_warehouse",
]
Weekday = Annotated[int, Field(ge=0, le=6)]
WAREHOUSE: Final = "user_warehouse"
"""The type of every metric of a warehouse-native project."""
DEFINITION: Final = (
    "metric_events",
    "metric_component_metrics",
    "funnel_event_list",
    "funnel_count_distinct",
    "rollup_time_window",
    "custom_roll_up_start",
    "custom_roll_up_end",
)
"""The definition of a metric of a cloud project, which only a create accepts."""
OF_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "warehouse_native": (WAREHOUSE,),
    "scheduled_reload_hour": (WAREHOUSE,),
    "scheduled_reload_days": (WAREHOUSE,),
    "percentile": ("percentile",),
    "funnel_event_list": ("funnel",),
    "funnel_count_distinct": ("funnel",),
    "metric_component_metrics": ("composite", "composite_sum"),
}
"""By property, the types of metrics that take it."""
REQUIRED_BY_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "sum": ("unit_types", "metric_events"),
    "mean": ("unit_types", "metric_events"),
    "event_count_custom": ("unit_types", "metric_events"),
    "ratio": ("unit_types", "metric_events"),
    "percentile": ("unit_types", "metric_events", "percentile"),
    "event_user": ("metric_events",),
    "funnel": ("funnel_count_distinct", "funnel_event_list"),
    "composite": ("unit_types",),
    "composite_sum": ("unit_types", "metric_component_metrics"),
    WAREHOUSE: ("warehouse_native",),
}
"""By type, what the API requires although its schema does not."""
FUNNEL_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "users": ("event_dau", "event_user"),
    "events": ("event_count", "event_count_custom"),
}
"""By ``funnel_count_distinct``, the types of steps that fit it."""
ARCHIVE: Final = "schedule_archive"
CANCEL: Final = "cancel_archive"
EXPERIMENTS: Final = "experiments"
"""Paths below a metric."""
COMPONENTS: Final = "metric_component_metrics"
Identity = tuple[Json, Json]
SOURCES: Final = Endpoint("metrics/metric_source")


def _identify(values: Json) -> Identity:
    """Return the name and the type of a metric or of a reference to one."""
    parts = (values.get("name"), values.get("type")) if isinstance(values, Mapping) else ()
    return parts if parts and all(isinstance(part, str) for part in parts) else (None, None)


def _find_circle(start: Identity, components: Mapping[Identity, list[Identity]]) -> list[Identity]:
    """Return a way by components over other metrics back to the first one; empty if there is none."""
    ways, seen = [[start]], set[Identity]()
    while ways:
        way = ways.pop()
        for component in components.get(way[-1], ()):
            if component == start and len(way) > 1:
                return [*way, start]
            if component != start and component not in seen and None not in component:
                seen.add(component)
                ways.append([*way, component])
    return []


def _to_owner(owner: Json) -> Json:
    """Return the owner with the address under the name that an update has."""
    return {**owner, "email": owner.get("ownerEmail")} if isinstance(owner, dict) else owner


def _to_null(days: Json) -> Json:
    return days or None


class MetricClient(ResourceClient):
    """The requests of metrics. A metric is archived on the next day, so it can be unarchived in two ways."""

    def call(self, method: str, key: str, *more: str, body: Json = None) -> LiveObject:
        try:
            return super().call(method, key, *more, body=body)
        except (NotFoundError, RejectedError):
            if more != (CANCEL,):
                raise
            # Nothing is scheduled any more: the metric is archived.
            return super().call("PUT", key, "unarchive")

    def archive(self, key: str) -> None:
        self.end(lambda: self.client.change("PUT", self.path(key, ARCHIVE)), lambda: self.get(key) is None)

    def list_references(self, key: str) -> list[str]:
        """Return the experiments and the metrics that use a metric."""
        name, _, type_ = key.rpartition("::")
        names = super().list_references(key)
        with suppress(StatsigError):
            for live in self.list_all():
                parts = live.get("metricComponentMetrics") or []
                if any((part.get("name"), part.get("type")) == (name, type_) for part in parts):
                    names.append(f"metric '{live.get('name')}'")
        return names


class MetricDeletion(Deletion):
    """Deletes metrics. One that is used or permanent is deleted only if the program allows it."""

    def validate(self, key: str, outputs: Mapping[str, Json]) -> None:
        is_kept = outputs.get("is_permanent") and not outputs.get("delete_while_used")
        if is_kept and self.resource_client.get(key) is not None:
            raise StatsigError(
                f"{self.declaration.title(outputs, key)} is permanent and was not deleted: set is_permanent=False, or"
                " declare archive_on_delete=True or delete_while_used=True, run `pulumi up`, and then delete it"
            )
        super().validate(key, outputs)

    def find_users(self, key: str, outputs: Mapping[str, Json]) -> Iterator[str]:
        with suppress(NotFoundError):
            for experiment in self.client.pages(self.resource_client.path(key, EXPERIMENTS)):
                yield f"Experiment '{experiment.get('name') or experiment.get('id')}'"
        yield from super().find_users(key, outputs)


class MetricLifecycle(DryRunLifecycle):
    """Behaviour of metrics. A metric that is computed from itself is rejected."""

    def check(self, inputs: Mapping[str, Json], *, new: bool) -> tuple[Inputs, list[Problem]]:
        normalized, problems = super().check(inputs, new=new)
        if normalized.get(COMPONENTS):
            metrics = self.context.program_inputs.list_inputs(self.declaration.kind)
            components = {_identify(each): list(map(_identify, get_items(each, COMPONENTS))) for each in metrics}
            if circle := _find_circle(_identify(normalized), components):
                names = " is computed from ".join(f"'{name}'" for name, _ in circle)
                problems.append(Problem(COMPONENTS, f"makes a circle: {names}"))
        return normalized, problems

    def update_dry_run_body(
        self, key: str, outputs: Mapping[str, Json], inputs: Mapping[str, Json], changed: list[str]
    ) -> Mapping[str, Json]:
        """Return just what the update will send. For it, the metric is read."""
        live = self.resource_client.get(key)
        if live is None:
            return {}
        return self.updater.request_body({name: inputs[name] for name in changed}, outputs, inputs, live)

    def is_due_to_program(self, inputs: Mapping[str, Json], *, new: bool) -> bool:
        """Return whether the metric exists, or a metric source that it names does not: the program may create it."""
        references = find_references(self.declaration.inputs, inputs)
        sources = {str(value) for reference, value in references if reference == "MetricSource.name"}
        return super().is_due_to_program(inputs, new=new) or any(map(self._is_missing, sorted(sources)))

    def _is_missing(self, source: str) -> bool:
        try:
            self.client.get(SOURCES.path(source))
        except (NotFoundError, RejectedError):
            return True
        return False


class MetricFields(Fields):
    """Fields of metrics."""

    name: Prop[MetricName] = required()
    """Name: 4 to 200 letters, digits, spaces and ``_ . - ( ) / % :``. A metric is identified by its name and type."""
    description: Prop[Annotated[str, Field(max_length=1000)]] = optional()
    """Description, up to 1,000 characters."""
    tags: ListProp[str] = optional(unordered=True, refers_to="Tag.name")
    """Names of tags."""
    unit_types: ListProp[str] = optional(unordered=True, refers_to="UnitIDType.name")
    """Unit types that the metric is computed for, such as ``userID``."""
    metric_events: ListProp[MetricEvent] = optional(create_only=True)
    """Cloud: the events that the metric is computed from. Of a ratio, the first is the numerator."""
    metric_component_metrics: ListProp[MetricReference] = optional(create_only=True)
    """Cloud: the metrics that a composite metric is computed from."""
    funnel_event_list: ListProp[FunnelEvent] = optional(create_only=True)
    """Cloud: the steps of a funnel, at least two."""
    funnel_count_distinct: SparseProp[Literal["events", "users"]] = optional(create_only=True)
    """Cloud: what a funnel counts, events or users."""
    rollup_time_window: SparseProp[str] = optional(create_only=True)
    """Cloud: the time window of the metric, ``custom`` for ``custom_roll_up_start`` and ``custom_roll_up_end``."""
    custom_roll_up_start: SparseProp[float] = optional(create_only=True)
    """Cloud: start of the custom window, in days after the exposure."""
    custom_roll_up_end: SparseProp[float] = optional(create_only=True)
    """Cloud: end of the custom window, in days after the exposure."""
    percentile: SparseProp[Quantile] = optional()
    """Cloud: which percentile a metric of type ``percentile`` is, 0.001 to 0.999 (since 2026)."""
    warehouse_native: SparseProp[WarehouseNativeMetric] = optional(merged=True)
    """Warehouse native: the definition."""
    scheduled_reload_hour: Prop[HourOfDay | None] = optional(update_only=True)
    """Warehouse native: hour of the scheduled reload, 0 to 23, UTC (since 2026). None disables the schedule."""
    scheduled_reload_days: ListProp[Weekday] = optional(update_only=True, unordered=True, to_wire=_to_null)
    """Warehouse native: days of the scheduled reload, from 0 for Sunday to 6 (since 2026). Empty: every day."""
    team: Prop[str | None] = optional(conflicts_with=("team_id",), refers_to="Team.name")
    """Name of the responsible team. Set either ``team`` or ``team_id``."""
    team_id: Prop[str | None] = optional(conflicts_with=("team",), exported=False, refers_to="Team.team_id")
    """Id of the responsible team. Set either ``team`` or ``team_id``."""
    owner: SparseProp[MetricOwner] = optional(update_only=True, from_wire=_to_owner, default=is_api_key)
    """The metric's owner. If omitted, the owner is the API key."""
    metric_id: Prop[str] = computed(wire="id")
    """Statsig's id of the metric, such as ``button_click::event_count_custom``."""
    lineage: SparseProp[MetricLineage] = computed()
    """The events and metrics that the metric is computed from."""
    creator_name: SparseProp[str] = computed()
    """The creator's name. ``CONSOLE API`` for metrics created with an API key."""
    creator_email: SparseProp[str] = computed()
    """The creator's email address."""
    created_time: SparseProp[int] = computed()
    """Creation time, in milliseconds since 1970."""
    last_modifier_id: SparseProp[str] = computed()
    """Statsig's id of the user who made the last change."""
    last_modifier_name: SparseProp[str] = computed()
    """Name of the user who made the last change."""
    last_modifier_email: SparseProp[str] = computed()
    """Email address of the user who made the last change."""
    last_modified_time: SparseProp[int] = computed()
    """Time of the last change, in milliseconds since 1970."""
    permalink: SparseProp[str] = computed()
    """URL of the metric's page in the Statsig console, if the API returns it."""


class Metric(
    Entity,
    MetricFields,
    endpoint=Endpoint(
        "metrics",
        key_form="{name}::{type}",
        update="merge",
        list_path="metrics/list",
        list_queries=({"showHiddenMetrics": "true"},),
        reference_paths=(EXPERIMENTS,),
    ),
):
    """A metric of a cloud or a warehouse-native project.

    Created with ``POST /metrics`` and updated with ``POST /metrics/{id}``, which changes only the properties in the
    request. A changed name renames the metric; a changed type replaces it. In cloud projects, the API cannot change
    the definition (``metric_events``, ``metric_component_metrics``, ``funnel_event_list``, ``funnel_count_distinct``
    and the time window), so a preview refuses such a change. A metric of a warehouse-native project has the type
    ``user_warehouse`` and its definition in ``warehouse_native``, which can change.

    Example::

        import statsig_pulumi as statsig

        statsig.Metric(
            "revenue",
            name="Net revenue",
            type="sum",
            description="What customers pay, without taxes",
            unit_types=["userID"],
            metric_events=[
                statsig.MetricEvent(name="purchase", type="metadata", metadata_key="net_amount")
            ],
        )
    """

    category = "Metrics and alerts"
    import_id = "Statsig's id of the metric, `name::type`"
    lifecycle = MetricLifecycle
    resource_client = MetricClient
    deletion = MetricDeletion
    terraform_type = "metric"
    used_by = ("Gate", "Holdout", "Metric", "Team")
    loss = "experiments and gates no longer measure it"

    type: Prop[MetricType] = required(replace_on_changes=True)
    """How the metric is computed: ``event_count_custom`` counts events, ``event_user`` counts users; the others are
    as they are named. ``user_warehouse`` is the type of every metric of a warehouse-native project."""
    directionality: Prop[Literal["increase", "decrease"]] = optional(default="increase")
    """Desired direction of changes. If omitted, it is ``increase``."""
    is_verified: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether the organization marks the metric as verified."""
    is_read_only: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether the metric can be edited only through the Console API, and not in the console."""
    is_permanent: Prop[bool] = optional(from_wire=bool, default=False)
    """Whether Statsig keeps the metric if nothing uses it. ``pulumi destroy`` refuses to delete it, unless
    ``delete_while_used`` is set."""
    is_archived: Prop[bool] = optional(
        write_only=True,
        action=toggle_action("is_archived", on=ARCHIVE, off_fn=lambda declared: CANCEL, read_fn=lambda live: None),
    )
    """Whether the metric is archived. Statsig archives it on the next day, and removes it from scorecards. False
    cancels that, or unarchives the metric. The API does not return it, so changes in the console cannot be seen."""
    archive_on_delete: Prop[bool] = optional(local=True)
    """Whether ``pulumi destroy`` archives the metric instead of deleting it."""
    delete_while_used: Prop[bool] = optional(local=True)
    """Whether ``pulumi destroy`` may delete the metric while experiments, gates, holdouts, teams or other metrics use
    it, or while it is permanent. By default, that is an error. Statsig itself refuses while another metric uses it."""
    validate_on_preview: Prop[bool] = optional(local=True)
    """Whether a preview validates the metric with a dry run (``dryRun``), and fails if Statsig rejects it. Nothing is
    saved, but each preview and each ``up`` uses one write of the project's write budget for each new or changed metric.
    Skipped while a value is unknown. The setting ``statsig:validateOnPreview`` is the default for the whole stack."""
    is_hidden: Prop[bool] = computed(from_wire=bool)
    """Whether the metric is hidden in the console."""

    @classmethod
    def explain_exclusion(cls, live: LiveObject) -> str:
        type_ = live.get("type")
        return "" if type_ in get_args(MetricType) else f"the API cannot create metrics of type '{type_}'"

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        """Declare empty criteria where the API requires criteria."""
        if values.get("type") != "event_user":
            return values
        return values | {"metric_events": [{"criteria": [], **event} for event in get_items(values, "metric_events")]}

    @classmethod
    def suppress_drift(cls, live: LiveObject, declared: Mapping[str, Json]) -> Mapping[str, Json]:
        """Keep a team id if the API returns only the team's name."""
        is_id_shown = "team_id" not in declared or live.get("teamID") or not live.get("team")
        return {} if is_id_shown else {"team_id": declared["team_id"]}

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        if "team" in values and "team_id" in values:
            yield Problem("team_id", "conflicts with team: set only one of them")
        type_ = get_known(values, "type")
        if isinstance(type_, str):
            yield from _find_type_problems(type_, values)
        yield from _find_component_problems(values)


def _find_type_problems(type_: str, values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield the properties that a metric of this type needs, and those that it does not take."""
    for name in REQUIRED_BY_TYPE.get(type_, ()):
        if not is_declared(values, name):
            yield Problem(name, f"is required with type='{type_}'")
    for name, types in OF_TYPES.items():
        if is_declared(values, name) and type_ not in types:
            yield Problem(name, f"is not for type='{type_}': omit it, or set type to {' or '.join(map(repr, types))}")
    if type_ == WAREHOUSE:
        for name in DEFINITION:
            if is_declared(values, name) and name not in OF_TYPES:
                yield Problem(name, f"is not for type='{type_}': declare the definition in warehouse_native")
    if type_ == "event_user":
        for index, event in iterate_objects(values, "metric_events"):
            if "criteria" not in event:
                yield Problem(f"metric_events[{index}].criteria", "is required with type='event_user', or []")
    if type_ == "funnel":
        yield from _find_funnel_problems(values)
    components = get_known(values, "metric_component_metrics")
    if type_ == "composite_sum" and isinstance(components, list) and len(components) == 1:
        yield Problem("metric_component_metrics", "needs at least two metrics with type='composite_sum'")


def _find_funnel_problems(values: Mapping[str, Json]) -> Iterator[Problem]:
    steps, counted = get_known(values, "funnel_event_list"), get_known(values, "funnel_count_distinct")
    if isinstance(steps, list) and len(steps) == 1:
        yield Problem("funnel_event_list", "needs at least two steps")
    fitting = FUNNEL_STEPS.get(str(counted), ())
    for index, step in iterate_objects(values, "funnel_event_list"):
        if fitting and isinstance(step.get("type"), str) and step["type"] not in fitting:
            reason = f"must be {' or '.join(fitting)} in a funnel of {counted}"
            yield Problem(f"funnel_event_list[{index}].type", reason)


def _find_component_problems(values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield a problem for each component that is the metric itself."""
    own = (get_known(values, "name"), get_known(values, "type"))
    for index, component in iterate_objects(values, "metric_component_metrics"):
        if own == (component.get("name"), component.get("type")):
            yield Problem(f"metric_component_metrics[{index}]", "is the metric itself: name another metric")
