"""Ingestion on the real engine: a secret connection, a source, a schedule, and backfills that run once."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

TOKEN, FILE = "hush-token", "hush-file"

PROGRAM = """
databricks = statsig.DatabricksConnection("databricks", token=pulumi.Config().require_secret("databricksToken"),
    host="dbc-1.cloud.databricks.com", path="{path}", delta_sharing_credentials="hush-file")
orders = statsig.IngestionSource("orders", type="databricks", dataset="Events", source_name="orders",
    query="{query}", enabled=True, opts=pulumi.ResourceOptions(depends_on=[databricks]),
    column_mapping=statsig.ColumnMapping(event_name="what", timestamp="at", ids={{"userID": "who"}}))
refunds = statsig.IngestionSource("refunds", type="databricks", dataset="Exposures", source_name="re/funds",
    opts=pulumi.ResourceOptions(depends_on=[databricks]))
statsig.IngestionSchedule("nightly", dataset=orders.dataset, scheduled_hour_pst={hour})
backfill = statsig.IngestionBackfill("january", type=orders.type, dataset=orders.dataset, source=[orders.source_name],
    datestamp_start="2026-01-01", datestamp_end="2026-01-31", triggers=["{trigger}"], wait_minutes=5)
pulumi.export("host", databricks.host)
pulumi.export("source", orders.id)
pulumi.export("status", backfill.latest_status)
"""
USUAL = {"path": "/sql/1", "query": "SELECT 1", "hour": 2, "trigger": "a"}
SOURCE = "databricks/Events/orders"


def program(stack: Stack, **given: Any) -> Stack:
    return stack.program(PROGRAM.format(**USUAL | given))


def leaks(stack: Stack) -> list[str]:
    """Secret words in the state as it is exported, on the disk, or in anything printed so far."""
    shown = [stack.exported(), stack.run("stack", "output", "--json").text, *(a.text for a in stack.answers)]
    shown += [path.read_text() for path in (stack.folder / "state").rglob("*.json*")]
    return [word for word in (TOKEN, FILE) if any(word in text for text in shown)]


def test_ingestion_is_created_updated_and_destroyed(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.quirk(backfill_polls=2)
    stack.set_secret("databricksToken", TOKEN)
    answer = program(stack).up()
    assert ": download_started, waiting" in answer or ": started, waiting" in answer
    assert ": completed after" in answer
    assert wire.written() == [
        "POST /ingestion/backfill: dataset datestamp_end datestamp_start source type",
        "POST /ingestion/connection/databricks: deltaSharingCredentials host path token",
        "POST /ingestion/schedule: dataset scheduled_hour_pst",
        "POST /ingestion: column_mapping dataset enabled query source_name type",
        "POST /ingestion: dataset source_name type",
    ]
    assert (stack.output("source"), stack.output("status")) == (SOURCE, "completed")
    stack.preview_is_empty()
    stack.refresh_is_empty()
    assert leaks(stack) == []

    # Drift of a source, and changes that are each one request.
    emulator.edit("ingestion_sources", SOURCE, {"enabled": False})
    emulator.edit("ingestion_schedules", "Events", {"scheduled_hour_pst": 5})
    assert "2 updated" in stack.refresh()
    wire.requests()
    program(stack, query="SELECT 2", path="/sql/2").up("--diff")
    assert wire.written() == [
        "PATCH /ingestion: dataset enabled query source_name type",
        "POST /ingestion/connection/databricks: deltaSharingCredentials host path token",
        "POST /ingestion/schedule: dataset scheduled_hour_pst",
    ]
    assert emulator.object("ingestion_sources", SOURCE)["enabled"] is True
    stack.preview_is_empty()
    stack.refresh_is_empty()
    assert leaks(stack) == []

    # A new trigger runs it again, once.
    changed = {"query": "SELECT 2", "path": "/sql/2", "trigger": "b"}
    first = stack.resources()["january"]["id"]
    assert "replace" in program(stack, **changed).preview()
    stack.up()
    stack.up()
    assert wire.written() == ["POST /ingestion/backfill: dataset datestamp_end datestamp_start source type"]
    assert len(emulator.objects("ingestion_runs")) == 2
    assert stack.resources()["january"]["id"] != first

    answer = stack.destroy()
    assert "IngestionSchedule 'Events' is kept in Statsig" in answer
    assert "is kept in Statsig: the API cannot delete it" in answer
    assert wire.written() == ["DELETE /ingestion", "DELETE /ingestion"]
    assert emulator.objects("ingestion_sources") == []
    assert len(emulator.objects("ingestion_connections")) == 1
    assert leaks(stack) == []


def test_a_rotated_token_is_sent_and_stays_secret(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program("""
        statsig.DatabricksConnection("databricks", token=pulumi.Config().require_secret("databricksToken"),
            host="dbc-1.cloud.databricks.com", path="/sql/1")
    """)
    stack.set_secret("databricksToken", FILE)
    stack.up()
    stack.preview_is_empty()
    stack.set_secret("databricksToken", TOKEN)
    stack.preview("--diff")
    stack.refresh()
    stack.up("--diff")
    assert wire.written() == ["POST /ingestion/connection/databricks: host path token"] * 2
    words = {"status": 400, "message": f"{TOKEN}2 and {TOKEN} are not valid"}
    emulator.fault(method="POST", path="/ingestion/connection/databricks", status=400, body=words)
    stack.set_secret("databricksToken", f"{TOKEN}2")
    [error] = stack.up(ok=False).error_lines[-1:]
    assert "[secret] and [secret] are not valid" in error
    state = stack.resources()["databricks"]
    assert {"ciphertext"} < {*state["inputs"]["token"], *state["outputs"]["token"]}


BACKFILL = """
statsig.IngestionBackfill("backfill", type="s3", dataset="Events", source=["orders"], datestamp_start="2026-01-01",
                          datestamp_end="{end}", wait_minutes=0.02)
