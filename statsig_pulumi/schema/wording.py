"""Values in words, for messages and reports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from ..json_values import NONE, NOT_KNOWN, UNKNOWN, Json, has_unknown
from .diff import is_empty

MAX_CHARACTERS: Final = 200
"""Longer values are cut."""
MAX_REPRESENTED: Final = 60
MAX_ITEMS: Final = 20
"""So many items of a list are shown."""
NOTHING: Final = "nothing"


def describe_value(value: Json) -> str:
    """Return a value as JSON on one line, at most ``MAX_CHARACTERS`` of it."""
    if value is UNKNOWN:
        return NOT_KNOWN
    if is_empty(value):
        return NOTHING
    if has_unknown(value):
        value = _replace_unknown(value)
    return shorten(json.dumps(value, ensure_ascii=False))


def describe_word(value: Json) -> str:
    """Return a value inside a sentence: texts without quotes."""
    return shorten(" ".join(value.split())) if isinstance(value, str) and value != NONE else describe_value(value)


def describe_words(values: Json) -> str:
    """Return one value or several inside a sentence: ``NL, BE``. Of many, the first ones and their number."""
    items = values if isinstance(values, list) else [values]
    rest = f" and {len(items) - MAX_ITEMS:,} more" if len(items) > MAX_ITEMS else ""
    return shorten(", ".join(map(describe_word, items[:MAX_ITEMS]))) + rest if items else NOTHING


def describe_number(value: Json) -> str:
    """Return a number as people write it: 50 and not 50.0."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:.12g}" if is_number else describe_word(value)


def describe_change(old: Json, new: Json) -> str:
    """Return both values: ``"a" -> "b"``."""
    return f"{describe_value(old)} -> {describe_value(new)}"


def describe_text_change(old: str, new: str) -> Iterable[str]:
    """Yield the lines that differ between two texts of several lines, each with its number in the new text."""
    before, after = old.splitlines(), new.splitlines()
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            lines = f"line {j1 + 1}" if j2 - j1 < 2 else f"lines {j1 + 1}-{j2}"
            yield f"{lines}: {describe_value(_join(before[i1:i2]))} -> {describe_value(_join(after[j1:j2]))}"


def represent(value: Json) -> str:
    """Return a value as Python writes it, at most ``MAX_REPRESENTED`` characters of it."""
    text = NOTHING if value is None else repr(value)
    return text if len(text) <= MAX_REPRESENTED else f"{text[:MAX_REPRESENTED]}..."


def shorten(text: str) -> str:
    """Return at most ``MAX_CHARACTERS`` of a text."""
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}..."


def to_noun(name: str) -> str:
    """Return what one item of a list is called: ``primary_metrics`` has items ``primary metric``."""
    words = name.replace("_", " ")
    return f"{words[:-3]}y" if words.endswith("ies") else words.removesuffix("s")


def _join(lines: list[str]) -> str | None:
    return "\n".join(lines) if lines else None


def _replace_unknown(value: Json) -> Json:
    match value:
        case dict():
            return {key: _replace_unknown(item) for key, item in value.items()}
        case list():
            return [_replace_unknown(item) for item in value]
        case _:
            return NOT_KNOWN if value is UNKNOWN else value


def add_article(name: str) -> str:
    """Return the name of a class with its article: ``a Rule``, ``an Owner``."""
    return f"{'an' if name[:1] in 'AEIO' else 'a'} {name}"
