"""What look-ups are asked with besides ids: filters, options and days, in the API's form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from pulumi import Output

from ..errors import Problem
from ..schema.properties import to_camel_case
from .call import refuse

Day = str | date
"""A day: ``"2024-01-31"`` or a date."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def query_of(
    subject: str, kind: Any, said: Mapping[str, Any], *, spelled: Callable[[str], str] = to_camel_case
) -> dict[str, str | list[str]]:
    """The filters or options of a look-up as a query; ``kind`` is the TypedDict that names them."""
    known = kind.__annotations__
    for name in said:
        if name not in known:
            raise TypeError(f"{subject}() got an unexpected keyword argument '{name}'; it takes {', '.join(known)}")
    outputs = [name for name, value in said.items() if isinstance(value, Output)]
    refuse(subject, [Problem(name, "takes no Output: look up inside of its apply") for name in outputs])
    days = {name: value for name, value in said.items() if "date" in name.split("_") and value is not None}
    refuse(subject, problems_of_days(days))
    return {spelled(name): _text(value) for name, value in said.items() if value is not None}


def range_of(subject: str, start_date: Day, end_date: Day) -> tuple[str, str]:
    """The first and the last day as the API takes them."""
    days = {"start_date": start_date, "end_date": end_date}
    refuse(subject, problems_of_days(days))
    first, last = str(start_date), str(end_date)
    refuse(subject, [Problem("end_date", f"{last} is before start_date, {first}")] if last < first else [])
    return first, last


def problems_of_days(days: Mapping[str, object]) -> Iterator[Problem]:
    """Those that are no days."""
    for name, value in days.items():
        if not _is_day(value):
            yield Problem(name, f"has to be a day such as 2024-01-31, not {value!r}")


def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return type(value) is date
    try:
        return bool(_DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def _text(value: Any) -> str | list[str]:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case Sequence():
            return [str(item) for item in value]
        case _:
            return str(value)
