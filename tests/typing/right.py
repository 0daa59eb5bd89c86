"""Correct programs: both type checkers must accept every line."""

from __future__ import annotations

from typing import Any, Literal, assert_type

import pulumi
from pulumi import Input, Output, ResourceOptions

import statsig_pulumi as statsig

# Plain values, and the empty ones that clear.
first = statsig.Gate(
    "first",
    name="first",
    description="",
    is_enabled=True,
    is_launched=False,
    type="PERMANENT",
    team=None,
    tags=["a", "b"],
    target_apps=("web", "ios"),
    rules=[],
    monitoring_metrics=[statsig.MetricReference(name="clicks", type="event_count")],
    review_settings=statsig.ReviewSettings(required_review=True),
    opts=ResourceOptions(protect=True),
)

# Outputs at any depth: as a value, an item, a list, or a value in a nested type.
team = statsig.Team("team", name="Checkout", members=["ana@example.com", first.name], admins=first.tags)
second = statsig.Gate(
    "second",
    name=Output.concat("second_", first.name),
    team=team.name,
    tags=["x", first.name],
    rules=[
        statsig.Rule(
            name=first.name,
            pass_percentage=33.33,
            conditions=[
                statsig.Condition(type="passes_gate", operator=None, target_value=[first.id]),
                statsig.Condition(type="user_id", operator="any", target_value=[first.id, "x", 3, 4.5]),
                statsig.Condition(type="custom_field", field="age", operator="gt", target_value=[31]),
                statsig.Condition(type="custom_field", field="age", operator="gt", target_value=31),
                statsig.Condition(type="passes_gate", target_value=first.id),
            ],
            environments=["production"],
        ),
        statsig.Rule(name="rest", pass_percentage=first.version.apply(float)),
    ],
)
third = statsig.Gate("third", name="third", rules=first.rules, tags=first.tags)
fourth = statsig.Gate(
    "fourth",
    name="fourth",
    rules=first.rules.apply(lambda rules: [statsig.Rule(name=rule.name, pass_percentage=50) for rule in rules]),
)

config = statsig.DynamicConfig(
    "config",
    name="prices",
    default_value={"price": 3, "gate": first.id, "deep": {"list": [1, "x", None]}},
    schema='{"type": "object"}',
    owner=statsig.Owner(owner_name="Ana"),
    rules=[
        statsig.ConfigRule(name="one", return_value={"price": 4}),
        statsig.ConfigRule(
            name="several",
            pass_percentage=50,
            variants=[statsig.Variant(name="v", pass_percentage=50, return_value_json5="{price: 5}")],
        ),
    ],
)
tag = statsig.Tag("tag", name="core", is_core=True)

# Properties of a resource read as Outputs.
assert_type(first.name, Output[str])
assert_type(first.is_enabled, Output[bool])
assert_type(first.version, Output[int])
assert_type(first.team, Output[str | None])
assert_type(first.tags, Output[list[str]])
assert_type(first.rules, Output[list[statsig.Rule]])
assert_type(first.type, Output[Literal["PERMANENT", "TEMPORARY"]])
assert_type(first.review_settings, Output[statsig.ReviewSettings])
assert_type(config.rules, Output[list[statsig.ConfigRule]])
assert_type(config.default_value, Output[dict[str, Any]])
assert_type(team.members, Output[list[str]])
assert_type(first.rules.apply(lambda rules: rules[0].pass_percentage), Output[float])

# Properties of a nested type read as plain values.
rule = statsig.Rule(name="r", pass_percentage=10)
assert_type(rule.name, str)
assert_type(rule.pass_percentage, float)
assert_type(rule.conditions, list[statsig.Condition])
assert_type(rule.environments, list[str])
assert_type(rule.base_id, str)
condition = statsig.Condition(type="country", operator="any", target_value=["NL"])
operator: str | None = condition.operator
assert_type(condition.target_value, list[str | int | float])
variant = statsig.Variant(name="v", pass_percentage=1, return_value={"a": 1})
assert_type(variant.return_value, dict[str, Any])

# Conditions: a constructor for each type, with the comparisons that the type has.
rich = statsig.Condition.custom_field("plan", any_of=["pro", first.name])
assert_type(rich, statsig.Condition)
segment = statsig.Segment("segment", name="Beta users", type="rule_based")
unit_type = statsig.UnitIDType("company", name="companyID", description="")
every = [
    statsig.Condition.public(),
    statsig.Condition.user_id(any_of=["u1", 2, first.id]),
    statsig.Condition.user_id(is_null=True),
    statsig.Condition.email(str_contains_any="@example.com"),
    statsig.Condition.custom_field("age", gte=18),
    statsig.Condition.custom_field(first.name, version_lt="2.0"),
    statsig.Condition.custom_field("tags", array_contains_all=["a", "b"]),
    statsig.Condition.unit_id("companyID", none_of=first.tags),
    statsig.Condition.unit_id(unit_type, any_of="c1"),
    statsig.Condition.app_version(gte="2.10"),
    statsig.Condition.browser_version(eq="100"),
    statsig.Condition.os_version(any_of=["17", "18"]),
    statsig.Condition.browser_name(any_of=["Chrome", "Firefox"]),
    statsig.Condition.os_name(none_of="Windows"),
    statsig.Condition.country(any_of=["NL", "BE"]),
    statsig.Condition.locale(str_matches="^nl"),
    statsig.Condition.url(str_contains_none=["/admin"]),
    statsig.Condition.user_agent(any_case_sensitive="Robot"),
    statsig.Condition.device_model(is_not_null=True),
    statsig.Condition.ip_address(any_of=["192.0.2.1"]),
    statsig.Condition.time(after=1643070357193),
    statsig.Condition.environment_tier(any_of=["production"]),
    statsig.Condition.passes_gate(first),
    statsig.Condition.fails_gate("first"),
    statsig.Condition.passes_segment(segment),
    statsig.Condition.fails_segment(segment.id),
    statsig.Condition(type="target_app", operator="any", target_value="web"),
]
both = statsig.Condition.country(any_of=["NL"]) & rich & every
statsig.Gate(
    "typed",
    name="typed",
    rules=[
        statsig.Rule(name="one", pass_percentage=1, conditions=rich),
        statsig.Rule(name="all", pass_percentage=2, conditions=both),
        statsig.Rule(name="two", pass_percentage=3, conditions=[*both, rich]),
    ],
)


