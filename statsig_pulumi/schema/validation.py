"""Find every problem of the inputs of a resource, with its place.

Values that a preview does not know yet are skipped; known values next to them are not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..errors import Problem
from ..json_values import MAX_SAFE_INTEGER, NONE, UNKNOWN, Json, has_unknown
from .properties import Property

if TYPE_CHECKING:
    from pydantic import ValidationError

CONTAINERS = {"list": list, "map": dict}
OUTPUT_TEXT: Final = "Calling __str__ on an Output[T] is not supported"
"""How the text of an Output begins."""


class Validated(Protocol):
    """What the classes of resources and nested types have in common."""

    @property
    def properties(self) -> dict[str, Property[Any]]: ...

    def validate(self, values: Mapping[str, Json]) -> Iterable[Problem]: ...


def find_problems(cls: Validated, values: Mapping[str, Json], place: str = "") -> Iterator[Problem]:
    """Yield every reason for which the API would reject these values; ``place`` is the prefix of all places."""
    for name in values:
        p = cls.properties.get(name)
        # A nested value may hold what the API sets, because a program can pass the rules of one gate to another.
        if not name.startswith("__") and (p is None or (not p.settable and not place)):
            yield Problem(place + name, "is not a property that a program can set")
    valid = {}
    for name, p in cls.properties.items():
        if name in values and p.settable:
            problems = list(_find_in_value(p, values[name], place + name))
            valid[name] = values[name] if p.nested or not problems else UNKNOWN
            yield from problems
        elif p.options.required:
            yield Problem(place + name, "is required")
    for problem in dict.fromkeys(cls.validate(valid)):
        yield Problem(place + problem.place, problem.reason)


def get_known(values: Mapping[str, Json], name: str) -> Json:
    """Return a value that is declared and completely known, or None."""
    value = values.get(name)
    return None if value == NONE or has_unknown(value) else value


def find_nulls(value: Json, place: str) -> Iterator[Problem]:
    """Yield the places of nulls, at any depth. Statsig accepts none inside values."""
    for at, leaf in _iterate_leaves(value, place):
        if leaf is None:
            yield Problem(at, "must not be None; Statsig accepts no null here")


def find_unsafe_numbers(value: Json, place: str) -> Iterator[Problem]:
    """Yield the places of numbers that JSON cannot express, and of those that lose digits as doubles."""
    for at, number in _iterate_leaves(value, place):
        if isinstance(number, float) and not math.isfinite(number):
            yield Problem(at, f"must be a finite number, not {number}")
        elif isinstance(number, (int, float)) and abs(number) > MAX_SAFE_INTEGER:
            yield Problem(
                at, "must not exceed 2**53, because larger numbers lose digits; only JSON5 text can hold them"
            )


def find_foreign_values(value: Json, place: str) -> Iterator[Problem]:
    """Yield the places of Python values that JSON cannot express, such as dates and sets."""
    for at, leaf in _iterate_leaves(value, place):
        if leaf is not UNKNOWN and not isinstance(leaf, (str, bool, int, float, type(None))):
            yield Problem(at, f"must be a JSON value, not {type(leaf).__name__}")


def find_output_texts(value: Json, place: str) -> Iterator[Problem]:
    """Yield the places of texts into which the program formatted an Output: they hold a sentence of the SDK."""
    advice = "the text of an Output; use pulumi.Output.format() or .apply()"
    for at, leaf in _iterate_leaves(value, place):
        before, key, _ = at.partition(f".{OUTPUT_TEXT}")
        if key:
            yield Problem(before, f"contains a key with {advice}")
        elif isinstance(leaf, str) and OUTPUT_TEXT in leaf:
            yield Problem(at, f"contains {advice}")


def _iterate_leaves(value: Json, place: str) -> Iterator[tuple[str, Json]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _iterate_leaves(item, f"{place}.{key}")
        case list():
            for index, item in enumerate(value):
                yield from _iterate_leaves(item, f"{place}[{index}]")
        case _:
            yield place, value


def _find_in_value(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    if value is UNKNOWN or (p.nullable and value in (None, NONE)):
        return
    if value is None or value == NONE:
        yield Problem(place, "must not be None; omit it to keep the value in Statsig")
    elif p.many and not isinstance(value, CONTAINERS[p.many]):
        yield Problem(place, f"must be a {p.many}, not {type(value).__name__}")
    else:
        yield from _find_too_many(p, value, place)
        for at, item in _iterate_items(p, value, place):
            yield from _find_in_item(p, item, at)


def _find_too_many(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    limit = p.options.max_items
    if limit is not None and len(value) > limit:
        yield Problem(place, f"has {len(value):,} items; Statsig accepts at most {limit:,}")


def _iterate_items(p: Property[Any], value: Json, place: str) -> Iterator[tuple[str, Json]]:
    match p.many:
        case "list":
            yield from ((f"{place}[{index}]", item) for index, item in enumerate(value))
        case "map":
            yield from ((f"{place}.{key}", item) for key, item in value.items())
        case _:
            yield place, value


def _find_in_item(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    if value is UNKNOWN:
        return
    if p.nested is not None:
        if isinstance(value, dict):
            yield from find_problems(p.nested, value, f"{place}.")
        else:
            yield Problem(place, f"must be a {p.nested.__name__}, not {type(value).__name__}")
        return
    checks = (find_nulls, find_unsafe_numbers, find_foreign_values, find_output_texts)
    problems = [problem for check in checks for problem in check(value, place)]
    yield from problems
    if not problems and not has_unknown(value):
        yield from _find_wrong_type(p, value, place)


def _find_wrong_type(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    from pydantic import ValidationError

    try:
        p.adapter.validate_python(value)
    except ValidationError as error:
        yield Problem(place, _describe(error))


def _describe(error: ValidationError) -> str:
    """Return the messages of a validation error as one sentence; never the value, which may be secret."""
    messages = dict.fromkeys(e["msg"].removeprefix("Value error, ") for e in error.errors(include_input=False))
    return ", or ".join(f"{message[:1].lower()}{message[1:]}" for message in messages)
