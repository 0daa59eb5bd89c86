"""Shapes of the bodies of metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .shapes import Choice, Fields, Flag, Listed, Nullable, Number, OneOf, Shape, Text

TYPES: Final = (
    "ratio",
    "mean",
    "event_count_custom",
    "event_user",
    "funnel",
    "composite",
    "composite_sum",
    "sum",
    "undefined",
    "user_warehouse",
    "percentile",
)
AGGREGATION: Final = Choice(
    (
        "count",
        "sum",
        "mean",
        "daily_participation",
        "ratio",
        "funnel",
        "count_distinct",
        "percentile",
        "first_value",
        "latest_value",
        "retention",
        "max",
        "min",
        "composite",
        "",
    )
)
CONDITIONS: Final = (
    "in",
    "not_in",
    "=",
    ">",
    "<",
    ">=",
    "<=",
    "is_null",
    "non_null",
    "contains",
    "not_contains",
    "sql_filter",
    "starts_with",
    "ends_with",
    "after_exposure",
    "before_exposure",
    "is_true",
    "is_false",
)
CRITERIA: Final = Listed(
    Fields(
        {
            "type": Choice(("value", "metadata", "user", "user_custom")),
            "column": Text(),
            "condition": Choice(CONDITIONS),
            "values": Listed(Text()),
            "nullVacuousOverride": Flag(),
        }
    ).requiring("type", "condition")
)
EVENT: Final = Fields(
    {
        "name": Text(),
        "type": Nullable(Choice(("count", "count_distinct", "value", "metadata"))),
        "metadataKey": Text(),
        "criteria": CRITERIA,
    }
).requiring("name")
COMPONENT: Final = Fields({"name": Text(), "type": Text()}).requiring("name", "type")
FUNNEL_EVENT: Final = Fields(
    {"name": Text(), "type": Choice(("event_dau", "event_user", "event_count", "event_count_custom"))}
).requiring("name", "type")
WAREHOUSE_FUNNEL_EVENT: Final = Fields(
    {
        "criteria": CRITERIA,
        "metricSourceName": Text(),
        "name": Nullable(Text()),
        "sessionIdentifierField": Nullable(Text()),
    }
)
SOURCE: Final = Fields({"metricSourceName": Text(), "criteria": CRITERIA, "valueColumn": Text()})
WAREHOUSE_COMPONENT: Final = Fields(
    {
        "operator": Choice(("+", "-")),
        "aggregation": AGGREGATION,
        "metricSourceName": Text(),
        "name": Nullable(Text()),
        "criteria": CRITERIA,
        "valueColumn": Text(),
    }
).requiring("operator")
TEXTS: Final = (
    "metricSourceName",
    "denominatorMetricSourceName",
    "denominatorRollupTimeWindow",
    "denominatorValueColumn",
    "valueColumn",
    "rollupTimeWindow",
)
FLAGS: Final = (
    "waitForCohortWindow",
    "allowNullRatioDenominator",
    "funnelStrictOrdering",
    "funnelUseExposureAsFirstEvent",
    "funnelTimeToConvert",
    "onlyIncludeUsersWithConversionEvent",
    "denominatorCustomRollupMeasureInMinutes",
    "customRollupMeasureInMinutes",
    "useLogTransform",
    "useSecondaryRetentionEvent",
)
NUMBERS: Final = (
    "denominatorCustomRollupEnd",
    "denominatorCustomRollupStart",
    "funnelCalculationWindow",
    "metricBakeDays",
    "valueThreshold",
    "funnelTimestampAllowanceMs",
    "customRollUpStart",
    "customRollUpEnd",
    "percentile",
    "retentionEnd",
    "retentionLength",
    "cap",
)
WINSORIZATION: Final = (
    "winsorizationHigh",
    "winsorizationLow",
    "winsorizationHighDenominator",
    "winsorizationLowDenominator",
)
OF_2026: Final = ("percentile", "scheduledReloadHour", "scheduledReloadDays")
OF_2026_IN_WAREHOUSE: Final = ("metricSources", "metricDimensionLimits", "loadingWindow", "components")
WAREHOUSE_NATIVE: Final = Fields(
    {
        **dict.fromkeys(("aggregation", "denominatorAggregation", "numeratorAggregation"), AGGREGATION),
        **{name: Text() for name in TEXTS},
        "criteria": CRITERIA,
        "denominatorCriteria": CRITERIA,
        **{name: Flag() for name in FLAGS},
        **{name: Number() for name in NUMBERS},
        "funnelCountDistinct": Choice(("sessions", "users")),
        "funnelEvents": Listed(WAREHOUSE_FUNNEL_EVENT),
        "funnelStartCriteria": Choice(("start_event", "exposure")),
        "metricDimensionColumns": Listed(Text()),
        **{name: Number(least=0, most=1) for name in WINSORIZATION},
        **{name: Nullable(Number()) for name in ("cupedAttributionWindow", "logTransformBase", "surrogateMetricMSE")},
        "metricSources": Listed(SOURCE.requiring("metricSourceName", "criteria")),
        "metricDimensionLimits": Listed(
            Fields({"name": Text(), "limit": Number(least=0, most=100)}).requiring("name", "limit")
        ),
        "loadingWindow": Number(least=0),
        "components": Listed(WAREHOUSE_COMPONENT),
    }
)
SHARED: Final[Mapping[str, Shape]] = {
    "name": Text(),
    "description": Text(),
    "tags": Listed(Text()),
    "isVerified": Flag(),
    "isReadOnly": Flag(),
    "isPermanent": Flag(),
    "unitTypes": Listed(Text()),
    "team": Nullable(Text()),
    "teamID": Nullable(Text()),
    "directionality": Choice(("increase", "decrease")),
    "warehouseNative": WAREHOUSE_NATIVE,
    "percentile": Number(least=0.001, most=0.999),
    "dryRun": Flag(),
}
CREATE: Final = Fields(
    {
        **SHARED,
        "name": Text(least=4, most=200, pattern=r"[a-zA-Z0-9_.\-()/ %:]*"),
        "type": Choice(TYPES),
        "description": Text(most=1000),
        "tags": OneOf((Listed(Text()), Text())),
        "metricEvents": Listed(EVENT),
        "metricComponentMetrics": Listed(COMPONENT),
        "rollupTimeWindow": Text(),
        "customRollUpStart": Number(),
        "customRollUpEnd": Number(),
        "funnelEventList": Listed(FUNNEL_EVENT),
        "funnelCountDistinct": Choice(("events", "users")),
    }
).requiring("name", "type")
UPDATE: Final = Fields(
    {
        **SHARED,
        "owner": Fields({"email": Text(), "ownerID": Text()}),
        "scheduledReloadHour": Nullable(Number(least=0, most=23, whole=True)),
        "scheduledReloadDays": Nullable(Listed(Number(least=0, most=6, whole=True))),
    }
)
