"""Reports on recorded plans: one right sentence for each change, and what depends on the objects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from statsig_pulumi.review.live import LiveFacts
from statsig_pulumi.review.plan import Plan, parse_plan
from statsig_pulumi.review.report import ObjectReport, Report, build_report
from statsig_pulumi.review.state import StoredObject

Json = Any
SENTENCES = {
    "inserted": [
        ('rule "Beta" added in front: 100 % of user_id ana, bob', "medium", ""),
        ('rule "Benelux": 10 % of country NL, BE -> 50 % of country NL, BE, DE', "medium", ""),
    ],
    "removed": [('rule "Old" removed: 5 % of country FR', "medium", "")],
    "moved": [("order of rules: AA > BB > CC -> BB > AA > CC", "medium", "")],
    "renamed": [('rule "Before" renamed to "After"', "medium", "")],
    "launched": [("launched: passes for everyone", "high", "pass-everyone")],
    "disabled": [("disabled: fails for everyone", "high", "fail-everyone")],
    "replaced": [
        (
            'replaced by a new object because of gate_id: "old_id" -> "new_id"; the old one is deleted: code that'
            " checks it gets false",
            "high",
            "replace",
        )
    ],
    "released": [("no longer manages what the program omits: description stays 'One page'", "low", "release")],
    "deleted": [("deleted: code that checks it gets false", "high", "delete")],
    "secret": [("description: changed (secret)", "low", "")],
    "reset": [("reset to 'setup': its results are deleted", "high", "reset")],
    "started": [("starts: its units are assigned to groups", "medium", "start")],
    "decided": [('decided: everyone gets group "Test" (reason: More orders)', "high", "decide")],
    "key": [
        ("deactivated: whatever uses it stops working, and Statsig cannot activate it again", "high", "key"),
    ],
    "environments": [('environment "development" removed', "high", "environment")],
    "layer": [('parameter "title": default_value: "Hello" -> "Welcome"', "low", "")],
    "tag": [('description: nothing -> "Objects of the shop"', "low", "")],
    "testing": [
        (
            'rule "Inside": 100 % of passes gate inserted_rule -> 100 % of passes gate inserted_rule and passes gate'
            " (known after the update)",
            "medium",
            "",
        )
    ],
    "created": [
        ("passes for everyone from the start", "medium", "pass-everyone"),
        ('name: "Created gate"', "low", ""),
        ('rule "All" added: 100 % of everyone', "low", ""),
    ],
    "config": [
        ('rule "Big": return_value.size: 20 -> 25', "medium", ""),
        ("default_value.new: nothing -> true", "low", ""),
        ("default_value.size: 10 -> 12", "low", ""),
    ],
}


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_each_change_is_one_sentence(by_name: dict[str, ObjectReport], name: str) -> None:
    sentences = [(each.text, each.level, each.effect) for each in by_name[name].sentences]
    assert sorted(sentences) == sorted(SENTENCES[name])


def test_every_changed_object_is_in_the_report(report: Report) -> None:
    assert {each.change.name for each in report.objects} == set(SENTENCES)
    assert report.operations == {"create": 1, "delete": 1, "replace": 1, "update": 17}


def test_the_most_important_objects_come_first(report: Report) -> None:
    levels = [each.level for each in report.objects]
    assert levels == sorted(levels, key=["high", "medium", "low"].index)


def test_consequences_come_before_other_sentences(report: Report) -> None:
    for each in report.objects:
        flags = [sentence.is_consequence for sentence in each.sentences]
        assert flags == sorted(flags, reverse=True)


def test_objects_that_depend_on_a_changed_one_are_named(by_name: dict[str, ObjectReport]) -> None:
    named = [(each.title, each.places) for each in by_name["inserted"].dependents]
    assert named == [
        ("Experiment 'Started experiment'", ("targeting_gate_id",)),
        ("Gate 'Testing gate'", ("rules",)),
    ]
    assert by_name["launched"].dependents == ()


def test_dependents_that_only_statsig_knows_are_added_once(plan: Plan, stored: tuple[StoredObject, ...]) -> None:
    urn = next(each.urn for each in plan.changes if each.name == "inserted")
    facts = {urn: LiveFacts(1234.5, ("gate 'testing_gate'", "gate 'elsewhere'"))}
    (found,) = [each for each in build_report(plan, stored, facts).objects if each.change.urn == urn]
    assert [each.title for each in found.dependents][-1] == "gate 'elsewhere'"
    assert (len(found.dependents), found.checks_per_hour) == (3, 1234.5)


def test_objects_that_depend_on_dependents_are_counted(plan: Plan, stored: tuple[StoredObject, ...]) -> None:
    urn = stored[0].urn.rpartition("::")[0]
    rules = [{"name": "r", "conditions": [{"type": "passes_gate", "target_value": ["testing_gate"]}]}]
    far = StoredObject(f"{urn}::far", "Gate", "far", {"name": "Far", "rules": rules})
    objects = {each.change.name: each for each in build_report(plan, [*stored, far]).objects}
    assert objects["inserted"].indirect == 1
    assert [each.title for each in objects["testing"].dependents] == ["Gate 'Far'"]


def test_an_object_with_a_page_in_the_console_has_a_link(by_name: dict[str, ObjectReport]) -> None:
    assert by_name["inserted"].link == "https://console.statsig.com/gates/inserted_rule"
    assert by_name["created"].link == ""
    assert by_name["tag"].link == ""


def with_configuration(plan: Json, **values: str) -> Plan:
    return parse_plan(json.dumps(plan | {"config": {f"statsig:{key}": value for key, value in values.items()}}))


def find(plan: Plan, name: str) -> ObjectReport:
    (found,) = [each for each in build_report(plan).objects if each.change.name == name]
    return found


def test_a_stack_that_archives_is_respected(changed_plan: Json) -> None:
    plan = with_configuration(changed_plan, archiveOnDelete="true")
    assert find(plan, "deleted").sentences[0].text == "archived: code that checks it gets false"


def test_a_stack_that_resets_released_properties_is_respected(changed_plan: Json) -> None:
    (sentence,) = find(with_configuration(changed_plan, onRelease="reset"), "released").sentences
    assert sentence.text == "no longer manages what the program omits: description is reset to ''"
    assert (sentence.level, sentence.effect) == ("medium", "release")


def step(plan: Json, name: str) -> Json:
    return next(each for each in plan["steps"] if each["urn"].endswith(f"::{name}"))


def test_a_retained_object_is_released_and_not_deleted(changed_plan: Json) -> None:
    step(changed_plan, "deleted")["oldState"]["retainOnDelete"] = True
    (sentence,) = find(parse_plan(json.dumps(changed_plan)), "deleted").sentences
    assert (sentence.level, sentence.effect) == ("low", "release")


def test_a_kind_of_a_later_version_is_reported_with_what_the_engine_lists(changed_plan: Json) -> None:
    changed = step(changed_plan, "tag")
    changed["urn"] = changed["urn"].replace("statsig:Tag", "statsig:Later")
    (sentence,) = find(parse_plan(json.dumps(changed_plan)), "tag").sentences
    assert "update: description" in sentence.text


def test_a_change_of_the_state_alone_is_reported_as_such(changed_plan: Json) -> None:
    changed = step(changed_plan, "tag")
    changed["newState"]["inputs"] = changed["oldState"]["inputs"]
    (sentence,) = find(parse_plan(json.dumps(changed_plan)), "tag").sentences
    assert sentence.text == "the state changes in description, and the object in Statsig does not"


def test_a_shown_replacement_of_three_steps_is_one_object(changed_plan: Json) -> None:
    replaced = step(changed_plan, "replaced")
    deletion = {"op": "delete-replaced", "urn": replaced["urn"], "oldState": replaced["oldState"]}
    creation = {"op": "create-replacement", "urn": replaced["urn"], "newState": replaced["newState"]}
    plan = changed_plan | {"steps": [*changed_plan["steps"], deletion, creation]}
    assert find(parse_plan(json.dumps(plan)), "replaced").change.operation == "replace"
    assert len(parse_plan(json.dumps(plan)).changes) == len(SENTENCES)


def test_an_import_states_which_object_is_managed(changed_plan: Json) -> None:
    step(changed_plan, "created")["newState"]["inputs"]["__import"] = "created_gate"
    first = find(parse_plan(json.dumps(changed_plan)), "created").sentences[0]
    assert first.text == 'imported: the existing object "created_gate" is managed from now on'


def test_secret_rules_are_masked_and_their_change_is_reported(changed_plan: Json) -> None:
    changed = step(changed_plan, "inserted")
    for values in (changed["oldState"]["outputs"], changed["oldState"]["inputs"], changed["newState"]["inputs"]):
        values["rules"] = "[secret]"
    (sentence,) = find(parse_plan(json.dumps(changed_plan)), "inserted").sentences
    assert sentence.text == "rules: changed (secret)"


def test_a_secret_value_that_is_released_is_not_shown(changed_plan: Json) -> None:
    changed = step(changed_plan, "secret")
    del changed["newState"]["inputs"]["description"]
    (sentence,) = find(parse_plan(json.dumps(changed_plan)), "secret").sentences
    assert sentence.text == "no longer manages what the program omits: description stays the same"


def test_a_file_of_ids_with_other_ids_is_a_change_in_statsig(changed_plan: Json) -> None:
    changed = step(changed_plan, "tag")
    changed["urn"] = changed["urn"].replace("statsig:Tag", "statsig:SegmentIDs")
    inputs = {"segment_id": "vip", "ids_file": "ids/vip.txt"}
    changed["oldState"]["inputs"] = inputs | {"__digest": "1200 aa"}
    changed["oldState"]["outputs"] = inputs | {"__declared": sorted(inputs), "count": 1200, "digest": "aa"}
    changed["newState"]["inputs"] = inputs | {"__digest": "1192 bb"}
    changed["diffReasons"], changed["detailedDiff"] = ["__digest"], {"__digest": {"kind": "update", "inputDiff": True}}
    (sentence,) = find(parse_plan(json.dumps(changed_plan)), "tag").sentences
    assert sentence.text == "ids_file 'ids/vip.txt': 1,192 ids, 8 fewer than in the state"
