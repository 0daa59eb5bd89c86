"""Times in which nothing may change: once, such as the days before Christmas, or every week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKLY: Final = re.compile(r"(\w{3}) (\d\d?):(\d\d)", re.IGNORECASE)
WEEK_MINUTES: Final = 7 * 24 * 60
FORMS: Final = "'2026-12-18/2027-01-04' or 'Fri 16:00/Mon 08:00', with a time zone such as 'Europe/Amsterdam' after it"


@dataclass(frozen=True)
class FreezeWindow:
    """One window. ``now in window`` is true while it is open."""

    text: str
    zone: tzinfo

    def __contains__(self, now: datetime) -> bool:
        raise NotImplementedError


@dataclass(frozen=True)
class OnceWindow(FreezeWindow):
    """A window between two moments."""

    start: datetime
    end: datetime
    """The first moment after it."""

    def __contains__(self, now: datetime) -> bool:
        return self.start <= now < self.end


@dataclass(frozen=True)
class WeeklyWindow(FreezeWindow):
    """A window of every week."""

    start: int
    """Its first minute, from Monday 00:00."""
    end: int
    """The first minute after it."""

    def __contains__(self, now: datetime) -> bool:
        local = now.astimezone(self.zone)
        minute = (local.weekday() * 24 + local.hour) * 60 + local.minute
        return (minute - self.start) % WEEK_MINUTES < (self.end - self.start) % WEEK_MINUTES


def parse_window(text: str) -> FreezeWindow:
    """Return the window of a text; raises ValueError with the accepted forms.

    A day alone is its beginning as a start, and its end as an end. Without a time zone, the times are in UTC.
    """
    words, zone = _split_zone(text.strip())
    start, slash, end = words.partition("/")
    try:
        if not slash:
            raise ValueError
        if WEEKLY.fullmatch(start.strip()):
            return WeeklyWindow(text, zone, _to_minute(start), _to_minute(end))
        window = OnceWindow(text, zone, _to_moment(start, zone), _to_moment(end, zone, is_end=True))
    except ValueError:
        raise ValueError(f"must be of the form {FORMS}, not '{text}'") from None
    if window.start >= window.end:
        raise ValueError(f"ends before it starts: '{text}'")
    return window


def _split_zone(text: str) -> tuple[str, tzinfo]:
    """Return the times of a window and its time zone, which comes last."""
    named = re.fullmatch(r"(.*\S) +([A-Za-z_]+/[A-Za-z_/]+)", text)
    if named is None:
        return text, UTC
    try:
        return named[1], ZoneInfo(named[2])
    except (KeyError, ValueError, OSError):
        raise ValueError(f"has no time zone '{named[2]}'") from None


def _to_minute(text: str) -> int:
    found = WEEKLY.fullmatch(text.strip())
    if found is None or found[1].lower() not in DAYS or int(found[2]) > 24 or int(found[3]) > 59:
        raise ValueError
    return (DAYS.index(found[1].lower()) * 24 + int(found[2])) * 60 + int(found[3])


def _to_moment(text: str, zone: tzinfo, *, is_end: bool = False) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    if is_end and re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()):
        moment += timedelta(days=1)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
