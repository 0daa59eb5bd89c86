"""Many resources in one stack: no difference is left, and the state does not grow."""

from __future__ import annotations

import base64
import json

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import LARGE_LIMIT_S, Stack
from .wire import Wire

GATES = """
for i in range({count}):
    statsig.Gate(
        f"gate-{{i}}",
        name=f"gate_{{i}}",
        tags=["b", "a"],
        rules=[
            statsig.Rule(
                name="Employees",
                pass_percentage=100,
                conditions=[statsig.Condition(type="email", operator="any", target_value=["ana@example.com"])],
            ),
            statsig.Rule(
                name="Some countries",
                pass_percentage=33.33,
                environments=["production", "development"],
                conditions=[
                    statsig.Condition(type="country", operator="any", target_value=["NL"]),
                    statsig.Condition(type="custom_field", field="age", operator="gte", target_value=[18]),
                ],
            ),
        ],
    )
"""


@pytest.fixture
def stack(stack: Stack, emulator: Emulator) -> Stack:
    """A stack and a service without a write budget."""
    emulator.quirk(rate_limit=False)
    stack.run("config", "set", "statsig:writeBudget", "off")
    return stack


OTHERS = """
condition = statsig.Condition(type="country", operator="any", target_value=["NL"])
for i in range(6):
    statsig.Layer(f"layer-{i}", name=f"layer {i}", id_type="userID", parameters=[
        statsig.LayerParameter(name="size", type="number", default_value=i)])
    statsig.Metric(f"metric-{i}", name=f"metric {i}", type="sum", unit_types=["userID"], metric_events=[
        statsig.MetricEvent(name="buy", type="value")])
    statsig.Autotune(f"autotune-{i}", name=f"autotune {i}", success_event="buy", winner_threshold="95%",
                     exploration_window="24", attribution_window="1",
                     variants=[statsig.AutotuneVariant(name=name, json={"n": i}) for name in "AB"])
    statsig.Segment(f"segment-{i}", name=f"segment {i}", type="rule_based", rules=[
        statsig.Rule(name="Dutch", pass_percentage=i, conditions=[condition])])
"""
LISTS = {"/gates": "", "/layers": "", "/metrics": "/list", "/autotunes": "", "/segments": ""}
"""The path of each collection, and what the path of its list ends with."""


def test_hundreds_of_objects_leave_no_difference(stack: Stack, emulator: Emulator) -> None:
    stack.program(GATES.format(count=100) + OTHERS).up()
    assert len(emulator.objects("gates")) == 100
    stack.preview_is_empty()
    emulator.clear_requests()
    stack.refresh_is_empty()
    # One object of each kind is read, and a page for each hundred of them: 11 requests for a thousand.
    reads = [route for path, end in LISTS.items() for route in (f"GET {path}/{{id}}", f"GET {path}{end}")]
    assert emulator.requests()["by_route"] == dict.fromkeys(["GET /project", *reads], 1)
    stack.preview_is_empty()

    providers = {resource["inputs"]["__provider"] for resource in stack.resources().values()}
    assert len(providers) == len(LISTS)
    assert max(len(base64.b64decode(provider)) for provider in providers) < 100


@pytest.mark.soak
def test_fifteen_hundred_resources_go_up_and_down(stack: Stack, emulator: Emulator) -> None:
    # More than the SDK's pickler survives when a provider is pickled with its attributes (about 960).
    stack.limit_s = LARGE_LIMIT_S
    stack.program(GATES.format(count=1500)).up()
    assert len(emulator.objects("gates")) == 1500
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.destroy()
    assert emulator.objects("gates") == []


LARGE = """
statsig.Gate(
    "gate",
    name="many users",
    rules=[
        statsig.Rule(
            name="Users",
            pass_percentage=100,
            conditions=[
                statsig.Condition(type="user_id", operator="any", target_value=[f"user-{{i}}" for i in range({count})])
            ],
        )
    ],
)
statsig.DynamicConfig("config", name="a large config", default_value={{str(i): "x" * 1000 for i in range({count})}})
"""


def test_lists_of_a_thousand_and_configs_of_a_megabyte(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(LARGE.format(count=1000)).up()
    assert len(json.dumps(emulator.object("dynamic_configs", "a_large_config")["defaultValue"])) > 10**6
    stack.preview_is_empty()
    stack.refresh_is_empty()
    wire.requests()
    stack.program(LARGE.format(count=1001)).up()
    assert wire.written() == ["PATCH /dynamic_configs/a_large_config: defaultValue", "PATCH /gates/many_users: rules"]
    stack.preview_is_empty()
