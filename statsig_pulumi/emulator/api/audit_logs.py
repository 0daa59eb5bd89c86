"""The audit log: `/audit_logs`."""

from __future__ import annotations

from typing import Final

from ..model import audit_log
from ..model.days import day, is_day
from ..model.errors import Issue, invalid_body
from ..model.json_values import Record
from ..model.project import Project
from .kind import Kind
from .pages import page
from .responses import Response
from .routes import Call, Routes
from .shapes import INVALID_DAY

routes: Final = Routes()

DAY_MS: Final = 24 * 60 * 60 * 1000
DEFAULT_DAYS: Final = 90
MAX_TIME_RANGE_DAYS: Final = 7
SORT_KEYS: Final = ("id", "name", "changeLog", "actionType", "date", "time", "updatedBy", "updatedByUserID")


class AuditLogKind(Kind):
    """Entries of the audit log. The console adds some, such as old ones, with their time in `timeMs`."""

    def add_in_console(self, project: Project, body: Record) -> Record:
        action = {"name": "an object", "changeLog": "Edited", "actionType": "gate_update", "changes": {}, "tags": []}
        return audit_log.add(project, project.issuer.new_id(), action | body)


AUDIT_LOGS: Final = AuditLogKind(name=audit_log.NAME)


@routes.on("GET", "/audit_logs")
def list_audit_logs(call: Call) -> Response:
    entries = [entry for entry in call.project.store[audit_log.NAME] if _is_requested(call, entry)]
    if call.project.quirks["audit_logs_newest_first"]:
        entries.reverse()
    if (key := call.first("sortKey")) in SORT_KEYS:
        entries.sort(key=lambda entry: str(entry[key]), reverse=call.first("sortOrder") == "desc")
    return page(call, "Audit logs listed successfully.", entries, _present)


def _present(entry: Record) -> Record:
    return {key: value for key, value in entry.items() if key != audit_log.TIME}


def _is_requested(call: Call, entry: Record) -> bool:
    first, last = _requested_days(call)
    wanted = {
        "id": call.every("id"),
        "actionType": [*call.every("actionType"), *call.every("actionTypes")],
    }
    at_ms, (start_ms, end_ms) = entry[audit_log.TIME], _requested_times(call)
    tags = call.every("tags")
    return (
        all(not values or entry[key] in values for key, values in wanted.items())
        and (not tags or not set(tags).isdisjoint(entry["tags"]))
        and first <= day(at_ms) <= last
        and (start_ms is None or start_ms <= at_ms)
        and (end_ms is None or at_ms <= end_ms)
    )


def _requested_days(call: Call) -> tuple[str, str]:
    """Return the first and the last day; without the first, 90 days before the last."""
    given = {name: value for name in ("startDate", "endDate") if (value := call.first(name))}
    if invalid := [Issue(name, INVALID_DAY) for name, value in given.items() if not is_day(value)]:
        raise invalid_body(invalid)
    last = given.get("endDate") or day(call.project.issuer.now_ms())
    newest_ms = call.project.issuer.now_ms()
    return given.get("startDate") or day(newest_ms - DEFAULT_DAYS * DAY_MS), last


def _requested_times(call: Call) -> tuple[float | None, float | None]:
    """Return the times of a query. Versions before October 2026 ignore them."""
    texts = [call.first(name) for name in ("startTime", "endTime")]
    if not call.project.quirks["api_2026_10"] or texts == [None, None]:
        return None, None
    if any(text is None or not text.isdigit() for text in texts):
        raise invalid_body([Issue("startTime", "startTime and endTime must be given together, in milliseconds")])
    start_ms, end_ms = (float(text or 0) for text in texts)
    if not 0 <= end_ms - start_ms < MAX_TIME_RANGE_DAYS * DAY_MS:
        raise invalid_body([Issue("endTime", f"The range must be less than {MAX_TIME_RANGE_DAYS} days")])
    return start_ms, end_ms
