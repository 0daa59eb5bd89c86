"""Nested types of experiments: groups, metrics and settings of the analysis.

Console API: the bodies of ``POST /experiments``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from ...json_values import Json
from ...schema.actions import Action, Step
from ...schema.options import computed, optional, required
from ...schema.properties import ListProp, MapProp, NestedType, Prop
from ...schema.wording import describe_number
from .shared import FilterOperator, NonEmptyStr, get_items

Share = Annotated[float, Field(ge=0, le=100)]
"""A share in percent, 0 to 100."""
Count = Annotated[int, Field(ge=1)]


def find_group_id(live: Any, name: Json) -> str | None:
    """Return the id of the group with this name, or None."""
    return next((group.get("id") for group in live.get("groups") or () if group.get("name") == name), None)


def find_group_name(live: Any, id_: Json) -> str | None:
    """Return the name of the group with this id, or None."""
    return next((group.get("name") for group in live.get("groups") or () if id_ and group.get("id") == id_), None)


def _next_toggle(live: Any, declared: Any) -> Step | None:
    """Return the request that disables or enables the groups that differ from the declaration, or None."""
    disabled_by_name = {
        group["name"]: group["disabled"] for group in get_items(declared, "groups") if "disabled" in group
    }
    for verb, is_disabled in (("disable_groups", True), ("enable_groups", False)):
        names = [
            group["name"]
            for group in live.get("groups") or ()
            if disabled_by_name.get(group.get("name")) is is_disabled and bool(group.get("disabled")) is not is_disabled
        ]
        if names:
            return Step(verb, {"group_names": names}, "POST")
    return None


class Group(NestedType):
    """A group of an experiment. Groups are matched to existing ones by name."""

    identity = ("name",)
    summarized = ("size",)

    @classmethod
    def summarize(cls, values: Mapping[str, Json]) -> str:
        return f"{describe_number(values['size'])} %" if "size" in values else ""

    name: Prop[NonEmptyStr] = required()
    """Name, unique in the experiment. An existing group with this name keeps its id."""
    size: Prop[Share] = required()
    """Share of the experiment's units in the group, in percent."""
    parameter_values: MapProp[Any] = optional(create_default={})
    """Parameter values that code gets for units in the group, by parameter name."""
    description: Prop[str] = optional()
    """Description."""
    disabled: Prop[bool] = optional(
        default=False,
        action=Action(read_fn=lambda group: bool(group.get("disabled")), next_step_fn=_next_toggle, in_body=True),
    )
    """Whether the group is disabled. Its units get the default values."""
    foreign_group_id: Prop[str] = optional()
    """Id of the group in the assignment source."""
    highlighted: Prop[bool] = optional(default=False)
    """Whether the group is highlighted in the results."""
    id: Prop[str] = computed(sent_back=True)
    """Statsig's id of the group."""
    is_control: Prop[bool] = computed()
    """Whether this is the control group, if the API returns it."""


class ExperimentMetric(NestedType):
    """A metric of an experiment, with its expected effect."""

    identity = ("name", "type")

    name: Prop[str] = required(refers_to="Metric.name")
    """The metric's name, such as ``button_click``."""
    type: Prop[str] = required()
    """The metric's type, such as ``event_count`` or ``user``."""
    direction: Prop[Literal["increase", "decrease"]] = optional()
    """Expected direction of the change."""
    hypothesized_value: Prop[float] = optional()
    """Expected size of the change."""


