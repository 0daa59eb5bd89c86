"""A stack is created, settles, changes and is destroyed with any quirks of the service."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

PROGRAM = """
team = statsig.Team("team", name="Shop", members=["Ben@example.com"], admins=["ana@example.com"])
tag = statsig.Tag("tag", name="money", description="{words}", is_core={more})
inner = statsig.Gate("inner", name="employees", type="PERMANENT")
conditions = [
    statsig.Condition(type="passes_gate", target_value=[inner.id]),
    statsig.Condition(type="country", operator="any", target_value=["NL"]),
    statsig.Condition(type="custom_field", field="age", operator="gt", target_value=["31"]),
    statsig.Condition(type="custom_field", field="size", operator="any", target_value=["1", "2"]),
    statsig.Condition(type="app_version", operator="version_gte", target_value=["1.10.0"]),
    statsig.Condition(type="time", operator="after", target_value=[1643070357193]),
    statsig.Condition(type="unit_id", operator="any", target_value=["1"], custom_id="companyID"),
    statsig.Condition(type="public"),
]
statsig.Gate("gate", name="Check Out", description="{words}", team=team.name, tags=[tag.name], target_apps=["web"],
             type="TEMPORARY", rules=[
    statsig.Rule(name="Few", pass_percentage={share}, environments=["staging", "production"], conditions=conditions),
    statsig.Rule(name="All", pass_percentage=100, conditions=[statsig.Condition(type="public")]),
])
statsig.Gate("launched", name="launched", is_launched=True, is_enabled=True, description="{words}")
statsig.Gate("archived", name="archived", is_archived={more}, team_id=team.id)
statsig.DynamicConfig("config", name="limits", team=team.name, tags=[tag.name], schema="{{}}",
                      default_value={{"max": {share}}}, rules=[
    statsig.ConfigRule(name="Plain", conditions=conditions, return_value={{"max": 2.5}}),
    statsig.ConfigRule(name="Split", variants=[
        statsig.Variant(name="A", pass_percentage={share}, return_value={{"max": 1}}),
        statsig.Variant(name="B", pass_percentage=5, return_value_json5="{{max: 2 /* two */}}"),
    ]),
])
"""
READ_LITERALLY = {"scalar_target_values": False, "numeric_target_values": False, "rollouts_in_rules": False}
STRICT = {"strict_body": True, "strict_version": True, "unique_display_names": True, "unique_rule_names": True}

SETTINGS: dict[str, dict[str, Any]] = {
    "values are read as they were sent, ids of rules never move": READ_LITERALLY
    | {"rule_id_suffix": "never", "launch_disables": False, "gate_type_default": "PERMANENT"},
    "the service is strict and speaks of statusCode": STRICT
    | {"error_shape": "statusCode", "rule_id_suffix": "pass_percentage", "match_rules_by_name": True},
    "the 2025 answers: teams without ids, lists of teams with members, tags by name": {
        "team_id_in_answers": False,
        "list_teams_with_members": True,
        "tag_id_is_name": True,
        "gate_rules_endpoints": False,
        "dc_rule_endpoints": False,
        "target_app_description": True,
    },
    "admins are members too, what is missing is a bad request": {
        "admins_appear_in_members": True,
        "team_missing_status": 400,
        "delete_missing_status": 400,
        "team_id_on_configs": False,
        "list_order": "newest",
        "default_page_size": 1,
        "max_page_size": 1,
        "dc_pass_percentage_default": 0,
        "dc_empty_rule_id": "accept",
    },
    "presets fill and updates reset": {
        "default_tags": ["★ Core"],
        "team_defaults": "union",
        "full_update_resets": True,
        "tag_update_resets_core": True,
        "archive_referenced": "reject",
        "shared_namespace": True,
    },
}


@pytest.mark.parametrize("quirks", SETTINGS.values(), ids=SETTINGS)
def test_a_stack_settles_with_any_quirks(stack: Stack, emulator: Emulator, wire: Wire, quirks: dict[str, Any]) -> None:
    wire.responses_match_description = quirks.get("team_id_in_answers", True)
    emulator.quirk(**quirks)
    stack.program(PROGRAM.format(words="One", share=33.33, more=True)).up()
    stack.preview_is_empty()
    stack.refresh_is_empty()
    ids = {kind: [rule["baseID"] for rule in emulator.object(*kind)["rules"]] for kind in RULED}

    stack.program(PROGRAM.format(words="Two", share=50, more=False)).up()
    assert "holds another value" not in stack.answers[-1]
    assert "no longer manages" not in stack.preview_is_empty()
    assert emulator.object("gates", "check_out")["description"] == "Two"
    assert emulator.object("dynamic_configs", "limits")["rules"][1]["variants"][0]["passPercentage"] == 50
    assert ids == {kind: [rule["baseID"] for rule in emulator.object(*kind)["rules"]] for kind in RULED}

    stack.destroy()
    assert emulator.objects("gates") == emulator.objects("dynamic_configs") == emulator.objects("teams") == []


RULED = (("gates", "check_out"), ("dynamic_configs", "limits"))
