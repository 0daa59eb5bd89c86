"""Metrics: `/metrics`, and what is computed from them."""

from __future__ import annotations

from typing import Final

from ..model import metric_uses, references, team_ownership
from ..model.configs import NAME_TAKEN
from ..model.errors import ApiError, Issue, invalid_body, invalid_value
from ..model.json_values import Json, Record
from ..model.metric_uses import METRICS as NAME
from ..model.project import Project
from .experiments import EXPERIMENTS
from .filters import by_list
from .kind import Create, Delete, Kind, List, Read, Update
from .metric_shapes import CREATE, OF_2026, OF_2026_IN_WAREHOUSE, UPDATE
from .pages import page
from .responses import Response, message_response, object_response
from .routes import Call, Routes
from .shapes import Day, Fields, Text

routes: Final = Routes()

MISSING: Final = "Metric not found."
USED: Final = "Metric is used by other metrics and cannot be deleted or archived."
DEFAULTS: Final = {
    "directionality": "increase",
    "description": "",
    "isPermanent": False,
    "isReadOnly": False,
    "isVerified": False,
    "isHidden": False,
    "tags": [],
}
# Fields that a type requires, although the schema does not.
REQUIRED: Final = {
    "sum": ("unitTypes", "metricEvents"),
    "mean": ("unitTypes", "metricEvents"),
    "event_count_custom": ("unitTypes", "metricEvents"),
    "ratio": ("unitTypes", "metricEvents"),
    "event_user": ("metricEvents",),
    "funnel": ("funnelCountDistinct", "funnelEventList"),
    "composite": ("unitTypes",),
    "composite_sum": ("unitTypes", "metricComponentMetrics"),
    "user_warehouse": ("warehouseNative",),
}
# A metric that is scheduled to be archived, and one that is. No response shows it.
STATE, SCHEDULED, ARCHIVED = "archiveState", "scheduled", "archived"
NOT_SHOWN: Final = (STATE, "dryRun")
SINGLE_SOURCE: Final = ("metricSourceName", "criteria", "valueColumn")


