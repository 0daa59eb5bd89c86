"""Further properties of experiments: all options of the analysis and of a warehouse, and values that Statsig sets."""

from __future__ import annotations

from typing import Any

Json = Any

METRICS = [
    {"name": "purchase", "type": "event_count", "direction": "increase", "hypothesizedValue": 2.5},
    {"name": "ünïcode", "type": "user"},
    {"name": "refunds", "type": "sum", "direction": "decrease", "hypothesizedValue": -0.5},
]
ANALYSIS: Json = {
    "analyticsType": "sprt",
    "bonferroniCorrectionPerMetric": True,
    "benjaminiHochbergPerVariant": True,
    "benjaminiHochbergPerMetric": True,
    "benjaminiPrimaryMetricsOnly": True,
    "fixedAnalysisDuration": 7,
    "targetExposures": 2**40,
    "defaultRollupWindow": -1,
    "defaultChanceToBeatThreshold": 0.975,
    "bayesianPriors": [{"metric": METRICS[1], "priorMean": -1e-7, "priorStdDev": 0.1 + 0.2}],
    "defaultSPRTPowerParam": 0.8,
    "defaultSPRTMDE": 5,
    "sprtBaselineMode": "manual",
    "sprtMDESettings": [
        {"metricKey": "purchase::event_count", "groupSettings": [{"groupKey": "a", "mde": 1.5, "stdDev": 2}]}
    ],
    "cureCovariates": [METRICS[1]],
    "manualQualityScores": [
        {"criteriaName": "Ünï", "status": "WARNING", "criteriaDescription": "", "score": 0.5, "weight": 10}
    ],
    "enabledNonProdEnvironments": ["staging", "development"],
    "externalEvents": [{"name": "Sale 🎉", "timestamp": 1_700_000_000_000}],
    "userBuckets": list(range(0, 1_000, 7)),
}
WAREHOUSE: Json = {
    "idType": "companyID",
    "secondaryIDType": "userID",
    "identifierMappingMode": "firstTouchOneToMany",
    "identityResolutionSource": "countries",
    "assignmentSourceName": "exposures",
    "assignmentSourceExperimentName": "the experiment",
    "assignmentSourceFilters": [
        {"column": "plan", "condition": "in", "values": ["a", "", "1"]},
        {"condition": "sql_filter", "values": ["plan <> '\"'"]},
    ],
    "isAnalysisOnly": True,
    "allocationDuration": 5,
    "cohortedAnalysisDuration": 14,
    "cohortedMetricsMatureAfterEnd": True,
    "cohortWaitUntilEndToInclude": False,
    "scheduledReloadHour": 0,
    "scheduledReloadType": "incremental",
    "scheduledReloadDays": [0, 6],
    "turboMode": True,
    "analysisEndTime": "2026-01-31T00:00:00.000Z",
    "preComputedUserDimensions": [{"propertySource": "countries", "name": "country"}, {"name": "plan"}],
    "stratifiedSampling": {
        "status": "pending",
        "metric": {"name": "m", "startDate": "2026-01-01", "endDate": "2026-01-31"},
    },
}
SERVER_VALUES: Json = {
    "isStale": True,
    "experimentType": "SWITCHBACK",
    "subtype": "retention",
    "externalExperimentName": "elsewhere",
    "holdoutIDs": ["a_holdout", "a_holdout"],
    "activeReview": {"reviewID": "r3", "reviewStatus": "pending", "description": "please"},
    "reviewSettings": {
        "requiredReview": True,
        "allowedReviewers": [{"id": "u", "name": "Ana", "email": "ana@example.com"}],
    },
    "healthCheckStatus": "WARNING",
    "healthChecks": [{"name": "Checks", "description": "", "status": "WAITING", "type": "has_checks"}],
    "inlineTargetingRulesJSON": '{"rules": []}',
    "summarySections": [{"name": "Why", "content": None}],
    "qualityScore": {"score": 0, "breakdown": []},
    "owner": {"ownerID": "p", "ownerType": "USER", "ownerName": "Åse", "ownerEmail": "ase@example.com"},
}
