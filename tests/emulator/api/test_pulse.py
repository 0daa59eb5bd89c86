"""Loads and results of experiments and gates."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, group, rule

PATH = "/experiments/an_experiment"
METRICS = [{"name": "orders", "type": "sum"}, {"name": "errors", "type": "count", "direction": "decrease"}]
DAY_MS = 86_400_000


def results(api: Api, query: str = "") -> Any:
    control, test = (each["id"] for each in api.data("GET", PATH)["groups"][:2])
    return api.data("GET", f"{PATH}/pulse_results?control={control}&test={test}{query}")


def started(api: Api, days: int = 3, **fields: Any) -> Any:
    """Return an experiment that started some days ago."""
    made = api.experiment(**{"status": "active", "primaryMetrics": METRICS, **fields})
    api.emulator.edit("experiments", "an_experiment", {"startTime": made["startTime"] - days * DAY_MS})
    return made


def test_a_load_finishes_at_once_and_is_listed(api: Api) -> None:
    api.experiment()

    response = api("POST", f"{PATH}/load_pulse", {"refresh": "incremental", "turboMode": True})
    assert (response.status_code, response.json()) == (200, {"message": "Experiment is loading."})
    (load,) = api.data("GET", f"{PATH}/pulse_load_history")
    assert (load["reloadType"], load["turboMode"], load["finishedState"]) == ("incremental", True, "success")
    assert (load["creatorName"], len(load["dagID"])) == ("CONSOLE API", 22)
    assert load["finishedTime"] >= load["createdTime"]
    assert load["startDs"] <= load["endDs"]


def test_a_load_can_be_described_in_the_query(api: Api) -> None:
    api.experiment()
    api("POST", f"{PATH}/load_pulse?refresh=metric&metricIDs=a&metricIDs=b&turboMode=true", {})
    api("POST", f"{PATH}/load_pulse?refresh=metric", {"refresh": "full"})

    loads = api.data("GET", f"{PATH}/pulse_load_history")
    assert [(load["reloadType"], load["turboMode"]) for load in loads] == [("metric", True), ("full", False)]
    expected = {"refresh": "Invalid enum value. Expected 'full' | 'incremental' | 'metric', received 'all'"}
    assert api.errors("POST", f"{PATH}/load_pulse?refresh=all", {}) == expected
    assert list(api.errors("POST", f"{PATH}/load_pulse?turboMode=maybe", {})) == ["turboMode"]


def test_an_experiments_load_can_take_several_reads(api: Api, emulator: Emulator) -> None:
    emulator.quirk(pulse_load_polls=2)
    api.experiment()
    api("POST", f"{PATH}/load_pulse", {})

    seen = [api.data("GET", f"{PATH}/pulse_load_history")[0].get("finishedState") for _ in range(4)]
    assert seen == [None, None, "success", "success"]


def test_loads_are_deleted_with_their_experiment_or_gate(api: Api) -> None:
    api.experiment()
    api("POST", f"{PATH}/load_pulse", {})
    api("DELETE", PATH)
    api.experiment()

    assert api.data("GET", f"{PATH}/pulse_load_history") == []


def test_a_gates_load_can_take_several_reads(api: Api, emulator: Emulator) -> None:
    emulator.quirk(pulse_load_polls=1)
    (made,) = api.gate(rules=[rule("r", 50)])["rules"]
    api("POST", "/gates/a_gate/load_pulse", {"ruleId": made["id"]})

    history = f"/gates/a_gate/rules/{made['baseID']}/pulse_load_history"
    assert ["finishedTime" in api.data("GET", history)[0] for _ in range(2)] == [False, True]


def test_results_have_the_numbers_of_each_metric(api: Api) -> None:
    started(api, secondaryMetrics=METRICS[:1], otherMetrics=METRICS[1:])

    found = results(api)
    assert [result["metricID"] for result in found["primaryMetrics"]] == ["orders::sum", "errors::count"]
    assert [result["directionality"] for result in found["primaryMetrics"]] == ["increase", "decrease"]
    assert found["secondaryMetrics"] == found["primaryMetrics"][:1]
    assert found["otherMetrics"] == found["primaryMetrics"][1:]
    orders = found["primaryMetrics"][0]
    assert orders["absoluteChange"] == pytest.approx(orders["testMean"] - orders["controlMean"])
    assert orders["percentChange"] == pytest.approx(100 * orders["absoluteChange"] / orders["controlMean"])
    assert 0 <= orders["pValue"] <= 1
    # A change is significant at 95 % if and only if its interval does not contain zero.
    assert (orders["pValue"] < 0.05) == (abs(orders["absoluteChange"]) > orders["confidenceIntervalDelta"])
    assert "sequentialTestingConfidenceIntervalDelta" not in orders


def test_results_are_the_same_in_each_response(api: Api) -> None:
    started(api)

    assert results(api) == results(api)
    control, test = (each["id"] for each in api.data("GET", PATH)["groups"])
    assert api.data("GET", f"{PATH}/pulse_results?control={test}&test={control}") != results(api)


def test_the_query_sets_the_confidence_of_results(api: Api) -> None:
    started(api, groups=[group("A", 30), group("B", 30), group("C", 40)], secondaryMetrics=METRICS[:1])

    def delta(query: str = "", key: str = "primaryMetrics") -> float:
        return float(results(api, query)[key][0]["confidenceIntervalDelta"])

    assert delta("&confidence=95") == delta()
    assert delta("&confidence=80") < delta() < delta("&confidence=99")
    assert delta("&cuped=true") < delta("&cuped=false") == delta()
    assert delta("&applyBonferroniPerVariant=true") > delta()
    assert delta("&applyBonferroniPerMetric=true") > delta()
    weighted = "&applyBonferroniPerMetric=true&bonferroniPrimaryMetricWeight=0.9"
    assert delta(weighted) < delta(weighted, "secondaryMetrics")


def test_the_experiment_sets_the_confidence_if_the_query_omits_it(api: Api) -> None:
    started(api, sequentialTesting=True, defaultConfidenceInterval="80")

    (orders, _) = results(api)["primaryMetrics"]
    assert orders["sequentialTestingConfidenceIntervalDelta"] > orders["confidenceIntervalDelta"]
    assert results(api, "&confidence=80") == results(api)


def test_results_have_no_numbers_before_the_first_exposure(api: Api) -> None:
    api.experiment(primaryMetrics=METRICS)
    bare = [
        {"metricID": "orders::sum", "metricName": "orders", "directionality": "increase"},
        {"metricID": "errors::count", "metricName": "errors", "directionality": "decrease"},
    ]

    assert results(api)["primaryMetrics"] == bare
    api("PUT", f"{PATH}/start", {})
    assert "testMean" in results(api)["primaryMetrics"][0]
    early = results(api, "&date=2020-01-01")
    assert (early["ds"], early["primaryMetrics"]) == ("2020-01-01", bare)
    api.data("PATCH", PATH, {"allocation": 0})
    assert results(api)["primaryMetrics"] == bare


def test_an_invalid_query_of_results_is_an_error(api: Api) -> None:
    groups = api.experiment()["groups"]
    path = f"{PATH}/pulse_results"

    assert api.errors("GET", path) == {"control": "Required", "test": "Required"}
    known = f"control={groups[0]['id']}&test={groups[1]['id']}"
    assert api.errors("GET", f"{path}?{known}&cuped=maybe&confidence=100&date=today") == {
        "cuped": "Invalid",
        "confidence": "Invalid",
        "date": "Invalid",
    }
    assert api.errors("GET", f"{path}?{known}&confidence=high") == {"confidence": "Invalid"}
    errors = api.errors("GET", f"{path}?control={groups[0]['id']}&test=none")
    assert errors == {"test": "Group with ID none does not exist"}


def test_exposures_start_at_zero_and_grow_by_group_and_day(api: Api) -> None:
    experiment = started(api, days=5, groups=[group("Small", 10), group("Large", 90)])

    small, large = api.data("GET", f"{PATH}/cumulative_exposures")
    assert [(each["groupID"], each["groupName"]) for each in (small, large)] == [
        (each["id"], each["name"]) for each in experiment["groups"]
    ]
    counts = [day["exposures"] for day in small["results"]]
    assert (counts[0], counts, len(set(counts)) == len(counts) >= 6) == (0, sorted(counts), True)
    assert [day["date"] for day in small["results"]] == sorted({day["date"] for day in large["results"]})
    assert small["results"][-1]["exposures"] < large["results"][-1]["exposures"]


def test_an_experiment_that_has_not_started_has_no_exposures(api: Api) -> None:
    api.experiment()

    assert [each["results"] for each in api.data("GET", f"{PATH}/cumulative_exposures")] == [[], []]


def test_a_gates_rule_has_results_if_some_pass_and_some_fail(api: Api) -> None:
    metrics = [{"name": "orders", "type": "sum"}]
    half, everyone = api.gate(rules=[rule("half", 50), rule("everyone", 100)], monitoringMetrics=metrics)["rules"]

    path = "/gates/a_gate/rules/{}/pulse_results"
    first = api.data("GET", path.format(half["id"]))
    (orders,) = first["monitoringMetrics"]
    assert (orders["metricID"], orders["testUnits"] > 0) == ("orders::sum", True)
    assert first == api.data("GET", path.format(half["baseID"]) + "?confidence=95")
    (sure,) = api.data("GET", path.format(half["id"]) + "?confidence=80&cuped=true")["monitoringMetrics"]
    assert sure["confidenceIntervalDelta"] < orders["confidenceIntervalDelta"]
    (bare,) = api.data("GET", path.format(everyone["id"]))["monitoringMetrics"]
    assert sorted(bare) == ["directionality", "metricID", "metricName"]
    assert list(api.errors("GET", path.format("none"))) == ["ruleId"]
