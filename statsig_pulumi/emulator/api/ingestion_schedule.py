"""Daily hour of the ingestion of a dataset: `/ingestion/schedule`."""

from __future__ import annotations

from typing import Final

from ..model.json_values import Record
from ..model.project import Project
from .ingestion import DATASET
from .kind import Kind
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Fields, Number

routes: Final = Routes()

DEFAULT_HOUR: Final = 10
QUERY = Fields({"dataset": DATASET}).requiring("dataset")
UPDATE = Fields({**QUERY.keys, "scheduled_hour_pst": Number(least=0, most=23)}).requiring("dataset")


class ScheduleKind(Kind):
    """Ingestion schedules, one for each dataset."""

    def new_record(self, project: Project, body: Record) -> Record:
        return {"dataset": "Events", "scheduled_hour_pst": DEFAULT_HOUR, **body}


INGESTION_SCHEDULES: Final = ScheduleKind(name="ingestion_schedules", key_field="dataset")


@routes.on("GET", "/ingestion/schedule")
def read_schedule(call: Call) -> Response:
    """Return the schedule of a dataset, or the default one if none was set."""
    query = call.read_query(QUERY)
    stored = call.project.store[INGESTION_SCHEDULES.name].get(query["dataset"])
    record = stored or INGESTION_SCHEDULES.new_record(call.project, query)
    return object_response("Ingestion schedule read successfully.", record)


@routes.on("POST", "/ingestion/schedule")
def update_schedule(call: Call) -> Response:
    """Set the hour of a dataset. If the hour is omitted, it is reset to the default."""
    record = INGESTION_SCHEDULES.new_record(call.project, call.read(UPDATE))
    INGESTION_SCHEDULES.put(call.project, record)
    return object_response("Ingestion schedule updated successfully.", record)
