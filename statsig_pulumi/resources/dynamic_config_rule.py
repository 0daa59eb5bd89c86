"""One rule of a dynamic config (Console API: ``/dynamic_configs/{id}/rule`` and ``/rule/{ruleId}``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import Problem
from ..json_values import Json
from ..schema.live_object import LiveObject
from ..schema.options import optional, required
from ..schema.properties import ListProp, MapProp, Prop
from .bases.rule import RuleClient, RuleResource, rule_endpoint
from .types.json5 import find_json5_problems
from .types.rules import Percentage, Variant
from .types.shared import OwnerID, find_duplicates, iterate_objects

ALTERNATIVES = {"returnValue": "returnValueJson5", "returnValueJson5": "returnValue"}


class ConfigRuleClient(RuleClient):
    """The requests of config rules. The endpoint to add one requires a percentage, without variants."""

    verb = "rule"
    are_reviews_shown = False

    def create(
        self, inputs: Mapping[str, Json], body: Json, find_created: Callable[[], LiveObject | None]
    ) -> LiveObject | None:
        if "variants" not in body:
            return super().create(inputs, {"passPercentage": 100} | body, find_created)
        self.append(inputs, body, find_created)
        return self.find_new(inputs)

    def merge(self, rule: Mapping[str, Json], body: Mapping[str, Json]) -> dict[str, Json]:
        stale = {other for one, other in ALTERNATIVES.items() if one in body and other not in body}
        return {name: value for name, value in super().merge(rule, body).items() if name not in stale}


class DynamicConfigRule(RuleResource, endpoint=rule_endpoint("dynamic_configs", "dynamicConfigID")):
    """One rule of a dynamic config, appended after the existing ones.

    Created with ``POST /dynamic_configs/{id}/rule``; if the API does not support that endpoint, all rules of the config
    are sent instead. Updated with ``PATCH /dynamic_configs/{id}/rule/{ruleId}``, which leaves other rules unchanged.
    The resource's id is the config's id and the rule's base id, such as ``limits/2IIQAN6wbUyHJiLbrcBuvx``. Manage the
    rules of a config either with ``DynamicConfig.rules`` or with ``DynamicConfigRule``, not with both.

    Example::

        import statsig_pulumi as statsig

        limits = statsig.DynamicConfig(
            "limits", name="checkout_limits", default_value={"max_items": 50}
        )

        statsig.DynamicConfigRule(
            "beta",
            dynamic_config_id=limits.id,
            name="Beta",
            pass_percentage=10,
            return_value={"max_items": 100},
        )
    """

    category = "Feature flags"
    resource_client = ConfigRuleClient

    dynamic_config_id: Prop[OwnerID] = required(in_path=True, replace_on_changes=True, refers_to="DynamicConfig.id")
    """The dynamic config's id."""
    pass_percentage: Prop[Percentage] = optional()
    """Share of the matching units that get the value, in percent with at most two decimals."""
    return_value: MapProp[Any] = optional(alternative="return_value_json5")
    """JSON object to return. It must not contain null. Not an output if the program sets ``return_value_json5``
    instead."""
    return_value_json5: Prop[str] = optional(wire="returnValueJson5", language="json5")
    """The JSON object as JSON5 text, which may contain comments. Statsig stores it as written. An output only if the
    program sets it."""
    variants: ListProp[Variant] = optional()
    """Several values with a share each, instead of one value."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        yield from find_duplicates(values, "variants")
        yield from find_json5_problems(values, "return_value", "return_value_json5")
        for index, variant in iterate_objects(values, "variants"):
            for problem in find_json5_problems(variant, "return_value", "return_value_json5"):
                yield Problem(f"variants[{index}].{problem.place}", problem.reason)
