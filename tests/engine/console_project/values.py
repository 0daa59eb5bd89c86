"""Dynamic configs: deep values, odd keys, JSON5 texts, schemas, rules with variants."""

from __future__ import annotations

import json
from typing import Any

from statsig_pulumi.emulator import Emulator

from .gates import TEXTS, condition, rule

Json = Any

DEEP: Json = {
    "camelCase": 1,
    "snake_case": 1.0,
    "with.dots and spaces": {"": {"a": [1, [2, [3.5, {"b": True}]], "x"]}},
    "numbers": [0, -1, 0.1, 0.30000000000000004, 1e-7, 12.0, 9007199254740991, -2.5e10],
    "texts": ["12", "true", "", "null", "ünïcode 🚀", "line\nbreak"],
    "empty": [{}, [], ""],
}
COMMENTED = '{\n  // the limit of the free plan\n  max: 3,\n  "names": ["a", \'b\'], /* trailing */\n}'
SCHEMA = json.dumps({"type": "object", "properties": {"max": {"type": "integer"}}, "required": ["max"]})


def fill(emulator: Emulator) -> None:
    for number, text in enumerate(TEXTS):
        emulator.add("dynamic_configs", {"name": f"text config {number}", "defaultValue": {"text": text}})
    configs: dict[str, Json] = {
        "Deep": {"defaultValue": DEEP},
        "Empty": {},
        "Commented": {"defaultValue": {"max": 3, "names": ["a", "b"]}, "defaultValueJson5": COMMENTED},
        "Indented": {"defaultValue": {"a": 1}, "defaultValueJson5": '{\n    "a": 1\n}'},
        "With a schema": {"schema": SCHEMA, "defaultValue": {"max": 1}},
        "Disabled config": {"isEnabled": False, "status": "Disabled"},
        "Archived config": {"status": "Archived", "isEnabled": False},
        "Template config": {"isTemplate": True},
        "Owned": {"team": "Growth & Retention", "tags": ["core metric"], "targetApps": ["café"]},
        "Made by a key": {"owner": {"ownerID": "k", "ownerType": "SDK_KEY", "ownerName": "CONSOLE API"}},
        "Long": {"defaultValue": {f"key {number}": number for number in range(400)}},
    }
    for name, body in configs.items():
        emulator.add("dynamic_configs", {"name": name, **body})
    dutch = condition("country", "any", ["NL"])
    shares = [("a", 30.5, {"size": 1}), ("b", 69.5, DEEP)]
    variants = [{"name": name, "passPercentage": share, "returnValue": value} for name, share, value in shares]
    emulator.add(
        "dynamic_configs",
        {
            "name": "With rules",
            "defaultValue": {"size": 0},
            "rules": [
                rule("Plain", 100, dutch, returnValue={"size": 2.5}),
                rule("Commented", 50, dutch, returnValue={"size": 3}, returnValueJson5="{size: 3 /* three */}"),
                rule("Inner circle", 1, {"type": "passes_gate", "targetValue": "chain_03"}, returnValue={}),
                rule("Variants", 100, {"type": "public"}, variants=variants),
            ],
        },
    )
