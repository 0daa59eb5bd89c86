"""One rule of a feature gate (Console API: ``/gates/{id}/rule`` and ``/gates/{id}/rules/{ruleID}``)."""

from __future__ import annotations

from ..schema.options import required
from ..schema.properties import Prop
from .bases.rule import RuleResource, rule_endpoint
from .types.shared import OwnerID


class GateRule(RuleResource, endpoint=rule_endpoint("gates", "gateID")):
    """One rule of a gate, appended after the existing ones.

    Created with ``POST /gates/{id}/rule`` and updated with ``PATCH /gates/{id}/rules/{ruleID}``, which leaves other
    rules unchanged. The resource's id is the gate's id and the rule's base id, such as
    ``new_checkout/2IIQAN6wbUyHJiLbrcBuvx``. Manage the rules of a gate either with ``Gate.rules`` or with ``GateRule``,
    not with both.

    Example::

        import statsig_pulumi as statsig

        new_checkout = statsig.Gate("new-checkout", name="new_checkout")

        staff = statsig.GateRule(
            "staff",
            gate_id=new_checkout.id,
            name="Staff",
            pass_percentage=100,
            conditions=statsig.Condition.email(str_contains_any=["@example.com"]),
        )
        statsig.GateRule(
            "everyone",
            gate_id=new_checkout.id,
            name="Everyone",
            pass_percentage=5,
            after=staff.name,
        )
    """

    category = "Feature flags"

    gate_id: Prop[OwnerID] = required(in_path=True, replace_on_changes=True, refers_to="Gate.id")
    """The gate's id."""
