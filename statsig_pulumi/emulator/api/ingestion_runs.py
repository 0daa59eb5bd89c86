"""Backfills of ingestions and their runs: `/ingestion/backfill`, `/ingestion/runs`."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Final

from ..model import ingestion_sources
from ..model.ingestion_sources import RUNS, Day
from ..model.project import Project
from .kind import Kind, register
from .pages import page
from .responses import Answer, Record, not_found, refused, single
from .routes import Call, Routes
from .shapes import Fields, Listed, Nullable, OneOf, Text

routes: Final = Routes()

STEPS: Final = ("enqueued", "started", "download_started")
# How a run is played (reads so far, reads until it is finished, how it finishes), and whose sources it has.
HIDDEN: Final = ("reads", "polls", "outcome", "type", "dataset")
BACKFILL = Fields(
    {
        "datestamp_start": Day(),
        "datestamp_end": Day(),
        "type": ingestion_sources.TYPE,
        "dataset": ingestion_sources.DATASET,
        "source": Nullable(OneOf((Text(), Listed(Text())))),
    }
).requiring("datestamp_start", "datestamp_end", "type", "dataset")


def _fresh(project: Project, body: Record) -> Record:
    now = ingestion_sources.instant(project.issuer.now_ms())
    quirks = project.quirks
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
        "polls": quirks["backfill_polls"],
        "outcome": quirks["backfill_outcome"],
    }
    return _advanced(project, {**run, **body})


register(Kind(RUNS, fresh=_fresh, key_of=lambda record: str(record["runID"])))


def _advanced(project: Project, run: Record) -> Record:
    """The run with every status that it has reached by now; the latest comes first."""
    reached = list(STEPS[: run["reads"] + 1])
    if run["reads"] >= run["polls"]:
        reached = [*STEPS, run["outcome"]]
    history = list(run["runHistory"])
    for status in reached[len(history) :]:
        history.insert(0, {"statusTimestamp": ingestion_sources.instant(project.issuer.now_ms()), "status": status})
    latest = history[0]
    return run | {
        "runHistory": history,
        "latestStatus": latest["status"],
        "lastUpdatedAt": latest["statusTimestamp"],
    }


def _presented(run: Record) -> Record:
    """All sources and days of a run go through the same."""
    shown = {key: value for key, value in run.items() if key not in HIDDEN}
    by_date = [{"dateStamp": day, "statuses": run["runHistory"]} for day in run["dateStamps"]]
    granular = [
        {"source": source, "latestSourceStatus": run["latestStatus"], "statusByDate": by_date}
        for source in run["sources"]
    ]
    return {"granularHistory": granular, **shown}


def _named(call: Call, body: Record) -> list[str]:
    """The sources of a backfill: those it names, else all of the dataset."""
    known = [
        source["source_name"] for source in ingestion_sources.sources_of(call.project, body["type"], body["dataset"])
    ]
    given = body.get("source")
    if given is None:
        return known
    names = [given] if isinstance(given, str) else list(given)
    unknown = [name for name in names if name not in known]
    if unknown and call.project.quirks["unknown_references"] == "reject":
        raise refused("source", ingestion_sources.missing_source(unknown[0]).message)
    return names


@routes.on("POST", "/ingestion/backfill")
def backfill(call: Call) -> Answer:
    body = call.read(BACKFILL)
    ingestion_sources.refuse_unconnected(call.project, body["type"])
    stamps = [day.isoformat() for day in ingestion_sources.days(body["datestamp_start"], body["datestamp_end"])]
    if not stamps:
        raise refused("datestamp_end", "datestamp_end must not be before datestamp_start")
    about = {"type": body["type"], "dataset": body["dataset"], "sources": _named(call, body), "dateStamps": stamps}
    run = _fresh(call.project, {"trigger": "backfill", **about})
    call.project.put(RUNS, run["runID"], run)
    return single("Ingestion backfilled successfully.", {"runID": run["runID"]})


@routes.on("GET", "/ingestion/runs")
def list_runs(call: Call) -> Answer:
    """By the time they were triggered; a page has the size that it has. To be listed does not count as a read."""
    only_page = replace(call, query={name: values for name, values in call.query.items() if name != "limit"})
    return page(only_page, "Ingestion Runs Listed Successfully.", list(call.project.store[RUNS]), _presented)


@routes.on("GET", "/ingestion/runs/{id}")
def read_run(call: Call) -> Answer:
    """Whoever polls sees the run move on, from one read to the next."""
    run = call.project.store[RUNS].get(call.params["id"])
    if run is None:
        missing = not_found(f"runID {call.params['id']} not found")
        return missing.answer(call.project.quirks["ingestion_run_error_shape"])
    if run["reads"] < run["polls"]:
        call.project.put(RUNS, run["runID"], _advanced(call.project, run | {"reads": run["reads"] + 1}))
    return single("Ingestion Run Read Successfully", _presented(run))
