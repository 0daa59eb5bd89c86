"""Backfills of ingestion (Console API: ``/ingestion/backfill``, ``/ingestion/runs``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import AfterValidator

from ..errors import NotFoundError, Problem, UnreachableError
from ..json_values import Json
from ..lifecycle.crud import CLOCK_STEP_S
from ..lifecycle.job import Job, Outcome
from ..schema import codec
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, Prop
from ..schema.validation import get_known
from .bases.job import JobResource
from .types import ingestion
from .types.ingestion import Dataset, Warehouse, spelled
from .types.shared import NonEmptyStr

RUNS: Final = "ingestion/runs"
ENDINGS: Final[Mapping[Outcome, tuple[str, ...]]] = {
    "failed": ("error", "failed", "failure", "cancelled", "canceled", "timeout"),
    "finished": ("completed", "complete", "success", "successful", "succeeded", "finished"),
}
"""How a run stands whose status has one of these words in it; with any other status it is on the way.

Which statuses a run goes through is not documented. Seen were ``enqueued``, ``started``, ``download_started``
and ``download_error``; those of single imports, such as ``IMPORT_SUCCESSFUL`` or ``INTERNAL_WRITE_ERROR_EVENTS``,
use the same words.
"""


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("has to be a day, such as 2026-03-31")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day") from None
    return text


Day = Annotated[str, AfterValidator(_day)]


class BackfillJob(Job):
    """A backfill answers with the id of its run, which is then looked at by itself."""

    def start(self, inputs: Mapping[str, Json]) -> tuple[str, LiveObject]:
        asked_s = self.client.server_time_s()
        body = codec.encode(self.declaration.properties, inputs)
        try:
            made = self.client.create(self.declaration.endpoint.collection, body, lambda: self._begun(body, asked_s))
        except NotFoundError as error:
            raise ingestion.unconnected(error, inputs["type"]) from None
        if not isinstance(made, dict) or not made.get("runID"):
            raise UnreachableError("POST", "/ingestion/backfill", "the answer does not tell the run")
        return str(made["runID"]), self.resource_client.live(made)

    def poll(self, id_: str, values: Mapping[str, Json]) -> LiveObject | None:
        try:
            found = self.client.get(f"{RUNS}/{quote(id_, safe='')}")
        except NotFoundError:
            return None
        return self.resource_client.live({"runID": id_, **found}) if isinstance(found, dict) else None

    def outcome(self, live: LiveObject) -> tuple[Outcome, str]:
        status = str(live.get("latestStatus") or "started")
        said = set(re.split(r"[^a-z]+", status.lower()))
        ends: list[Outcome] = [end for end, words in ENDINGS.items() if said.intersection(words)]
        how: Outcome = ends[0] if ends else "running"
        return how, f"{status}{_by_source(live)}" if how == "failed" else status

    def _begun(self, body: Mapping[str, Json], asked_s: float) -> dict[str, Json] | None:
        """The run of a backfill whose answer was lost: made since it was asked for, of the same days and sources."""
        days, sources = set(_days(body["datestamp_start"], body["datestamp_end"])), set(body.get("source") or ())
        for run in self.client.pages(RUNS, limit=None):
            is_of_it = days >= set(run.get("dateStamps") or ()) and (not sources or sources >= set(run["sources"]))
            if is_of_it and run.get("trigger") != "scheduled" and _made_s(run) >= asked_s - CLOCK_STEP_S:
                return dict(run)
        return None


def _days(start: str, end: str) -> Iterator[str]:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    return ((first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1))


def _made_s(run: Mapping[str, Any]) -> float:
    try:
        return datetime.fromisoformat(str(run.get("createdAt"))).timestamp()
    except ValueError:
        return 0.0


def _by_source(live: LiveObject) -> str:
    """Where a run has several sources, how each stands."""
    told = [f"{s.get('source')}: {s.get('latestSourceStatus')}" for s in live.get("granularHistory") or ()]
    return f" ({', '.join(told)})" if told else ""


class IngestionRunFields(Fields):
    """Fields of ingestion runs."""

    run_id: Prop[str] = computed(wire="runID")
    """Statsig's id of the run."""
    latest_status: Prop[str] = computed()
    """Latest status of the run, such as ``enqueued``, ``started``, ``download_started`` or ``download_error``."""
    created_at: Prop[str] = computed()
    """Creation time of the run, in ISO 8601."""
    last_updated_at: Prop[str] = computed()
    """Time of the latest status, in ISO 8601."""
    sources: ListProp[str] = computed()
    """Names of the sources that the run ingests."""
    date_stamps: ListProp[str] = computed()
    """Days that the run ingests, such as ``2026-03-31``."""


class IngestionBackfill(
    JobResource, IngestionRunFields, endpoint=Endpoint("ingestion/backfill", key="runID", lists="none")
):
    """A backfill: the ingestion of past days. Runs once, when the resource is created.

    Started with ``POST /ingestion/backfill``; the run's status is read from ``GET /ingestion/runs/{id}``. Any change,
    including a change of ``triggers``, starts a new run. The resource's id is the run's id. ``pulumi destroy`` keeps
    the ingested data.
    """

    lifecycle = BackfillJob

    datestamp_start: Prop[Day] = required(wire="datestamp_start", write_only=True, replace_on_changes=True)
    """First day to ingest, such as ``2026-03-01``."""
    datestamp_end: Prop[Day] = required(wire="datestamp_end", write_only=True, replace_on_changes=True)
    """Last day to ingest (inclusive), such as ``2026-03-31``."""
    type: Prop[Warehouse] = required(write_only=True, replace_on_changes=True)
    """Type of the warehouse."""
    dataset: Prop[Dataset] = required(write_only=True, replace_on_changes=True, normalize_fn=spelled)
    """Dataset to ingest. ``Exposures`` and ``export_exposures`` are the same."""
    source: ListProp[NonEmptyStr] = optional(write_only=True, replace_on_changes=True, unordered=True)
    """Names of the sources to ingest. If omitted, all sources of the dataset are ingested."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        start, end = get_known(values, "datestamp_start"), get_known(values, "datestamp_end")
        if start is not None and end is not None and end < start:
            yield Problem("datestamp_end", f"is before datestamp_start, {start}")
