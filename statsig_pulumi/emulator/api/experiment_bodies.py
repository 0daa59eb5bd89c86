"""Shapes of the bodies of `/experiments`."""

from __future__ import annotations

from typing import Final

from ..model import experiment_status
from .shapes import Choice, Fields, Flag, FreeObject, Listed, Nullable, Number, OneOf, Shape, Text


def _required(**keys: Shape) -> Fields:
    return Fields(keys, frozenset(keys))


NAME = Text(least=3, most=100, pattern=r"[a-zA-Z0-9_\- ]*")
ID = Text(least=3, most=100, pattern=r"[a-zA-Z0-9_-]*")
# The specification has an exclusive minimum of 1; the API accepts 1.
DAYS = Number(least=1, whole=True)
TEXTS = Listed(Text())
METRIC = Fields(
    {"name": Text(), "type": Text(), "direction": Choice(("increase", "decrease")), "hypothesizedValue": Number()},
    frozenset({"name", "type"}),
)
METRIC_NAME = _required(name=Text(), type=Text())
GROUP = Fields(
    {
        "name": Text(),
        "id": Nullable(Text()),
        "size": Number(least=0, most=100),
        "parameterValues": FreeObject(),
        "disabled": Flag(),
        "description": Text(),
        "foreignGroupID": Text(),
        "highlighted": Flag(),
    },
    frozenset({"name", "size", "parameterValues"}),
)
LINK = Fields({"url": Text(url=True), "title": Text()}, frozenset({"url"}))
QUALITY_SCORE = _required(
    criteriaName=Text(),
    status=Choice(("PASSED", "FAILED", "WARNING")),
    criteriaDescription=Text(),
    score=Number(),
    weight=Number(),
)
CONDITIONS: Final = (
    *("in", "not_in", "=", ">", "<", ">=", "<=", "is_null", "non_null", "contains", "not_contains", "sql_filter"),
    *("starts_with", "ends_with", "after_exposure", "before_exposure", "is_true", "is_false"),
)
SOURCE_FILTER = Fields(
    {"column": Text(), "condition": Choice(CONDITIONS), "values": TEXTS},
    frozenset({"condition"}),
)
STRATIFIED_SAMPLING = Fields(
    {
        "status": Choice(("pending", "success", "error")),
        "metric": _required(name=Text(), startDate=Text(), endDate=Text()),
        "entityPropertySource": _required(propertySourceName=Text(), column=Text()),
        "csv": _required(original=Text(), identifier=Text()),
    },
    frozenset({"status"}),
)
SPRT_GROUP = Fields(
    {"groupKey": Text(), "mde": Number(), "mean": Number(), "stdDev": Number()},
    frozenset({"groupKey", "mde"}),
)
_DESIGN: Final[dict[str, Shape]] = {
    "name": NAME,
    "description": Text(most=1000),
    "idType": Text(),
    "hypothesis": Text(),
    "links": Listed(LINK),
    "groups": Listed(GROUP),
    "controlGroupID": Text(),
    "allocation": Number(least=0, most=100),
    "duration": DAYS,
    "targetExposures": DAYS,
    "targetingGateID": Nullable(Text()),
    "status": Choice(experiment_status.ALL),
    "launchedGroupID": Nullable(Text()),
    "decisionReason": Text(),
    "externalEvents": Listed(_required(name=Text(), timestamp=Number())),
    "userBuckets": Listed(Number()),
    "isSidecar": Flag(),
    "enabledNonProdEnvironments": TEXTS,
}
_PEOPLE: Final[dict[str, Shape]] = {
    "tags": TEXTS,
    "targetApps": OneOf((Text(), TEXTS)),
    "creatorID": Nullable(Text()),
    "creatorEmail": Nullable(Text()),
    "team": Nullable(Text()),
    "teamID": Nullable(Text()),
}
_ANALYSIS: Final[dict[str, Shape]] = {
    "primaryMetricTags": TEXTS,
    "secondaryMetricTags": TEXTS,
    "primaryMetrics": Listed(METRIC),
    "secondaryMetrics": Listed(METRIC),
    "otherMetrics": Listed(METRIC),
    "sequentialTesting": Flag(),
    "bonferroniCorrection": Flag(),
    "bonferroniCorrectionPerMetric": Flag(),
    "benjaminiHochbergPerVariant": Flag(),
    "benjaminiHochbergPerMetric": Flag(),
    "benjaminiPrimaryMetricsOnly": Flag(),
    "defaultConfidenceInterval": Choice(("80", "90", "95", "98", "99")),
    "manualQualityScores": Listed(QUALITY_SCORE, most=10),
    "fixedAnalysisDuration": DAYS,
    "analyticsType": Choice(("frequentist", "bayesian", "sprt")),
    "stratifiedSampling": Nullable(STRATIFIED_SAMPLING),
    "defaultRollupWindow": Number(),
    "defaultChanceToBeatThreshold": Number(),
    "bayesianPriors": Listed(_required(metric=METRIC_NAME, priorMean=Number(), priorStdDev=Number())),
    "defaultSPRTPowerParam": Number(),
    "defaultSPRTMDE": Number(),
    "sprtBaselineMode": Choice(("manual", "in_experiment_control")),
    "sprtMDESettings": Listed(_required(metricKey=Text(), groupSettings=Listed(SPRT_GROUP))),
    "cureCovariates": Listed(METRIC_NAME),
}
_WAREHOUSE: Final[dict[str, Shape]] = {
    "secondaryIDType": Nullable(Text()),
    "identifierMappingMode": Choice(("strictOneToOne", "firstTouchOneToMany", "lastTouchOneToMany")),
    "identityResolutionSource": Nullable(Text()),
    "assignmentSourceName": Text(),
    "assignmentSourceExperimentName": Text(),
    "assignmentSourceFilters": Listed(SOURCE_FILTER),
    "isAnalysisOnly": Nullable(Flag()),
    "allocationDuration": Nullable(DAYS),
    "cohortedAnalysisDuration": DAYS,
    "cohortedMetricsMatureAfterEnd": Flag(),
    "cohortWaitUntilEndToInclude": Flag(),
    "scheduledReloadHour": Nullable(Number(least=0, most=23, whole=True)),
    "scheduledReloadType": Choice(("full", "incremental")),
    "scheduledReloadDays": Nullable(Listed(Number(least=0, most=6))),
    "turboMode": Flag(),
    "analysisEndTime": Text(),
    "preComputedUserDimensions": Listed(Fields({"propertySource": Text(), "name": Text()}, frozenset({"name"}))),
}
PARTIAL_UPDATE = Fields({**_DESIGN, **_PEOPLE, **_ANALYSIS, **_WAREHOUSE})
FULL_UPDATE = PARTIAL_UPDATE.requiring(
    "description",
    "idType",
    "hypothesis",
    "groups",
    "allocation",
    "targetingGateID",
    "bonferroniCorrection",
    "defaultConfidenceInterval",
    "status",
)
# A create accepts two statuses, and is the only request that sets the layer.
CREATE = Fields(
    {**PARTIAL_UPDATE.keys, "status": Choice(("active", "setup")), "id": ID, "layerID": Text()},
    frozenset({"name"}),
)

