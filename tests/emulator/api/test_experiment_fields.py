"""Fields of experiments: validation, and fields that are read in another form."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, rule

PATH = "/experiments/an_experiment"


def test_every_writable_field_is_read_back(api: Api) -> None:
    fields: dict[str, Any] = {
        "secondaryIDType": "companyID",
        "identifierMappingMode": "firstTouchOneToMany",
        "identityResolutionSource": None,
        "links": [{"url": "https://example.com/doc", "title": "Doc"}],
        "primaryMetrics": [{"name": "m", "type": "user", "direction": "decrease", "hypothesizedValue": -1.5}],
        "otherMetrics": [{"name": "n", "type": "sum"}],
        "targetExposures": 1000,
        "sequentialTesting": True,
        "benjaminiHochbergPerMetric": True,
        "manualQualityScores": [
            {"criteriaName": "c", "status": "PASSED", "criteriaDescription": "d", "score": 1, "weight": 0.5}
        ],
        "assignmentSourceName": "source",
        "assignmentSourceFilters": [{"column": "c", "condition": "not_in", "values": ["x"]}],
        "isAnalysisOnly": False,
        "allocationDuration": None,
        "fixedAnalysisDuration": 7,
        "scheduledReloadHour": 23,
        "scheduledReloadType": "incremental",
        "scheduledReloadDays": [0, 6],
        "analyticsType": "sprt",
        "stratifiedSampling": {"status": "success", "metric": {"name": "m", "startDate": "a", "endDate": "b"}},
        "externalEvents": [{"name": "launch", "timestamp": 1_700_000_000_000}],
        "userBuckets": [1, 2],
        "defaultRollupWindow": -1,
        "defaultChanceToBeatThreshold": 0.9,
        "bayesianPriors": [{"metric": {"name": "m", "type": "user"}, "priorMean": 0, "priorStdDev": 1}],
        "turboMode": True,
        "defaultSPRTPowerParam": 80,
        "defaultSPRTMDE": 2,
        "sprtBaselineMode": "in_experiment_control",
        "sprtMDESettings": [{"metricKey": "m", "groupSettings": [{"groupKey": "g", "mde": 1, "stdDev": 2}]}],
        "preComputedUserDimensions": [{"name": "country"}],
        "cureCovariates": [{"name": "m", "type": "user"}],
        "enabledNonProdEnvironments": ["staging"],
    }

    created = api.experiment(**fields)
    assert {key: created[key] for key in fields} == fields
    assert api.data("GET", PATH) == created


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"name": "Required"}),
        ({"id": "an_id"}, {"name": "Required"}),
        ({"name": "ab"}, {"name": "String must contain at least 3 character(s)"}),
        ({"name": "with.dot"}, {"name": "Invalid"}),
        ({"id": "with.dot", "name": "abc"}, {"id": "Invalid"}),
        ({"name": "abc", "duration": 1.5}, {"duration": "Expected integer, received float"}),
        ({"name": "abc", "duration": 0}, {"duration": "Number must be greater than or equal to 1"}),
        ({"name": "abc", "allocation": 101}, {"allocation": "Number must be less than or equal to 100"}),
        ({"name": "abc", "links": [{"url": "nowhere"}]}, {"links.0.url": "Invalid url"}),
        ({"name": "abc", "links": [{"title": "t"}]}, {"links.0.url": "Required"}),
        (
            {"name": "abc", "groups": [{"size": 120}]},
            {
                "groups.0.name": "Required",
                "groups.0.parameterValues": "Required",
                "groups.0.size": "Number must be less than or equal to 100",
            },
        ),
        ({"name": "abc", "primaryMetrics": [{"name": "m"}]}, {"primaryMetrics.0.type": "Required"}),
        (
            {"name": "abc", "scheduledReloadHour": 24},
            {"scheduledReloadHour": "Number must be less than or equal to 23"},
        ),
        ({"name": "abc", "defaultRollupWindow": "7"}, {"defaultRollupWindow": "Expected number, received string"}),
        (
            {"name": "abc", "bayesianPriors": [{}]},
            dict.fromkeys(
                ("bayesianPriors.0.metric", "bayesianPriors.0.priorMean", "bayesianPriors.0.priorStdDev"), "Required"
            ),
        ),
        (
            {"name": "abc", "defaultConfidenceInterval": 95},
            {"defaultConfidenceInterval": "Expected '80' | '90' | '95' | '98' | '99', received number"},
        ),
        (
            {"name": "abc", "status": "decision_made"},
            {"status": "Invalid enum value. Expected 'active' | 'setup', received 'decision_made'"},
        ),
        ({"name": "abc", "controlGroupID": "x"}, {"controlGroupID": "Group with ID x does not exist"}),
    ],
)
def test_an_invalid_experiment_is_an_error(api: Api, emulator: Emulator, body: Any, expected: dict[str, str]) -> None:
    assert expected == api.errors("POST", "/experiments", body)
    assert emulator.objects("experiments") == []


def test_metric_tags_are_never_read_back(api: Api) -> None:
    api.experiment(primaryMetricTags=["★ Core"])

    after = api.data("PATCH", PATH, {"secondaryMetricTags": ["a"]})
    assert (after["primaryMetricTags"], after["secondaryMetricTags"]) == ([], [])


def test_a_metric_tag_adds_its_metrics(api: Api, emulator: Emulator) -> None:
    for name, tags in (("purchase", ["core", "shop"]), ("refund", ["shop"]), ("visit", [])):
        emulator.add("metrics", {"name": name, "type": "event_count", "tags": tags})
    kept = {"name": "purchase", "type": "event_count", "direction": "decrease"}
    refund = {"name": "refund", "type": "event_count"}

    api.experiment(primaryMetrics=[kept], primaryMetricTags=["shop"], secondaryMetricTags=["core"])
    after = api.data("PATCH", PATH, {"description": "d"})
    assert after["primaryMetrics"] == [kept, refund]
    assert after["secondaryMetrics"] == [{"name": "purchase", "type": "event_count"}]
    edited = emulator.edit("experiments", "an_experiment", {"secondaryMetricTags": ["shop"]})
    assert [metric["name"] for metric in edited["secondaryMetrics"]] == ["purchase", "refund"]
    assert edited["secondaryMetricTags"] == []


def test_inline_targeting_cannot_be_written(api: Api) -> None:
    api.on_purpose.append("'inlineTargetingRules' is not in the specification")

    assert "inlineTargetingRules" not in api.experiment(inlineTargetingRules=[rule()])


def test_a_missing_targeting_gate_is_read_as_an_empty_text(api: Api) -> None:
    assert api.experiment(targetingGateID=None)["targetingGateID"] == ""
    assert api.data("PATCH", PATH, {"targetingGateID": "a_gate"})["targetingGateID"] == "a_gate"
    assert api.data("PATCH", PATH, {"targetingGateID": None})["targetingGateID"] == ""


def test_isanalysisonly_is_omitted_after_a_null(api: Api) -> None:
    api.experiment(isAnalysisOnly=True)

    assert "isAnalysisOnly" not in api.data("PATCH", PATH, {"isAnalysisOnly": None})


def test_team_defaults_apply_to_a_new_experiment(api: Api, emulator: Emulator) -> None:
    metric, other = {"name": "m", "type": "user"}, {"name": "n", "type": "user"}
    team = emulator.add(
        "teams",
        {
            "name": "Checkout",
            "defaultTargetApplications": ["ios"],
            "defaultExperimentPrimaryMetrics": [metric],
            "defaultExperimentSecondaryMetrics": [other],
            "defaultHoldoutID": "a_holdout",
            "requireReviews": True,
        },
    )

    filled = api.experiment("filled", team="Checkout")
    assert (filled["team"], filled["teamID"]) == ("Checkout", team["id"])
    assert (filled["primaryMetrics"], filled["secondaryMetrics"]) == ([metric], [other])
    assert (filled["targetApps"], filled["holdoutIDs"]) == (["ios"], ["a_holdout"])
    assert filled["reviewSettings"]["requiredReview"] is True
    declared = api.experiment("declared", teamID=team["id"], primaryMetrics=[other])
    assert (declared["primaryMetrics"], declared["secondaryMetrics"]) == ([other], [other])
    assert api.data("PATCH", "/experiments/declared", {"team": None})["teamID"] is None


def test_holdouts_may_be_listed_twice(api: Api, emulator: Emulator) -> None:
    api.experiment()
    emulator.edit("experiments", "an_experiment", {"holdoutIDs": ["h", "h"]})

    assert api.data("PATCH", PATH, {"description": "d"})["holdoutIDs"] == ["h", "h"]


def test_unknown_gates_and_layers_are_errors_only_by_quirk(api: Api, emulator: Emulator) -> None:
    assert api.experiment("accepted", targetingGateID="none", layerID="none")["targetingGateID"] == "none"

    emulator.quirk(unknown_references="reject")
    response = api("POST", "/experiments", {"name": "one", "targetingGateID": "none"})
    assert (response.status_code, response.json()["message"]) == (404, "Gates with IDs [none] do not exist")
    assert api("POST", "/experiments", {"name": "one", "layerID": "none"}).status_code == 404
    assert api("POST", "/experiments", {"name": "one", "targetingGateID": None}).status_code == 201