class MetricKind(Kind):
    """Metrics. The service makes the id of a metric of its name and type."""

    def records(self, call: Call) -> list[Record]:
        found = super().records(call)
        return found if call.flag("showHiddenMetrics") else [record for record in found if not record["isHidden"]]

    def create(self, call: Call, body: Record) -> Record:
        project = call.project
        self._validate_body(project, body)
        missing = [name for name in REQUIRED.get(body["type"], ()) if not body.get(name)]
        if missing and project.quirks["metric_required_fields"]:
            raise invalid_body([Issue(name, "Required") for name in missing])
        self._validate_free(project, body["name"], body["type"])
        tags = body.get("tags", [])
        given = body | {"tags": [tags] if isinstance(tags, str) else tags}
        record = self._with_values(project, self.new_record(project, {}) | given, given)
        record["id"] = metric_uses.metric_id(record)
        return record if body.get("dryRun") else self.put(project, record)

    def update(self, call: Call, before: Record, body: Record, *, is_full: bool) -> Record:
        project = call.project
        self._validate_body(project, body)
        if not project.quirks["metric_renames"]:
            body = {key: value for key, value in body.items() if key != "name"}
        if body.get("name", before["name"]) != before["name"]:
            self._validate_free(project, body["name"], before["type"])
        given = dict(body)
        if "warehouseNative" in given and not project.quirks["nested_replaced"]:
            given["warehouseNative"] = before.get("warehouseNative", {}) | given["warehouseNative"]
        if "owner" in given:
            given["owner"] = _owner(project, before, given["owner"])
        record = self._with_values(project, before | given, given)
        if not project.quirks["metric_rename_keeps_id"]:
            record["id"] = metric_uses.metric_id(record)
        return record if body.get("dryRun") else self.replace(project, self.key(before), record)

    def new_record(self, project: Project, body: Record) -> Record:
        metric = {"name": project.issuer.new_id(), "type": "event_count", **DEFAULTS, **body}
        now = {"createdTime": project.issuer.now_ms(), "owner": project.actor.owner()}
        creator = {"creatorName": project.actor.name, "creatorEmail": project.actor.email}
        return {"id": metric_uses.metric_id(metric), **now, **creator, **metric}

    def edit(self, project: Project, before: Record, change: Record) -> Record:
        if "ownerType" not in change.get("owner", {"ownerType": ""}):
            change = change | {"owner": _owner(project, before, change["owner"])}
        edited = team_ownership.assign_team(project, before | change, change)
        return edited if project.quirks["metric_rename_keeps_id"] else edited | {"id": metric_uses.metric_id(edited)}

    def validate_delete(self, project: Project, record: Record) -> None:
        if metric_uses.metrics_with(project, record):
            raise ApiError(400, USED)

    def clean_up(self, project: Project, record: Record) -> None:
        metric_uses.remove_from_scorecards(project, record)

    def present(self, call: Call, record: Record) -> Record:
        shown = team_ownership.present_team(call.project, record) | {"lineage": metric_uses.lineage(record)}
        if call.project.quirks["metrics_of_2026"]:
            shown["permalink"] = f"https://console.statsig.com/metrics/{record['id']}"
        return {key: value for key, value in shown.items() if key not in NOT_SHOWN and value is not None}

    def _validate_body(self, project: Project, body: Record) -> None:
        references.validate_references(project, body | {"tags": _as_list(body.get("tags"))})
        failing = project.quirks["sql_errors"]
        if failing and failing in str(body.get("warehouseNative", "")):
            raise invalid_value("warehouseNative", f"SQL compilation error: syntax error: unexpected '{failing}'.")

    def _validate_free(self, project: Project, name: str, type_: str) -> None:
        if metric_uses.find_metric(project, name, type_) is not None:
            raise invalid_value("name", NAME_TAKEN)

    def _with_values(self, project: Project, record: Record, given: Record) -> Record:
        """Return a metric with its team, and without the fields that its generation of the API lacks."""
        after = team_ownership.assign_team(project, record, given)
        warehouse: Record = dict(after.get("warehouseNative") or {})
        if not project.quirks["metrics_of_2026"]:
            after = {key: value for key, value in after.items() if key not in OF_2026}
            warehouse = {key: value for key, value in warehouse.items() if key not in OF_2026_IN_WAREHOUSE}
        if project.quirks["metric_sources_derived"] and warehouse.get("metricSourceName"):
            source = {key: warehouse[key] for key in SINGLE_SOURCE if key in warehouse}
            warehouse["metricSources"] = [{"criteria": [], **source}]
        after.setdefault("unitTypes", ["userID"])
        return after | {"warehouseNative": warehouse} if warehouse else after


METRICS: Final = MetricKind(
    name=NAME,
    path="/metrics",
    operations=(
        List("Metrics listed successfully.", path="/metrics/list"),
        Create(CREATE, "Metric created successfully."),
        Read("Metric read successfully."),
        Update("POST", UPDATE, "Metric updated successfully."),
        Delete("Metric deleted successfully."),
    ),
    filters={"tags": by_list("tags")},
    missing=MISSING,
)


@routes.on("GET", "/metrics/{name}/{type}")
def read_by_name(call: Call) -> Response:
    found = metric_uses.find_metric(call.project, call.params["name"], call.params["type"])
    if found is None:
        raise ApiError(404, MISSING)
    return object_response("Metric read successfully.", METRICS.present(call, found))


@routes.on("PUT", "/metrics/{id}/schedule_archive")
def schedule_archive(call: Call) -> Response:
    metric = METRICS.find(call)
    if metric_uses.metrics_with(call.project, metric):
        raise ApiError(400, USED)
    state = SCHEDULED if call.project.quirks["metric_archive_grace"] else ARCHIVED
    METRICS.put(call.project, metric | {STATE: state})
    metric_uses.remove_from_scorecards(call.project, metric)
    return message_response("Metric archive scheduled successfully for next day.")


