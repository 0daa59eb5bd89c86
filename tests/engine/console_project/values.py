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
    "<none>": "<none>",
    "${braces} {b}": ["${b}", "{{b}}", "%s", "\\n"],
    "__proto__": {"$ref": "#/x", "class": "keyword"},
    "mixed": [1, "1", True, "true", [1.5], {"1": 1}],
}
COMMENTED = '{\n  // the limit of the free plan\n  max: 3,\n  "names": ["a", \'b\'], /* trailing */\n}'
DANGLING = "{a: .5, 'b': +1, c: 0x1F, d: [1, 2,], // odd, and JSON5\r\n\te: 'it\\'s',}\n"
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
        "Owned by a person": {
            "owner": {"ownerID": "p", "ownerType": "USER", "ownerName": "Åse", "ownerEmail": "A@b.cc"}
        },
        "Odd JSON5": {"defaultValueJson5": DANGLING},
        "With a commented schema": {
            "schema": SCHEMA,
            "schemaJson5": f"// what it takes\n{SCHEMA}",
            "defaultValue": {"max": -1},
        },
        "Held out": {"holdoutIDs": ["a_holdout", "a_holdout"], "releasePipelineID": "38ttpCpzrQFTMKcqFKk02l"},
        "Config under review": {"activeReview": {"reviewID": "r2", "reviewStatus": "pending", "description": ""}},
        "Archived and enabled config": {"status": "Archived", "tags": ["a tag that is not there"], "team": "Gone team"},
        "Of a team with presets": {"team": "Checkout"},
        "Long": {"defaultValue": {f"key {number}": number for number in range(400)}},
    }
    for name, body in configs.items():
        emulator.add("dynamic_configs", {"name": name, **body})
    emulator.add("dynamic_configs", {"name": "First config", "defaultValue": {"was": "renamed"}})
    emulator.edit("dynamic_configs", "first_config", {"name": "Second.Config - renamed"})
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
                rule("Deep", 33.33, dutch, returnValue=DEEP, environments=["staging"]),
                rule("Odd JSON5", 0.3, dutch, returnValueJson5=DANGLING),
                rule("One variant", 1, dutch, variants=[variants[0] | {"passPercentage": 100}]),
                rule("Variants", 100, {"type": "public"}, variants=variants),
            ],
        },
    )
    _fill_param_stores(emulator)


def _fill_param_stores(emulator: Emulator) -> None:
    """Add param stores with parameters of every form, odd names, and values that mean nothing."""
    static = [
        {"name": name, "ref_type": "static", "param_type": type_, "value": value}
        for name, type_, value in (
            ("test!!!", "string", ""),
            ("größe / %", "number", 0),
            ("on", "boolean", False),
            ("deep", "object", DEEP),
            ("none", "array", []),
        )
    ]
    values = {"pass_value": [1], "fail_value": []}
    by_gate = {"name": "by gate", "ref_type": "gate", "param_type": "array", "gate_name": "chain_03", **values}
    of_config = {"ref_type": "dynamic_config", "config_name": "long", "param_name": "key 1"}
    by_config = {"name": "by config", "param_type": "number", **of_config}
    parameters = [*static, by_gate, by_config]
    emulator.add("param_stores", {"name": "Feed / 100 % ü", "displayName": "Feed", "parameters": parameters})
    emulator.add("param_stores", {"name": "empty", "displayName": "Nothing in it", "description": TEXTS[0]})
