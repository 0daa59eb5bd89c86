"""Data sources of the project: audit log, company, usage, overrides."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError, NoSuchEndpointError, UnauthorizedError

from .program import list_requests

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
HOUR = timedelta(hours=1)


def add_entries(emulator: Emulator, count: int, *, days_ago: int = 0) -> None:
    for number in range(count):
        emulator.add("audit_logs", {"name": f"gate {number}", "timeMs": NOON_MS - days_ago * 86_400_000 + number})


def queries(emulator: Emulator) -> list[Any]:
    return [entry["query"] for entry in emulator.requests()["log"]]


def test_the_audit_log_says_what_was_done_and_by_whom(emulator: Emulator, client: Client) -> None:
    client.change("POST", "gates", {"name": "Checkout"})
    emulator.edit("gates", "checkout", {"description": "new"})
    edit, create = statsig.list_audit_logs(limit=2)
    assert (create.name, create.change_log, create.action_type) == ("Checkout", "Created Gate", "gate_create")
    assert (create.updated_by, create.modifier_email) == ("CONSOLE API", None)
    assert (edit.action_type, edit.modifier_email) == ("gate_update", "casey@example.com")
    assert edit.changes == {"description": {"old": "", "new": "new"}}


def test_the_audit_log_is_read_up_to_a_limit(emulator: Emulator) -> None:
    add_entries(emulator, 250)
    emulator.clear_requests()
    assert len(statsig.list_audit_logs(limit=5, start_date="2026-01-01")) == 5
    assert len(statsig.list_audit_logs(limit=150, start_date="2026-01-01")) == 150
    assert [query["limit"] for query in queries(emulator)] == ["5", "100", "100"]


def test_the_audit_log_is_read_from_a_date(emulator: Emulator) -> None:
    add_entries(emulator, 2)
    add_entries(emulator, 3, days_ago=10)
    assert len(statsig.list_audit_logs(start_date="2026-03-01", end_date=NOON.date())) == 2
    assert len(statsig.list_audit_logs(start_date="2026-02-01", end_date="2026-02-28")) == 3


@pytest.mark.parametrize("is_new", [True, False])
def test_the_audit_log_between_two_times_is_the_same_on_an_api_that_ignores_them(
    emulator: Emulator, is_new: bool
) -> None:
    emulator.quirk(api_2026_10=is_new)
    for minutes in (-90, -30, 0, 30, 90):
        time_ms = NOON_MS + minutes * 60_000
        emulator.add("audit_logs", {"name": str(minutes), "timeMs": time_ms})
    found = statsig.list_audit_logs(start_time=NOON - HOUR, end_time=NOON_MS + 3_600_000, sort_key="time")
    assert [entry.name for entry in found] == ["-30", "0", "30"]
    query = queries(emulator)[-1]
    assert query["startTime"] == str(NOON_MS - 3_600_000)
    assert (query["startDate"], query["endDate"]) == ("2026-03-02", "2026-03-02")


def test_the_audit_log_is_filtered_by_the_api(emulator: Emulator) -> None:
    emulator.add("audit_logs", {"name": "a", "actionType": "gate_create", "tags": ["shop"]})
    emulator.add("audit_logs", {"name": "b", "actionType": "tag_create"})
    assert [entry.name for entry in statsig.list_audit_logs(limit=9, action_types=["tag_create", "x"])] == ["b"]
    assert [entry.name for entry in statsig.list_audit_logs(limit=9, tags="shop")] == ["a"]
    assert [entry.name for entry in statsig.list_audit_logs(limit=2, sort_key="name", sort_order="asc")] == ["a", "b"]


WITHOUT_ZONE = datetime(2026, 3, 2)
INVALID: list[tuple[Callable[[], Any], str]] = [
    (statsig.list_audit_logs, "limit: is required without start_date and start_time"),
    (lambda: statsig.list_audit_logs(end_date="2026-03-01"), "limit: is required without start_date and start_time"),
    (lambda: statsig.list_audit_logs(limit=0), "limit: must be a whole number from 1, not 0"),
    (lambda: statsig.list_audit_logs(start_date="March"), "start_date: must be a date such as 2024-01-31"),
    (lambda: statsig.list_audit_logs(start_time=NOON), "end_time: is required with start_time"),
    (lambda: statsig.list_audit_logs(end_time=NOON), "start_time: is required with end_time"),
    (lambda: statsig.list_audit_logs(start_time=NOON, end_time=NOON - HOUR), "end_time: is before start_time"),
    (
        lambda: statsig.list_audit_logs(start_time=NOON, end_time=NOON + timedelta(days=7)),
        "end_time: must be less than 7 days after start_time; for longer ranges, set start_date",
    ),
    (
        lambda: statsig.list_audit_logs(start_time=WITHOUT_ZONE, end_time=NOON),
        "start_time: must have a time zone, such as UTC: ",
    ),
    (lambda: statsig.get_usage_report(end=-1), "end: must be a datetime, or a number of milliseconds since 1970"),
    (lambda: statsig.list_overrides(id_type="companyID"), "id_type: requires user_id"),
]


@pytest.mark.parametrize(("call", "message"), INVALID, ids=[message for _, message in INVALID])
def test_invalid_values_are_errors_before_any_request(
    emulator: Emulator, call: Callable[[], Any], message: str
) -> None:
    with pytest.raises(InvalidInputsError, match=message):
        call()
    assert list_requests(emulator) == []


def test_the_company_and_the_project_are_read(emulator: Emulator) -> None:
    emulator.quirk(warehouse_native=True)
    company = statsig.get_company()
    assert (company.company_name, company.is_warehouse_native, company.org_id) == ("Emulated Company", True, None)
    assert statsig.get_project().id == "emulated-project"


def test_a_company_that_the_key_may_not_read_is_an_error(emulator: Emulator) -> None:
    emulator.quirk(company_shown=False)
    with pytest.raises(UnauthorizedError, match="GET /company answered 403: Forbidden resource"):
        statsig.get_company()


def test_the_project_of_an_api_without_the_endpoint_is_an_error(emulator: Emulator) -> None:
    emulator.quirk(project_shown=False)
    with pytest.raises(NoSuchEndpointError):
        statsig.get_project()


def test_the_usage_is_csv_text(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "one"})
    text = statsig.get_usage_report(NOON, start=NOON_MS - 86_400_000)
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["date"] for row in rows] == ["2026-03-01", "2026-03-02"]
    assert queries(emulator) == [{"end": str(NOON_MS), "start": str(NOON_MS - 86_400_000)}]


@pytest.fixture
def overrides(emulator: Emulator, client: Client) -> None:
    for name in ("first", "second", "third"):
        emulator.add("gates", {"name": name})
    emulator.add("experiments", {"name": "colours"})
    users = {"passingUserIDs": ["ana"], "failingUserIDs": []}
    environments = [{"environment": "staging", "unitID": "companyID", "passingIDs": ["acme"], "failingIDs": []}]
    client.change("POST", "gates/first/overrides", users)
    client.change("POST", "gates/second/overrides", {"environmentOverrides": environments})
    by_gate = {"type": "gate", "id": "first", "groupID": "Test"}
    units = {"groupID": "Control", "ids": ["ana", "bo"]}
    client.change("POST", "experiments/colours/overrides", {"overrides": [by_gate], "userIDOverrides": [units]})
    emulator.clear_requests()


@pytest.mark.usefixtures("overrides")
def test_all_overrides_of_the_project_are_read_by_one_request(emulator: Emulator) -> None:
    audit = statsig.list_overrides()
    assert [(gate.id, gate.passing_user_ids) for gate in audit.gates] == [("first", ["ana"]), ("second", [])]
    assert audit.gates[1].environment_overrides[0].passing_ids == ["acme"]
    (experiment,) = audit.experiments
    assert (experiment.overrides[0].group, experiment.user_id_overrides[0].ids) == ("Test", ["ana", "bo"])
    assert (audit.holdouts, audit.autotunes, audit.layers) == ([], [], [])
    assert list_requests(emulator) == ["GET /overrides"]


@pytest.mark.usefixtures("overrides")
def test_the_overrides_of_one_unit_are_read(emulator: Emulator) -> None:
    audit = statsig.list_overrides(user_id="bo")
    assert (audit.gates, audit.experiments[0].user_id_overrides[0].ids) == ([], ["bo"])
    audit = statsig.list_overrides(user_id="acme", id_type="companyID")
    assert ([gate.id for gate in audit.gates], audit.experiments) == (["second"], [])
    assert queries(emulator) == [{"userId": "bo"}, {"userId": "acme", "idType": "companyID"}]


def test_overrides_need_an_api_of_october_2026(emulator: Emulator) -> None:
    emulator.quirk(api_2026_10=False)
    with pytest.raises(GoneError, match=r"GET /overrides answered 404: .* needs version 2026-10 of the Console API"):
        statsig.list_overrides()