START = Fields({"analysisStartTime": Text(), "analysisEndTime": Text(), "turboMode": Flag()})
DECISION = Fields(
    {"id": Text(), "decisionReason": Text(), "removeTargeting": Flag()},
    frozenset({"id", "decisionReason"}),
)
ABANDON = _required(decisionReason=Text())
ARCHIVE = Fields({"archiveReason": Text()})
DEFER = Fields({"stopReason": Text()})
SCHEDULE = _required(scheduledTime=Number())
RESTART = _required(name=NAME)
GROUP_NAMES = _required(group_names=TEXTS)
MAX_OVERRIDES: Final = 1000
OVERRIDE = Fields(
    {"type": Choice(("gate", "segment")), "id": Text(), "groupID": Text(), "environment": Nullable(Text())},
    frozenset({"type", "id", "groupID"}),
)
USER_OVERRIDE = Fields(
    {
        "groupID": Text(),
        "ids": Listed(Text(), most=MAX_OVERRIDES),
        "environment": Nullable(Text()),
        "unitType": Nullable(Text()),
    },
    frozenset({"groupID", "ids"}),
)
OVERRIDES = _required(overrides=Listed(OVERRIDE, most=MAX_OVERRIDES), userIDOverrides=Listed(USER_OVERRIDE))
