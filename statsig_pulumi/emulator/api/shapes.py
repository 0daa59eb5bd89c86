"""Shapes of JSON bodies: validation with the error messages of zod, which the API uses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ..model.days import is_day
from ..model.errors import Issue
from ..model.json_values import Json, Record, join_path, null_paths, type_name

EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
INVALID_DAY = "Expected valid date in the form of YYYY-MM-DD"
INVALID_LITERAL = "Invalid literal value, expected"
URL = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.\-]*:[^\s]+$")


@dataclass
class Findings:
    """The issues of one body. If it is strict, undocumented keys are issues too."""

    is_strict: bool = False
    issues: list[Issue] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        self.issues.append(Issue(path, text))


class Shape(Protocol):
    """A validator of JSON values."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        """Return the value without undocumented keys, and add its issues to the findings."""


def _has_type(expected: str, value: Json, path: str, findings: Findings) -> bool:
    received = type_name(value)
    if received != expected:
        findings.add(path, f"Expected {expected}, received {received}")
    return received == expected


@dataclass(frozen=True)
class Text:
    """A string."""

    least: int = 0
    most: int | None = None
    pattern: str | None = None
    email: bool = False
    url: bool = False

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not _has_type("string", value, path, findings):
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
    """A number."""

    least: float | None = None
    most: float | None = None
    multiple_of: float | None = None
    whole: bool = False

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not _has_type("number", value, path, findings):
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
    # 12.3 / 0.01 is 1230.0000000000002, so compare with the rounded quotient.
    return abs(round(value / unit) * unit - value) < 1e-9


@dataclass(frozen=True)
class Flag:
    """A boolean."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        _has_type("boolean", value, path, findings)
        return value


@dataclass(frozen=True)
class Choice:
    """One of a set of strings."""

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
    """An array."""

    item: Shape
    least: int = 0
    most: int | None = None

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not _has_type("array", value, path, findings):
            return value
        if len(value) < self.least:
            findings.add(path, f"Array must contain at least {self.least} element(s)")
        if self.most is not None and len(value) > self.most:
            findings.add(path, f"Array must contain at most {self.most} element(s)")
        return [self.item.read(item, join_path(path, index), findings) for index, item in enumerate(value)]


@dataclass(frozen=True)
class Fields:
    """An object with documented keys. Other keys are dropped, or are issues if the findings are strict."""

    keys: Mapping[str, Shape]
    required: frozenset[str] = frozenset()

    def requiring(self, *names: str) -> Fields:
        """Return the same keys, of which exactly these are required."""
        return replace(self, required=frozenset(names))

    def without(self, *names: str) -> Fields:
        """Return the shape without these keys."""
        kept = {key: shape for key, shape in self.keys.items() if key not in names}
        return Fields(kept, self.required - set(names))

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not _has_type("object", value, path, findings):
            return value
        for name in self.keys:
            if name in self.required and name not in value:
                findings.add(join_path(path, name), "Required")
        if findings.is_strict:
            self._report_unknown(value, path, findings)
        return {
            name: self.keys[name].read(item, join_path(path, name), findings)
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
    """A union. If no branch matches, zod reports one message without details."""

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
    """A value that may be null."""

    shape: Shape

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        return None if value is None else self.shape.read(value, path, findings)


@dataclass(frozen=True)
class FreeObject:
    """An object with any keys, without nulls at any depth."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if _has_type("object", value, path, findings):
            for null in null_paths(value, path):
                findings.add(null, "Null values are not supported")
        return value


@dataclass(frozen=True)
class TextByKey:
    """An object with any keys and string values."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        keys = value if isinstance(value, dict) else {}
        return Fields({key: Text() for key in keys}).read(value, path, findings)


@dataclass(frozen=True)
class FlagByKey:
    """An object with any keys and boolean values."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        keys = value if isinstance(value, dict) else {}
        return Fields({key: Flag() for key in keys}).read(value, path, findings)


@dataclass(frozen=True)
class Day:
    """An existing day in the form YYYY-MM-DD."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not isinstance(value, str) or not is_day(value):
            findings.add(path, INVALID_DAY)
        return value


@dataclass(frozen=True)
class Literal:
    """One fixed value."""

    value: Json

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        # In Python 1 == True, so compare the types too.
        if value != self.value or type(value) is not type(self.value):
            findings.add(path, f"{INVALID_LITERAL} {json.dumps(self.value)}")
        return value


@dataclass(frozen=True)
class Absent:
    """A key that must be omitted."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        findings.add(path, f"{INVALID_LITERAL} undefined")
        return value
