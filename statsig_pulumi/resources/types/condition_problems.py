"""The problems of conditions: of their constructors, operators and target values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import Problem
from ...json_values import NONE, UNKNOWN, Json, normalize_json
from .comparisons import is_without_value
from .operators import NULL, NUMBER, ONE_VALUE, OPERATORS, REFERENCES, VERSION, find_meant_operator


def find_comparison_problems(operators: Mapping[str, str], comparison: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the problems of the keywords of a constructor, such as ``Condition.country(any_of=["NL"])``."""
    wrong = [keyword for keyword in comparison if keyword not in operators]
    for keyword in wrong:
        yield Problem(keyword, f"is no comparison of this type{_advise(keyword, tuple(operators))}")
    if not wrong and len(comparison) != 1:
        given = f"not {' and '.join(comparison)}: join conditions by &" if comparison else "and none is given"
        yield Problem("", f"takes one comparison, {given}; it has {', '.join(operators)}")
    for keyword, value in comparison.items():
        if is_without_value(operators.get(keyword, "")) and value is not True:
            yield Problem(keyword, "must be True: the opposite is another comparison")


def find_condition_problems(values: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield the problems of the values of a condition that its types do not show."""
    kind = values.get("type")
    if not isinstance(kind, str):
        return
    operator_problems = list(_find_operator_problems(kind, values))
    yield from operator_problems
    # What a value must be depends on the operator.
    if not operator_problems or kind == "public":
        yield from _find_target_problems(kind, values)
    for required_by, name in (("custom_field", "field"), ("unit_id", "custom_id")):
        if kind == required_by and values.get(name, "") in ("", None, NONE):
            yield Problem(name, f"is required for a condition of type '{kind}'")


def _find_operator_problems(kind: str, values: Mapping[str, Json]) -> Iterator[Problem]:
    operator, allowed = values.get("operator", NONE), OPERATORS.get(kind)
    if operator is UNKNOWN or allowed is None:
        return
    is_set = operator not in (NONE, None, "")
    if not allowed and is_set:
        yield Problem("operator", f"must be omitted for a condition of type '{kind}', not '{operator}'")
    elif allowed and not is_set:
        yield Problem("operator", f"is required for a condition of type '{kind}': one of {', '.join(allowed)}")
    elif is_set and operator not in allowed:
        yield Problem("operator", f"'{operator}' is not valid for type '{kind}'{_advise(operator, allowed)}")


def _advise(operator: Json, allowed: tuple[str, ...]) -> str:
    """Return which operator to use; a program that means one gets that one."""
    meant = find_meant_operator(str(operator), allowed)
    return f"; did you mean '{meant}'?" if meant else f": use one of {', '.join(allowed)}"


def _find_target_problems(kind: str, values: Mapping[str, Json]) -> Iterator[Problem]:
    operator, targets = values.get("operator"), values.get("target_value", [])
    if targets is UNKNOWN or operator is UNKNOWN or kind not in OPERATORS:
        return
    if kind == "public":
        if targets:
            yield Problem("target_value", "must be omitted for a condition of type 'public'")
    elif operator in NULL:
        return
    elif not targets:
        yield Problem("target_value", f"is required for a condition of type '{kind}'")
    elif (operator in ONE_VALUE or kind in REFERENCES) and len(targets) > 1:
        criterion = f"operator '{operator}'" if operator else f"type '{kind}'"
        yield Problem("target_value", f"must be one value for {criterion}")
    elif operator in VERSION or kind.endswith("_version"):
        for index, value in enumerate(targets):
            if isinstance(value, float):
                reason = 'must be text for a version, such as "2.10.0": as a number, 2.10 is 2.1'
                yield Problem(f"target_value[{index}]", reason)
    elif operator in NUMBER or kind == "time":
        for index, value in enumerate(targets):
            if value is not UNKNOWN and not isinstance(to_number(value), (int, float)):
                yield Problem(f"target_value[{index}]", f"must be a number for operator '{operator}'")


def to_number(value: Any) -> Any:
    """Return the number in a text, or the value if it is none. The API accepts and returns both."""
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        return value
    return value if isinstance(number, float) and not math.isfinite(number) else normalize_json(number)
