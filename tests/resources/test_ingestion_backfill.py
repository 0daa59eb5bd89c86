"""Ingestion backfills: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from .conftest import Deployment, registrations

PATH = "/ingestion/backfill"
BODY = {"datestamp_start": "2026-02-27", "datestamp_end": "2026-03-01", "type": "s3", "dataset": "Events"}
DAYS = ["2026-02-27", "2026-02-28", "2026-03-01"]


def backfill(**properties: Any) -> None:
    statsig.IngestionBackfill("backfill", **{**BODY, **properties})


def runs(deployment: Deployment) -> list[Any]:
    return deployment.project.emulator.objects("ingestion_runs")


def test_every_property_is_sent_in_one_post_and_the_run_is_an_output(deployment: Deployment) -> None:
    def program() -> None:
        backfill(dataset="Exposures", source=["refunds", "orders"], triggers=["a", 1], wait_minutes=5)

    body = BODY | {"dataset": "export_exposures", "source": ["orders", "refunds"]}
    assert deployment.up(program) == [("POST", PATH, body)]
    assert deployment.up(program) == []
    [run] = runs(deployment)
    resource = deployment.resources["backfill"]
    shown = {name: resource.outputs[name] for name in ("run_id", "latest_status", "sources", "date_stamps")}
    assert shown == {
        "run_id": run["runID"],
        "latest_status": "completed",
        "sources": ["orders", "refunds"],
        "date_stamps": DAYS,
    }
    assert resource.id == run["runID"]
    assert resource.outputs["is_finished"] is True
    assert resource.outputs["created_at"] <= resource.outputs["last_updated_at"]
    assert deployment.refresh() == {"backfill": resource.inputs}
    assert deployment.destroy() == []


def test_a_backfill_is_waited_for(deployment: Deployment) -> None:
    deployment.project.reset(backfill_polls=4)
    assert deployment.up(lambda: backfill(wait_minutes=5)) == [("POST", PATH, BODY)]
    resource = deployment.resources["backfill"]
    assert resource.outputs["latest_status"] == "completed"
    title = f"info: IngestionBackfill '{resource.id}'"
    assert resource.reporter.messages == [
        f"{title}: enqueued, waiting 0 of 300 s",
        f"{title}: started, waiting 1 of 300 s",
        f"{title}: download_started, waiting 2 of 300 s",
        f"{title}: completed after 8 s",
    ]


def test_a_failed_backfill_reports_the_status_of_each_source(deployment: Deployment) -> None:
    deployment.project.reset(backfill_polls=1, backfill_outcome="download_error")
    with pytest.raises(
        StatsigError, match=r"failed in Statsig: download_error \(orders: download_error\); `pulumi up`"
    ):
        deployment.up(lambda: backfill(source=["orders"], wait_minutes=5))


def test_an_unknown_source_is_a_one_line_error(deployment: Deployment) -> None:
    deployment.project.reset(unknown_references="reject")
    with pytest.raises(StatsigError) as error:
        deployment.up(lambda: backfill(source=["orders"]))
    assert "POST /ingestion/backfill answered 400: " in str(error.value)
    assert "Ingestion source not found with name orders" in str(error.value)
    assert "\n" not in str(error.value)
    assert runs(deployment) == []


def test_an_error_without_a_connection_explains_how_to_create_one(deployment: Deployment) -> None:
    with pytest.raises(StatsigError, match=r"Ingestion of type databricks not found\.; declare a DatabricksC"):
        deployment.up(lambda: backfill(type="databricks"))


@pytest.mark.parametrize("source", [["orders"], None])
def test_a_lost_response_starts_no_second_run(deployment: Deployment, source: list[str] | None) -> None:
    emulator = deployment.project.emulator
    emulator.add("ingestion_runs", {"dateStamps": ["2026-01-01"], "sources": ["orders"], "trigger": "backfill"})
    emulator.add("ingestion_runs", {"dateStamps": DAYS, "sources": ["others"], "trigger": "scheduled"})
    emulator.fault(method="POST", path=PATH, status=502, applied=True)
    deployment.up(lambda: backfill(**({"source": source} if source else {})))
    [run] = [run for run in runs(deployment) if run["trigger"] == "backfill" and run["dateStamps"] == DAYS]
    assert deployment.resources["backfill"].id == run["runID"]


def test_a_response_without_a_run_is_an_error(deployment: Deployment) -> None:
    deployment.project.emulator.fault(method="POST", path=PATH, status=200, body={"message": "done"})
    with pytest.raises(StatsigError, match="the response contains no run id"):
        deployment.up(backfill)
    deployment.project.emulator.clear_requests()  # the specification does not allow this response


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"datestamp_start": "27.2.2026"}, "datestamp_start: must be a day, such as 2026-03-31"),
        ({"datestamp_end": "20260301"}, "datestamp_end: must be a day, such as 2026-03-31"),
        ({"datestamp_end": "2026-02-30"}, "datestamp_end: is not a day of the calendar"),
        ({"datestamp_end": "2026-02-26"}, "datestamp_end: is before datestamp_start, 2026-02-27"),
        ({"type": "mysql"}, "type: input should be 'redshift'"),
        ({"dataset": "events"}, "dataset: input should be 'Events'"),
        ({"source": "orders"}, "source: must be a list"),
        ({"wait_minutes": 0}, "wait_minutes: input should be greater than 0"),
    ],
)
def test_invalid_inputs_fail_in_the_constructor(properties: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: backfill(**properties))
    assert words in str(error.value)
