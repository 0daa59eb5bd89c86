"""Backfills of ingestion (Console API: ``/ingestion/backfill``, ``/ingestion/runs``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import AfterValidator

from ..api.settling import is_found
from ..errors import NotFoundError, Problem, UnreachableError
from ..json_values import Json
from ..lifecycle.adoption import CLOCK_STEP_S
from ..lifecycle.job import Job, Outcome
from ..schema import codec
from ..schema.declaration import Endpoint
from ..schema.live_object import LiveObject
from ..schema.options import computed, optional, required
from ..schema.properties import Fields, ListProp, Prop
from ..schema.validation import get_known
from .bases.job import JobResource
from .types import ingestion
from .types.ingestion import Dataset, Warehouse, normalize_dataset
from .types.shared import NonEmptyStr

RUNS: Final = "ingestion/runs"
OUTCOME_WORDS: Final[Mapping[Outcome, tuple[str, ...]]] = {
    "failed": ("error", "failed", "failure", "cancelled", "canceled", "timeout"),
    "finished": ("completed", "complete", "success", "successful", "succeeded", "finished"),
}
"""The outcome of a run whose status contains one of these words. With any other status, it is running.

The statuses are not documented. Observed were ``enqueued``, ``started``, ``download_started`` and ``download_error``.
Statuses of single imports, such as ``IMPORT_SUCCESSFUL`` or ``INTERNAL_WRITE_ERROR_EVENTS``, use the same words.
"""


def _require_day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("must be a day, such as 2026-03-31")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None
    return text


Day = Annotated[str, AfterValidator(_require_day)]


class BackfillJob(Job):
    """Behaviour of backfills.

    ``POST /ingestion/backfill`` returns the id of a run, which is polled with ``GET /ingestion/runs/{id}``.
    """

    def start(self, inputs: Mapping[str, Json]) -> tuple[str, LiveObject]:
        started_s = self.client.server_time_s()
        body = codec.encode(self.declaration.properties, inputs)

        def find_started() -> dict[str, Json] | None:
            return self.client.read_until(lambda: self._find_started(body, started_s), is_found)

        try:
            response = self.client.create(self.declaration.endpoint.collection, body, find_started)
        except NotFoundError as error:
            raise ingestion.explain_missing_connection(error, inputs["type"]) from None
        if not isinstance(response, dict) or not response.get("runID"):
            response = find_started()
        if response is None or not response.get("runID"):
            raise UnreachableError("POST", "/ingestion/backfill", "the response contains no run id")
        return str(response["runID"]), self.resource_client.live(response)

    def find_started(self, inputs: Mapping[str, Json], since_s: float) -> tuple[str, LiveObject] | None:
        run = self._find_started(codec.encode(self.declaration.properties, inputs), since_s)
        return (str(run.get("runID") or ""), self.resource_client.live(run)) if run else None

    def poll(self, id_: str, values: Mapping[str, Json]) -> LiveObject | None:
        try:
            run = self.client.get_object(f"{RUNS}/{quote(id_, safe='')}")
        except NotFoundError:
            return None
        return self.resource_client.live({"runID": id_, **run})

    def outcome(self, live: LiveObject) -> tuple[Outcome, str]:
        status = str(live.get("latestStatus") or "started")
        words = set(re.split(r"[^a-z]+", status.lower()))
        outcomes: list[Outcome] = [end for end, end_words in OUTCOME_WORDS.items() if words.intersection(end_words)]
        outcome: Outcome = outcomes[0] if outcomes else "running"
        return outcome, f"{status}{_describe_sources(live)}" if outcome == "failed" else status

    def _find_started(self, body: Mapping[str, Json], started_s: float) -> dict[str, Json] | None:
        """Return the run of a backfill whose response was lost, or None.

        It was created since the request, for the same days and sources.
        """
        days, sources = set(_days(body["datestamp_start"], body["datestamp_end"])), set(body.get("source") or ())
        for run in self.client.pages(RUNS, limit=None):
            live = self.resource_client.live(run).decoded
            is_match = days.issuperset(live["date_stamps"] or ()) and (
                not sources or sources.issuperset(live["sources"] or ())
            )
            if is_match and run.get("trigger") != "scheduled" and _created_s(run) >= started_s - CLOCK_STEP_S:
                return dict(run)
        return None


def _days(start: str, end: str) -> Iterator[str]:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    return ((first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1))


def _created_s(run: Mapping[str, Any]) -> float:
    try:
        return datetime.fromisoformat(str(run.get("createdAt"))).timestamp()
    except ValueError:
        return 0.0


def _describe_sources(live: LiveObject) -> str:
    """Return the status of each source of a run, or an empty text if the API returns none."""
    statuses = [f"{s.get('source')}: {s.get('latestSourceStatus')}" for s in live.get("granularHistory") or ()]
    return f" ({', '.join(statuses)})" if statuses else ""


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

    Example::

        import statsig_pulumi as statsig

        orders = statsig.IngestionSource(
            "orders",
            type="snowflake-v2",
            dataset="Events",
            source_name="orders",
            query="SELECT user_id, 'order' AS event, ordered_at FROM shop.orders",
            column_mapping=statsig.ColumnMapping(
                event_name="event", timestamp="ordered_at", ids={"userID": "user_id"}
            ),
        )
        statsig.IngestionBackfill(
            "january",
            type=orders.type,
            dataset=orders.dataset,
            source=[orders.source_name],
            datestamp_start="2026-01-01",
            datestamp_end="2026-01-31",
            triggers=["first version of the query"],
        )
    """

    category = "Warehouse"
    lifecycle = BackfillJob

    datestamp_start: Prop[Day] = required(wire="datestamp_start", write_only=True, replace_on_changes=True)
    """First day to ingest, such as ``2026-03-01``."""
    datestamp_end: Prop[Day] = required(wire="datestamp_end", write_only=True, replace_on_changes=True)
    """Last day to ingest (inclusive), such as ``2026-03-31``."""
    type: Prop[Warehouse] = required(write_only=True, replace_on_changes=True)
    """Type of the warehouse."""
    dataset: Prop[Dataset] = required(write_only=True, replace_on_changes=True, normalize_fn=normalize_dataset)
    """Dataset to ingest. ``Exposures`` and ``export_exposures`` are the same."""
    source: ListProp[NonEmptyStr] = optional(write_only=True, replace_on_changes=True, unordered=True)
    """Names of the sources to ingest. If omitted, all sources of the dataset are ingested."""

    @classmethod
    def validate(cls, values: Mapping[str, Json]) -> Iterator[Problem]:
        start, end = get_known(values, "datestamp_start"), get_known(values, "datestamp_end")
        if start is not None and end is not None and end < start:
            yield Problem("datestamp_end", f"is before datestamp_start, {start}")