@routes.on("PUT", "/metrics/{id}/cancel_archive")
def cancel_archive(call: Call) -> Response:
    metric = METRICS.find(call)
    if metric.get(STATE) != SCHEDULED:
        raise ApiError(call.project.quirks["metric_cancel_archive_status"], "No archive is scheduled.")
    METRICS.put(call.project, metric | {STATE: None})
    return message_response("Metric archival cancelled successfully.")


@routes.on("PUT", "/metrics/{id}/unarchive")
def unarchive(call: Call) -> Response:
    METRICS.put(call.project, METRICS.find(call) | {STATE: None})
    return message_response("Metric unarchived successfully.")


@routes.on("GET", "/metrics/{id}/experiments")
def list_experiments_of_metric(call: Call) -> Response:
    found = metric_uses.experiments_with(call.project, METRICS.find(call))
    return page(call, "Metrics listed successfully.", found, lambda record: EXPERIMENTS.present_in_list(call, record))


@routes.on("GET", "/metrics/{id}/sql")
def read_sql(call: Call) -> Response:
    metric = METRICS.find(call)
    source = metric.get("warehouseNative", {}).get("metricSourceName", "")
    rows = [{"idType": unit, "sql": f"SELECT {unit}, value FROM {source}"} for unit in metric["unitTypes"]]
    return object_response("Metric SQL read successfully.", rows)


@routes.on("POST", "/metrics/{id}/reload")
def reload_metric(call: Call) -> Response:
    """Record a reload. The service returns no id of the run, so nothing of it can be read."""
    metric = METRICS.find(call)
    key = call.project.issuer.new_id()
    reload = {"id": key, "metricID": metric["id"], "incremental": call.first("incremental")}
    call.project.put("metric_reloads", key, reload)
    return message_response("Metric data reloaded successfully.")


@routes.on("GET", "/metrics")
def read_values(call: Call) -> Response:
    query = call.read_query(Fields({"id": Text(), "date": Day()}).requiring("id", "date"))
    values = [
        {
            "value": each["value"],
            "unit_type": each["unitType"],
            "numerator": each["numerator"],
            "denominator": each["denominator"],
            "metric_name": each["metricName"],
            "metric_type": each["metricType"],
        }
        for each in _values(call.project, query["date"])
        if f"{each['metricName']}::{each['metricType']}" == query["id"]
    ]
    return page(call, "Metric read successfully.", values)


@routes.on("GET", "/metrics/values")
def list_values(call: Call) -> Response:
    shape = Fields({"date": Day(), "metricName": Text(), "metricType": Text()}).requiring("date")
    query = call.read_query(shape)
    filters = {name: query[name] for name in ("metricName", "metricType") if name in query}
    found = [each for each in _values(call.project, query["date"]) if filters.items() <= each.items()]
    return page(call, "Metric values listed successfully.", found)


def _values(project: Project, date: str) -> list[Record]:
    """Return the values of one day that a person entered in the console as `metric_values`."""
    shown = ("value", "unitType", "numerator", "denominator", "inputRows", "metricName", "metricType")
    days = (each for each in project.store["metric_values"] if each["date"] == date)
    return [
        {"numerator": None, "denominator": None, "displayName": each["metricName"]}
        | {name: each[name] for name in shown if name in each}
        for each in days
    ]


def _owner(project: Project, before: Record, given: Record) -> Record:
    """Return the owner after an update by the address or the id of a user."""
    owner: Record = dict(before["owner"])
    for user in project.store["users"]:
        if given.get("email") == user["email"] or given.get("ownerID") == user["id"]:
            name = " ".join(filter(None, (user.get("firstName"), user.get("lastName"))))
            return {"ownerID": user["id"], "ownerType": "USER", "ownerName": name, "ownerEmail": user["email"]}
    id_, email = given.get("ownerID", owner["ownerID"]), given.get("email", owner["ownerEmail"])
    return {"ownerID": id_, "ownerType": "USER", "ownerName": "", "ownerEmail": email}


def _as_list(tags: Json) -> list[str]:
    return [tags] if isinstance(tags, str) else tags or []
