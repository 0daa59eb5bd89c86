"""Exported resources made by hand, and a run of the program that declares them."""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from statsig_pulumi.errors import Problem
from statsig_pulumi.export.model import ExportedResource
from statsig_pulumi.json_values import NONE

Json = Any


def resource(
    kind: str, name: str, /, *, omitted: Mapping[str, Problem] | None = None, **inputs: Json
) -> ExportedResource:
    """Return a resource whose id is the name of its object."""
    return ExportedResource(kind, str(inputs.get("name", name)), name, inputs, dict(inputs), omitted or {})


def gate(name: str, /, *tested_gates: str, **inputs: Json) -> ExportedResource:
    """Return a gate whose rule tests other gates."""
    conditions = [{"type": "passes_gate", "target_value": [other]} for other in tested_gates]
    rules = [{"name": "Those", "pass_percentage": 100, "conditions": conditions}]
    return resource("Gate", name, **{"name": name, "rules": rules, **inputs})


def run_program(folder: Path, ids: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], Json]:
    """Return the inputs of each resource of a program, by kind and name; the engine returns ``ids``."""
    declared: dict[tuple[str, str], Json] = {}

    class Engine(Mocks):
        def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
            key = args.typ.rpartition(":")[2], args.name
            declared[key] = {name: value for name, value in args.inputs.items() if not name.startswith("__")}
            return ids[key], args.inputs

        def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
            raise AssertionError(f"no program here calls {args.token}")

    def program() -> None:
        runpy.run_path(str(folder), run_name="__main__")

    modules_before = set(sys.modules)
    pulumi.runtime.set_mocks(Engine(), preview=False)
    try:
        pulumi.runtime.test(program)()
    finally:
        for name in set(sys.modules) - modules_before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
                del sys.modules[name]
    return declared


def _rule(**condition: Json) -> Json:
    return {"name": f"{condition}"[:80], "pass_percentage": 12.5, "conditions": [condition]}


LONG_TEXT: Final = "It is read by those who come after, and who have to know why; " * 4
EVERY_FORM: Final = [
    resource("Tag", "core", name="core", description="Counts"),
    resource("Tag", "class_", name="class", description=f'{LONG_TEXT}\n\nAnd: "so" it isn\'t.\r\n\tÜ 漢字 \u2028'),
    resource("TargetApp", "web", name="Web"),
    resource("Team", "checkout", name="Checkout", members=[], default_target_applications=["Web", "Old"]),
    gate("employees"),
    gate(
        "new_checkout",
        name="New Checkout",
        description=LONG_TEXT * 3,
        team="Checkout",
        tags=["core", "class", "gone"],
        rules=[
            _rule(type="passes_gate", target_value=["employees"]),
            _rule(type="custom_field", field="age", operator="gt", target_value=[17.5]),
            _rule(type="user_id", operator="any", target_value=[f"user-{n}" for n in range(99)]),
            _rule(type="user_id", operator="any", target_value=[LONG_TEXT, LONG_TEXT, "漢字" * 40, "x" * 300]),
            {"name": "Nobody", "pass_percentage": 0, "conditions": [], "environments": []},
        ],
        monitoring_metrics=[{"name": "buys", "type": "event_count"}],
        review_settings={"required_review": True},
        omitted={
            "type": Problem("type", "input should be 'PERMANENT' or 'TEMPORARY'"),
            "is_template": Problem("", LONG_TEXT),
        },
    ),
    gate("released", "employees", name="released", team=NONE),
    resource(
        "GateOverrides", "new_checkout", gate_id="New Checkout", passing_user_ids=["a"], failing_user_ids=["b"] * 30
    ),
    resource(
        "DynamicConfig",
        "limits",
        name="limits",
        default_value={"most": 50, "rate": 0.1, "on": True, "texts": [LONG_TEXT, {"deep": {"deeper": [LONG_TEXT]}}]},
        schema=json.dumps({"properties": {f"p{n}": {"type": "string"} for n in range(9)}}, indent=2),
        rules=[
            {
                "name": "Variants",
                "pass_percentage": 100,
                "conditions": [],
                "variants": [{"name": "a", "pass_percentage": 100, "return_value": {"most": 60}}],
            }
        ],
    ),
    resource(
        "MetricSource",
        "orders",
        name="Orders",
        sql="SELECT *\r\nFROM orders\r\nWHERE paid\r\nORDER BY at\r\n",
        timestamp_column="at",
        id_type_mapping=[{"statsig_unit_id": "userID", "column": "user"}],
    ),
    resource(
        "Experiment",
        "trial",
        name="trial",
        targeting_gate_id="New Checkout",
        groups=[
            {"name": "Control", "size": 50, "parameter_values": {}},
            {"name": "Test", "size": 50, "parameter_values": {f"parameter_{n}": n / 3 for n in range(30)}},
        ],
        stratified_sampling={"status": "success", "csv": {"original": "a.csv", "identifier": "x"}},
    ),
]
"""Resources whose values need every form that a program can write."""
