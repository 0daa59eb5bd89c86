"""Rules of gates, dynamic configs and segments.

Console API: the ``rules`` of ``POST /gates`` and ``POST /dynamic_configs``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from ...errors import Problem
from ...json_values import Json
from ...schema.options import computed, optional, required
from ...schema.properties import Fields, ListProp, MapProp, NestedType, OneOrListProp, Prop
from ...schema.wording import describe_number, describe_words
from .conditions import Condition, describe_conditions
from .json5 import keep_one_form
from .shared import find_duplicates


def _require_two_decimals(value: float) -> float:
    if round(value, 2) != value:
        raise ValueError("must have at most two decimals")
    return value


Percentage = Annotated[float, Field(ge=0, le=100), AfterValidator(_require_two_decimals)]
"""A share in percent, 0 to 100 with at most two decimals."""
RuleName = Annotated[str, Field(min_length=1, max_length=100)]


class AutomatedRollout(NestedType):
    """A step of a rollout that is scheduled in the Statsig console."""

    time: Prop[int] = computed(sent_back=True)
    """Time of the step, in milliseconds since 1970."""
    pass_percent: Prop[float] = computed(sent_back=True)
    """Share of units that pass from that time on, in percent."""


def _to_null_if_empty(environments: Json) -> Json:
    return environments or None


class RuleFields(Fields):
    """Fields of rules: of gates and of dynamic configs, as nested types and as resources."""

    name: Prop[RuleName] = required()
    """Name, unique in the gate or dynamic config. An existing rule with this name keeps its id."""
    pass_percentage: Prop[Percentage] = required(rollout=True)
    """Share of the matching units that pass, in percent with at most two decimals."""
    conditions: OneOrListProp[Condition] = optional(create_default=[])
    """Conditions that must all match: one, a list, or several joined by ``&``. An empty list matches everyone."""
    environments: ListProp[str] = optional(unordered=True, to_wire=_to_null_if_empty, refers_to="Environments.named")
    """Names of the environments in which the rule applies. An empty list means all environments."""


class Rule(NestedType, RuleFields):
    """A rule of a gate. Rules are matched to existing ones by name."""

    identity = ("name",)
    summarized = ("pass_percentage", "conditions", "environments")

    @classmethod
    def summarize(cls, values: Mapping[str, Json]) -> str:
        share, environments = values.get("pass_percentage"), values.get("environments")
        percent = "" if share is None else f"{describe_number(share)} % of "
        where = f" in {describe_words(environments)}" if environments else ""
        return f"{percent}{describe_conditions(values.get('conditions'))}{where}"

    pending_automated_rollouts: ListProp[AutomatedRollout] = computed(sent_back=True)
    """Future steps of a scheduled rollout. Schedules can be set in the Statsig console only."""
    completed_automated_rollouts: ListProp[AutomatedRollout] = computed(sent_back=True)
    """Completed steps of a scheduled rollout."""
    id: Prop[str] = computed(sent_back=True)
    """Statsig's id of the rule. It changes with the pass percentage."""
    base_id: Prop[str] = computed(sent_back=True)
    """Statsig's permanent id of the rule."""


def _is_none(value: Json) -> bool:
    """Return whether there is no value. An empty object is a value, so an export includes it."""
    return value is None


class Variant(NestedType):
    """One of several values that a rule of a dynamic config returns, with its share of units."""

    identity = ("name",)
    summarized = ("pass_percentage",)

    @classmethod
    def summarize(cls, values: Mapping[str, Json]) -> str:
        return f"{describe_number(values.get('pass_percentage'))} %"

    name: Prop[str] = required()
    """Name, unique in the rule."""
    pass_percentage: Prop[Percentage] = required(rollout=True)
    """Share of the matching units that get the value, in percent with at most two decimals."""
    return_value: MapProp[Any] = optional(conflicts_with=("return_value_json5", "variants"), default=_is_none)
    """JSON object to return."""
    return_value_json5: Prop[str] = optional(
        wire="returnValueJson5", conflicts_with=("return_value", "variants"), language="json5"
    )
    """The JSON object as JSON5 text, which may contain comments."""
    id: Prop[str] = computed(sent_back=True)
    """Statsig's id of the variant."""

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        return keep_one_form(values, "return_value", "return_value_json5")


class ConfigRule(Rule):
    """A rule of a dynamic config. It returns one value, or one of several variants."""

    pass_percentage: Prop[Percentage] = optional(rollout=True)
    """Share of the matching units that get the value, in percent with at most two decimals."""
    return_value: MapProp[Any] = optional(conflicts_with=("return_value_json5", "variants"))
    """JSON object to return. It must not contain null."""
    return_value_json5: Prop[str] = optional(
        wire="returnValueJson5", conflicts_with=("return_value", "variants"), language="json5"
    )
    """The JSON object as JSON5 text, which may contain comments. Statsig stores it as written."""
    variants: ListProp[Variant] = optional(conflicts_with=("return_value", "return_value_json5"))
    """Several values with a share each, instead of one value."""

    @classmethod
    def to_program(cls, values: dict[str, Json]) -> dict[str, Json]:
        if "variants" in values:
            return {name: value for name, value in values.items() if not name.startswith("return_value")}
        return keep_one_form(values, "return_value", "return_value_json5")

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from find_duplicates(values, "variants")
