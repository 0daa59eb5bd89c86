"""Query parameters of data sources: filters, options and dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from pulumi import Output

from ..errors import Problem
from ..schema.properties import to_camel_case
from .call import ReadOptions, raise_problems

Day = str | date
"""A day, as ``"2024-01-31"`` or as a date."""
Moment = int | datetime
"""A time, as milliseconds since 1970 or as a ``datetime`` with a time zone."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def build_query(
    data_source: str, parameters: Any, values: Mapping[str, Any], *, wire_name_fn: Callable[[str], str] = to_camel_case
) -> dict[str, str | list[str]]:
    """Return the query of filters or options; ``parameters`` is the TypedDict that declares them.

    Raises TypeError if a name is unknown, and InvalidInputsError if a value is an Output or an invalid date.
    """
    names = [name for name in parameters.__annotations__ if name not in ReadOptions.__annotations__]
    for name in values:
        if name not in names:
            raise TypeError(f"{data_source}() got an unexpected keyword argument '{name}'; it takes {', '.join(names)}")
    outputs = [name for name, value in values.items() if isinstance(value, Output)]
    message = "must not be an Output; call the data source inside its apply()"
    raise_problems(data_source, [Problem(name, message) for name in outputs])
    days = {name: value for name, value in values.items() if "date" in name.split("_") and value is not None}
    raise_problems(data_source, _day_problems(days))
    return {wire_name_fn(name): _to_query_value(value) for name, value in values.items() if value is not None}


def build_day_range(data_source: str, start_date: Day, end_date: Day) -> tuple[str, str]:
    """Return the first and last day as strings; raise InvalidInputsError if they are no dates or in wrong order."""
    raise_problems(data_source, _day_problems({"start_date": start_date, "end_date": end_date}))
    first, last = str(start_date), str(end_date)
    if last < first:
        raise_problems(data_source, [Problem("end_date", f"{last} is before start_date, {first}")])
    return first, last


def moment_problems(moments: Mapping[str, object]) -> Iterator[Problem]:
    """Yield a problem for each value that is not a time."""
    for name, value in moments.items():
        if isinstance(value, datetime) and value.tzinfo is None:
            yield Problem(name, f"must have a time zone, such as UTC: {value!r}")
        elif isinstance(value, bool) or not isinstance(value, (int, datetime)) or to_milliseconds(value) < 0:
            yield Problem(name, f"must be a datetime, or a number of milliseconds since 1970, not {value!r}")


def to_milliseconds(moment: Moment) -> int:
    """Return a time in milliseconds since 1970."""
    return round(moment.timestamp() * 1000) if isinstance(moment, datetime) else moment


def _day_problems(days: Mapping[str, object]) -> Iterator[Problem]:
    for name, value in days.items():
        if not _is_day(value):
            yield Problem(name, f"must be a date such as 2024-01-31, not {value!r}")


def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return type(value) is date
    try:
        return bool(_DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def _to_query_value(value: Any) -> str | list[str]:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case Sequence():
            return [str(item) for item in value]
        case _:
            return str(value)
