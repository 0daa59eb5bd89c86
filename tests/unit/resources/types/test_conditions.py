"""Constructors of conditions: one for each type, with a keyword for each comparison that the type has."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.resources.types import conditions
from statsig_pulumi.resources.types.comparisons import get_operators
from statsig_pulumi.resources.types.operators import MEANT, OPERATORS, Operator, find_meant_operator

from ...problems import condition

Condition: Any = statsig.Condition
FIELDS = {"custom_field": ("field", "plan"), "unit_id": ("custom_id", "companyID")}
REFERENCES = ("passes_gate", "fails_gate", "passes_segment", "fails_segment")


def keywords(kind: str) -> set[str]:
    """Return the comparisons that type checkers accept in a constructor."""
    parameters = inspect.signature(getattr(Condition, kind)).parameters
    if "comparison" not in parameters:
        return set()
    holder = type("Holder", (), {"__annotations__": {"comparison": parameters["comparison"].annotation}})
    (accepted,) = get_args(get_type_hints(holder, vars(conditions))["comparison"])
    return set((get_origin(accepted) or accepted).__optional_keys__)


def test_type_checkers_accept_the_operators_of_each_type_and_no_others() -> None:
    wrong = {kind: keywords(kind) ^ set(get_operators(kind)) for kind in OPERATORS if kind not in REFERENCES}
    assert {kind: names for kind, names in wrong.items() if names} == {}


def test_type_checkers_know_every_operator() -> None:
    (literal, _) = get_args(Operator)
    assert {operator for operators in OPERATORS.values() for operator in operators} <= set(get_args(literal))


def test_each_comparison_is_the_plain_condition_with_its_operator_and_valid() -> None:
    wrong = []
    for kind in OPERATORS.keys() - {"public", *REFERENCES}:
        name, field = FIELDS.get(kind, ("", ""))
        for keyword, operator in get_operators(kind).items():
            is_null = keyword in ("is_null", "is_not_null")
            value: Any = 3 if operator in ("lt", "gt", "lte", "gte") else "3"
            made = getattr(Condition, kind)(*filter(None, [field]), **{keyword: True if is_null else value})
            plain = {"type": kind, "operator": operator} | ({name: field} if name else {})
            if made != plain | ({} if is_null else {"target_value": value}) or condition(**plain_values(made)):
                wrong.append((kind, keyword, made))
    assert wrong == []


def plain_values(made: dict[str, Any]) -> dict[str, Any]:
    """Return a condition as the engine passes it on: a list in place of a single value."""
    targets = {"target_value": [made["target_value"]]} if "target_value" in made else {}
    return {**made, **targets}


def test_conditions_without_operators() -> None:
    assert Condition.public() == {"type": "public"}
    for kind in REFERENCES:
        assert getattr(Condition, kind)("an_id") == {"type": kind, "target_value": "an_id"}


@pytest.mark.parametrize(
    ("expected", "call"),
    [
        ("country: gt: is no comparison of this type: use one of any_of, none_of", lambda: Condition.country(gt=1)),
        (
            "country: anyof: is no comparison of this type; did you mean 'any_of'?",
            lambda: Condition.country(anyof="NL"),
        ),
        ("country: any: is no comparison of this type; did you mean 'any_of'?", lambda: Condition.country(any="NL")),
        (
            "app_version: version_gte: is no comparison of this type; did you mean 'gte'?",
            lambda: Condition.app_version(version_gte="2"),
        ),
        ("email: contains: is no comparison of this type; did you mean 'str_c", lambda: Condition.email(contains="@")),
        ("email: matches: is no comparison of this type; did you mean 'str_m", lambda: Condition.email(matches="@")),
        ("time: takes one comparison, and none is given; it has after, before", lambda: Condition.time()),
        (
            "time: takes one comparison, not after and before: join conditions by &; it has after, before",
            lambda: Condition.time(after=1, before=2),
        ),
        ("device_model: is_null: must be True: the opposite is ", lambda: Condition.device_model(is_null=False)),
        ("custom_field: missing a required argument: 'field'", lambda: Condition.custom_field(any_of="x")),
        ("unit_id: missing a required argument: 'custom_id'", lambda: Condition.unit_id(any_of="x")),
        ("public: got an unexpected keyword argument 'any_of'", lambda: Condition.public(any_of="x")),
        ("passes_gate: missing a required argument: 'gate'", lambda: Condition.passes_gate()),
        ("country: too many positional arguments", lambda: Condition.country(["NL"])),
    ],
)
def test_a_wrong_call_is_an_error_with_the_nearest_right_word(expected: str, call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert str(raised.value).startswith(f"Condition.{expected}")
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("operator", "kind", "expected"),
    [
        ("in", "country", "any"),
        ("not_in", "country", "none"),
        ("eq", "country", "any"),
        ("gte", "app_version", "version_gte"),
        (">=", "app_version", "version_gte"),
        (">=", "custom_field", "gte"),
        (">", "time", "after"),
        ("contains", "email", "str_contains_any"),
        ("strContainsAny", "email", "str_contains_any"),
        ("str_contain_any", "url", "str_contains_any"),
        ("ANY", "custom_field", "any"),
        ("regex", "url", "str_matches"),
        ("equals", "custom_field", "eq"),
        ("version_gt", "country", ""),
        ("before", "country", ""),
    ],
)
def test_the_operator_that_a_wrong_one_means(operator: str, kind: str, expected: str) -> None:
    assert find_meant_operator(operator, OPERATORS[kind]) == expected
    (problem,) = condition(type=kind, operator=operator, target_value=["2"], **dict([FIELDS.get(kind, ("field", "x"))]))
    assert (f"did you mean '{expected}'?" in problem) == bool(expected)


def test_every_operator_that_a_word_means_exists() -> None:
    known = {operator for operators in OPERATORS.values() for operator in operators}
    assert {operator for operators in MEANT.values() for operator in operators} <= known


def test_a_misspelt_condition_type_names_the_right_one() -> None:
    assert condition(type="contry", operator="any", target_value=["NL"]) == [
        "type: input should be one of 25 values; did you mean 'country'?"
    ]


def test_conditions_are_joined_by_and() -> None:
    one, two, three = (Condition.country(any_of=[each]) for each in ("NL", "BE", "DE"))
    assert one & two == [one, two]
    assert one & two & three == [one, two, three]
    assert one & [two, three] == [one, two, three]
    assert [one] & (two & three) == [one, two, three]


def test_a_union_of_conditions_is_an_error_and_one_with_a_dict_is_a_dict() -> None:
    one, two = Condition.country(any_of=["NL"]), Condition.os_name(any_of=["iOS"])
    with pytest.raises(TypeError, match=r"cannot be joined by \|: write several values of one condition"):
        one | two
    with pytest.raises(TypeError, match=r"cannot be joined by \|"):
        one |= two
    assert one | {"target_value": ["BE"]} == {"type": "country", "operator": "any", "target_value": ["BE"]}
    assert {"field": "x"} | two == {"field": "x", **two}


def test_one_condition_needs_no_list() -> None:
    rule = statsig.Rule(name="r", pass_percentage=1, conditions=Condition.country(any_of=["NL"]))
    assert rule.conditions == [{"type": "country", "operator": "any", "target_value": ["NL"]}]
    assert isinstance(rule.conditions[0], statsig.Condition)
