"""Schemas of dynamic configs: no request is sent, and no schema hangs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.resources.types import json_schema

from ...problems import config

LETTERS = "a" * 40 + "!"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def problems(schema: dict[str, Any], value: dict[str, Any]) -> list[str]:
    return config(schema=json.dumps(schema), default_value=value)


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_schema, "TIME_LIMIT_S", 0.05)


def doubled(levels: int) -> dict[str, Any]:
    """Return a schema of which each level refers to the next one twice."""
    levels_below = {f"l{i}": {"allOf": [{"$ref": f"#/$defs/l{i + 1}"}] * 2} for i in range(levels)}
    return {"$schema": DIALECT, "$ref": "#/$defs/l0", "$defs": levels_below | {f"l{levels}": {}}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"properties": {"a": {"pattern": "^(a|aa)+$"}}}, {"a": LETTERS}),
        ({"patternProperties": {"^(a|aa)+$": {}}}, {LETTERS: 1}),
        ({"patternProperties": {"^(a|aa)+$": {}}, "additionalProperties": False}, {LETTERS: 1}),
        ({"patternProperties": {"^(a|aa)+$": {}}, "unevaluatedProperties": False}, {LETTERS: 1}),
        (
            {"$schema": DIALECT, "properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"pattern": "^(a|aa)+$"}}},
            {"a": LETTERS},
        ),
        (doubled(40), {"a": 1}),
    ],
)
def test_a_schema_that_takes_too_long_is_a_problem(
    short_limit: None, schema: dict[str, Any], value: dict[str, Any]
) -> None:
    found = problems(schema, value)
    assert [text.partition(" ")[0] for text in found] == ["schema:"]
    assert "simplify its patterns" in found[0]


def test_a_schema_that_refers_to_itself_without_end_is_a_problem() -> None:
    assert problems({"$ref": "#"}, {"a": 1}) == ["schema: refers to itself without end"]
    assert problems({"$schema": DIALECT, "$ref": "#"}, {"a": 1}) == ["schema: refers to itself without end"]


def test_a_remote_reference_is_a_problem_and_is_not_requested() -> None:
    with Emulator() as server:
        found = problems({"$ref": f"{server.url}/gates"}, {"a": 1})
        assert server.requests()["log"] == []
    assert found == [f"schema: its reference {server.url}/gates cannot be resolved; only its own $defs can"]


@pytest.mark.parametrize(
    ("expected", "schema", "value"),
    [
        ([], {"properties": {"a": {"pattern": "^(?=x)x+$"}}}, {"a": "xx"}),
        (["default_value.a"], {"properties": {"a": {"pattern": "^x+$"}}}, {"a": "y"}),
        (["default_value.x1"], {"patternProperties": {"^x": {"type": "string"}}}, {"x1": 1, "y": 1}),
        (["default_value"], {"patternProperties": {"^x": {}}, "additionalProperties": False}, {"x1": 1, "y": 1}),
        (["default_value"], {"$ref": "#/$defs/t", "$defs": {"t": {}}, "unevaluatedProperties": False}, {"a": 1}),
        ([], {"patternProperties": {"^x": {}}, "additionalProperties": {"type": "integer"}}, {"x1": "", "y": 1}),
        (
            ["default_value.a.a"],
            {
                "$ref": "#/$defs/t",
                "$defs": {"t": {"properties": {"a": {"$ref": "#/$defs/t"}, "b": {"type": "string"}}, "type": "object"}},
            },
            {"a": {"a": 3}},
        ),
    ],
)
def test_patterns_and_references_are_validated(
    expected: list[str], schema: dict[str, Any], value: dict[str, Any]
) -> None:
    assert [text.partition(": ")[0] for text in problems(schema, value)] == expected
