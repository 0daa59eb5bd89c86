"""Plain values: what counts as equal, as unknown, and as a declared None."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statsig_pulumi.json_values import MAX_SAFE_INTEGER, NONE, UNKNOWN, encode_none, fingerprint, has_unknown, plain

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


def exactly(expected: Any, actual: Any) -> bool:
    """Equal and of equal types at every depth: in Python 1 == 1.0 == True."""
    return repr(expected) == repr(actual)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (3, 3.0),
        (-3, -3.0),
        (0, 0.0),
        (33.33, 33.33),
        (True, True),
        ("3.0", "3.0"),
        (None, None),
        ([1, 2], (1.0, 2)),
        ([[1]], ((1.0,),)),
        ({"a": [1, {"b": 2}]}, {"a": (1.0, {"b": 2.0})}),
        ({"1": "x"}, {1: "x"}),
        (2**53, float(2**53)),
        (float(2**54), float(2**54)),
        (math.inf, math.inf),
    ],
)
def test_whole_floats_are_ints_and_tuples_are_lists_at_any_depth(expected: Any, value: Any) -> None:
    assert exactly(expected, plain(value))


def test_plain_keeps_an_unknown_value_the_same_object() -> None:
    assert plain([{"a": UNKNOWN}])[0]["a"] is UNKNOWN


def test_plain_leaves_what_it_was_given_as_it_was() -> None:
    given_value = {"a": [1.0]}
    plain(given_value)
    assert exactly({"a": [1.0]}, given_value)


@given(JSON)
def test_plain_changes_no_value_and_nothing_twice(value: Any) -> None:
    once = plain(value)
    assert value == once
    assert exactly(once, plain(once))


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (True, UNKNOWN),
        (True, [1, UNKNOWN]),
        (True, (1, UNKNOWN)),
        (True, {"a": {"b": [UNKNOWN]}}),
        (False, None),
        (False, NONE),
        (False, "UNKNOWN"),
        (False, {"a": [1, {"b": ""}]}),
        (False, []),
    ],
)
def test_an_unknown_value_is_found_at_any_depth(expected: bool, value: Any) -> None:
    assert expected is has_unknown(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [(3, 3.0), ({"a": 1, "b": 2}, {"b": 2, "a": 1.0}), ((1, 2), [1.0, 2.0]), ([{"x": 1}], [{"x": 1.0}])],
)
def test_equal_json_has_one_fingerprint(one: Any, other: Any) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (0, ""),
        (3, "3"),
        (None, "null"),
        (None, ""),
        ([], {}),
        ([1, 2], [2, 1]),
        ([[1], 2], [[1, 2]]),
        ({"a": None}, {}),
        (33.33, 33.34),
    ],
)
def test_different_json_has_different_fingerprints(one: Any, other: Any) -> None:
    assert fingerprint(one) != fingerprint(other)


@given(JSON)
def test_the_engine_carrying_doubles_is_no_difference(value: Any) -> None:
    carried = json.loads(json.dumps(value), parse_int=float)
    assert fingerprint(value) == fingerprint(carried)


def test_a_declared_none_is_carried_as_a_marker_and_nothing_else_is() -> None:
    assert encode_none(None) == NONE
    assert [encode_none(value) for value in ("", 0, False, [], "x")] == ["", 0, False, [], "x"]
