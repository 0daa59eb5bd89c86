"""One rule of a feature gate (Console API: ``/gates/{id}/rule`` and ``/gates/{id}/rules/{ruleID}``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..schema.options import optional, required
from ..schema.properties import ListProp, Prop
from .bases.rule import RuleResource, rule_endpoint
from .types.rules import Condition, Percentage, RuleName


class GateRule(RuleResource, endpoint=rule_endpoint("gates", "gateID")):
    """One rule of a gate that somebody else owns; it comes after those that are there.

    A rule is made with ``POST /gates/{id}/rule``, changed with ``PATCH /gates/{id}/rules/{ruleID}``, which leaves
    the other rules alone, and identified by the gate and its base id: ``new_checkout/2IIQAN6wbUyHJiLbrcBuvx``.
    A gate has its rules declared by ``Gate.rules`` or by ``GateRule``, not by both.
    """

    gate_id: Prop[Annotated[str, Field(min_length=1)]] = required(in_path=True, replace_on_changes=True)
    """The gate's id."""
    name: Prop[RuleName] = required()
    """Name, unique in the gate."""
    pass_percentage: Prop[Percentage] = required()
    """Share of the matching units that pass, in percent with at most two decimals."""
    conditions: ListProp[Condition] = optional(create_default=[])
    """All must hold; an empty list holds for everyone."""
    environments: ListProp[str] = optional(unordered=True, to_wire=lambda value: value or None)
    """Environments in which the rule applies; empty means all."""
