"""The comparisons that the constructors of conditions accept: one keyword for each operator of a condition type.

``any`` and ``none`` are ``any_of`` and ``none_of``. The version types need no prefix: ``gte`` is ``version_gte``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Generic, Literal, TypeAlias, TypedDict, TypeVar

from pulumi import Input

from .operators import NULL, OPERATORS

T = TypeVar("T")
OneOrMore: TypeAlias = Input[T] | Input[Sequence[Input[T]]]
Number: TypeAlias = int | float
Value: TypeAlias = str | int | float
RENAMED: Final[Mapping[str, str]] = {"any": "any_of", "none": "none_of"}
PREFIX: Final = "version_"


class AnyOf(TypedDict, Generic[T], total=False):
    """Equality."""

    any_of: OneOrMore[T]
    none_of: OneOrMore[T]


class VersionComparison(AnyOf[str], total=False):
    """Equality and order of versions, which are text: ``"2.10"``."""

    lt: Input[str]
    gt: Input[str]
    lte: Input[str]
    gte: Input[str]
    eq: Input[str]
    neq: Input[str]


class TextComparison(AnyOf[T], total=False):
    """Comparisons of text."""

    str_contains_any: OneOrMore[str]
    str_contains_none: OneOrMore[str]
    any_case_sensitive: OneOrMore[str]
    none_case_sensitive: OneOrMore[str]
    str_matches: OneOrMore[str]


class FreeTextComparison(TextComparison[T], total=False):
    """Comparisons of text that can be missing."""

    is_null: Literal[True]
    is_not_null: Literal[True]


class FieldComparison(FreeTextComparison[Value], total=False):
    """All comparisons of a custom field."""

    lt: Input[Value]
    gt: Input[Value]
    lte: Input[Value]
    gte: Input[Value]
    eq: Input[Value]
    neq: Input[Value]
    version_lt: Input[str]
    version_gt: Input[str]
    version_lte: Input[str]
    version_gte: Input[str]
    version_eq: Input[str]
    version_neq: Input[str]
    before: Input[Value]
    after: Input[Value]
    on: Input[Value]
    array_contains_any: OneOrMore[Value]
    array_contains_none: OneOrMore[Value]
    array_contains_all: OneOrMore[Value]
    not_array_contains_all: OneOrMore[Value]


class TimeComparison(TypedDict, total=False):
    """Comparisons of the time, in milliseconds since 1970."""

    before: Input[Value]
    after: Input[Value]


def get_operators(kind: str) -> dict[str, str]:
    """Return the operator of each keyword that the constructor of a condition type accepts."""
    is_version = kind.endswith("_version")
    names = {operator: RENAMED.get(operator, operator) for operator in OPERATORS[kind]}
    return {name.removeprefix(PREFIX) if is_version else name: operator for operator, name in names.items()}


def is_without_value(operator: str) -> bool:
    """Return whether an operator compares with nothing: its keyword is True."""
    return operator in NULL
