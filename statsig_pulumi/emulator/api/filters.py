"""Filters of lists: the query parameters of a list and the records that they select."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from ..model.days import day, is_day
from ..model.errors import Issue, invalid_body
from ..model.json_values import Record
from .routes import Call
from .shapes import INVALID_DAY

Filter: TypeAlias = Callable[[Record, list[str]], bool]


def by_field(name: str) -> Filter:
    """Select records whose field has one of the values."""
    return lambda record, wanted: record.get(name) in wanted


def by_list(name: str) -> Filter:
    """Select records whose list contains one of the values."""
    return lambda record, wanted: not set(wanted).isdisjoint(record.get(name, []))


def by_flag(name: str) -> Filter:
    """Select records by a boolean field."""
    return lambda record, wanted: str(bool(record.get(name))).lower() in wanted


def created_since(record: Record, wanted: list[str]) -> bool:
    return day(record["createdTime"]) >= max(wanted)


def created_until(record: Record, wanted: list[str]) -> bool:
    return day(record["createdTime"]) <= min(wanted)


def by_rollout_rate(record: Record, wanted: list[str]) -> bool:
    return rollout_rate(record) in wanted


def rollout_rate(record: Record) -> str:
    """Return 0 if no rule passes anyone, 100 if all rules pass everyone, and INBETWEEN otherwise."""
    rates = [rule.get("passPercentage", 0) for rule in record.get("rules", [])]
    if not any(rates):
        return "0"
    has_public_rule = any(
        condition.get("type") == "public" for rule in record["rules"] for condition in rule.get("conditions", [])
    )
    return "100" if has_public_rule and min(rates) == 100 else "INBETWEEN"


CREATION_DATES: Final[Mapping[str, Filter]] = {"createdStartDate": created_since, "createdEndDate": created_until}


def requested_values(call: Call, filters: Mapping[str, Filter]) -> dict[str, list[str]]:
    """Return the values of the filters that a query has. Undocumented parameters are ignored."""
    requested = {name: values for name in filters if (values := call.every(name))}
    invalid = [name for name in CREATION_DATES for value in requested.get(name, []) if not is_day(value)]
    if invalid:
        raise invalid_body([Issue(name, INVALID_DAY) for name in invalid])
    return requested


def matching_records(
    records: Iterable[Record], filters: Mapping[str, Filter], requested: Mapping[str, list[str]]
) -> list[Record]:
    """Return the records that all requested filters select."""
    return [record for record in records if all(filters[name](record, values) for name, values in requested.items())]