def beta(name: Input[str], share: Input[float]) -> statsig.Rule:
    """Programs create nested types with functions of their own."""
    return statsig.Rule(name=name, pass_percentage=share)


fifth = statsig.Gate("fifth", name="fifth", rules=[beta("a", 1), beta(first.name, config.checks_per_hour)])

# Reading an existing resource, and exports.
assert_type(statsig.Gate.get("found", "some_gate"), statsig.Gate)
pulumi.export("gate", first.id)
pulumi.export("rules", first.rules)
pulumi.export("tag", tag.name)

# A data source returns a record, or an Output of the record if an id is an Output.
user = statsig.get_user("ana@example.com")
assert_type(user, statsig.UserRecord)
assert_type(user.email, str)
assert_type(statsig.get_user(email=team.name), Output[statsig.UserRecord])
assert_type(statsig.get_team("Checkout").members, list[statsig.UserRecord])
assert_type(statsig.list_gate_versions(first.id), Output[list[statsig.GateRecord]])
assert_type(statsig.list_gate_rules("first")[0].pass_percentage, float)
assert_type(statsig.get_dynamic_config_rule("config", "rule"), statsig.ConfigRule)
assert_type(statsig.get_dynamic_config_rule(config.id, "rule"), Output[statsig.ConfigRule])
assert_type(statsig.get_dynamic_config_rule("config", config.rules[0].id), Output[statsig.ConfigRule])
assert_type(statsig.get_gate_pulse_results("first", first.id, cuped=True), Output[statsig.GatePulseRecord])
results = statsig.get_experiment_pulse_results("colour", "Control", "Test", confidence=90)
assert_type(results.primary_metrics[0].p_value, float | None)
assert_type(
    statsig.get_experiment_pulse_results("colour", "Control", first.name, cuped=False, date="2024-01-31"),
    Output[statsig.ExperimentPulseRecord],
)
assert_type(statsig.get_ingestion_source("s3", "Events", "web"), statsig.IngestionSourceRecord)
assert_type(statsig.get_ingestion_source("s3", "Events", tag.name), Output[statsig.IngestionSourceRecord])
assert_type(statsig.list_experiments(tags=["shop"], status="active")[0].groups, list[statsig.Group])
assert_type(statsig.list_event_counts("2024-01-01", "2024-01-31", event_name="purchase")[0].count, int)
statsig.Team("found", name="Found", members=[user.email, statsig.get_user(team.name).apply(lambda u: u.email)])

# A field that a resource and its record share reads as an Output on the resource and as a plain value on the record.
gate_record = statsig.list_gates()[0]
assert_type((first.description, gate_record.description), tuple[Output[str], str])
assert_type((first.tags, gate_record.tags), tuple[Output[list[str]], list[str]])
assert_type((first.team, gate_record.team), tuple[Output[str | None], str | None])
assert_type((first.rules, gate_record.rules), tuple[Output[list[statsig.Rule]], list[statsig.Rule]])
assert_type((config.default_value, statsig.list_dynamic_configs()[0].default_value)[1], dict[str, Any])

# The API omits some fields from some objects: the record has None for them.
assert_type((first.name, gate_record.name), tuple[Output[str], str | None])
assert_type((first.version, gate_record.version), tuple[Output[int], int | None])
assert_type(gate_record.review_settings, statsig.ReviewSettings | None)

# Types that differ on the record.
assert_type((first.type, gate_record.type), tuple[Output[Literal["PERMANENT", "TEMPORARY"]], str])
assert_type(statsig.get_metric_source("orders").sql, str)
assert_type(statsig.get_metric_source("orders").timestamp_column, str | None)
assert_type(statsig.list_experiments()[0].duration, int | None)
gate_rule = statsig.GateRule("beta", gate_id=first.id, name="beta", pass_percentage=10, conditions=rule.conditions)
assert_type(gate_rule.pass_percentage, Output[float])
statsig.DynamicConfigRule("beta_config", dynamic_config_id=config.id, name="beta", return_value={"a": 1})
statsig.MetricSource(
    "orders",
    name="orders",
    sql="SELECT 1",
    timestamp_column="ts",
    id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
    owner=statsig.Owner(owner_name="Ana"),
)
statsig.Experiment("colours", name="colours", groups=[statsig.Group(name="A", size=50)], duration=7, layer_id=None)
statsig.GateOverrides("overrides", gate_id=first.id, passing_user_ids=["u1", first.name])
