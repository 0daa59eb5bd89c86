"""What validation finds wrong with the inputs of a resource, as texts, for the tests of its rules."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.validation import find_problems

Places = list[str]


def wrong(kind: str, **values: Any) -> list[str]:
    return [str(problem) for problem in find_problems(REGISTRY[kind].cls, values)]


def places(kind: str, **values: Any) -> Places:
    return [problem.place for problem in find_problems(REGISTRY[kind].cls, values)]


def gate(**values: Any) -> list[str]:
    return wrong("Gate", **{"name": "new_checkout"} | values)


def config(**values: Any) -> list[str]:
    return wrong("DynamicConfig", **{"name": "prices"} | values)


def rule(**values: Any) -> list[str]:
    """What is wrong with one rule of a gate, with the places inside the rule."""
    found = gate(rules=[{"name": "everyone", "pass_percentage": 10} | values])
    return [text.removeprefix("rules[0].") for text in found]


def condition(**values: Any) -> list[str]:
    return [text.removeprefix("conditions[0].") for text in rule(conditions=[values])]
