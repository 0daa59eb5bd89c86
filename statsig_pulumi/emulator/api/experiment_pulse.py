"""Results of an experiment: loads and their history, `pulse_results`, `cumulative_exposures`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..model import experiment_groups, pulse_loads, pulse_results
from ..model.issuer import day
from ..model.pulse_results import Comparison, Question
from .experiments import EXPERIMENT
from .responses import Answer, Json, Record, message_only, refused, single
from .routes import Call, Routes

routes: Final = Routes()

METRIC_LISTS: Final = ("primaryMetrics", "secondaryMetrics", "otherMetrics")


def _owner(experiment: Record) -> dict[str, str]:
    return {"kind": "experiments", "id": experiment["id"]}


def _query(call: Call) -> Record:
    """The fields of a load may also stand in the query, as texts."""
    flags: dict[str | None, Json] = {"true": True, "false": False}
    given: Record = {key: call.first(key) for key in ("refresh", "ruleId") if call.first(key) is not None}
    if call.first("turboMode") is not None:
        given["turboMode"] = flags.get(call.first("turboMode"), call.first("turboMode"))
    if call.every("metricIDs"):
        given["metricIDs"] = call.every("metricIDs")
    return given


@routes.on("POST", "/experiments/{id}/load_pulse")
def load_pulse(call: Call) -> Answer:
    experiment = EXPERIMENT.find(call)
    if call.body is None or isinstance(call.body, dict):
        call = replace(call, body={**_query(call), **(call.body or {})})
    began = experiment["startTime"] or experiment["createdTime"]
    pulse_loads.start(call.project, _owner(experiment), began, call.read(pulse_loads.LOAD))
    return message_only("Experiment is loading.")


@routes.on("GET", "/experiments/{id}/pulse_load_history")
def list_loads(call: Call) -> Answer:
    return pulse_loads.history(call, _owner(EXPERIMENT.find(call)))


def _dates(call: Call, experiment: Record) -> list[str]:
    """The days from its start to its end or today; none before it started."""
    if not experiment["startTime"]:
        return []
    last = experiment["endTime"] or call.project.issuer.now_ms()
    return pulse_results.dates(day(experiment["startTime"]), day(last))


def _exposures(experiment: Record, group: Record, days: int) -> list[int]:
    share = group["size"] * experiment["allocation"] / 100
    return pulse_results.exposures(f"{experiment['id']}/{group['id']}", share, days)


@routes.on("GET", "/experiments/{id}/cumulative_exposures")
def read_exposures(call: Call) -> Answer:
    experiment = EXPERIMENT.find(call)
    dates = _dates(call, experiment)
    data = []
    for group in experiment["groups"]:
        counts = zip(dates, _exposures(experiment, group, len(dates)), strict=True)
        results = [{"date": date, "exposures": count} for date, count in counts]
        data.append({"groupID": group["id"], "groupName": group["name"], "results": results})
    return single("Successfully loaded Cumulative Exposures", data)


@routes.on("GET", "/experiments/{id}/pulse_results")
def read_results(call: Call) -> Answer:
    experiment, question = EXPERIMENT.find(call), pulse_results.asked(call, "control", "test")
    control, test = (_group(experiment, call, name) for name in ("control", "test"))
    dates = _dates(call, experiment)
    ds = question.date or (dates[-1] if dates else day(call.project.issuer.now_ms()))
    # There are numbers from the first day on.
    past = [date for date in dates if date <= ds]
    control_units, test_units = (
        _exposures(experiment, group, len(past) + 1)[-1] if past else 0 for group in (control, test)
    )
    comparison = Comparison(
        f"{experiment['id']}/{control['id']}/{test['id']}",
        control_units,
        test_units,
        confidence=question.numbers.get("confidence", float(experiment["defaultConfidenceInterval"])),
        cuped="cuped" in question.flags,
        sequential=bool(experiment.get("sequentialTesting")),
    )
    return single("Successfully loaded Pulse Results", {"ds": ds, **_by_list(experiment, comparison, question)})


def _group(experiment: Record, call: Call, name: str) -> Record:
    found = experiment_groups.find(experiment, call.first(name))
    if found is None:
        raise refused(name, f"Group with ID {call.first(name)} does not exist")
    return found


def _by_list(experiment: Record, comparison: Comparison, question: Question) -> Record:
    return {
        key: comparison.results(experiment[key], _comparisons(experiment, key, question))
        for key in METRIC_LISTS
        if key in experiment
    }


def _comparisons(experiment: Record, key: str, question: Question) -> float:
    """Over how many comparisons Bonferroni spreads the error; other metrics are not corrected."""
    count = 1.0
    if key == "otherMetrics":
        return count
    if "applyBonferroniPerVariant" in question.flags:
        count *= max(len(experiment["groups"]) - 1, 1)
    if "applyBonferroniPerMetric" in question.flags:
        weight = question.numbers.get("bonferroniPrimaryMetricWeight")
        if weight is None:
            return count * (len(experiment["primaryMetrics"]) + len(experiment["secondaryMetrics"]))
        count *= len(experiment[key]) / (weight if key == "primaryMetrics" else 1 - weight)
    return count
