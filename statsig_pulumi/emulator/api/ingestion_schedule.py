"""The hour at which a dataset is ingested each day: `/ingestion/schedule`."""

from __future__ import annotations

from typing import Final

from ..model import ingestion_sources
from ..model.project import Project
from .kind import Kind, register
from .responses import Answer, Record, single
from .routes import Call, Routes
from .shapes import Fields, Number

routes: Final = Routes()

KIND: Final = "ingestion_schedules"
DEFAULT_HOUR: Final = 10
QUERY = Fields({"dataset": ingestion_sources.DATASET}).requiring("dataset")
UPDATE = Fields({**QUERY.keys, "scheduled_hour_pst": Number(least=0, most=23)}).requiring("dataset")


def _fresh(project: Project, body: Record) -> Record:
    return {"dataset": "Events", "scheduled_hour_pst": DEFAULT_HOUR, **body}


register(Kind(KIND, fresh=_fresh, key_of=lambda record: str(record["dataset"])))


@routes.on("GET", "/ingestion/schedule")
def read_schedule(call: Call) -> Answer:
    """Every dataset has one, set or not."""
    asked = ingestion_sources.selectors(call, QUERY)
    record = call.project.store[KIND].get(asked["dataset"]) or _fresh(call.project, asked)
    return single("Ingestion schedule read successfully.", record)


@routes.on("POST", "/ingestion/schedule")
def change_schedule(call: Call) -> Answer:
    """Without an hour it is the default again."""
    record = _fresh(call.project, call.read(UPDATE))
    call.project.put(KIND, record["dataset"], record)
    return single("Ingestion schedule updated successfully.", record)
