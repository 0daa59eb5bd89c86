"""Objects as an export reads them, made by hand; and what a program of them hands to the engine."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from statsig_pulumi.export.model import Exported

Json = Any


def exported(kind: str, variable: str, /, *, left: tuple[str, ...] = (), **inputs: Json) -> Exported:
    """An object whose Pulumi id is its name."""
    return Exported(kind, str(inputs.get("name", variable)), variable, {}, inputs, dict(inputs), left)


def gate(variable: str, *tested: str, **inputs: Json) -> Exported:
    """A gate whose rule tests other gates."""
    conditions = [{"type": "passes_gate", "target_value": [other]} for other in tested]
    rules = [{"name": "Those", "pass_percentage": 100, "conditions": conditions}]
    return exported("Gate", variable, **{"name": variable, "rules": rules, **inputs})


def declared_by(folder: Path, ids: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], Json]:
    """The inputs of each resource of a program, by kind and name; ``ids`` are those of the live objects."""
    found: dict[tuple[str, str], Json] = {}

    class Engine(Mocks):
        def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
            key = args.typ.rpartition(":")[2], args.name
            found[key] = {name: value for name, value in args.inputs.items() if not name.startswith("__")}
            return ids[key], args.inputs

        def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
            raise AssertionError(f"no program here calls {args.token}")

    def program() -> None:
        runpy.run_path(str(folder), run_name="__main__")

    before = set(sys.modules)
    pulumi.runtime.set_mocks(Engine(), preview=False)
    try:
        pulumi.runtime.test(program)()
    finally:
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
                del sys.modules[name]
    return found
