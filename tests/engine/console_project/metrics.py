"""Metrics of every type, qualifying events, and API keys, with odd names."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .warehouse import SQL, USUAL

Json = Any

ODD = "CPU % / user ::p95 (all).v2"
CRITERIA: Json = [
    {"type": "metadata", "column": "Plan ✓", "condition": "in", "values": ["a", "", "1", "ü 🎉"]},
    {"type": "user_custom", "column": "age", "condition": "non_null", "nullVacuousOverride": True},
]
EVENTS: Json = [{"name": "add to cart / Größe", "type": "metadata", "metadataKey": "price %", "criteria": CRITERIA}]
UNITS: Json = {"unitTypes": ["userID", "companyID"]}
CUSTOM: Json = {"rollupTimeWindow": "custom", "customRollUpStart": 0, "customRollUpEnd": 6.5}
METRICS: Json = [
    {"name": ODD, "type": "sum", **UNITS, "metricEvents": EVENTS, "tags": ["checkout", "a/b", "gone"], **CUSTOM},
    {"name": ODD, "type": "mean", **UNITS, "metricEvents": EVENTS, "directionality": "decrease"},
    {
        "name": ODD,
        "type": "event_user",
        **UNITS,
        "metricEvents": [{"name": "open", "criteria": []}],
        "team": "Checkout",
    },
    {"name": "a%2Fb", "type": "ratio", **UNITS, "metricEvents": EVENTS * 2, "description": "line\nbreak ✓"},
    {"name": " padded ", "type": "event_count_custom", **UNITS, "metricEvents": EVENTS, "isPermanent": True},
    {"name": "....", "type": "percentile", **UNITS, "metricEvents": EVENTS, "percentile": 0.999},
    {"name": "1234", "type": "undefined", **UNITS, "isReadOnly": True, "isVerified": True},
    {
        "name": "What people do",
        "type": "funnel",
        **UNITS,
        "funnelCountDistinct": "users",
        "funnelEventList": [{"name": "open", "type": "event_dau"}, {"name": ODD, "type": "event_user"}],
    },
    {
        "name": "Both of them",
        "type": "composite_sum",
        **UNITS,
        "metricComponentMetrics": [{"name": ODD, "type": "sum"}, {"name": ODD, "type": "mean"}],
    },
    {
        "name": "Of what is not there",
        "type": "composite",
        **UNITS,
        "metricComponentMetrics": [{"name": "gone", "type": "sum"}],
    },
]
# The console accepts names that the API does not, and Statsig makes metrics of types that nobody can create.
NOT_CREATABLE: Json = [
    {"name": "Größe ✓", "type": "sum", **UNITS, "metricEvents": EVENTS},
    {"name": "import", "type": "import_window"},
    {"name": "hidden one", "type": "sum", **UNITS, "metricEvents": EVENTS, "isHidden": True},
]
WAREHOUSE: Json = {
    "Orders :: %": {"aggregation": "count", "metricSourceName": "orders", "criteria": CRITERIA, "cap": 0.5},
    "Two sources": {
        "aggregation": "ratio",
        "metricSources": [{"metricSourceName": "With spaces / and slashes", "criteria": CRITERIA}],
        "denominatorMetricSourceName": "orders",
        "denominatorAggregation": "sum",
        "denominatorValueColumn": "Value ✓",
        "winsorizationHigh": 0.999,
        "metricDimensionColumns": ["country", "Plan ✓"],
    },
}
KEYS: Json = [
    {"description": "Shop, production", "type": "SERVER", "environments": ["production", "QA / ü 🎉"]},
    {"description": "Shop, production", "type": "CLIENT", "scopes": ["client_download_config_specs"]},
    {"description": "line\nbreak ✓ {x}", "type": "CONSOLE", "scopes": ["omni_read_only", "can_access_keys"]},
    {"description": "", "type": "SERVER", "status": "deactivated"},
    {"description": "twin", "type": "SERVER"},
    {"description": "twin", "type": "SERVER"},
]


def fill(emulator: Emulator) -> None:
    for metric in (*METRICS, *NOT_CREATABLE):
        emulator.add("metrics", metric)
    for name, native in WAREHOUSE.items():
        emulator.add(
            "metrics", {"name": name, "type": "user_warehouse", "unitTypes": ["userID"], "warehouseNative": native}
        )
    for name in ("Visits / EU", "100% :: ü"):
        more = {"isReadOnly": True, "tags": ["checkout"]} if "%" in name else {}
        emulator.add("qualifying_events", {"name": name, **USUAL, "sql": SQL, **more})
    apps = {app["name"]: app["id"] for app in emulator.objects("target_app")}
    of_apps = {"targetAppID": apps["Web / Mobile"], "secondaryTargetAppIDs": [apps["café"], apps["{app}"]]}
    client = Client(emulator.key, emulator.url)
    for key in (*KEYS, {"description": "of apps", "type": "SERVER", **of_apps}):
        body = {name: value for name, value in key.items() if name != "status"}
        made = client.change("POST", "keys", body)
        if "status" in key:
            client.change("PATCH", f"keys/{made['key']}/deactivate")
