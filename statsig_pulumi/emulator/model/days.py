"""Days and times in the text forms that the API uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta


def day(ms: float) -> str:
    """Return the day of a timestamp, such as 2024-01-31."""
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


def instant(ms: int) -> str:
    """Return a time with milliseconds and Z, a form that only `/ingestion` uses."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_day(text: str) -> bool:
    """Return whether a text is an existing day in the form YYYY-MM-DD."""
    try:
        # Python also parses 20240131 and 2024-W05-3.
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def days_between(first: str, last: str) -> Iterator[date]:
    """Return the days from the first to the last, both included.

    There are none if the last is before the first.
    """
    start = date.fromisoformat(first)
    for number in range((date.fromisoformat(last) - start).days + 1):
        yield start + timedelta(number)


def console_time(ms: float) -> dict[str, str]:
    """Return the `date` and the `time` of a timestamp as the audit log has them."""
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return {"date": f"{at:%a %b %d %Y}", "time": f"{at:%H:%M:%S} GMT+0000 (Coordinated Universal Time)"}
