"""Values are read back as they were declared: fractions, JSON types, and empty values."""

from __future__ import annotations

import json

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

VALUE = {"text": "12", "whole": 3, "share": 3.5, "on": True, "off": False, "none": "", "deep": [[1, "1"], {"a": [0.1]}]}


def as_text(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def test_fractions_and_json_types_survive_create_refresh_and_preview(stack: Stack, emulator: Emulator) -> None:
    stack.program(
        f"""
        value = {VALUE!r}
        statsig.Gate("gate", name="checkout", rules=[
            statsig.Rule(name="Third", pass_percentage=33.33),
            statsig.Rule(name="Few", pass_percentage=0.01),
            statsig.Rule(name="None", pass_percentage=0),
            statsig.Rule(name="Whole", pass_percentage=pulumi.Output.from_input(100.0)),
        ])
        config = statsig.DynamicConfig("config", name="limits", default_value=value, rules=[
            statsig.ConfigRule(name="Half", pass_percentage=49.99, return_value=pulumi.Output.from_input(value)),
        ])
        text = statsig.DynamicConfig("text", name="texts", default_value_json5="{{a: 1.50, /* why */ b: '2',}}")
        pulumi.export("value", config.default_value)
        pulumi.export("returned", config.rules.apply(lambda rules: rules[0].return_value))
        pulumi.export("text", text.default_value_json5)
        """
    ).up()
    rules = emulator.object("gates", "checkout")["rules"]
    assert [rule["passPercentage"] for rule in rules] == [33.33, 0.01, 0, 100]
    config = emulator.object("dynamic_configs", "limits")
    rule = config["rules"][0]
    # As text, because to Python 3 equals 3.0 and True equals 1; the engine keeps no order of keys.
    assert as_text(config["defaultValue"]) == as_text(rule["returnValue"]) == as_text(VALUE)
    assert rule["passPercentage"] == 49.99
    assert emulator.object("dynamic_configs", "texts")["defaultValueJson5"] == "{a: 1.50, /* why */ b: '2',}"
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()
    assert stack.output("value") == stack.output("returned") == VALUE
    assert stack.output("text") == "{a: 1.50, /* why */ b: '2',}"


FULL = """
statsig.Gate("gate", name="checkout", description="One page", tags=["a"], target_apps=["web"], team="Shop",
             rules=[statsig.Rule(name="Beta", pass_percentage=10, environments=["production"])])
statsig.DynamicConfig("config", name="limits", description="Bounds", default_value={"max": 1}, schema="{}",
                      rules=[statsig.ConfigRule(name="All", return_value={"max": 2})])
statsig.Team("team", name="Shop", description="Sells", members=["ana@example.com"], admins=["ben@example.com"],
             require_reviews=True)
statsig.Tag("tag", name="a", description="First")
"""
EMPTIED = """
statsig.Gate("gate", name="checkout", description="", tags=[], target_apps=[], team=None, rules=[])
statsig.DynamicConfig("config", name="limits", description="", default_value={}, schema=None, rules=[])
statsig.Team("team", name="Shop", description="", members=[], admins=[], require_reviews=None)
statsig.Tag("tag", name="a", description="")
"""


def test_lists_texts_and_references_can_be_cleared(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(FULL).up()
    assert emulator.object("gates", "checkout")["team"] == "Shop"
    wire.requests()

    stack.program(EMPTIED).up()
    assert [entry["body"] for entry in sorted(wire.writes(), key=lambda entry: entry["path"])[:2]] == [
        {"description": "", "defaultValue": {}, "schema": None, "rules": []},
        {"description": "", "tags": [], "targetApps": [], "team": None, "rules": []},
    ]
    gate = emulator.object("gates", "checkout")
    assert [gate[key] for key in ("description", "tags", "targetApps", "team", "rules")] == ["", [], [], None, []]
    config = emulator.object("dynamic_configs", "limits")
    assert [config[key] for key in ("description", "defaultValue", "schema", "rules")] == ["", {}, None, []]
    team = emulator.object("teams", "Shop")
    assert [team[key] for key in ("description", "members", "admins", "requireReviews")] == ["", [], [], None]
    assert emulator.object("tags", "a")["description"] == ""
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()
