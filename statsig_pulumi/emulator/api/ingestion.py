"""Ingestion sources and warehouse connections: `/ingestion`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..model import ingestion_sources
from ..model.errors import ApiError, Issue, invalid_body
from ..model.ingestion_sources import CONNECTIONS, DATASETS, EXPOSURES, SECRETS, SOURCES, TYPES
from ..model.json_values import Json, Record, join_path, type_name
from ..model.project import Project
from .kind import Kind
from .responses import Response, message_response, missing_delete_response, object_response
from .routes import Call, Routes
from .shapes import Choice, Fields, Findings, Flag, Literal, Shape, Text, TextByKey

routes: Final = Routes()

TYPE: Final = Choice(TYPES)
DATASET: Final = Choice(DATASETS)
DELETED: Final = "Ingestion deleted successfully."
DATABRICKS: Final = "databricks"
# Fields of the response itself. The others are in its `data`.
OUTER: Final = ("id", "type", "enabled")
CONNECTION = Fields(
    {"host": Text(), "path": Text(), "verified": Flag(), **{key: Text() for key in SECRETS}},
    frozenset({"token", "host", "path"}),
)
SELECTION = Fields({"type": TYPE, "dataset": DATASET, "source_name": Text()}).requiring("type", "dataset")


@dataclass(frozen=True)
class ByDataset:
    """A union of objects that the value of `dataset` distinguishes."""

    branches: Mapping[str, Shape]

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not isinstance(value, dict):
            findings.add(path, f"Expected object, received {type_name(value)}")
            return value
        dataset = value.get("dataset")
        if not isinstance(dataset, str) or dataset not in self.branches:
            expected = " | ".join(f"'{branch}'" for branch in self.branches)
            findings.add(join_path(path, "dataset"), f"Invalid discriminator value. Expected {expected}")
            return value
        return self.branches[dataset].read(value, path, findings)


_METRIC: Final = ("unit_id", "id_type", "dateid", "metric_name")
_METRIC_VALUES: Final = ("metric_value", "numerator", "denominator")
METRICS_COLUMNS = Fields({key: Text() for key in (*_METRIC, *_METRIC_VALUES)}).requiring(*_METRIC)
_EVENT_COLUMNS: Final[Mapping[str, Shape]] = {
    **{key: Text() for key in ("unit_id", "timestamp", "metadata_object", "event_value")},
    "ids": TextByKey(),
    "metadata": TextByKey(),
}
EVENTS_COLUMNS = Fields({**_EVENT_COLUMNS, "event_name": Text()}).requiring("event_name", "timestamp")
EXPOSURES_COLUMNS = Fields({**_EVENT_COLUMNS, "experiment": Text(), "group_id": Text()}).requiring(
    "experiment", "group_id", "timestamp"
)
COLUMNS: Final = {"Metrics": METRICS_COLUMNS, "Events": EVENTS_COLUMNS, **dict.fromkeys(EXPOSURES, EXPOSURES_COLUMNS)}
# The specification has the text "null" as a default.
_EVENT_DEFAULTS: Final = {"ids": {}, "metadata": {}, "metadata_object": "null", "event_value": ""}
DEFAULTS: Final[Mapping[str, Record]] = {
    "Metrics": dict.fromkeys(_METRIC_VALUES, "null"),
    "Events": _EVENT_DEFAULTS,
    EXPOSURES[1]: _EVENT_DEFAULTS,
}


def _branch(dataset: str, own: Mapping[str, Shape], *required: str) -> Fields:
    texts = {key: Text() for key in ("source_name", "query", "share", "schema", "table")}
    keys: Mapping[str, Shape] = {"type": TYPE, "enabled": Flag(), "column_mapping": COLUMNS[dataset]}
    return Fields({"dataset": Text(), **keys, **texts, **own}, frozenset({"dataset", "type", *required}))


CREATE = ByDataset({key: _branch(key, {"use_delta_sharing": Literal(True)}, "source_name") for key in COLUMNS})
UPDATE = ByDataset({key: _branch(key, {}) for key in COLUMNS})


class IngestionSourceKind(Kind):
    """Ingestion sources.

    Requests name them by query parameters or by their body, so they have no plain routes.
    """

    def key(self, record: Record) -> str:
        return ingestion_sources.source_key(record)

    def new_record(self, project: Project, body: Record) -> Record:
        blank = {"type": "s3", "dataset": "Events", "source_name": project.issuer.new_id()}
        enabled = project.quirks["ingestion_enabled_default"]
        return {"id": project.issuer.new_id(), **blank, "enabled": enabled, **body}

    def merge(self, project: Project, before: Record, body: Record) -> Record:
        """Return the source with a body applied, the read name of its dataset, and default columns."""
        after = before | body
        after["dataset"] = ingestion_sources.read_name(after["dataset"])
        if "column_mapping" in body:
            merges = project.quirks["column_mapping_merges"]
            kept = before.get("column_mapping", {}) if merges else {}
            after["column_mapping"] = {**DEFAULTS.get(after["dataset"], {}), **kept, **body["column_mapping"]}
        return after

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        return self.merge(project, before, change)

    def present(self, call: Call, record: Record) -> Record:
        """Return a source or connection. The content of `data` is not documented."""
        inner = {key: value for key, value in record.items() if key not in OUTER}
        data = inner if call.project.quirks["ingestion_data"] == "echo" else {}
        return {**{key: record[key] for key in OUTER}, "data": data}


class ConnectionKind(IngestionSourceKind):
    """Warehouse connections, one for each type. Their secrets are not stored."""

    def key(self, record: Record) -> str:
        return str(record["type"])

    def new_record(self, project: Project, body: Record) -> Record:
        return {"id": project.issuer.new_id(), "type": DATABRICKS, "enabled": True, **_without_secrets(body)}

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        return before | _without_secrets(change)


INGESTION_SOURCES: Final = IngestionSourceKind(name=SOURCES)
INGESTION_CONNECTIONS: Final = ConnectionKind(name=CONNECTIONS)


def _without_secrets(body: Record) -> Record:
    return {key: value for key, value in body.items() if key not in SECRETS}


def _find_source(call: Call, selection: Record) -> Record:
    """Return the selected source.

    If the name is omitted, the dataset must have exactly one source. The API does not document this case.
    """
    found = ingestion_sources.sources_of(call.project, selection["type"], selection["dataset"])
    if "source_name" in selection:
        found = [source for source in found if source["source_name"] == selection["source_name"]]
    if len(found) == 1:
        return found[0]
    if found:
        raise invalid_body([Issue("source_name", "Required")])
    ingestion_sources.validate_connection(call.project, selection["type"])
    raise ingestion_sources.missing_source(selection.get("source_name", ""))


@routes.on("GET", "/ingestion")
def read_ingestion(call: Call) -> Response:
    record = _find_source(call, call.read_query(SELECTION))
    # This message is a guess: the specification's example has that of another endpoint.
    return object_response("Ingestion read successfully.", INGESTION_SOURCES.present(call, record))


@routes.on("POST", "/ingestion")
def create_ingestion(call: Call) -> Response:
    project, body = call.project, call.read(CREATE)
    ingestion_sources.validate_connection(project, body["type"])
    if INGESTION_SOURCES.key(body) in project.store[SOURCES]:
        raise ApiError(400, f"Ingestion source already exists with name {body['source_name']}")
    record = INGESTION_SOURCES.merge(project, INGESTION_SOURCES.new_record(project, {}), body)
    INGESTION_SOURCES.put(project, record)
    return object_response("Ingestion created successfully.", INGESTION_SOURCES.present(call, record))


@routes.on("PATCH", "/ingestion")
def update_ingestion(call: Call) -> Response:
    body = call.read(UPDATE)
    record = INGESTION_SOURCES.merge(call.project, _find_source(call, body), body)
    INGESTION_SOURCES.put(call.project, record)
    return object_response("Ingestion updated successfully.", INGESTION_SOURCES.present(call, record))


@routes.on("DELETE", "/ingestion")
def delete_ingestion(call: Call) -> Response:
    selection = call.read_query(SELECTION)
    try:
        record = _find_source(call, selection)
    except ApiError as error:
        if error.status != 404:
            raise
        return missing_delete_response(call.project, error.message, DELETED)
    call.project.remove(SOURCES, INGESTION_SOURCES.key(record))
    return message_response(DELETED)


@routes.on("POST", "/ingestion/connection/databricks")
def connect_databricks(call: Call) -> Response:
    """Create the connection, or replace it."""
    body = _without_secrets(call.read(CONNECTION))
    before = call.project.store[CONNECTIONS].get(DATABRICKS) or INGESTION_CONNECTIONS.new_record(call.project, {})
    record = INGESTION_CONNECTIONS.put(call.project, {key: before[key] for key in OUTER} | body)
    return object_response("Ingestion connection created successfully.", INGESTION_CONNECTIONS.present(call, record))
