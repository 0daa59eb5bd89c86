"""JSON values: equality, unknown values and the marker of a declared None."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statsig_pulumi.json_values import (
    MAX_SAFE_INTEGER,
    NONE,
    UNKNOWN,
    drop_nulls,
    encode_none,
    fingerprint,
    has_unknown,
    normalize_json,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


def is_identical(expected: Any, actual: Any) -> bool:
    """Return whether values and types are equal at every depth: in Python 1 == 1.0 == True."""
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
def test_whole_floats_become_ints_and_tuples_become_lists_at_any_depth(expected: Any, value: Any) -> None:
    assert is_identical(expected, normalize_json(value))


def test_normalizing_keeps_the_identity_of_an_unknown_value() -> None:
    assert normalize_json([{"a": UNKNOWN}])[0]["a"] is UNKNOWN


def test_normalizing_does_not_change_its_argument() -> None:
    argument = {"a": [1.0]}
    normalize_json(argument)
    assert is_identical({"a": [1.0]}, argument)


@given(JSON)
def test_normalizing_keeps_values_equal_and_is_idempotent(value: Any) -> None:
    once = normalize_json(value)
    assert value == once
    assert is_identical(once, normalize_json(once))


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
def test_equal_values_have_one_fingerprint(one: Any, other: Any) -> None:
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
def test_different_values_have_different_fingerprints(one: Any, other: Any) -> None:
    assert fingerprint(one) != fingerprint(other)


@given(JSON)
def test_ints_sent_as_doubles_do_not_change_the_fingerprint(value: Any) -> None:
    received = json.loads(json.dumps(value), parse_int=float)
    assert fingerprint(value) == fingerprint(received)


def test_only_none_is_encoded_as_the_marker() -> None:
    assert encode_none(None) == NONE
    assert [encode_none(value) for value in ("", 0, False, [], "x")] == ["", 0, False, [], "x"]


def test_nulls_of_objects_are_dropped_at_any_depth_and_nulls_of_lists_are_kept() -> None:
    value = {"a": None, "b": [{"c": None, "d": 0}, None], "e": {"f": None}, "g": ""}
    assert drop_nulls(value) == {"b": [{"d": 0}, None], "e": {}, "g": ""}
