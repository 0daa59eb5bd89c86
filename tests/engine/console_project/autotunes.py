"""Autotunes in each part of their life, and alerts."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

Json = Any

VARIANTS: Json = [
    {"name": "Red / Größe %", "json": {"colour": "red", "deep": [{"n": 1.5}]}, "size": 50},
    {"name": "B", "json": "blue"},
]
USUAL: Json = {
    "variants": VARIANTS,
    "successEvent": "add to cart",
    "explorationWindow": "24hr",
    "attributionWindow": "1hrs",
    "winnerThreshold": "95%",
}


def fill(emulator: Emulator) -> None:
    every = {
        "description": "line\nbreak ✓",
        "successEventValue": "v",
        "attributionWindowUnit": "day",
        "explorationWindowRate": 0.25,
        "longtermExplorationAllocation": 0.001,
        "metadataField": "price",
        "higherIsBetter": False,
        "isContextual": True,
        "metricSourceID": "orders",
        "linkedExperimentName": "not there",
        "goalRichText": "<b>more</b>",
        "optimizationParameter": "value",
        "valueColumn": "Value ✓",
        "featureList": ["country", "device type"],
        "idType": "companyID",
    }
    emulator.add("autotunes", {"name": "as few as can be", **USUAL})
    emulator.add("autotunes", {"name": "Every / property", **USUAL, **every})
    emulator.add("autotunes", {"name": "running", **USUAL, "isStarted": True})
    decided = emulator.add("autotunes", {"name": "decided", **USUAL, "isStarted": True})
    winner = {"id": decided["variants"][1]["id"], "name": "B"}
    emulator.edit("autotunes", "decided", {"winner": winner})
    overrides = {
        "overrides": [{"type": "gate", "id": "not there", "groupID": "B", "environment": "staging"}],
        "userIDOverrides": [{"groupID": "Red / Größe %", "ids": ["ana / ü", "bo"], "unitType": "companyID"}],
    }
    Client(emulator.key, emulator.url).change("POST", "autotunes/running/overrides", overrides)
    whole = {"start": 1, "end": 0, "groupBys": []}
    alert = {"message": "line\nbreak ✓", "tags": ["core metric"], "teamID": "Growth & Retention"}
    details = {"warningThreshold": 0.5, "formula": "A / B", "renotificationConditions": ["warn"]}
    emulator.add("alerts", {"name": "Few purchases / ü %", "alertThreshold": 3, **alert, **details})
    emulator.add("alerts", {"name": "muted", "activeMuteSchedules": [whole], "evaluationDelayMs": 0})
    emulator.add("alerts", {"name": "of a priority that cannot be written", "priority": "P0"})
