"""Details: every place at which two values differ, with items paired as an update pairs them."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.json_values import NONE, UNKNOWN
from statsig_pulumi.schema.details import Detail, get_details
from statsig_pulumi.schema.options import computed, optional, required
from statsig_pulumi.schema.properties import ListProp, MapProp, NestedType, Prop


class Check(NestedType):
    """Paired by position."""

    type: Prop[str] = required()
    targets: ListProp[str] = optional()


class Rule(NestedType):
    """Paired by name, or as a rename, because it has an id."""

    identity = ("name",)

    name: Prop[str] = required()
    share: Prop[int] = optional()
    tests: ListProp[Check] = optional()
    id: Prop[str] = computed(sent_back=True)


class Metric(NestedType):
    """Paired by name and type alone, because it has no id."""

    identity = ("name", "type")

    name: Prop[str] = required()
    type: Prop[str] = required()
    goal: Prop[int] = optional()


class Override(NestedType):
    """An item of a set."""

    group: Prop[str] = required()
    environment: Prop[str | None] = optional()


class Gate(NestedType):
    """One property of each form."""

    team: Prop[str | None] = optional()
    rules: ListProp[Rule] = optional()
    metrics: ListProp[Metric] = optional()
    tests: ListProp[Check] = optional()
    tags: ListProp[str] = optional(unordered=True)
    overrides: ListProp[Override] = optional(unordered=True)
    order: ListProp[str] = optional()
    test: Prop[Check] = optional()
    values: MapProp[Any] = optional()
    named: MapProp[Check] = optional()


def rule(name: str, share: int = 10, **more: Any) -> dict[str, Any]:
    return {"name": name, "share": share} | more


def metric(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "user"} | more


DETAILS = [
    # single values
    ("team", None, "a", [("team", "add", None, "a")]),
    ("team", "a", "b", [("team", "update", "a", "b")]),
    ("team", "a", NONE, [("team", "delete", "a", NONE)]),
    ("team", "a", "a", []),
    ("team", None, NONE, []),
    ("team", "a", UNKNOWN, [("team", "update", "a", UNKNOWN)]),
    # lists without nested values are compared as a whole
    ("order", ["a", "b"], ["b", "a"], [("order", "update", ["a", "b"], ["b", "a"])]),
    ("order", ["a"], [], [("order", "delete", ["a"], [])]),
    # items with an identity
    ("rules", [rule("a")], [rule("a", 20)], [("rules[0].share", "update", 10, 20)]),
    ("rules", [rule("a", id="r1")], [rule("a")], []),
    ("rules", [rule("a", tests=[{"type": "x"}])], [rule("a")], []),
    ("rules", [], [rule("a")], [("rules[0]", "add", None, rule("a"))]),
    ("rules", None, [rule("a")], [("rules", "add", None, [rule("a")])]),
    ("rules", [rule("a"), rule("b")], [rule("b")], [("rules[0]", "delete", rule("a"), None)]),
    (
        "rules",
        [rule("b")],
        [rule("a", 1), rule("b", 2)],
        [("rules[0]", "add", None, rule("a", 1)), ("rules[1].share", "update", 10, 2)],
    ),
    ("rules", [rule("a")], [rule("new")], [("rules[0].name", "update", "a", "new")]),
    ("rules", [rule("a"), rule("b", 20)], [rule("b", 20), rule("a")], [("rules", "update", ["a", "b"], ["b", "a"])]),
    ("rules", [rule("a")], [UNKNOWN], [("rules", "update", [rule("a")], [UNKNOWN])]),
    ("metrics", [metric("a", goal=1)], [metric("a", goal=2)], [("metrics[0].goal", "update", 1, 2)]),
    (
        "metrics",
        [metric("a")],
        [metric("b")],
        [("metrics[0]", "add", None, metric("b")), ("metrics[0]", "delete", metric("a"), None)],
    ),
    (
        "metrics",
        [metric("a"), metric("b")],
        [metric("b"), metric("a")],
        [("metrics", "update", ["a, user", "b, user"], ["b, user", "a, user"])],
    ),
    ("metrics", [metric("a"), metric("a")], [metric("a")], [("metrics[0]", "delete", metric("a"), None)]),
    # nested lists
    (
        "rules",
        [rule("a", tests=[{"type": "x", "targets": ["1"]}])],
        [rule("a", tests=[{"type": "x", "targets": ["2"]}, {"type": "y"}])],
        [("rules[0].tests[0].targets", "update", ["1"], ["2"]), ("rules[0].tests[1]", "add", None, {"type": "y"})],
    ),
    # items without an identity
    ("tests", [{"type": "x"}], [{"type": "y"}], [("tests[0].type", "update", "x", "y")]),
    ("tests", [{"type": "x"}, {"type": "y"}], [{"type": "x"}], [("tests[1]", "delete", {"type": "y"}, None)]),
    # sets
    ("tags", ["a", "b"], ["b", "c"], [("tags[1]", "add", None, "c"), ("tags[0]", "delete", "a", None)]),
    ("tags", ["a"], ["a", UNKNOWN], [("tags[1]", "add", None, UNKNOWN)]),
    (
        "overrides",
        [{"group": "a", "environment": None}, {"group": "b", "environment": None}],
        [{"group": "b"}, {"group": "c"}],
        [
            ("overrides[1]", "add", None, {"group": "c"}),
            ("overrides[0]", "delete", {"group": "a", "environment": None}, None),
        ],
    ),
    # nested values and maps
    ("test", {"type": "x"}, {"type": "y"}, [("test.type", "update", "x", "y")]),
    ("test", None, {"type": "y"}, [("test", "add", None, {"type": "y"})]),
    (
        "values",
        {"a": 1, "b": 2},
        {"b": 3, "c": 4},
        [("values.b", "update", 2, 3), ("values.c", "add", None, 4), ("values.a", "delete", 1, None)],
    ),
    ("values", {"a": {"b": [1]}}, {"a": {"b": [2]}}, [("values.a.b", "update", [1], [2])]),
    ("values", {"a": 1}, {"a": 1.0}, []),
    ("values", {"a": 1}, {"a": UNKNOWN}, [("values.a", "update", 1, UNKNOWN)]),
    ("values", {"a": None}, {"a": 1}, [("values.a", "update", None, 1)]),
    (
        "named",
        {"a": {"type": "x"}},
        {"a": {"type": "y"}, "b": {"type": "z"}},
        [("named.a.type", "update", "x", "y"), ("named.b", "add", None, {"type": "z"})],
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), DETAILS)
def test_the_details_of_a_property(name: str, old: Any, new: Any, expected: list[Any]) -> None:
    assert get_details(Gate.properties[name], old, new, name) == [Detail(*detail) for detail in expected]


def test_large_sets_are_compared_by_value() -> None:
    old, new = [f"user-{i}" for i in range(2_000)], [f"user-{i}" for i in range(1, 2_001)]
    details = get_details(Gate.properties["tags"], old, new, "tags")
    assert details == [Detail("tags[1999]", "add", None, "user-2000"), Detail("tags[0]", "delete", "user-0", None)]
