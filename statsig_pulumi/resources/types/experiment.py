"""The parts of an experiment: its groups, its metrics, and how its results are computed.

Console API: the bodies of ``POST /experiments``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from ...json_values import Json
from ...schema.actions import Action, Step
from ...schema.options import computed, optional, required
from ...schema.properties import ListProp, MapProp, NestedType, Prop
from .rules import known_items

Share = Annotated[float, Field(ge=0, le=100)]
"""A share in percent, 0 to 100."""
Count = Annotated[int, Field(ge=1)]


def group_id(live: Any, name: Json) -> str | None:
    """The id by which the API knows a group of an experiment."""
    return next((group.get("id") for group in live.get("groups") or () if group.get("name") == name), None)


def group_name(live: Any, id_: Json) -> str | None:
    """The name of the group with this id."""
    return next((group.get("name") for group in live.get("groups") or () if id_ and group.get("id") == id_), None)


def _next_toggle(live: Any, declared: Any) -> Step | None:
    """The call that disables, or enables, the groups that are not as declared."""
    wanted = {group["name"]: group["disabled"] for group in known_items(declared, "groups") if "disabled" in group}
    for verb, disabled in (("disable_groups", True), ("enable_groups", False)):
        names = [
            group["name"]
            for group in live.get("groups") or ()
            if wanted.get(group.get("name")) is disabled and bool(group.get("disabled")) is not disabled
        ]
        if names:
            return Step(verb, {"group_names": names}, "POST")
    return None


class Group(NestedType):
    """One group of an experiment; groups are told apart by their names."""

    identity = ("name",)

    name: Prop[Annotated[str, Field(min_length=1)]] = required()
    """Name, unique in the experiment; a live group of that name keeps its id through edits."""
    size: Prop[Share] = required()
    """Share of the experiment's units in this group, in percent."""
    parameter_values: MapProp[Any] = optional(create_default={})
    """What code gets in this group, by parameter."""
    description: Prop[str] = optional()
    """What the group sees."""
    disabled: Prop[bool] = optional(
        default=False,
        action=Action(read_fn=lambda group: bool(group.get("disabled")), step_fn=_next_toggle, in_body=True),
    )
    """The group takes no units; its share gets the defaults."""
    foreign_group_id: Prop[str] = optional()
    """The id of the group in an assignment source."""
    highlighted: Prop[bool] = optional(default=False)
    """The group stands out in the results."""
    id: Prop[str] = computed(sent_back=True)
    """Statsig's id of the group."""
    is_control: Prop[bool] = computed()
    """It is the control group, where the API tells."""


class ExperimentMetric(NestedType):
    """A metric of an experiment, with what is expected of it."""

    identity = ("name", "type")

    name: Prop[str] = required()
    """The metric's name, such as ``button_click``."""
    type: Prop[str] = required()
    """The metric's type, such as ``event_count`` or ``user``."""
    direction: Prop[Literal["increase", "decrease"]] = optional()
    """Where it is expected to move."""
    hypothesized_value: Prop[float] = optional()
    """By how much it is expected to move."""


class Link(NestedType):
    """A link to a document."""

    url: Prop[Annotated[str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9+.\-]*://[^\s]+$")]] = required()
    """Its whole URL."""
    title: Prop[str] = optional()
    """What it is called."""


class ManualQualityScore(NestedType):
    """A quality score that is set by hand."""

    criteria_name: Prop[str] = required()
    """What is judged; Statsig's own criteria have names such as ``POWER_ANALYSIS``."""
    status: Prop[Literal["PASSED", "FAILED", "WARNING"]] = required()
    """How it is judged."""
    criteria_description: Prop[str] = required()
    """What the criterion asks for."""
    score: Prop[float] = required()
    """The score."""
    weight: Prop[float] = required()
    """Its weight among the others."""


class AssignmentSourceFilter(NestedType):
    """A condition on rows of an assignment source."""

    condition: Prop[
        Literal[
            "in",
            "not_in",
            "=",
            ">",
            "<",
            ">=",
            "<=",
            "is_null",
            "non_null",
            "contains",
            "not_contains",
            "sql_filter",
            "starts_with",
            "ends_with",
            "after_exposure",
            "before_exposure",
            "is_true",
            "is_false",
        ]
    ] = required()
    """How it is compared."""
    column: Prop[str] = optional()
    """The column."""
    match_values: ListProp[str] = optional(wire="values")
    """What it is compared with."""


class SamplingMetric(NestedType):
    """The metric by which units are stratified."""

    name: Prop[str] = required()
    """The metric's name."""
    start_date: Prop[str] = required()
    """First day of the data that counts."""
    end_date: Prop[str] = required()
    """Last day of the data that counts."""


class SamplingProperty(NestedType):
    """The entity property by which units are stratified."""

    property_source_name: Prop[str] = required(refers_to="EntityPropertySource.name")
    """Name of the entity property source."""
    column: Prop[str] = required()
    """Its column."""


class SamplingCsv(NestedType):
    """The file by which units are stratified."""

    original: Prop[str] = required()
    """The file's name."""
    identifier: Prop[str] = required()
    """Statsig's name of the file."""


class StratifiedSampling(NestedType):
    """How units are spread over the groups so that these start alike."""

    status: Prop[Literal["pending", "success", "error"]] = required()
    """Where the sampling stands."""
    metric: Prop[SamplingMetric] = optional()
    """By a metric."""
    entity_property_source: Prop[SamplingProperty] = optional()
    """By an entity property."""
    csv: Prop[SamplingCsv] = optional()
    """By a file."""


class ExternalEvent(NestedType):
    """Something that happened outside and is shown in the results."""

    name: Prop[str] = required()
    """What happened."""
    timestamp: Prop[int] = required()
    """When, in milliseconds since 1970."""


class PriorMetric(NestedType):
    """The metric of a prior."""

    name: Prop[str] = required()
    """The metric's name."""
    type: Prop[str] = required()
    """The metric's type."""


class BayesianPrior(NestedType):
    """What is believed of a metric before there is data."""

    metric: Prop[PriorMetric] = required()
    """The metric."""
    prior_mean: Prop[float] = required()
    """The mean."""
    prior_std_dev: Prop[float] = required()
    """The standard deviation."""


class SprtGroup(NestedType):
    """The numbers of one group in a sequential probability ratio test."""

    group_key: Prop[str] = required()
    """The group."""
    mde: Prop[float] = required()
    """The minimum detectable effect."""
    mean: Prop[float] = optional()
    """The mean."""
    std_dev: Prop[float] = optional()
    """The standard deviation."""


class SprtMetric(NestedType):
    """The numbers of one metric in a sequential probability ratio test."""

    metric_key: Prop[str] = required()
    """The metric, such as ``button_click::event_count``."""
    group_settings: ListProp[SprtGroup] = required()
    """By group."""


class UserDimension(NestedType):
    """A user dimension that is computed for every metric."""

    name: Prop[str] = required()
    """Its name."""
    property_source: Prop[str] = optional(refers_to="EntityPropertySource.name")
    """The entity property source it comes from."""


class Covariate(NestedType):
    """A covariate of CURE, Statsig's variance reduction."""

    name: Prop[str] = required()
    """Its name."""
    type: Prop[str] = required()
    """Its type."""
