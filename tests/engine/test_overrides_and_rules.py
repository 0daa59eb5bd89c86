"""Overrides and single rules on the real engine, beside those of others."""

from __future__ import annotations

import re
from typing import Any

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

BY_HAND = {
    "name": "By hand",
    "passPercentage": 5,
    "conditions": [{"type": "country", "operator": "any", "targetValue": ["NL"]}],
}

OVERRIDES = """
gate = statsig.Gate("gate", name="checkout")
experiment = statsig.Experiment("experiment", name="One page")
statsig.GateOverrides("testers", gate_id=gate.id, passing_user_ids=[f"user-{{i}}" for i in {ids}])
statsig.ExperimentOverrides("groups", experiment_id=experiment.id, user_id_overrides=[
    statsig.UserIDOverride(group="Test", ids=["qa-1", "qa-2"], unit_type="userID"),
])
"""
OWNERS = "\n".join(OVERRIDES.splitlines()[:3])
MANY = "range(1500)"


def test_overrides_are_managed_beside_those_of_others(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    def live() -> Any:
        return console.get("gates/checkout/overrides")

    def write(**lists: list[str]) -> None:
        """As somebody else would, who writes every list."""
        console.change("POST", "gates/checkout/overrides", {**live(), **lists})
        wire.requests()

    console = Client(emulator.key, emulator.url)
    stack.program(OVERRIDES.format(ids=MANY)).up()
    ids = [f"user-{i}" for i in range(1500)]
    assert sorted(live()["passingUserIDs"]) == sorted(ids)
    stack.preview_is_empty()
    stack.refresh_is_empty()

    # In another order, and with ids in a list that the program does not declare: no change.
    write(passingUserIDs=ids[::-1], failingUserIDs=["somebody"])
    stack.refresh()
    stack.program(OVERRIDES.format(ids="reversed(range(1500))")).preview_is_empty()

    # Two ids less and another one: seen, and put right with one request that keeps the other list.
    write(passingUserIDs=[*ids[2:], "stranger"])
    assert "~ 1 updated" in stack.refresh()
    preview = stack.preview("--diff")
    assert "~ 1 to update" in preview
    assert len(re.findall(r'\[\d+\]: "stranger" =>', preview.text)) == 1
    wire.requests()
    stack.up()
    assert wire.written() == ["POST /gates/checkout/overrides: failingUserIDs passingUserIDs"]
    assert sorted(live()["passingUserIDs"]) == sorted(ids)
    assert live()["failingUserIDs"] == ["somebody"]
    stack.preview_is_empty()

    # Without the resources, what they declared is gone, and what others declared is there.
    stack.program(OWNERS).up()
    assert (live()["passingUserIDs"], live()["failingUserIDs"]) == ([], ["somebody"])
    assert console.get("experiments/one_page/overrides")["userIDOverrides"] == []


def test_existing_overrides_are_not_replaced(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(OWNERS).up()
    console = Client(emulator.key, emulator.url)
    console.change("POST", "gates/checkout/overrides", {"passingUserIDs": ["ana"], "failingUserIDs": []})
    wire.requests()
    answer = stack.program(OVERRIDES.format(ids="range(2)")).up(ok=False)
    assert "already holds values in passing_user_ids; they were not changed; to manage it here, import it" in answer
    assert "Traceback" not in answer
    assert wire.written() == ["POST /experiments/one_page/overrides: overrides userIDOverrides"]
    assert console.get("gates/checkout/overrides")["passingUserIDs"] == ["ana"]


RULES = """
for name, share in {rules}.items():
    statsig.GateRule(name, gate_id="checkout", name=name, pass_percentage=share, conditions=[
        statsig.Condition(type="country", operator="any", target_value=["BE"]),
    ])
"""


def test_single_rules_are_managed_beside_those_of_the_console(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    def rules() -> dict[str, Any]:
        return {rule["name"]: rule for rule in emulator.object("gates", "checkout")["rules"]}

    emulator.add("gates", {"name": "checkout", "rules": [BY_HAND]})
    theirs = rules()["By hand"]
    stack.program(RULES.format(rules={"Few": 10, "More": 33.33})).up()
    assert next(iter(rules())) == "By hand"
    assert set(rules()) == {"By hand", "Few", "More"}
    stack.preview_is_empty()
    stack.refresh_is_empty()
    ids = {name: resource["id"] for name, resource in stack.resources().items()}
    assert ids == {name: f"checkout/{rules()[name]['baseID']}" for name in ("Few", "More")}

    # The console moves one of them, and adds another one in front.
    edited = [BY_HAND | {"name": "In front"}, theirs, rules()["More"], rules()["Few"] | {"passPercentage": 25}]
    emulator.edit("gates", "checkout", {"rules": edited})
    assert "~ 1 updated" in stack.refresh()
    assert "~ pass_percentage: 25 => 10" in " ".join(stack.preview("--diff").text.split())
    wire.requests()
    stack.program(RULES.format(rules={"Few": 12.5, "More": 33.33})).up()
    assert wire.written() == [f"PATCH /gates/checkout/rules/{rules()['Few']['baseID']}: passPercentage"]
    assert list(rules()) == ["In front", "By hand", "More", "Few"]

    # One that is gone from the console is made again, one that the program drops is deleted alone.
    emulator.edit("gates", "checkout", {"rules": [rule for name, rule in rules().items() if name != "Few"]})
    assert "- 1 deleted" in stack.refresh()
    stack.program(RULES.format(rules={"Few": 12.5})).up()
    assert list(rules()) == ["In front", "By hand", "Few"]
    assert rules()["By hand"] == theirs
    stack.preview_is_empty()
    stack.destroy()
    assert list(rules()) == ["In front", "By hand"]


ORDERED = """
places = {places}
for name, place in places.items():
    statsig.GateRule(name, gate_id="checkout", name=name, pass_percentage=10, **place)
"""


def test_rules_of_several_resources_end_in_their_declared_order(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    def names() -> list[str]:
        return [rule["name"] for rule in emulator.object("gates", "checkout")["rules"]]

    emulator.add("gates", {"name": "checkout", "rules": [BY_HAND]})
    # Nothing depends on anything, so that the engine creates them in parallel.
    places: dict[str, dict[str, str]] = {
        "Fourth": {"after": "Third"},
        "Third": {"after": "Second", "before": "By hand"},
        "Second": {"after": "First"},
        "First": {},
        "Anywhere": {},
    }
    stack.program(ORDERED.format(places=places)).up()
    ordered = [name for name in names() if name != "Anywhere"]
    assert [name for name in ordered if name != "By hand"] == ["First", "Second", "Third", "Fourth"]
    assert ordered.index("Third") < ordered.index("By hand")
    stack.preview_is_empty()
    stack.refresh_is_empty()

    # A new rule gets its place among the others, which depend on its name now.
    places |= {"Second": {"after": "One and a half"}, "One and a half": {"after": "First"}}
    stack.program(ORDERED.format(places=places)).up()
    ordered = [name for name in names() if name not in ("Anywhere", "By hand")]
    assert ordered == ["First", "One and a half", "Second", "Third", "Fourth"]

    # Another order in the console is drift, and only rules with a place move back.
    emulator.edit("gates", "checkout", {"rules": emulator.object("gates", "checkout")["rules"][::-1]})
    assert "updated" in stack.refresh()
    wire.requests()
    stack.up()
    assert set(wire.written()) == {"PATCH /gates/checkout: rules"}
    ordered = [name for name in names() if name not in ("Anywhere", "By hand")]
    assert ordered == ["First", "One and a half", "Second", "Third", "Fourth"]
    stack.preview_is_empty()

    answer = stack.program(ORDERED.format(places=places | {"First": {"after": "Fourth"}})).preview(ok=False)
    assert "the places of the rules form a circle: " in answer


BOTH = """
gate = statsig.Gate("gate", name="checkout"{rules})
statsig.GateRule("one", gate_id={gate}, name="One", pass_percentage=1)
"""
WHOLE = ', rules=[statsig.Rule(name="All", pass_percentage=100)]'


def test_rules_are_declared_by_the_gate_or_one_by_one_but_not_both(
    stack: Stack, emulator: Emulator, wire: Wire
) -> None:
    # Where the gate is new, and its id not known yet.
    answer = stack.program(BOTH.format(rules=WHOLE, gate="gate.id")).preview(ok=False)
    words = "Gate 'gate' declares all its rules: declare this rule there, or omit rules there"
    assert [line for line in answer.error_lines if f"gate_id: {words}" in line]
    assert "Traceback" not in answer
    # Where the program says the id.
    answer = stack.program(BOTH.format(rules=WHOLE, gate='"checkout"')).preview(ok=False)
    assert "the list of rules of gates/checkout is managed by " in answer
    assert "Traceback" not in answer
    assert wire.requests() == []

    stack.program(BOTH.format(rules="", gate="gate.id")).up()
    assert [rule["name"] for rule in emulator.object("gates", "checkout")["rules"]] == ["One"]
    # Where the gate is there already.
    wire.requests()
    answer = stack.program(BOTH.format(rules=WHOLE, gate="gate.id")).preview(ok=False)
    assert len([line for line in answer.error_lines if "rules" in line]) == 1
    assert "the list of rules of gates/checkout is managed by " in answer or words in answer
    assert wire.written() == []


CONFIG = """
config = statsig.DynamicConfig("config", name="limits", default_value={{"max": 1}})
first = statsig.DynamicConfigRule(
    "first", dynamic_config_id=config.id, name="First", pass_percentage={share}, return_value={{"max": 2.5}},
)
statsig.DynamicConfigRule(
    "split", dynamic_config_id=config.id, name="Split", opts=pulumi.ResourceOptions(depends_on=[first]), variants=[
        statsig.Variant(name="A", pass_percentage=50, return_value={{"max": 3}}),
        statsig.Variant(name="B", pass_percentage=50, return_value_json5="{{max: 4 /* most */}}"),
    ],
)
"""


def test_rules_of_a_config_work_without_the_rule_endpoints(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    def rules() -> list[Any]:
        found: list[Any] = emulator.object("dynamic_configs", "limits")["rules"]
        return found

    emulator.quirk(dc_rule_endpoints=False, dc_empty_rule_id="accept", dc_pass_percentage_default=0)
    stack.program(CONFIG.format(share=33.33)).up()
    by_hand = BY_HAND | {"returnValue": {"max": 9}}
    emulator.edit("dynamic_configs", "limits", {"rules": [*rules(), by_hand]})
    stack.preview_is_empty()
    stack.refresh_is_empty()
    before = rules()
    assert [rule["name"] for rule in before] == ["First", "Split", "By hand"]

    stack.program(CONFIG.format(share=50)).up()
    assert [rule["baseID"] for rule in rules()] == [rule["baseID"] for rule in before]
    assert rules()[0]["passPercentage"] == 50
    assert rules()[1:] == before[1:]
    stack.preview_is_empty()

    # The endpoints are back: nothing is different for the program.
    emulator.quirk(dc_rule_endpoints=True)
    wire.requests()
    stack.program(CONFIG.format(share=60)).up()
    assert wire.written() == [f"PATCH /dynamic_configs/limits/rule/{before[0]['baseID']}: passPercentage"]
    emulator.quirk(dc_rule_endpoints=False)
    stack.program(CONFIG.format(share=60).partition("first =")[0]).up()
    assert [rule["name"] for rule in rules()] == ["By hand"]
