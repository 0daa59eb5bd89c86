"""Literals: source that evaluates to exactly the value, in lines that fit."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.export.program.format import formatted
from statsig_pulumi.export.program.literals import columns, literal, pieces, quoted

from ..objects import Json

TEXTS = st.text(st.characters(exclude_categories=()))
LONG = st.lists(st.text(st.characters(exclude_categories=()), max_size=12), max_size=60).map(" ".join)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | LONG,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(VALUES, min_size=1, max_size=8))
def test_a_value_is_exactly_what_its_literal_says_once_it_is_laid_out(values: list[Json]) -> None:
    source = formatted("\n".join(f"x = {literal(value, 0, 4)}" for value in values))
    found = [ast.literal_eval(statement.value) for statement in ast.parse(source).body]  # type: ignore[attr-defined]
    assert repr(found) == repr(values)  # which tells 1 from 1.0 and from True, and the order of keys


@given(TEXTS | LONG, st.integers(20, 100))
def test_pieces_make_the_text_and_fit(text: str, room: int) -> None:
    found = list(pieces(text, room))
    assert "".join(found) == text
    assert all(columns(repr(piece)) <= room + 2 + piece.count("'") for piece in found)


@given(TEXTS)
def test_what_cannot_be_seen_is_escaped(text: str) -> None:
    assert quoted(text).isprintable()


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
    assert quoted(text) == source


def test_a_long_text_is_cut_after_newlines_and_between_words() -> None:
    first, second = "The first line.\n", " ".join(["word"] * 40)
    source = formatted(f"call(x={literal(first + second, 1, 2)})\n")
    assert source.splitlines() == [
        "call(",
        "    x=(",
        '        "The first line.\\n"',
        f'        "{"word " * 18}"',
        f'        "{"word " * 18}"',
        '        "word word word word"',
        "    )",
        ")",
    ]


@settings(deadline=None, max_examples=30)
@given(st.lists(LONG, min_size=1, max_size=5), st.sampled_from(["name", "a_rather_long_name_of_a_property"]))
def test_no_line_is_too_long(texts: list[str], name: str) -> None:
    listed = formatted(f"call({name}={literal(texts, 1, len(name) + 1)},)\n")
    alone = formatted("call(" + "".join(f"{name}={literal(text, 1, len(name) + 1)}," for text in texts) + ")\n")
    for line in (listed + alone).splitlines():
        assert columns(line) <= 120


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_json_does_not_know_is_a_float_still(value: float) -> None:
    assert repr(eval(literal(value, 0))) == repr(value)
