"""Pulse loads, pulse results and cumulative exposures of an experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..model import experiment_groups, pulse_loads, pulse_results
from ..model.days import day, days_between
from ..model.errors import invalid_value, not_found
from ..model.json_values import Json, Record
from ..model.pulse_results import Comparison
from . import pulse
from .experiments import EXPERIMENTS
from .pulse import ResultQuery
from .responses import Response, message_response, object_response
from .routes import Call, Routes

routes: Final = Routes()

METRIC_LISTS: Final = ("primaryMetrics", "secondaryMetrics", "otherMetrics")


def _owner(experiment: Record) -> dict[str, str]:
    return {"kind": EXPERIMENTS.name, "id": experiment["id"]}


def _load_query(call: Call) -> Record:
    """Return the fields of a load that the query has. They may be in the body instead."""
    flags: dict[str | None, Json] = {"true": True, "false": False}
    given: Record = {key: call.first(key) for key in ("refresh", "ruleId") if call.first(key) is not None}
    if call.first("turboMode") is not None:
        given["turboMode"] = flags.get(call.first("turboMode"), call.first("turboMode"))
    if call.every("metricIDs"):
        given["metricIDs"] = call.every("metricIDs")
    return given


@routes.on("POST", "/experiments/{id}/load_pulse")
def load_pulse(call: Call) -> Response:
    experiment = EXPERIMENTS.find(call)
    if call.body is None or isinstance(call.body, dict):
        call = replace(call, body={**_load_query(call), **(call.body or {})})
    start_ms = experiment["startTime"] or experiment["createdTime"]
    pulse_loads.start_load(call.project, _owner(experiment), start_ms, call.read(pulse.LOAD))
    return message_response("Experiment is loading.")


@routes.on("GET", "/experiments/{id}/pulse_load_history")
def list_loads(call: Call) -> Response:
    return pulse.load_history(call, _owner(EXPERIMENTS.find(call)))


def _find_load(call: Call) -> Record:
    loads = pulse_loads.poll_loads(call.project, _owner(EXPERIMENTS.find(call)))
    found = next((load for load in loads if load["dagID"] == call.params["dagID"]), None)
    if found is None:
        raise not_found("Pulse load not found.")
    return found


@routes.on("GET", "/experiments/{id}/pulse_load_history/{dagID}")
def read_load(call: Call) -> Response:
    """Return the one job of a load. There is no warehouse that would run several."""
    load = _find_load(call)
    job = {
        "jobType": "metrics",
        "jobIDs": [load["dagID"]],
        "startTime": load["createdTime"],
        "endTime": load.get("finishedTime"),
        "sql": "SELECT 1",
        "metricSourceName": "orders",
        "rollup": "cumulative",
    }
    return object_response("Pulse load read successfully.", {"dagID": load["dagID"], "jobs": [job]})


@routes.on("POST", "/experiments/{id}/pulse_load_history/{dagID}/cancel")
def cancel_load(call: Call) -> Response:
    pulse_loads.cancel_load(call.project, _find_load(call))
    return message_response("Pulse load cancelled successfully.")


def _dates(call: Call, experiment: Record) -> list[str]:
    """Return the days from the start of an experiment to its end or today.

    There are none before the start.
    """
    if not experiment["startTime"]:
        return []
    last = experiment["endTime"] or call.project.issuer.now_ms()
    return [date.isoformat() for date in days_between(day(experiment["startTime"]), day(last))]


def _exposures(experiment: Record, group: Record, days: int) -> list[int]:
    share = group["size"] * experiment["allocation"] / 100
    return pulse_results.exposures(f"{experiment['id']}/{group['id']}", share, days)


@routes.on("GET", "/experiments/{id}/cumulative_exposures")
def read_exposures(call: Call) -> Response:
    experiment = EXPERIMENTS.find(call)
    dates = _dates(call, experiment)
    data = []
    for group in experiment["groups"]:
        counts = zip(dates, _exposures(experiment, group, len(dates)), strict=True)
        results = [{"date": date, "exposures": count} for date, count in counts]
        data.append({"groupID": group["id"], "groupName": group["name"], "results": results})
    return object_response("Successfully loaded Cumulative Exposures", data)


@routes.on("GET", "/experiments/{id}/pulse_results")
def read_results(call: Call) -> Response:
    """Return the comparison of two groups."""
    experiment, query = EXPERIMENTS.find(call), pulse.read_result_query(call, "control", "test")
    control, test = (_find_group(experiment, call, name) for name in ("control", "test"))
    dates = _dates(call, experiment)
    ds = query.date or (dates[-1] if dates else day(call.project.issuer.now_ms()))
    past = [date for date in dates if date <= ds]
    # Results exist from the first day on, although cumulative exposures are 0 on that day.
    control_units, test_units = (
        _exposures(experiment, group, len(past) + 1)[-1] if past else 0 for group in (control, test)
    )
    comparison = Comparison(
        f"{experiment['id']}/{control['id']}/{test['id']}",
        control_units,
        test_units,
        confidence=query.numbers.get("confidence", float(experiment["defaultConfidenceInterval"])),
        cuped="cuped" in query.flags,
        sequential=bool(experiment.get("sequentialTesting")),
    )
    data = {"ds": ds, **_results_by_list(experiment, comparison, query)}
    return object_response("Successfully loaded Pulse Results", data)


def _find_group(experiment: Record, call: Call, name: str) -> Record:
    found = experiment_groups.find_group(experiment, call.first(name))
    if found is None:
        raise invalid_value(name, f"Group with ID {call.first(name)} does not exist")
    return found


def _results_by_list(experiment: Record, comparison: Comparison, query: ResultQuery) -> Record:
    return {
        key: comparison.results(experiment[key], _comparisons(experiment, key, query))
        for key in METRIC_LISTS
        if key in experiment
    }


def _comparisons(experiment: Record, key: str, query: ResultQuery) -> float:
    """Return the number of comparisons for Bonferroni's correction, which does not apply to other metrics."""
    count = 1.0
    if key == "otherMetrics":
        return count
    if "applyBonferroniPerVariant" in query.flags:
        count *= max(len(experiment["groups"]) - 1, 1)
    if "applyBonferroniPerMetric" in query.flags:
        weight = query.numbers.get("bonferroniPrimaryMetricWeight")
        if weight is None:
            return count * (len(experiment["primaryMetrics"]) + len(experiment["secondaryMetrics"]))
        count *= len(experiment[key]) / (weight if key == "primaryMetrics" else 1 - weight)
    return count
