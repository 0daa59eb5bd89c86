"""Experiments of every status, with groups, metrics, decisions, layers and overrides."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .options import ANALYSIS, METRICS, SERVER_VALUES, WAREHOUSE
from .values import DEEP

Json = Any


def groups(*names: str, **more: Json) -> list[Json]:
    """Return groups of equal sizes, with ids as Statsig generates them."""
    size = round(100 / len(names), 1)
    return [
        {"name": name, "id": f"g{number}{name}", "size": size, "parameterValues": {"n": number}, **more}
        for number, name in enumerate(names)
    ]


def group(name: str, size: float, values: Json, **more: Json) -> Json:
    return {"name": name, "id": f"g{name}", "size": size, "parameterValues": values, **more}


DECIDED = {"startTime": 1_700_000_000_000, "endTime": 1_700_900_000_000, "decisionTime": 1_700_900_000_000}
STATES: dict[str, Json] = {
    "In setup": {},
    "Active": {"status": "active", "startTime": 1_700_000_000_000},
    "Shipped": {
        "status": "decision_made",
        "groups": groups("Control", "Test"),
        "launchedGroupID": "g1Test",
        "decisionReason": "It sells more — “clearly”",
        **DECIDED,
    },
    "Abandoned": {"status": "abandoned", "decisionReason": "No time\nfor it", **DECIDED},
    "Archived experiment": {"status": "archived"},
    "Archived after the decision": {
        "status": "archived",
        "groups": groups("A", "B"),
        "launchedGroupID": "g0A",
        "decisionReason": "A it is",
        **DECIDED,
    },
    "Assignment stopped": {"status": "assignment_stopped", "startTime": 1_700_000_000_000},
    "Decided without a reason": {
        "status": "decision_made",
        "groups": groups("A", "B"),
        "controlGroupID": "g1B",
        "launchedGroupID": "g1B",
        "decisionReason": "",
        **DECIDED,
    },
    "Archived while active": {"status": "archived", "startTime": 1_700_000_000_000},
    "Archived after it was abandoned": {"status": "archived", "decisionReason": "null", **DECIDED},
    "Stopped": {"status": "experiment_stopped", "startTime": 1_700_000_000_000},
    "Three groups": {"groups": groups("One", "Two words", "3"), "controlGroupID": "g1Two words"},
    "Thirds of 100": {"groups": [group(name, 100 / 3, {}) for name in ("a", "b", "c")]},
    "One group that has all": {"groups": [group("Only", 100, {})]},
    "Groups with odd values": {
        "groups": [
            group("Ünï 🚀 ${x}", 12.0, DEEP, description="line\nbreak", highlighted=True),
            group('"quoted"', 0.1 + 0.2, {"text": "true", "flag": True, "none": ""}, foreignGroupID="f-1"),
            group("{}", 87.7, {"camelCase": 1, "snake_case": 1.0, "with.dots": -0.5}, disabled=True),
        ],
        "controlGroupID": "g{}",
    },
    "One disabled": {"groups": [groups("On", "Off")[0], groups("On", "Off", disabled=True)[1]]},
    "Targeted": {"targetingGateID": "chain_05", "allocation": 12.3, "duration": 10},
    "Targeted by nothing": {"targetingGateID": ""},
    "Targeted by what is gone": {"targetingGateID": "a_gate_that_is_gone", "layerID": "a_layer_that_is_gone"},
    "In a layer": {"layerID": "a_layer", "allocation": 0},
    "Uses a parameter of its layer": {"layerID": "a_layer", "groups": [group("A", 100, {"test!!!": "b"})]},
    "Measured": {"primaryMetrics": METRICS, "secondaryMetrics": METRICS[1:], "hypothesis": "More\n“sales”"},
    "Of a team with presets": {"team": "Checkout", "status": "active", "startTime": 1_700_000_000_000},
    "Of a team with metrics": {"team": "O'Brien's \"team\"", "otherMetrics": METRICS},
    "Of metric tags": {"secondaryMetricTags": ["core metric"]},
    "Of what is not there": {"team": "Gone team", "tags": ["gone"], "targetApps": ["Gone app"]},
    "Of a team in apps": {"team": "Checkout", "tags": ["checkout"], "targetApps": ["Web"]},
    "Careful": {
        "bonferroniCorrection": True,
        "defaultConfidenceInterval": "99",
        "sequentialTesting": True,
        "links": [{"url": "https://example.com/a?b=c#d", "title": "Ünïcode"}],
        "analyticsType": "bayesian",
    },
    "Every option of the analysis": ANALYSIS,
    "Every option of a warehouse": WAREHOUSE,
    "What the server found": SERVER_VALUES,
}

PARAMETERS: Json = [{"name": "test!!!", "type": "string", "defaultValue": "", "description": "“quoted”"}]
TYPES: Json = [
    {"name": "number", "type": "number", "defaultValue": 0.5},
    {"name": "boolean", "type": "boolean", "defaultValue": False},
    {"name": "object", "type": "object", "defaultValue": DEEP, "schema": '{"type": "object"}'},
    {"name": "array", "type": "array", "defaultValue": [1, "a", {"b": True}]},
]

HOLDOUTS: Json = {
    "Holds nothing": {"description": "Ünï\n“quoted”", "isEnabled": False, "tags": ["core"]},
    "Holds a bit of everything": {
        "passPercentage": 2.5,
        "gateIDs": ["chain_05", "chain_05", "a_gate_that_is_gone"],
        "experimentIDs": ["in_a_layer", "targeted"],
        "layerIDs": ["a_layer"],
        "targetingGateID": "chain_07",
        "monitoringMetrics": [{"name": "purchase", "type": "event_count"}],
    },
    "Global": {"isGlobal": True, "idType": "otherID", "passPercentage": 10},
}


def fill(emulator: Emulator) -> None:
    emulator.add("layers", {"name": "a layer", "parameters": PARAMETERS})
    # An older layer, whose id is no slug of its name.
    name = "Homepage Feed Improvements"
    emulator.add("layers", {"id": name, "name": name, "idType": "ünïtID", "targetApps": ["Web"], "team": "Checkout"})
    emulator.add("layers", {"name": "Described", "description": "line\nbreak", "tags": ["core"], "parameters": TYPES})
    for name, values in HOLDOUTS.items():
        emulator.add("holdouts", {"name": name, **values})
    for name in ("purchase", "refunds"):
        emulator.add("metrics", {"name": name, "type": "event_count", "tags": ["core metric"]})
    for name, state in STATES.items():
        emulator.add("experiments", {"name": name, **state})
    emulator.add("experiments", {"name": "First experiment", "id": "Own-ID_of-it"})
    emulator.edit("experiments", "Own-ID_of-it", {"name": "Second-Experiment renamed"})
    client = Client(emulator.key, emulator.url)
    client.change(
        "POST",
        "layers/a_layer/overrides",
        {
            "conditionalOverrides": [
                {"type": "gate", "name": "chain_07", "experimentName": "in_a_layer", "groupName": "Control"},
                {"type": "segment", "name": "vips", "experimentName": "gone", "groupName": "Ünï"},
            ],
            "idOverrides": [{"groupName": "Test", "ids": ["ünï", "a/b"], "idType": None, "environment": "staging"}],
        },
    )
    client.change("POST", "holdouts/global/overrides", {"passingUserIDs": ["ana"], "failingUserIDs": ["ünï"]})
    client.change(
        "POST",
        "experiments/three_groups/overrides",
        {
            "overrides": [
                {"type": "gate", "id": "chain_07", "groupID": "One", "environment": None},
                {"type": "gate", "id": "a_gate_that_is_gone", "groupID": "3", "environment": "staging"},
                {"type": "segment", "id": "vips", "groupID": "Two words"},
            ],
            "userIDOverrides": [
                {"groupID": "3", "ids": [f"tester-{number}" for number in range(60)]},
                {
                    "groupID": "One",
                    "ids": ["ünïcode", '"', "<none>"],
                    "environment": "staging",
                    "unitType": "companyID",
                },
            ],
        },
    )
