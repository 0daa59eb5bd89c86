"""Checks a JSON body against a documented shape and words the problems as zod does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from .responses import Issue, Json, Record

EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
URL = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.\-]*:[^\s]+$")


@dataclass
class Findings:
    """Collects the problems of one body; `strict` also reports keys nobody documented."""

    strict: bool = False
    issues: list[Issue] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        self.issues.append(Issue(path, text))


class Shape(Protocol):
    def read(self, value: Json, path: str, findings: Findings) -> Json:
        """The value with undocumented keys left out; what is wrong with it goes to `findings`."""


def type_name(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def step(path: str, key: str | int) -> str:
    return f"{path}.{key}" if path else str(key)


def _is(expected: str, value: Json, path: str, findings: Findings) -> bool:
    received = type_name(value)
    if received != expected:
        findings.add(path, f"Expected {expected}, received {received}")
    return received == expected


@dataclass(frozen=True)
class Text:
    least: int = 0
    most: int | None = None
    pattern: str | None = None
    email: bool = False
    url: bool = False

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not _is("string", value, path, findings):
            return value
        if len(value) < self.least:
            findings.add(path, f"String must contain at least {self.least} character(s)")
        if self.most is not None and len(value) > self.most:
            findings.add(path, f"String must contain at most {self.most} character(s)")
        if self.pattern and not re.fullmatch(self.pattern, value):
            findings.add(path, "Invalid")
        if self.email and not EMAIL.fullmatch(value):
            findings.add(path, "Invalid email")
        if self.url and not URL.fullmatch(value):
            findings.add(path, "Invalid url")
        return value


@dataclass(frozen=True)
class Number:
    least: float | None = None
    most: float | None = None
    multiple_of: float | None = None
    whole: bool = False

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not _is("number", value, path, findings):
            return value
        if self.whole and not float(value).is_integer():
            findings.add(path, "Expected integer, received float")
        if self.least is not None and value < self.least:
            findings.add(path, f"Number must be greater than or equal to {self.least:g}")
        if self.most is not None and value > self.most:
            findings.add(path, f"Number must be less than or equal to {self.most:g}")
        if self.multiple_of is not None and not _divides(self.multiple_of, value):
            findings.add(path, f"Number must be a multiple of {self.multiple_of:g}")
        return value


def _divides(unit: float, value: float) -> bool:
    # 12.3 / 0.01 is 1230.0000000000002: compare with what rounding would give.
    return abs(round(value / unit) * unit - value) < 1e-9


@dataclass(frozen=True)
class Flag:
    def read(self, value: Json, path: str, findings: Findings) -> Json:
        _is("boolean", value, path, findings)
        return value


@dataclass(frozen=True)
class Choice:
    options: tuple[str, ...]

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        expected = " | ".join(f"'{option}'" for option in self.options)
        if not isinstance(value, str):
            findings.add(path, f"Expected {expected}, received {type_name(value)}")
        elif value not in self.options:
            findings.add(path, f"Invalid enum value. Expected {expected}, received '{value}'")
        return value


@dataclass(frozen=True)
class Listed:
    item: Shape
    least: int = 0
    most: int | None = None

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not _is("array", value, path, findings):
            return value
        if len(value) < self.least:
            findings.add(path, f"Array must contain at least {self.least} element(s)")
        if self.most is not None and len(value) > self.most:
            findings.add(path, f"Array must contain at most {self.most} element(s)")
        return [self.item.read(item, step(path, index), findings) for index, item in enumerate(value)]


@dataclass(frozen=True)
class Fields:
    """An object with known keys; the others are dropped, or reported when the reading is strict."""

    keys: Mapping[str, Shape]
    required: frozenset[str] = frozenset()

    def requiring(self, *names: str) -> Fields:
        return replace(self, required=frozenset(names))

    def without(self, *names: str) -> Fields:
        kept = {key: shape for key, shape in self.keys.items() if key not in names}
        return Fields(kept, self.required - set(names))

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not _is("object", value, path, findings):
            return value
        for name in self.keys:
            if name in self.required and name not in value:
                findings.add(step(path, name), "Required")
        if findings.strict:
            self._report_unknown(value, path, findings)
        return {
            name: self.keys[name].read(item, step(path, name), findings)
            for name, item in value.items()
            if name in self.keys
        }

    def _report_unknown(self, value: Record, path: str, findings: Findings) -> None:
        unknown = [name for name in value if name not in self.keys]
        if unknown:
            listed = ", ".join(f"'{name}'" for name in unknown)
            findings.add(path, f"Unrecognized key(s) in object: {listed}")


@dataclass(frozen=True)
class OneOf:
    """A zod union: the value has one of these shapes, else there is one curt message."""

    shapes: tuple[Shape, ...]

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        for shape in self.shapes:
            trial = Findings()
            read = shape.read(value, path, trial)
            if not trial.issues:
                return read
        findings.add(path, "Invalid input")
        return value


@dataclass(frozen=True)
class Nullable:
    shape: Shape

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        return None if value is None else self.shape.read(value, path, findings)


@dataclass(frozen=True)
class FreeObject:
    """An object of the user's own: kept as it is, `null` refused at any depth."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if _is("object", value, path, findings):
            for place in null_places(value, path):
                findings.add(place, "Null values are not supported")
        return value


def null_places(value: Json, path: str) -> Iterable[str]:
    match value:
        case None:
            yield path
        case dict():
            for key, item in value.items():
                yield from null_places(item, step(path, key))
        case list():
            for index, item in enumerate(value):
                yield from null_places(item, step(path, index))
