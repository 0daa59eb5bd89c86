"""The problems of inputs as texts, for the tests of validation and of resource types."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.validation import find_problems


def check(kind: str, **values: Any) -> list[str]:
    """Return the problems of a resource."""
    return [str(problem) for problem in find_problems(REGISTRY[kind].cls, values)]


def places(kind: str, **values: Any) -> list[str]:
    """Return the places of the problems of a resource."""
    return [problem.place for problem in find_problems(REGISTRY[kind].cls, values)]


def gate(**values: Any) -> list[str]:
    """Return the problems of a gate with a name."""
    return check("Gate", **{"name": "new_checkout"} | values)


def config(**values: Any) -> list[str]:
    """Return the problems of a dynamic config with a name."""
    return check("DynamicConfig", **{"name": "prices"} | values)


def rule(**values: Any) -> list[str]:
    """Return the problems of one rule of a gate, with their place inside the rule."""
    found = gate(rules=[{"name": "everyone", "pass_percentage": 10} | values])
    return [text.removeprefix("rules[0].") for text in found]


def condition(**values: Any) -> list[str]:
    """Return the problems of one condition of a rule, with their place inside the condition."""
    return [text.removeprefix("conditions[0].") for text in rule(conditions=[values])]
