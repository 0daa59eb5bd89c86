"""Values of dynamic configs, as JSON and as JSON5 text, and their schema."""

from __future__ import annotations

import math

import pytest

from statsig_pulumi.json_values import NONE, UNKNOWN

from ...problems import config

# -- values of dynamic configs


def test_a_null_inside_a_value_is_reported_with_its_place() -> None:
    value = {"a": {"b": [1, {"c": None}]}}
    place = "a.b[1].c: must not be None; Statsig accepts no null here"
    assert [f"default_value.{place}"] == config(default_value=value)
    assert [f"rules[0].return_value.{place}"] == config(rules=[{"name": "r", "return_value": value}])
    variants = [{"name": "v", "pass_percentage": 1, "return_value": value}]
    assert [f"rules[0].variants[0].return_value.{place}"] == config(rules=[{"name": "r", "variants": variants}])


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 1e300])
def test_numbers_that_would_lose_digits_are_invalid(number: float) -> None:
    (found,) = config(default_value={"a": [number]})
    assert found.startswith("default_value.a[0]: must not exceed 2**53, because larger numbers lose digits")


@pytest.mark.parametrize("number", [2**53, -(2**53), 0.1, True])
def test_numbers_that_a_double_holds_are_valid(number: float) -> None:
    assert config(default_value={"a": number}) == []


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_infinite_numbers_are_invalid(number: float) -> None:
    assert config(default_value={"a": number}) == [f"default_value.a: must be a finite number, not {number}"]


def test_json5_text_may_hold_large_integers() -> None:
    assert config(default_value_json5="{a: 9007199254740993}") == []


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("is not JSON5: ", "{a: }"),
        ("is not JSON5: ", ""),
        ("is not JSON5: ", "{a: 1} x"),
        ("must be a JSON object", "[1]"),
        ("must be a JSON object", "null"),
    ],
)
def test_a_json5_text_must_be_an_object(expected: str, text: str) -> None:
    (found,) = config(default_value_json5=text)
    assert found.startswith(f"default_value_json5: {expected}")
    (found,) = config(rules=[{"name": "r", "return_value_json5": text}])
    assert found.startswith(f"rules[0].return_value_json5: {expected}")


def test_a_json5_text_may_hold_comments_and_no_null() -> None:
    assert config(default_value_json5="{a: 1, /* why */ 'b': [.5,],}") == []
    (found,) = config(default_value_json5="{a: [null]}")
    assert found.startswith("default_value_json5.a[0]: must not be None")


def test_a_value_and_its_json5_text_must_be_equal() -> None:
    assert config(default_value={"b": 1.0, "a": "x"}, default_value_json5="{a: 'x', b: 1}") == []
    assert config(default_value={"a": 1}, default_value_json5="{a: true}") == [
        "default_value_json5: differs from default_value: both must have the same value"
    ]
    assert config(rules=[{"name": "r", "return_value": {"a": 1}, "return_value_json5": "{a: 2}"}]) == [
        "rules[0].return_value_json5: differs from return_value: both must have the same value"
    ]


SCHEMA = '{"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}'


def test_a_value_that_violates_the_schema_is_not_shown() -> None:
    secret = "s3cr3t"
    found = config(
        schema=SCHEMA,
        default_value={},
        rules=[
            {"name": "a", "return_value": {"price": secret}},
            {"name": "b", "return_value_json5": f"{{price: '{secret}'}}"},
            {"name": "c", "variants": [{"name": "v", "pass_percentage": 1, "return_value": {"price": secret}}]},
            {"name": "d", "return_value": {"price": 3}},
        ],
    )
    assert found == [
        "default_value: violates the schema (required)",
        "rules[0].return_value.price: violates the schema (properties/price/type)",
        "rules[1].return_value.price: violates the schema (properties/price/type)",
        "rules[2].variants[0].return_value.price: violates the schema (properties/price/type)",
    ]
    assert secret not in str(found)


@pytest.mark.parametrize("name", ["schema", "schema_json5"])
def test_a_schema_is_a_json_schema(name: str) -> None:
    assert config(**{name: SCHEMA, "default_value": {"price": 1}}) == []
    assert config(**{name: "{", "default_value": {}})[0].startswith(f"{name}: is not JSON: ")
    assert config(**{name: '{"type": "nothing"}'})[0].startswith(f"{name}: is not a JSON Schema: ")
    assert config(**{name: '{"pattern": "("}'})[0].startswith(f"{name}: is not a JSON Schema: ")


@pytest.mark.parametrize("value", ["", NONE])
def test_an_empty_schema_accepts_any_value(value: str) -> None:
    assert config(schema=value, default_value={"a": 1}) == []


def test_a_broken_reference_of_a_schema_is_a_problem() -> None:
    (found,) = config(schema='{"$ref": "#/$defs/x"}', default_value={"a": 1})
    assert found == "schema: its reference /$defs/x cannot be resolved; only its own $defs can"


def test_a_partly_unknown_value_is_not_checked_against_its_schema() -> None:
    assert config(schema='{"required": ["b"]}', default_value={"a": UNKNOWN}) == []
    assert config(default_value={"a": UNKNOWN, "b": None}) == [
        "default_value.b: must not be None; Statsig accepts no null here"
    ]
