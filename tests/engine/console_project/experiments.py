"""Experiments of every status, with groups, metrics, decisions, layers and overrides."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.client import Client
from statsig_pulumi.emulator import Emulator

Json = Any


def groups(*names: str, **more: Json) -> list[Json]:
    """Groups of equal sizes, whose ids Statsig made."""
    size = round(100 / len(names), 1)
    return [
        {"name": name, "id": f"g{number}{name}", "size": size, "parameterValues": {"n": number}, **more}
        for number, name in enumerate(names)
    ]


DECIDED = {"startTime": 1_700_000_000_000, "endTime": 1_700_900_000_000, "decisionTime": 1_700_900_000_000}
METRICS = [
    {"name": "purchase", "type": "event_count", "direction": "increase", "hypothesizedValue": 2.5},
    {"name": "ünïcode", "type": "user"},
]
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
    "Stopped": {"status": "experiment_stopped", "startTime": 1_700_000_000_000},
    "Three groups": {"groups": groups("One", "Two words", "3"), "controlGroupID": "g1Two words"},
    "One disabled": {"groups": [groups("On", "Off")[0], groups("On", "Off", disabled=True)[1]]},
    "Targeted": {"targetingGateID": "chain_05", "allocation": 12.3, "duration": 10},
    "Targeted by nothing": {"targetingGateID": ""},
    "In a layer": {"layerID": "a_layer", "allocation": 0},
    "Measured": {"primaryMetrics": METRICS, "secondaryMetrics": METRICS[1:], "hypothesis": "More\n“sales”"},
    "Of a team in apps": {"team": "Checkout", "tags": ["checkout"], "targetApps": ["Web"]},
    "Careful": {
        "bonferroniCorrection": True,
        "defaultConfidenceInterval": "99",
        "sequentialTesting": True,
        "links": [{"url": "https://example.com/a?b=c#d", "title": "Ünïcode"}],
        "analyticsType": "bayesian",
    },
}


def fill(emulator: Emulator) -> None:
    emulator.add("layers", {"id": "a_layer", "name": "a layer"})
    for name, state in STATES.items():
        emulator.add("experiments", {"name": name, **state})
    client = Client(emulator.key, emulator.url)
    client.change(
        "POST",
        "experiments/three_groups/overrides",
        {
            "overrides": [{"type": "gate", "id": "chain_07", "groupID": "One", "environment": None}],
            "userIDOverrides": [{"groupID": "3", "ids": [f"tester-{number}" for number in range(60)]}],
        },
    )
