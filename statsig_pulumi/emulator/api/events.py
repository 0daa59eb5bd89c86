"""Events, numbers of exposures and reports: `/events`, `/exposure_count` and `/reports`.

A person enters `logged_events` and `exposure_counts` in the console.
"""

from __future__ import annotations

from typing import Final

from ..model.json_values import Record
from ..model.project import Project
from .metrics import METRICS
from .pages import page
from .responses import Response, object_response
from .routes import Call, Routes
from .shapes import Choice, Day, Fields, Listed, Text

routes: Final = Routes()

REPORTS: Final = ("first_exposures", "pulse_daily", "topline_impact_daily")
EXPOSED: Final = ("gates", "experiments", "dynamicConfigs")
MOST_IDS: Final = 25
SHOWN: Final = ("timestamp", "name", "source", "value", "userID", "metadata")


def _events(project: Project, name: str | None = None) -> list[Record]:
    found = (each for each in project.store["logged_events"] if name in (None, each["name"]))
    return [{key: each[key] for key in SHOWN if key in each} for each in found]


@routes.on("GET", "/events")
def list_events(call: Call) -> Response:
    return page(call, "Event values listed successfully.", _events(call.project))


@routes.on("GET", "/events/{eventName}")
def list_event_values(call: Call) -> Response:
    return page(call, "Event values listed successfully.", _events(call.project, call.params["eventName"]))


@routes.on("GET", "/events/{eventName}/metrics")
def list_metrics_of_event(call: Call) -> Response:
    name = call.params["eventName"]
    parts = ("metricEvents", "funnelEventList")
    found = [
        metric
        for metric in call.project.store[METRICS.name]
        if any(event["name"] == name for part in parts for event in metric.get(part) or ())
    ]
    return page(call, "Metrics listed successfully.", found, lambda record: METRICS.present_in_list(call, record))


@routes.on("GET", "/exposure_count")
def count_exposures(call: Call) -> Response:
    """Return the numbers of the requested objects. Those without exposures have 0."""
    requested = call.read_query(Fields({kind: Listed(Text(), most=MOST_IDS) for kind in EXPOSED}))
    counted = {(each["kind"], each["objectID"]): each for each in call.project.store["exposure_counts"]}
    counts = {
        kind: [
            {"id": id_} | {name: counted.get((kind, id_), {}).get(name, 0) for name in ("pastDay", "past7Days")}
            for id_ in requested.get(kind, [])
        ]
        for kind in EXPOSED
    }
    return object_response("Exposure count fetched successfully.", counts)


@routes.on("GET", "/reports")
def read_report(call: Call) -> Response:
    query = call.read_query(Fields({"type": Choice(REPORTS), "date": Day()}).requiring("type", "date"))
    report = {"url": f"https://reports.example.com/{query['type']}/{query['date']}.csv?signature=SIGNED"}
    is_list = call.project.quirks["report_listed"]
    return object_response("Report URL generated successfully", [report] if is_list else report)
