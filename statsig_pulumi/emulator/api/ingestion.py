"""Ingestion sources and the connection they need: `/ingestion`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..model import ingestion_sources
from ..model.ingestion_sources import CONNECTIONS, EXPOSURES, SOURCES
from ..model.project import Project
from ..server.request_log import SECRETS
from . import deletion
from .kind import Kind, register
from .literals import Literal
from .responses import Answer, ApiError, Issue, Json, Record, invalid, single
from .routes import Call, Routes
from .shapes import Fields, Findings, Flag, Shape, Text, step, type_name

routes: Final = Routes()

DELETED: Final = "Ingestion deleted successfully."
DATABRICKS: Final = "databricks"
# Keys of the answer itself; the others go into its `data`.
OUTER: Final = ("id", "type", "enabled")
CONNECTION = Fields(
    {"host": Text(), "path": Text(), "verified": Flag(), **{key: Text() for key in SECRETS}},
    frozenset({"token", "host", "path"}),
)
SELECTORS = Fields(
    {"type": ingestion_sources.TYPE, "dataset": ingestion_sources.DATASET, "source_name": Text()},
    frozenset({"type", "dataset"}),
)


@dataclass(frozen=True)
class TextByKey:
    """An object of the user's own whose values are texts."""

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        keys = value if isinstance(value, dict) else {}
        return Fields({key: Text() for key in keys}).read(value, path, findings)


@dataclass(frozen=True)
class ByDataset:
    """A union whose branch is told by `dataset`."""

    branches: Mapping[str, Shape]

    def read(self, value: Json, path: str, findings: Findings) -> Json:
        if not isinstance(value, dict):
            findings.add(path, f"Expected object, received {type_name(value)}")
            return value
        dataset = value.get("dataset")
        if not isinstance(dataset, str) or dataset not in self.branches:
            expected = " | ".join(f"'{branch}'" for branch in self.branches)
            findings.add(step(path, "dataset"), f"Invalid discriminator value. Expected {expected}")
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
# The text "null" is no slip: it is what the specification has.
_EVENT_DEFAULTS: Final = {"ids": {}, "metadata": {}, "metadata_object": "null", "event_value": ""}
DEFAULTS: Final[Mapping[str, Record]] = {
    "Metrics": dict.fromkeys(_METRIC_VALUES, "null"),
    "Events": _EVENT_DEFAULTS,
    EXPOSURES[1]: _EVENT_DEFAULTS,
}


def _branch(dataset: str, own: Mapping[str, Shape], *required: str) -> Fields:
    texts = {key: Text() for key in ("source_name", "query", "share", "schema", "table")}
    keys: Mapping[str, Shape] = {"type": ingestion_sources.TYPE, "enabled": Flag(), "column_mapping": COLUMNS[dataset]}
    return Fields({"dataset": Text(), **keys, **texts, **own}, frozenset({"dataset", "type", *required}))


CREATE = ByDataset({key: _branch(key, {"use_delta_sharing": Literal(True)}, "source_name") for key in COLUMNS})
UPDATE = ByDataset({key: _branch(key, {}) for key in COLUMNS})


def _fresh(project: Project, body: Record) -> Record:
    blank = {"type": "s3", "dataset": "Events", "source_name": project.issuer.new_id()}
    enabled = project.quirks["ingestion_enabled_default"]
    return {"id": project.issuer.new_id(), **blank, "enabled": enabled, **body}


def _settled(project: Project, before: Record, body: Record) -> Record:
    """The dataset in the spelling that reads have, and the columns with their defaults."""
    after = before | body
    after["dataset"] = ingestion_sources.spelled(after["dataset"])
    if "column_mapping" in body:
        merges = project.quirks["column_mapping_merges"]
        kept = before.get("column_mapping", {}) if merges else {}
        after["column_mapping"] = {**DEFAULTS.get(after["dataset"], {}), **kept, **body["column_mapping"]}
    return after


def _fresh_connection(project: Project, body: Record) -> Record:
    return {"id": project.issuer.new_id(), "type": DATABRICKS, "enabled": True, **_without_secrets(body)}


def _without_secrets(body: Record) -> Record:
    return {key: value for key, value in body.items() if key not in SECRETS}


register(Kind(SOURCES, fresh=_fresh, tidy=_settled, key_of=ingestion_sources.key_of))
register(
    Kind(
        CONNECTIONS,
        fresh=_fresh_connection,
        tidy=lambda project, before, edit: before | _without_secrets(edit),
        key_of=lambda record: str(record["type"]),
    )
)


def _presented(call: Call, record: Record) -> Record:
    """Nobody documented what `data` holds."""
    inner = {key: value for key, value in record.items() if key not in OUTER}
    data = inner if call.project.quirks["ingestion_data"] == "echo" else {}
    return {**{key: record[key] for key in OUTER}, "data": data}


def _selected(call: Call, asked: Record) -> Record:
    """The source of that name; without a name the only one of the dataset, for nobody documented what else."""
    found = ingestion_sources.sources_of(call.project, asked["type"], asked["dataset"])
    if "source_name" in asked:
        found = [source for source in found if source["source_name"] == asked["source_name"]]
    if len(found) == 1:
        return found[0]
    if found:
        raise invalid([Issue("source_name", "Required")])
    ingestion_sources.refuse_unconnected(call.project, asked["type"])
    raise ingestion_sources.missing_source(asked.get("source_name", ""))


@routes.on("GET", "/ingestion")
def read_ingestion(call: Call) -> Answer:
    record = _selected(call, ingestion_sources.selectors(call, SELECTORS))
    # The specification's example has the text of another endpoint; this one is a guess.
    return single("Ingestion read successfully.", _presented(call, record))


@routes.on("POST", "/ingestion")
def create_ingestion(call: Call) -> Answer:
    body = call.read(CREATE)
    ingestion_sources.refuse_unconnected(call.project, body["type"])
    if ingestion_sources.key_of(body) in call.project.store[SOURCES]:
        raise ApiError(400, f"Ingestion source already exists with name {body['source_name']}")
    record = _settled(call.project, _fresh(call.project, {}), body)
    call.project.put(SOURCES, ingestion_sources.key_of(record), record)
    return single("Ingestion created successfully.", _presented(call, record))


@routes.on("PATCH", "/ingestion")
def change_ingestion(call: Call) -> Answer:
    body = call.read(UPDATE)
    record = _settled(call.project, _selected(call, body), body)
    call.project.put(SOURCES, ingestion_sources.key_of(record), record)
    return single("Ingestion updated successfully.", _presented(call, record))


@routes.on("DELETE", "/ingestion")
def delete_ingestion(call: Call) -> Answer:
    asked = ingestion_sources.selectors(call, SELECTORS)
    try:
        record = _selected(call, asked)
    except ApiError as error:
        if error.status != 404:
            raise
        return deletion.answer(call.project, error.message, DELETED)
    call.project.remove(SOURCES, ingestion_sources.key_of(record))
    return Answer(200, {"message": DELETED})


@routes.on("POST", "/ingestion/connection/databricks")
def connect_databricks(call: Call) -> Answer:
    """Sent again, it replaces the connection; what is secret is not kept."""
    before = call.project.store[CONNECTIONS].get(DATABRICKS) or _fresh_connection(call.project, {})
    kept = {key: before[key] for key in OUTER} | _without_secrets(call.read(CONNECTION))
    call.project.put(CONNECTIONS, DATABRICKS, kept)
    return single("Ingestion connection created successfully.", _presented(call, kept))
