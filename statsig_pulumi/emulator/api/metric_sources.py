"""Metric sources and qualifying events of warehouse-native projects, which have the same form."""

from __future__ import annotations

from typing import Final

from ..model import metric_uses
from ..model.errors import Issue, invalid_body
from ..model.json_values import Record
from .kind import Create, Delete, List, Read, Update
from .metrics import METRICS
from .pages import page
from .responses import Response
from .routes import Call, Routes
from .shapes import Choice, Fields, Flag, Listed, Text
from .source_kind import OWNER, SHARED, SourceKind

routes: Final = Routes()

QUERY: Final = ("sql", "timestampColumn", "idTypeMapping")
# With skip_validation, the service does not read the columns from the warehouse.
COLUMNS: Final = ("all_columns", "column_types")
NO_MAPPING: Final = [{"key": "", "formula": ""}]
FIELDS = Fields(
    {
        **SHARED,
        "timestampAsDay": Flag(),
        "sourceType": Choice(("table", "query")),
        "tableName": Text(),
        "datePartitionColumn": Text(),
        "customFieldMapping": Listed(Fields({"key": Text(), "formula": Text()}).requiring("key", "formula")),
        "isVerified": Flag(),
        "owner": OWNER,
        "disableCURE": Flag(),
        "skip_validation": Flag(),
        **{key: Listed(Text()) for key in COLUMNS},
    }
)


class MetricSourceKind(SourceKind):
    """Metric sources and qualifying events."""

    def validate_source(self, before: Record, after: Record, body: Record) -> None:
        missing = [key for key in COLUMNS if body.get("skip_validation") and key not in body]
        if after.get("sourceType") == "table" and not after.get("tableName"):
            missing.append("tableName")
        if missing:
            raise invalid_body([Issue(key, "Required") for key in missing])

    def present_in_list(self, call: Call, record: Record) -> Record:
        presented = self.present(call, record)
        if call.project.quirks["metric_source_placeholders"]:
            mapping = presented.get("customFieldMapping") or NO_MAPPING
            presented = {"tableName": "", **presented, "customFieldMapping": mapping}
        return presented


QUALIFYING_EVENTS: Final = MetricSourceKind(
    name="qualifying_events",
    path="/experiments/qualifying_events",
    operations=(
        List("Qualifying events listed successfully."),
        Create(FIELDS.requiring("name", *QUERY), "Qualifying event created successfully."),
        Read("Qualifying event read successfully."),
        Update("POST", FIELDS.requiring(*QUERY), "Qualifying event updated successfully.", is_full=True),
        Delete("Qualifying event deleted successfully."),
    ),
    query=QUERY,
    is_renamable=False,
    missing="Qualifying event not found.",
    missing_quirk="metric_source_missing_status",
    missing_quirk_methods=("GET", "POST"),
)
METRIC_SOURCES: Final = MetricSourceKind(
    name="metric_sources",
    path="/metrics/metric_source",
    operations=(
        List("Metric sources listed successfully.", path="/metrics/metric_source/list"),
        Create(FIELDS.requiring("name", *QUERY), "Metric source created successfully."),
        Read("Metric source read successfully."),
        Update("POST", FIELDS.requiring(*QUERY), "Metric source updated successfully.", is_full=True),
        Delete("Metric source deleted successfully."),
    ),
    query=QUERY,
    is_renamable=False,
    missing="Metric source not found.",
    missing_quirk="metric_source_missing_status",
    missing_quirk_methods=("GET", "POST"),
)


@routes.on("GET", "/metrics/metric_source/{name}/metrics")
def list_metrics_of_source(call: Call) -> Response:
    METRIC_SOURCES.find(call)
    found = metric_uses.metrics_of_source(call.project, call.params["name"])
    return page(call, "Metrics listed successfully.", found, lambda record: METRICS.present_in_list(call, record))
