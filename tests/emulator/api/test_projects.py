"""The project, its company, usage, audit log and overrides."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

DAY_MS = 24 * 60 * 60 * 1000
MARCH_MS = 1_772_452_800_000  # 2026-03-02T12:00:00Z


def actions(api: Api, query: str = "") -> list[str]:
    return [entry["actionType"] for entry in api.data("GET", f"/audit_logs{query}")]


def test_the_audit_log_has_what_was_done_newest_first(api: Api, emulator: Emulator) -> None:
    api.gate("A Gate")
    api("PATCH", "/gates/a_gate", {"description": "x"})
    api("POST", "/gates", {"name": "a"})  # too short: refused
    emulator.remove("gates", "a_gate")

    assert actions(api) == ["gate_delete", "gate_update", "gate_create"]
    deleted, updated, created = api.data("GET", "/audit_logs")
    assert (created["updatedBy"], deleted["updatedBy"]) == ("CONSOLE API", "Casey Console")
    assert updated["changes"] == {"description": {"old": "", "new": "x"}}
    emulator.quirk(audit_logs_newest_first=False)
    assert actions(api) == ["gate_create", "gate_update", "gate_delete"]


def test_a_lost_response_of_an_applied_request_is_in_the_audit_log(api: Api, emulator: Emulator) -> None:
    emulator.fault(method="POST", kind="truncate")
    with pytest.raises(Exception, match="complete"):
        api("POST", "/gates", {"name": "A Gate"})
    assert actions(api) == ["gate_create"]


def test_a_change_without_effect_is_not_in_the_audit_log(api: Api) -> None:
    body = {"name": "a tag", "description": "d"}
    api.data("POST", "/tags", body)
    api.data("PATCH", "/tags/a%20tag", body)
    assert actions(api) == ["tag_create"]


def test_a_secret_is_not_in_the_audit_log(api: Api) -> None:
    body = {"host": "h.example.com", "path": "/sql", "token": "dapi-secret-token"}
    api("POST", "/ingestion/connection/databricks", body)
    assert "dapi-secret-token" not in api("GET", "/audit_logs").text


def test_the_audit_log_covers_90_days_unless_a_date_is_given(api: Api, emulator: Emulator) -> None:
    api.gate("A Gate")
    emulator.add("audit_logs", {"actionType": "old", "timeMs": MARCH_MS})

    assert actions(api) == ["gate_create"]
    assert actions(api, "?startDate=2026-03-01&endDate=2026-03-02") == ["old"]
    assert actions(api, "?startDate=2026-03-03&endDate=2026-03-04") == []
    assert api.errors("GET", "/audit_logs?startDate=2026-02-30").keys() == {"startDate"}


def test_the_audit_log_can_be_read_between_two_times(api: Api, emulator: Emulator) -> None:
    for hours in (0, 1, 2):
        emulator.add("audit_logs", {"actionType": str(hours), "timeMs": MARCH_MS + hours * 3_600_000})
    query = f"?startDate=2026-03-01&startTime={MARCH_MS + 1}&endTime={MARCH_MS + 3_600_000}"

    assert actions(api, query) == ["1"]
    assert api.errors("GET", f"/audit_logs?startTime={MARCH_MS}").keys() == {"startTime"}
    assert api.errors("GET", f"/audit_logs?startTime={MARCH_MS}&endTime={MARCH_MS + 7 * DAY_MS}").keys() == {"endTime"}
    emulator.quirk(api_2026_10=False)
    assert actions(api, query) == ["2", "1", "0"]


def test_the_company_depends_on_quirks(api: Api, emulator: Emulator) -> None:
    assert api.data("GET", "/company")["isWarehouseNative"] is False
    emulator.quirk(warehouse_native=True)
    assert api.data("GET", "/company")["isWarehouseNative"] is True
    emulator.quirk(company_shown=False)
    assert api("GET", "/company").json() == {"status": 403, "message": "Forbidden resource"}


def test_the_usage_report_is_csv_and_needs_an_end(api: Api) -> None:
    response = api("GET", f"/project/usage_billing/report?start={MARCH_MS - DAY_MS}&end={MARCH_MS}")

    assert response.headers["content-type"] == "text/csv"
    rows = [f"2026-03-0{day},gate_exposures,0" for day in (1, 2)]
    assert response.text.splitlines() == ["date,type,events", *rows]
    assert api.errors("GET", "/project/usage_billing/report") == {"end": "Required"}


def test_all_overrides_are_read_at_once(api: Api, emulator: Emulator) -> None:
    api.gate("A Gate")
    api.gate("Other")
    api.experiment("An Experiment")
    users: Any = {"passingUserIDs": ["ana", "bo"], "failingUserIDs": []}
    api.data("POST", "/gates/a_gate/overrides", users)
    units = {"overrides": [], "userIDOverrides": [{"groupID": "Test", "ids": ["ana"], "unitType": "companyID"}]}
    api.data("POST", "/experiments/an_experiment/overrides", units)

    audit = api.data("GET", "/overrides")
    (gate,), (experiment,) = audit["gates"], audit["experiments"]
    assert {"id": "a_gate", "name": "A Gate", "failingCustomIDs": [], **users}.items() <= gate.items()
    assert experiment == {"id": "an_experiment", "name": "An Experiment", **units}
    assert audit.keys() == {"gates", "holdouts", "experiments", "autotunes", "layers"}

    audit = api.data("GET", "/overrides?userId=ana")
    assert (audit["gates"][0]["passingUserIDs"], audit["experiments"]) == (["ana"], [])
    assert api.data("GET", "/overrides?userId=ana&idType=companyID")["gates"] == []
    emulator.quirk(api_2026_10=False)
    assert api("GET", "/overrides").json()["message"] == "Cannot GET /console/v1/overrides"
