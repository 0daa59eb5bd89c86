"""Data sources of the project: its company, usage, audit log and overrides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Unpack

from ..errors import Problem
from .call import Query, Reader, ReadOptions, data_source, data_source_of_all, raise_problems
from .query import Day, Moment, build_query, moment_problems, to_milliseconds
from .records.project import AuditLogRecord, CompanyRecord, OverrideAuditRecord, ProjectRecord

MAX_TIME_RANGE: Final = timedelta(days=7)
AuditLogSortKey = Literal["id", "name", "changeLog", "actionType", "date", "time", "updatedBy", "updatedByUserID"]


class AuditLogFilters(ReadOptions, total=False):
    """Filters of ``list_audit_logs``. An entry matches a filter with several values if it matches any of them."""

    id: str
    sort_key: AuditLogSortKey
    sort_order: Literal["asc", "desc"]
    latest_id: str
    tags: str | Sequence[str]
    action_type: str
    action_types: str | Sequence[str]
    start_date: Day
    end_date: Day


class OverrideFilters(ReadOptions, total=False):
    """Filters of ``list_overrides``."""

    user_id: str
    id_type: str


@data_source
def list_audit_logs(
    reader: Reader,
    *,
    limit: int | None = None,
    start_time: Moment | None = None,
    end_time: Moment | None = None,
    **filters: Unpack[AuditLogFilters],
) -> list[AuditLogRecord]:
    """Return entries of the audit log: who changed what, and when.

    ``limit`` is the largest number of entries to read. Set it, ``start_date`` or ``start_time``: a project can have
    very many entries. ``start_time`` and ``end_time`` are less than 7 days apart; each is a ``datetime`` with a time
    zone, or a number of milliseconds since 1970. Raises TypeError if a filter is unknown, and InvalidInputsError if a
    value is invalid.

    Console API: ``GET /audit_logs``.
    """
    query = build_query(reader.data_source, AuditLogFilters, filters)
    times = {name: time for name, time in (("start_time", start_time), ("end_time", end_time)) if time is not None}
    raise_problems(reader.data_source, _range_problems(limit, times, "startDate" in query))
    if not times:
        return reader.list_records(AuditLogRecord, "audit_logs", query=query, max_records=limit)
    start_ms, end_ms = to_milliseconds(times["start_time"]), to_milliseconds(times["end_time"])
    # Versions before 2026-10 ignore the times, so the days of the times are sent too, and other entries are dropped.
    days = {"startDate": _day_of(start_ms), "endDate": _day_of(end_ms)}
    sent: Query = days | query | {"startTime": str(start_ms), "endTime": str(end_ms)}
    return reader.list_records(
        AuditLogRecord,
        "audit_logs",
        query=sent,
        max_records=limit,
        is_wanted_fn=lambda entry: entry.is_between(start_ms, end_ms),
    )


@data_source_of_all
def get_company(reader: Reader) -> CompanyRecord:
    """Return the company of the project, and whether the project is warehouse native.

    Console API: ``GET /company``.
    """
    return reader.get_record(CompanyRecord, "company", "company")


@data_source_of_all
def get_project(reader: Reader) -> ProjectRecord:
    """Return the project of the key.

    Console API: ``GET /project``.
    """
    return reader.get_record(ProjectRecord, "project", "project")


@data_source
def get_usage_report(
    reader: Reader, end: Moment, *, start: Moment | None = None, **options: Unpack[ReadOptions]
) -> str:
    """Return the usage of the project until ``end`` as CSV text, for ``csv.DictReader``.

    ``start`` and ``end`` are each a ``datetime`` with a time zone, or a number of milliseconds since 1970. Raises
    InvalidInputsError if a time is invalid.

    Console API: ``GET /project/usage_billing/report``.
    """
    build_query(reader.data_source, ReadOptions, options)
    times = {name: time for name, time in (("start", start), ("end", end)) if time is not None}
    raise_problems(reader.data_source, moment_problems(times))
    query = {name: str(to_milliseconds(time)) for name, time in times.items()}
    return reader.get_text("project/usage_billing/report", query)


@data_source
def list_overrides(reader: Reader, **filters: Unpack[OverrideFilters]) -> OverrideAuditRecord:
    """Return the overrides of all gates, holdouts, experiments, autotunes and layers of the project.

    ``user_id`` selects the overrides of one unit; ``id_type`` is its unit type, by default ``userID``. Raises GoneError
    if the API is older than this endpoint.

    Console API: ``GET /overrides``, since 2026-10.
    """
    query = build_query(reader.data_source, OverrideFilters, filters)
    if "id_type" in filters and "user_id" not in filters:
        raise_problems(reader.data_source, [Problem("id_type", "requires user_id")])
    # Unlike other names, this one ends in Id.
    sent: Query = {"userId" if name == "userID" else name: value for name, value in query.items()}
    return reader.get_record(OverrideAuditRecord, "overrides", "override", sent or None)


def _range_problems(limit: object, times: dict[str, Moment], has_start_date: bool) -> Iterator[Problem]:
    """Yield what is wrong with the limit and the times of the audit log."""
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        yield Problem("limit", f"must be a whole number from 1, not {limit!r}")
    yield from (problems := list(moment_problems(times)))
    if limit is None and not times and not has_start_date:
        yield Problem("limit", "is required without start_date and start_time: the log can have very many entries")
    if len(times) == 1:
        (given,) = times
        yield Problem("end_time" if given == "start_time" else "start_time", f"is required with {given}")
    elif times and not problems:
        length_ms = to_milliseconds(times["end_time"]) - to_milliseconds(times["start_time"])
        if length_ms < 0:
            yield Problem("end_time", "is before start_time")
        elif length_ms >= MAX_TIME_RANGE / timedelta(milliseconds=1):
            yield Problem("end_time", "must be less than 7 days after start_time; for longer ranges, set start_date")


def _day_of(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).date().isoformat()
