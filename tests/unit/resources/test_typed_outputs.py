"""Outputs of nested types keep their types in the SDK's functions, under mocks too."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi import Output
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

import statsig_pulumi as statsig


class Engine(Mocks):
    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", args.inputs | {"monitoring_metrics": [{"name": "clicks", "type": "event_count"}]}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(args.token)


@pytest.mark.parametrize("is_preview", [False, True])
def test_output_all_gives_typed_values(is_preview: bool) -> None:
    pulumi.runtime.set_mocks(Engine(), preview=is_preview)
    seen: list[Any] = []

    @pulumi.runtime.test
    def program() -> Output[None]:
        gate = statsig.Gate("gate", name="a gate", rules=[statsig.Rule(name="All", pass_percentage=10)])
        values = Output.all(gate.id, gate.rules, gate.rules[0], [gate.rules], gate.monitoring_metrics)
        return values.apply(seen.extend)

    program()
    id_, rules, first, nested, metrics = seen
    assert id_ == "gate-id"
    assert rules[0].pass_percentage == first.pass_percentage == nested[0][0].pass_percentage == 10
    assert metrics[0].type == "event_count"
