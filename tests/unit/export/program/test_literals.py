"""Literals evaluate to exactly their value, and stay readable."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.export.program.literals import count_columns, quote, split_text, to_literal

from ..sample_resources import Json

TEXTS = st.text(st.characters(exclude_categories=()))
LONG_TEXTS = st.lists(st.text(st.characters(exclude_categories=()), max_size=12), max_size=60).map(" ".join)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | LONG_TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None)
@given(VALUES)
def test_a_literal_evaluates_to_exactly_its_value(value: Json) -> None:
    # Unlike ==, repr distinguishes 1, 1.0 and True, and the order of keys.
    assert repr(ast.literal_eval(to_literal(value, 0, 4))) == repr(value)


@given(TEXTS | LONG_TEXTS, st.integers(20, 100))
def test_pieces_make_up_the_text_and_fit(text: str, width: int) -> None:
    pieces = list(split_text(text, width))
    assert "".join(pieces) == text
    assert all(count_columns(repr(piece)) <= width + 2 + piece.count("'") for piece in pieces)


@given(TEXTS)
def test_invisible_characters_are_escaped(text: str) -> None:
    assert quote(text).isprintable()


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("plain", '"plain"'),
        ("it's", '"it\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ("Ünïcödé 漢字 💡", '"Ünïcödé 漢字 💡"'),
        ("a\r\n\tb", r'"a\r\n\tb"'),
        ("no\u00a0break \u202e \u2028 \ud800", r'"no\xa0break \u202e \u2028 \ud800"'),
    ],
)
def test_a_text_stays_readable(text: str, source: str) -> None:
    assert quote(text) == source


def test_a_long_text_is_split_after_newlines_and_between_words() -> None:
    first, second = "The first line.\n", " ".join(["word"] * 40)
    assert to_literal(first + second, 1, 2).splitlines() == [
        "(",
        '"The first line.\\n"',
        f'"{"word " * 18}"',
        f'"{"word " * 18}"',
        '"word word word word"',
        ")",
    ]


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_number_that_json_lacks_is_a_float(value: float) -> None:
    assert repr(eval(to_literal(value, 0))) == repr(value)