class Link(NestedType):
    """A link to a document."""

    url: Prop[Annotated[str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9+.\-]*://[^\s]+$")]] = required()
    """URL, with its scheme."""
    title: Prop[str] = optional()
    """Title."""


class ManualQualityScore(NestedType):
    """A quality score that is set by hand."""

    criteria_name: Prop[str] = required()
    """Name of the criterion. Statsig's own criteria have names such as ``POWER_ANALYSIS``."""
    status: Prop[Literal["PASSED", "FAILED", "WARNING"]] = required()
    """Result of the check."""
    criteria_description: Prop[str] = required()
    """Description of the criterion."""
    score: Prop[float] = required()
    """Points scored."""
    weight: Prop[float] = required()
    """Weight of the criterion in the total score."""


class AssignmentSourceFilter(NestedType):
    """A condition on rows of an assignment source."""

    condition: Prop[FilterOperator] = required()
    """Comparison operator."""
    column: Prop[str] = optional()
    """Name of the column to compare."""
    match_values: ListProp[str] = optional(wire="values")
    """Values to compare with."""


class SamplingMetric(NestedType):
    """The metric to stratify units by."""

    name: Prop[str] = required(refers_to="Metric.name")
    """The metric's name."""
    start_date: Prop[str] = required()
    """First day of the data to use."""
    end_date: Prop[str] = required()
    """Last day of the data to use."""


class SamplingProperty(NestedType):
    """The entity property to stratify units by."""

    property_source_name: Prop[str] = required(refers_to="EntityPropertySource.name")
    """Name of the entity property source."""
    column: Prop[str] = required()
    """Name of the property's column."""


class SamplingCsv(NestedType):
    """The CSV file to stratify units by."""

    original: Prop[str] = required()
    """The file's name."""
    identifier: Prop[str] = required()
    """Statsig's identifier of the file."""


class StratifiedSampling(NestedType):
    """Stratified sampling: balances groups before the start, by a metric, an entity property or a file."""

    status: Prop[Literal["pending", "success", "error"]] = required()
    """Status of the sampling."""
    metric: Prop[SamplingMetric] = optional()
    """Stratify by a metric."""
    entity_property_source: Prop[SamplingProperty] = optional()
    """Stratify by an entity property."""
    csv: Prop[SamplingCsv] = optional()
    """Stratify by a CSV file."""


class ExternalEvent(NestedType):
    """An external event to show in the results."""

    name: Prop[str] = required()
    """Name of the event."""
    timestamp: Prop[int] = required()
    """Time of the event, in milliseconds since 1970."""


class PriorMetric(NestedType):
    """The metric of a Bayesian prior."""

    name: Prop[str] = required(refers_to="Metric.name")
    """The metric's name."""
    type: Prop[str] = required()
    """The metric's type."""


class BayesianPrior(NestedType):
    """A Bayesian prior: the distribution of a metric's effect that is assumed before there is data."""

    metric: Prop[PriorMetric] = required()
    """The metric."""
    prior_mean: Prop[float] = required()
    """Mean of the prior distribution."""
    prior_std_dev: Prop[float] = required()
    """Standard deviation of the prior distribution."""


class SprtGroup(NestedType):
    """Settings of one group in a sequential probability ratio test."""

    group_key: Prop[str] = required()
    """Key of the group."""
    mde: Prop[float] = required()
    """Minimum detectable effect."""
    mean: Prop[float] = optional()
    """Mean of the metric in the group."""
    std_dev: Prop[float] = optional()
    """Standard deviation of the metric in the group."""


class SprtMetric(NestedType):
    """Settings of one metric in a sequential probability ratio test."""

    metric_key: Prop[str] = required(refers_to="Metric.metric_id")
    """Key of the metric, such as ``button_click::event_count``."""
    group_settings: ListProp[SprtGroup] = required()
    """Settings by group."""


class UserDimension(NestedType):
    """A user dimension to compute for every metric."""

    name: Prop[str] = required()
    """Name of the dimension."""
    property_source: Prop[str] = optional(refers_to="EntityPropertySource.name")
    """Name of the entity property source that the dimension is read from."""


class Covariate(NestedType):
    """A covariate of CURE, Statsig's variance reduction."""

    name: Prop[str] = required()
    """Name of the covariate."""
    type: Prop[str] = required()
    """Type of the covariate."""
