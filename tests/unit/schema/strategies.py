"""Hypothesis strategies for valid inputs of gates and dynamic configs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from statsig_pulumi.json_values import NONE
from statsig_pulumi.resources.types.operators import NUMBER, ONE_VALUE, OPERATORS, VERSION

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8).filter(
    lambda s: s != NONE
)
NAMES = st.text("abcXYZ019 _-.", min_size=3, max_size=12)
SHARES = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
TARGET = TEXT | st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6)
VALUES = st.dictionaries(
    TEXT,
    st.recursive(
        st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6) | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=4,
    ),
    max_size=3,
)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """A condition that the API accepts."""
    kind = draw(st.sampled_from(sorted(OPERATORS)))
    operator = draw(st.sampled_from(OPERATORS[kind] or (None,)))
    values: dict[str, Any] = {"type": kind}
    if operator is not None:
        values["operator"] = operator
    if kind == "custom_field":
        values["field"] = draw(TEXT)
    if kind == "unit_id":
        values["custom_id"] = draw(TEXT)
    if kind == "public" or operator in ("is_null", "is_not_null"):
        return values
    if operator in NUMBER or kind == "time":
        number = draw(st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6))
        return values | {"target_value": [draw(st.sampled_from([number, str(number)]))]}
    if operator in VERSION or kind.endswith("_version"):
        return values | {"target_value": [draw(st.sampled_from(["2.10.0", "3", 4]))]}
    one = operator in ONE_VALUE or operator is None
    return values | {"target_value": draw(st.lists(TARGET, min_size=1, max_size=1 if one else 3))}


def rules(more: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[Any]]:
    rule = st.fixed_dictionaries(
        {"name": TEXT, "pass_percentage": SHARES},
        optional={
            "conditions": st.lists(conditions(), max_size=2),
            "environments": st.lists(st.sampled_from(["development", "staging", "production"])),
        }
        | more,
    )
    return st.lists(rule, max_size=3, unique_by=lambda rule: rule["name"])


COMMON = {
    "description": st.just("") | TEXT,
    "is_enabled": st.booleans(),
    "id_type": TEXT,
    "tags": st.lists(TEXT, max_size=3),
    "target_apps": st.lists(TEXT, max_size=3),
    "team": st.just(NONE) | TEXT,
}
GATES = st.fixed_dictionaries(
    {"name": NAMES},
    optional=COMMON
    | {"rules": rules({}), "review_settings": st.builds(lambda on: {"required_review": on}, st.booleans())},
)
VARIANTS = st.lists(
    st.fixed_dictionaries({"name": TEXT, "pass_percentage": SHARES}, optional={"return_value": VALUES}),
    max_size=2,
    unique_by=lambda variant: variant["name"],
)
CONFIGS = st.fixed_dictionaries(
    {"name": NAMES},
    optional=COMMON | {"default_value": VALUES, "rules": rules({"return_value": VALUES, "variants": VARIANTS})},
)
