"""Find everything that is wrong with the inputs of a resource, at once and with its place.

Values that a preview does not know yet are skipped; their known siblings are not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from ..errors import Problem
from ..json_values import MAX_SAFE_INTEGER, NONE, UNKNOWN, Json, has_unknown
from .properties import Property


class Declared(Protocol):
    """What the classes of entities and parts have in common."""

    @property
    def properties(self) -> dict[str, Property[Any]]: ...

    def problems(self, values: Mapping[str, Json]) -> Iterable[Problem]: ...


def find_problems(declared: Declared, values: Mapping[str, Json], place: str = "") -> Iterator[Problem]:
    """Every reason for which the API would refuse these values."""
    for name in values:
        p = declared.properties.get(name)
        # What the API sets in a part may stand there: the rules of one gate are given to another one.
        if not name.startswith("__") and (p is None or (not p.settable and not place)):
            yield Problem(place + name, "there is no such property to set")
    sound = {}
    for name, p in declared.properties.items():
        if name in values and p.settable:
            found = list(_of_value(p, values[name], place + name))
            sound[name] = values[name] if p.nested or not found else UNKNOWN
            yield from found
        elif p.options.required:
            yield Problem(place + name, "is required")
    for problem in dict.fromkeys(declared.problems(sound)):
        yield Problem(place + problem.place, problem.reason)


def get_known(values: Mapping[str, Json], name: str) -> Json:
    """A value that is declared, and known in whole; else None."""
    value = values.get(name)
    return None if value == NONE or has_unknown(value) else value


def find_nulls(value: Json, place: str) -> Iterator[Problem]:
    """Nulls, at any depth: Statsig's values take none."""
    yield from (
        Problem(at, "must not be None; Statsig takes no null here") for at, v in _leaves(value, place) if v is None
    )


def find_unsafe_numbers(value: Json, place: str) -> Iterator[Problem]:
    """Numbers that JSON has not, and integers that would lose digits: the engine carries doubles."""
    for at, number in _leaves(value, place):
        if isinstance(number, float) and not math.isfinite(number):
            yield Problem(at, "must be a number that JSON has")
        elif isinstance(number, (int, float)) and abs(number) > MAX_SAFE_INTEGER:
            yield Problem(at, "numbers beyond 2**53 lose digits on the way; declare it as JSON5 text")


def _leaves(value: Json, place: str) -> Iterator[tuple[str, Json]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _leaves(item, f"{place}.{key}")
        case list():
            for index, item in enumerate(value):
                yield from _leaves(item, f"{place}[{index}]")
        case _:
            yield place, value


def _of_value(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    if value is UNKNOWN or (p.nullable and value in (None, NONE)):
        return
    if value is None or value == NONE:
        yield Problem(place, "must not be None; omit it to leave it as it is")
        return
    match p.many, value:
        case "list", list():
            if p.options.max_items is not None and len(value) > p.options.max_items:
                yield Problem(place, f"has {len(value):,} items; Statsig takes {p.options.max_items:,} at most")
            for index, item in enumerate(value):
                yield from _of_item(p, item, f"{place}[{index}]")
        case "map", dict():
            for key, item in value.items():
                yield from _of_item(p, item, f"{place}.{key}")
        case "", _:
            yield from _of_item(p, value, place)
        case wanted, _:
            yield Problem(place, f"must be a {wanted}")


def _of_item(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    if value is UNKNOWN:
        return
    if p.nested is not None:
        if isinstance(value, dict):
            yield from find_problems(p.nested, value, f"{place}.")
        else:
            yield Problem(place, f"must be a {p.nested.__name__}")
    elif unfit := [*find_nulls(value, place), *find_unsafe_numbers(value, place)]:
        yield from unfit
    elif not has_unknown(value):
        yield from _of_known(p, value, place)


def _of_known(p: Property[Any], value: Json, place: str) -> Iterator[Problem]:
    from pydantic import ValidationError

    try:
        p.adapter.validate_python(value)
    except ValidationError as error:
        messages = dict.fromkeys(e["msg"].removeprefix("Value error, ") for e in error.errors(include_input=False))
        yield Problem(place, ", or ".join(f"{message[:1].lower()}{message[1:]}" for message in messages))
