"""Metric sources of warehouse-native projects: `/metrics/metric_source`."""

from __future__ import annotations

from typing import Final

from . import deletion, source_kind
from .pages import page
from .responses import Answer, Issue, Record, invalid, message_only, single
from .routes import Call, Routes
from .shapes import Choice, Fields, Flag, Listed, Text
from .source_kind import Source

routes: Final = Routes()

DELETED: Final = "Metric source deleted successfully."
QUERY: Final = ("sql", "timestampColumn", "idTypeMapping")
# With skip_validation the warehouse is not asked for the columns.
COLUMNS: Final = ("all_columns", "column_types")
NO_MAPPING: Final = [{"key": "", "formula": ""}]
BODY = Fields(
    {
        **source_kind.SHARED,
        "timestampAsDay": Flag(),
        "sourceType": Choice(("table", "query")),
        "tableName": Text(),
        "datePartitionColumn": Text(),
        "customFieldMapping": Listed(Fields({"key": Text(), "formula": Text()}).requiring("key", "formula")),
        "isVerified": Flag(),
        "owner": source_kind.OWNER,
        "disableCURE": Flag(),
        "skip_validation": Flag(),
        **{key: Listed(Text()) for key in COLUMNS},
    }
)


def _check(before: Record, after: Record, body: Record) -> None:
    """A table needs its name, and a source that is not validated needs its columns."""
    missing = [key for key in COLUMNS if body.get("skip_validation") and key not in body]
    if after.get("sourceType") == "table" and not after.get("tableName"):
        missing.append("tableName")
    if missing:
        raise invalid([Issue(key, "Required") for key in missing])


SOURCE: Final = Source(
    kind="metric_sources",
    missing="Metric source not found.",
    create=BODY.requiring("name", *QUERY),
    full_update=BODY.requiring(*QUERY),
    check=_check,
    is_renamable=False,
    undocumented_missing=("GET", "POST"),
    missing_quirk="metric_source_missing_status",
)

source_kind.register_kind(SOURCE)


def _listed(call: Call, record: Record) -> Record:
    shown = source_kind.presented(call, record)
    if call.project.quirks["metric_source_placeholders"]:
        shown = {"tableName": "", **shown, "customFieldMapping": shown.get("customFieldMapping") or NO_MAPPING}
    return shown


@routes.on("GET", "/metrics/metric_source/list")
def list_metric_sources(call: Call) -> Answer:
    records = list(call.project.store[SOURCE.kind])
    return page(call, "Metric sources listed successfully.", records, lambda record: _listed(call, record))


@routes.on("POST", "/metrics/metric_source")
def create_metric_source(call: Call) -> Answer:
    record = source_kind.create(call, SOURCE)
    return single("Metric source created successfully.", source_kind.presented(call, record), 201)


@routes.on("GET", "/metrics/metric_source/{name}")
def read_metric_source(call: Call) -> Answer:
    return single("Metric source read successfully.", source_kind.presented(call, SOURCE.find(call)))


@routes.on("POST", "/metrics/metric_source/{name}")
def update_metric_source(call: Call) -> Answer:
    record = source_kind.update(call, SOURCE, full=True)
    return single("Metric source updated successfully.", source_kind.presented(call, record))


@routes.on("DELETE", "/metrics/metric_source/{name}")
def delete_metric_source(call: Call) -> Answer:
    name = call.params["name"]
    if name not in call.project.store[SOURCE.kind]:
        return deletion.answer(call.project, SOURCE.missing, DELETED)
    call.project.remove(SOURCE.kind, name)
    return message_only(DELETED)


@routes.on("GET", "/metrics/metric_source/{name}/metrics")
def list_metrics_of_source(call: Call) -> Answer:
    """The emulator has no metrics: none is built on a source."""
    SOURCE.find(call)
    return page(call, "Metrics listed successfully.", [])