"""


def test_a_wait_that_times_out_is_a_warning_and_the_next_up_waits_again(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    emulator.quirk(backfill_polls=1000)
    answer = stack.program(BACKFILL.format(end="2026-01-31")).up()
    assert "warning: IngestionBackfill" in answer
    assert "not finished after 0.02 minutes (" in answer
    assert "the next `pulumi up` waits again" in answer
    assert len(wire.writes()) == 1
    assert "to update" in stack.preview()
    assert "not finished after 0.02 minutes (" in stack.up()

    [run] = emulator.objects("ingestion_runs")
    emulator.edit("ingestion_runs", run["runID"], {"latestStatus": "completed", "polls": 0})
    assert ": completed after" in stack.up()
    stack.preview_is_empty()
    stack.refresh_is_empty()
    assert wire.written() == []


def test_a_failed_run_is_one_error_and_the_next_up_starts_another(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.quirk(backfill_outcome="download_error")
    answer = stack.program(BACKFILL.format(end="2026-01-31")).up(ok=False)
    [error] = answer.error_lines[-1:]
    assert "failed in Statsig: download_error (orders: download_error); `pulumi up` starts it again" in error
    emulator.quirk(backfill_outcome="completed")
    stack.up()
    assert len(wire.writes()) == 2
    stack.preview_is_empty()


def test_invalid_dates_fail_at_the_preview(stack: Stack, wire: Wire) -> None:
    problems = {
        "2025-12-31": "datestamp_end: is before datestamp_start, 2026-01-01",
        "2026-02-29": "datestamp_end: is not a day of the calendar",
    }
    for end, problem in problems.items():
        assert problem in stack.program(BACKFILL.format(end=end)).preview(ok=False)
    assert wire.requests() == []


def test_an_unknown_source_is_a_one_line_error(stack: Stack, emulator: Emulator) -> None:
    emulator.quirk(unknown_references="reject")
    [error] = stack.program(BACKFILL.format(end="2026-01-31")).up(ok=False).error_lines[-1:]
    assert "POST /ingestion/backfill answered 400: Ingestion source not found with name orders" in error
    assert stack.resources() == {}


def test_a_source_is_imported_by_its_id(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    emulator.add("ingestion_sources", {"type": "s3", "dataset": "Events", "source_name": "clicks", "enabled": True})
    text = """
        statsig.IngestionSource("clicks", type="s3", dataset="Events", source_name="clicks", enabled={enabled}
            {opts})
    """
    opts = ', opts=pulumi.ResourceOptions(import_="s3/Events/clicks")'
    stack.program(text.format(enabled=False, opts=opts))
    assert "the program differs from it in enabled" in stack.preview(ok=False)
    stack.program(text.format(enabled=True, opts=opts)).up()
    stack.program(text.format(enabled=True, opts="")).preview_is_empty()
    assert wire.written() == []
