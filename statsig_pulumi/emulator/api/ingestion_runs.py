"""Ingestion runs and backfills: `/ingestion/runs`, `/ingestion/backfill`."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Final

from ..model import ingestion_sources
from ..model.days import days_between, instant
from ..model.errors import invalid_value, not_found
from ..model.ingestion_sources import RUNS
from ..model.json_values import Record
from ..model.project import Project
from .ingestion import DATASET, TYPE
from .kind import Kind
from .pages import page
from .responses import Response, error_response, object_response
from .routes import Call, Routes
from .shapes import Day, Fields, Listed, Nullable, OneOf, Text

routes: Final = Routes()

STEPS: Final = ("enqueued", "started", "download_started")
# Fields of a stored run that responses omit: its progress, and the type and dataset of its sources.
HIDDEN: Final = ("reads", "polls", "outcome", "type", "dataset")
BACKFILL = Fields(
    {
        "datestamp_start": Day(),
        "datestamp_end": Day(),
        "type": TYPE,
        "dataset": DATASET,
        "source": Nullable(OneOf((Text(), Listed(Text())))),
    }
).requiring("datestamp_start", "datestamp_end", "type", "dataset")


class RunKind(Kind):
    """Ingestion runs."""

    def new_record(self, project: Project, body: Record) -> Record:
        now = instant(project.issuer.now_ms())
        run = {
            "runID": str(uuid.uuid4()),
            "createdAt": now,
            "lastUpdatedAt": now,
            "trigger": "scheduled",
            "sources": [],
            "dateStamps": [],
            "runHistory": [],
            "latestStatus": STEPS[0],
            "reads": 0,
            "polls": project.quirks["backfill_polls"],
            "outcome": project.quirks["backfill_outcome"],
        }
        return _advance(project, {**run, **body})


INGESTION_RUNS: Final = RunKind(name=RUNS, key_field="runID")


def _advance(project: Project, run: Record) -> Record:
    """Return the run with the statuses that it has reached after its number of reads, latest first."""
    reached = list(STEPS[: run["reads"] + 1])
    if run["reads"] >= run["polls"]:
        reached = [*STEPS, run["outcome"]]
    history = list(run["runHistory"])
    for status in reached[len(history) :]:
        history.insert(0, {"statusTimestamp": instant(project.issuer.now_ms()), "status": status})
    latest = history[0]
    return run | {
        "runHistory": history,
        "latestStatus": latest["status"],
        "lastUpdatedAt": latest["statusTimestamp"],
    }


def _present_run(run: Record) -> Record:
    """Return a run as a response has it. All its sources and days have the same history."""
    presented = {key: value for key, value in run.items() if key not in HIDDEN}
    by_date = [{"dateStamp": day, "statuses": run["runHistory"]} for day in run["dateStamps"]]
    granular = [
        {"source": source, "latestSourceStatus": run["latestStatus"], "statusByDate": by_date}
        for source in run["sources"]
    ]
    return {"granularHistory": granular, **presented}


def _backfilled_sources(call: Call, body: Record) -> list[str]:
    """Return the names of the sources of a backfill.

    If they are omitted, it has all sources of the dataset.
    """
    sources = ingestion_sources.sources_of(call.project, body["type"], body["dataset"])
    known = [source["source_name"] for source in sources]
    given = body.get("source")
    if given is None:
        return known
    names = [given] if isinstance(given, str) else list(given)
    unknown = [name for name in names if name not in known]
    if unknown and call.project.quirks["unknown_references"] == "reject":
        raise invalid_value("source", ingestion_sources.missing_source(unknown[0]).message)
    return names


@routes.on("POST", "/ingestion/backfill")
def start_backfill(call: Call) -> Response:
    body = call.read(BACKFILL)
    ingestion_sources.validate_connection(call.project, body["type"])
    days = [day.isoformat() for day in days_between(body["datestamp_start"], body["datestamp_end"])]
    if not days:
        raise invalid_value("datestamp_end", "datestamp_end must not be before datestamp_start")
    fields = {"type": body["type"], "dataset": body["dataset"], "sources": _backfilled_sources(call, body)}
    run = INGESTION_RUNS.new_record(call.project, {"trigger": "backfill", **fields, "dateStamps": days})
    INGESTION_RUNS.put(call.project, run)
    return object_response("Ingestion backfilled successfully.", {"runID": run["runID"]})


@routes.on("GET", "/ingestion/runs")
def list_runs(call: Call) -> Response:
    """Return a page of runs in the order of their start.

    The size of a page is fixed, and a list is not a poll.
    """
    without_limit = replace(call, query={name: values for name, values in call.query.items() if name != "limit"})
    return page(without_limit, "Ingestion Runs Listed Successfully.", list(call.project.store[RUNS]), _present_run)


@routes.on("GET", "/ingestion/runs/{id}")
def read_run(call: Call) -> Response:
    """Return a run. Each read brings an unfinished run closer to its end."""
    run = call.project.store[RUNS].get(call.params["id"])
    if run is None:
        missing = not_found(f"runID {call.params['id']} not found")
        return error_response(missing, call.project.quirks["ingestion_run_error_shape"])
    if run["reads"] < run["polls"]:
        INGESTION_RUNS.put(call.project, _advance(call.project, run | {"reads": run["reads"] + 1}))
    return object_response("Ingestion Run Read Successfully", _present_run(run))
