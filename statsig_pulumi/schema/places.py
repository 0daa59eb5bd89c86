"""Places of values, such as ``rules[0].return_value.token``: property names, positions, and keys of JSON objects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .properties import Property

_STEP: Final = re.compile(r"(\w+)((?:\[\d+\])*)")
"""A name with its positions."""


def find_places_of_keys(properties: Mapping[str, Property[Any]], places: Iterable[str]) -> list[str]:
    """Return those of the places whose values may be JSON objects: a program chooses their keys."""
    return [place for place in places if _split(properties, place)[1]]


def hide_keys(properties: Mapping[str, Property[Any]], place: str, secret_places: Iterable[str]) -> str:
    """Return a place without the keys of a secret JSON object."""
    around = [secret for secret in secret_places if place == secret or place.startswith((f"{secret}.", f"{secret}["))]
    declared, has_keys = _split(properties, place)
    return max(declared, *around, key=len) if around and has_keys else place


def _split(properties: Mapping[str, Property[Any]], place: str) -> tuple[str, bool]:
    """Return the part of a place that the declaration names, and whether keys may follow."""
    end = 0
    while step := _STEP.match(place, end):
        p = properties.get(step[1])
        if p is None:
            break
        end = step.end()
        if p.nested is None or p.many == "map":
            return place[:end], p.many == "map" or p.item is Any or bool(p.options.language)
        properties = p.nested.properties
        if place[end : end + 1] != ".":
            return place[:end], True
        end += 1
    return place[:end].rstrip("."), True
