"""Backfills and their runs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

BACKFILL: dict[str, Any] = {
    "datestamp_start": "2024-02-28",
    "datestamp_end": "2024-03-01",
    "type": "s3",
    "dataset": "Events",
}
DAYS = ["2024-02-28", "2024-02-29", "2024-03-01"]
STEPS = ["enqueued", "started", "download_started"]


def backfill(api: Api, **fields: Any) -> str:
    run_id: str = api.data("POST", "/ingestion/backfill", {**BACKFILL, **fields})["runID"]
    return run_id


def statuses(run: Any) -> list[str]:
    return [entry["status"] for entry in run["runHistory"]]


def test_a_backfill_starts_a_run_that_is_finished_at_once(api: Api) -> None:
    response = api("POST", "/ingestion/backfill", {**BACKFILL, "source": "clicks"})
    assert (response.status_code, response.json()["message"]) == (200, "Ingestion backfilled successfully.")

    run = api.data("GET", f"/ingestion/runs/{response.json()['data']['runID']}")
    assert (run["latestStatus"], run["trigger"], run["sources"]) == ("completed", "backfill", ["clicks"])
    assert run["dateStamps"] == DAYS
    assert statuses(run) == ["completed", *STEPS[::-1]]
    (history,) = run["granularHistory"]
    assert (history["source"], history["latestSourceStatus"]) == ("clicks", "completed")
    assert history["statusByDate"] == [{"dateStamp": day, "statuses": run["runHistory"]} for day in DAYS]
    times = [entry["statusTimestamp"] for entry in run["runHistory"]]
    assert times == sorted(times, reverse=True)
    assert (run["lastUpdatedAt"], run["createdAt"] <= times[-1]) == (times[0], True)


@pytest.mark.parametrize(
    ("polls", "seen"),
    [
        (1, ["enqueued", "completed"]),
        (2, ["enqueued", "started", "completed"]),
        (5, [*STEPS, STEPS[-1], STEPS[-1], "completed"]),
    ],
)
def test_a_run_is_finished_after_a_number_of_reads(api: Api, emulator: Emulator, polls: int, seen: list[str]) -> None:
    emulator.quirk(backfill_polls=polls)
    run_id = backfill(api)

    reads = [api.data("GET", f"/ingestion/runs/{run_id}") for _ in range(polls + 2)]
    assert [run["latestStatus"] for run in reads] == [*seen, "completed"]
    assert statuses(reads[-1]) == ["completed", *STEPS[::-1]]
    # The history keeps earlier statuses.
    for earlier, later in pairwise(reads):
        assert later["runHistory"][-len(earlier["runHistory"]) :] == earlier["runHistory"]


def test_a_list_of_runs_does_not_count_as_a_read(api: Api, emulator: Emulator) -> None:
    emulator.quirk(backfill_polls=1)
    run_id = backfill(api)

    for _ in range(3):
        assert [run["latestStatus"] for run in api.data("GET", "/ingestion/runs")] == ["enqueued"]
    api.data("GET", f"/ingestion/runs/{run_id}")
    assert [run["latestStatus"] for run in api.data("GET", "/ingestion/runs")] == ["completed"]


def test_a_run_fails_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(backfill_outcome="download_error")
    run_id = backfill(api)
    emulator.quirk(backfill_outcome="completed")

    assert api.data("GET", f"/ingestion/runs/{run_id}")["latestStatus"] == "download_error"


@pytest.mark.parametrize(
    ("given", "named"),
    [({}, ["clicks", "views"]), ({"source": None}, ["clicks", "views"]), ({"source": ["views"]}, ["views"])],
)
def test_a_backfill_has_the_named_sources_or_all(api: Api, given: dict[str, Any], named: list[str]) -> None:
    for name, dataset in (("clicks", "Events"), ("views", "Events"), ("lifts", "Metrics")):
        api.data("POST", "/ingestion", {"type": "s3", "dataset": dataset, "source_name": name})

    assert api.data("GET", f"/ingestion/runs/{backfill(api, **given)}")["sources"] == named


def test_a_backfill_of_an_unknown_source_is_an_error_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(unknown_references="reject")

    errors = api.errors("POST", "/ingestion/backfill", {**BACKFILL, "source": "none"})
    assert errors == {"source": "Ingestion source not found with name none"}
    assert emulator.objects("ingestion_runs") == []


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"datestamp_start": "2024-02-30"}, "datestamp_start", "Expected valid date in the form of YYYY-MM-DD"),
        ({"datestamp_end": "20240301"}, "datestamp_end", "Expected valid date in the form of YYYY-MM-DD"),
        ({"datestamp_end": 1}, "datestamp_end", "Expected valid date in the form of YYYY-MM-DD"),
        (
            {"datestamp_end": "2024-01-01"},
            "datestamp_end",
            "datestamp_end must not be before datestamp_start",
        ),
        ({"source": 1}, "source", "Invalid input"),
    ],
)
def test_a_backfill_is_validated(api: Api, fields: dict[str, Any], path: str, message: str) -> None:
    assert api.errors("POST", "/ingestion/backfill", {**BACKFILL, **fields}) == {path: message}


def test_the_required_fields_of_a_backfill_are_checked(api: Api) -> None:
    assert api.errors("POST", "/ingestion/backfill", {}) == dict.fromkeys(BACKFILL, "Required")


def test_a_backfill_needs_a_connection(api: Api) -> None:
    response = api("POST", "/ingestion/backfill", {**BACKFILL, "type": "databricks"})

    assert response.json() == {"status": 404, "message": "Ingestion of type databricks not found."}


def test_a_missing_run_is_a_404_of_the_web_framework(api: Api, emulator: Emulator) -> None:
    response = api("GET", "/ingestion/runs/none")
    assert response.status_code == 404
    assert response.json() == {"statusCode": 404, "message": "runID none not found", "error": "Not Found"}

    emulator.quirk(ingestion_run_error_shape="status")
    assert api("GET", "/ingestion/runs/none").json() == {"status": 404, "message": "runID none not found"}


def test_the_page_size_of_runs_cannot_be_set(api: Api, emulator: Emulator) -> None:
    emulator.quirk(default_page_size=2)
    ids = [backfill(api) for _ in range(3)]

    first = api("GET", "/ingestion/runs?limit=1").json()
    assert [run["runID"] for run in first["data"]] == ids[:2]
    assert [run["runID"] for run in api.data("GET", "/ingestion/runs?page=2")] == ids[2:]


def test_a_scheduled_run_can_be_added_in_the_console(api: Api, emulator: Emulator) -> None:
    made = emulator.add("ingestion_runs", {"sources": ["clicks"], "dateStamps": DAYS[:1]})

    run = api.data("GET", f"/ingestion/runs/{made['runID']}")
    assert (run["trigger"], run["latestStatus"], run["sources"]) == ("scheduled", "completed", ["clicks"])
