"""A value that looks right and is not, in place of each value: one line with its place, and what to write."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any
from uuid import UUID

import pulumi
import pytest

from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.schema.declaration import REGISTRY, Declaration

from .examples import Path, examples, get, iterate_paths, replace, to_place
from .inputs import is_valid
from .values import Values


class Color(enum.Enum):
    RED = "red"


DEEP: list[Any] = []
CIRCULAR: list[Any] = []
CIRCULAR.append(CIRCULAR)
for _ in range(2_000):
    DEEP = [DEEP]
WRONG: dict[str, Any] = {
    "bytes": b"hush",
    "set": {"hush"},
    "generator": (each for each in "a"),
    "keys": {"a": 1}.keys(),
    "range": range(3),
    "date": date(2031, 1, 2),
    "datetime": datetime(2031, 1, 2),
    "timedelta": timedelta(1),
    "Decimal": Decimal("1.5"),
    "UUID": UUID(int=1),
    "file path": FilePath("a"),
    "Enum": Color.RED,
    "class": Color,
    "object": object(),
    "function": to_place,
    "error": ValueError("hush"),
    "asset": pulumi.StringAsset("hush"),
    "not a number": float("nan"),
    "infinity": float("-inf"),
    "large number": 10**400,
    "half of a pair": "\ud800",
    "text of an Output": str(pulumi.Output.from_input("a")),
    "circular": CIRCULAR,
    "deep": DEEP,
    "None in a list": [None],
    "None in a dict": {"a": None},
    "number as a key": {1: "a"},
    "asset in a dict": {"a": [pulumi.FileAsset("a")]},
}
"""What no property accepts."""


def paths_of(declaration: Declaration) -> dict[str, tuple[Path, Values]]:
    """Return the path of every value that a program can set, with valid inputs that have it, by its place."""
    found: dict[str, tuple[Path, Values]] = {}
    for name in declaration.inputs:
        for inputs in examples(declaration.kind, name):
            for path, _ in iterate_paths(declaration.cls, inputs):
                found.setdefault(to_place(path), (path, inputs))
    return found


def find_violations(declaration: Declaration, place: str, inputs: Values) -> Iterator[str]:
    """Yield what is wrong with the error for wrong inputs."""
    try:
        declaration.cls("one", **inputs)
    except InvalidInputsError as error:
        # An item that alone stands for a list is named without its index.
        shorter = place.removesuffix("[0]")
        if not any(problem.place.startswith((place, shorter)) for problem in error.problems):
            yield f"the place is not named: {error}"
        if not str(error).isprintable() or len(str(error)) > 2_000:
            yield f"it is no line: {error}"
        if "hush" in str(error):
            yield f"it repeats the value: {error}"
    except Exception as error:  # noqa: BLE001 - every other error is a violation
        yield f"{type(error).__name__}: {error}"
    else:
        yield "it is accepted"


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_a_wrong_value_in_any_place_is_one_line_with_the_place(kind: str) -> None:
    declaration = REGISTRY[kind]
    paths = paths_of(declaration)
    assert {place for place in paths if "." not in place and "[" not in place} >= set(declaration.inputs)
    violations = [
        f"{place}: {name}: {violation}"
        for place, (path, inputs) in paths.items()
        for name, value in WRONG.items()
        for violation in find_violations(declaration, place, replace(inputs, path, value))
    ]
    assert violations == []


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_a_misspelt_name_in_any_nested_value_gets_the_right_one(kind: str) -> None:
    declaration = REGISTRY[kind]
    violations = []
    for place, (path, inputs) in paths_of(declaration).items():
        *outer, name = path
        if not outer or not isinstance(name, str) or not isinstance(get(inputs, tuple(outer)), dict):
            continue
        if not is_valid(declaration, inputs) or dict(iterate_paths(declaration.cls, inputs))[path].many == "map":
            continue
        misspelt = f"{name[:-1]}{name[-1].upper()}x"
        value = {misspelt if key == name else key: each for key, each in get(inputs, tuple(outer)).items()}
        try:
            declaration.cls("one", **replace(inputs, tuple(outer), value))
        except InvalidInputsError as error:
            text = str(error)
            if f"{to_place((*outer, misspelt))}: is not a prop" not in text or f"mean '{name}'?" not in text:
                violations.append(f"{place}: {error}")
        else:
            violations.append(f"{place}: is accepted")
    assert violations == []
