"""Conditions made by constructors: the same requests as the plain form, and no difference between both."""

from __future__ import annotations

from typing import Any

import statsig_pulumi as statsig
from statsig_pulumi import Condition

from .conftest import Deployment


def declare(conditions: Any) -> None:
    statsig.Gate("gate", name="checkout", rules=[statsig.Rule(name="A", pass_percentage=1, conditions=conditions)])


def plain() -> None:
    declare(
        [
            Condition(type="country", operator="none", target_value="NL"),
            Condition(type="device_model", operator="is_null"),
            Condition(type="unit_id", operator="any", target_value=[1, "c2"], custom_id="companyID"),
            Condition(type="os_version", operator="version_lt", target_value="17"),
            Condition(type="custom_field", operator="gte", target_value=18, field="age"),
        ]
    )


def constructed() -> None:
    declare(
        Condition.country(none_of="NL")
        & Condition.device_model(is_null=True)
        & Condition.unit_id("companyID", any_of=[1, "c2"])
        & Condition.os_version(lt="17")
        & Condition.custom_field("age", gte=18)
    )


def test_both_forms_send_the_same_and_changing_the_form_sends_nothing(deployment: Deployment) -> None:
    (request,) = deployment.up(constructed)
    assert request[2]["rules"][0]["conditions"] == [
        {"type": "country", "operator": "none", "targetValue": ["NL"]},
        {"type": "device_model", "operator": "is_null"},
        {"type": "unit_id", "operator": "any", "targetValue": ["1", "c2"], "customID": "companyID"},
        {"type": "os_version", "operator": "version_lt", "targetValue": "17"},
        {"type": "custom_field", "operator": "gte", "targetValue": 18, "field": "age"},
    ]
    assert deployment.up(plain) == []
    assert deployment.up(constructed) == []


def test_one_condition_is_a_list_of_one(deployment: Deployment) -> None:
    (request,) = deployment.up(lambda: declare(Condition.public()))
    assert request[2]["rules"][0]["conditions"] == [{"type": "public"}]
    assert deployment.up(lambda: declare([Condition(type="public")])) == []


def test_a_rule_resource_takes_constructed_conditions(deployment: Deployment) -> None:
    def program() -> None:
        statsig.Gate("gate", name="checkout")
        statsig.GateRule("rule", gate_id="checkout", name="A", pass_percentage=1, conditions=Condition.public())

    deployment.up(program)
    assert deployment.rules("gate")[0]["conditions"] == [{"type": "public"}]
