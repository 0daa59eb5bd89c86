"""Many resources in one stack: no difference is left, and the state does not grow."""

from __future__ import annotations

import base64
import json

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
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


def test_a_hundred_gates_leave_no_difference(stack: Stack, emulator: Emulator) -> None:
    stack.program(GATES.format(count=100)).up()
    assert len(emulator.objects("gates")) == 100
    stack.preview_is_empty()
    emulator.clear_requests()
    stack.refresh_is_empty()
    assert emulator.requests()["by_route"] == {"GET /project": 1, "GET /gates/{id}": 1, "GET /gates": 1}
    stack.preview_is_empty()

    providers = {resource["inputs"]["__provider"] for resource in stack.resources().values()}
    assert len(providers) == 1
    assert len(base64.b64decode(providers.pop())) < 100


@pytest.mark.soak
def test_fifteen_hundred_resources_go_up_and_down(stack: Stack, emulator: Emulator) -> None:
    # More than the SDK's pickler survives when a provider is pickled with its attributes (about 960).
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
