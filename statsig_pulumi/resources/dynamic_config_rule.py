"""One rule of a dynamic config (Console API: ``/dynamic_configs/{id}/rule`` and ``/rule/{ruleId}``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from ..errors import Problem
from ..json_values import Json
from ..schema.live_object import LiveObject
from ..schema.options import optional, required
from ..schema.properties import ListProp, MapProp, Prop
from .bases.rule import RuleClient, RuleResource, rule_endpoint
from .types.json5 import twin_problems
from .types.rules import Condition, Percentage, RuleName, Variant, duplicate_names, known_items

ALTERNATIVES = {"returnValue": "returnValueJson5", "returnValueJson5": "returnValue"}


class ConfigRuleClient(RuleClient):
    """The requests of config rules; the endpoint that adds one requires a percentage and knows no variants."""

    verb = "rule"

    def create(
        self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]
    ) -> LiveObject | None:
        if "variants" not in body:
            return super().create(inputs, {"passPercentage": 100} | body, find_created)
        self.append(inputs, body)
        return self.find(inputs)

    def merge(self, rule: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
        stale = {other for one, other in ALTERNATIVES.items() if one in body and other not in body}
        return {name: value for name, value in super().merge(rule, body).items() if name not in stale}


class DynamicConfigRule(RuleResource, endpoint=rule_endpoint("dynamic_configs")):
    """One rule of a dynamic config that somebody else owns; it comes after those that are there.

    A rule is made with ``POST /dynamic_configs/{id}/rule``, or, where the API no longer serves that, with the rules
    of the whole config; it is changed with ``PATCH /dynamic_configs/{id}/rule/{ruleId}``, which leaves the other
    rules alone. It is identified by the config and its base id: ``limits/2IIQAN6wbUyHJiLbrcBuvx``.
    A config has its rules declared by ``DynamicConfig.rules`` or by ``DynamicConfigRule``, not by both.
    """

    resource_client = ConfigRuleClient

    dynamic_config_id: Prop[Annotated[str, Field(min_length=1)]] = required(in_path=True, replace_on_changes=True)
    """The dynamic config's id."""
    name: Prop[RuleName] = required()
    """Name, unique in the config."""
    pass_percentage: Prop[Percentage] = optional()
    """Share of the matching units that get the value, in percent with at most two decimals."""
    conditions: ListProp[Condition] = optional(create_default=[])
    """All must hold; an empty list holds for everyone."""
    environments: ListProp[str] = optional(unordered=True, to_wire=lambda value: value or None)
    """Environments in which the rule applies; empty means all."""
    return_value: MapProp[Any] = optional(alternative="return_value_json5")
    """The JSON object that is returned; Statsig's values take no null. An output, unless the program declares
    the JSON5 text instead."""
    return_value_json5: Prop[str] = optional(wire="returnValueJson5", only_if_declared=True)
    """The same as JSON5 text, which may hold comments; stored as written. An output where it is declared."""
    variants: ListProp[Variant] = optional()
    """Several values with a share each, instead of one."""

    @classmethod
    def problems(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from duplicate_names(values, "variants")
        yield from twin_problems(values, "return_value", "return_value_json5")
        for index, variant in enumerate(known_items(values, "variants")):
            for problem in twin_problems(variant, "return_value", "return_value_json5"):
                yield Problem(f"variants[{index}].{problem.place}", problem.reason)
