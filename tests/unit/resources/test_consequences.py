"""What changes of each kind mean: the consequences that previews and reviews state."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.json_values import UNKNOWN
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.sentences import Sentence, describe_delete

Json = Any
ALL = {"name": "All", "pass_percentage": 100, "conditions": [{"type": "public"}]}
HALF = ALL | {"pass_percentage": 50}
NONE_PASS = ALL | {"pass_percentage": 0}
DUTCH = {"name": "NL", "pass_percentage": 100, "conditions": [{"type": "country", "target_value": ["NL"]}]}
SOME_DUTCH = DUTCH | {"pass_percentage": 50}
LIVE = {"is_enabled": True, "is_launched": False, "is_archived": False}


def consequences(kind: str, before: Json, after: Json) -> list[Sentence]:
    return list(REGISTRY[kind].cls.consequences(before, before | after))


@pytest.mark.parametrize(
    ("before", "after", "text", "effect"),
    [
        ([DUTCH], {"rules": [DUTCH, ALL]}, 'by rule "All": passes for everyone', "pass-everyone"),
        ([HALF], {"rules": [ALL]}, 'by rule "All": passes for everyone', "pass-everyone"),
        ([SOME_DUTCH, ALL], {"rules": [ALL]}, 'by rule "All": passes for everyone', "pass-everyone"),
        ([ALL], {"rules": []}, "without a rule that passes: fails for everyone", "fail-everyone"),
        ([ALL], {"rules": [NONE_PASS]}, 'by rule "All": fails for everyone', "fail-everyone"),
        ([DUTCH], {"is_launched": True}, "launched: passes for everyone", "pass-everyone"),
        ([ALL], {"is_launched": True}, "launched: still passes for everyone", "pass-everyone"),
        ([DUTCH], {"is_enabled": False}, "disabled: fails for everyone", "fail-everyone"),
        ([DUTCH], {"is_archived": True}, "archived: fails for everyone", "fail-everyone"),
    ],
)  # fmt: skip
def test_a_gate_that_reaches_everyone_or_nobody_says_why(before: Json, after: Json, text: str, effect: str) -> None:
    (sentence,) = consequences("Gate", LIVE | {"rules": before}, after)
    assert (sentence.text, sentence.effect) == (text, effect)
    assert sentence.level == ("medium" if "still" in text else "high")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([DUTCH], [DUTCH | {"pass_percentage": 50}]),
        ([ALL], [ALL | {"name": "Everyone"}]),
        ([HALF], [HALF | {"pass_percentage": 60}]),
        ([DUTCH], [DUTCH, ALL | {"environments": ["development"]}]),
        ([DUTCH], [UNKNOWN]),
        ([DUTCH], UNKNOWN),
    ],
)
def test_rules_that_reach_some_units_before_and_after_have_no_consequence(before: Json, after: Json) -> None:
    assert consequences("Gate", LIVE | {"rules": before}, {"rules": after}) == []


def test_a_switch_that_ends_lets_the_rules_decide() -> None:
    (enabled,) = consequences("Gate", LIVE | {"is_enabled": False, "rules": [HALF]}, {"is_enabled": True})
    assert (enabled.text, enabled.covers, enabled.rollout_step) == ("enabled: its rules decide", ("is_enabled",), 50)
    (ended,) = consequences("Gate", LIVE | {"is_launched": True, "rules": []}, {"is_launched": False})
    assert ended.text == "no longer launched: fails for everyone"


def test_a_new_gate_has_a_consequence_only_if_it_passes_for_everyone() -> None:
    cls = REGISTRY["Gate"].cls
    assert [each.text for each in cls.consequences({}, {"rules": [ALL]})] == ["passes for everyone from the start"]
    assert list(cls.consequences({}, {"rules": [HALF]})) == []
    assert list(cls.consequences({}, {"name": "New"})) == []


def test_a_disabled_dynamic_config_returns_its_default() -> None:
    (sentence,) = consequences("DynamicConfig", LIVE, {"is_enabled": False})
    assert sentence.text == "disabled: returns its default value to everyone"
    assert consequences("DynamicConfig", LIVE | {"rules": [DUTCH]}, {"rules": []}) == []


@pytest.mark.parametrize(
    ("before", "after", "text", "effect"),
    [
        ("setup", {"status": "active"}, "starts: its units are assigned to groups", "start"),
        (
            "active",
            {"status": "decision_made", "launched_group": "Test", "decision_reason": "More orders"},
            'decided: everyone gets group "Test" (reason: More orders)',
            "decide",
        ),
        (
            "active",
            {"status": "abandoned", "decision_reason": "No effect"},
            "abandoned: everyone gets the default values (reason: No effect)",
            "decide",
        ),
        ("active", {"status": "archived"}, "archived: it ends, and its units lose their groups", "decide"),
        ("abandoned", {"status": "archived"}, "archived", "decide"),
        ("archived", {"status": "active"}, "'archived' becomes 'active'", ""),
    ],
)
def test_a_status_of_an_experiment_says_what_it_means(before: str, after: Json, text: str, effect: str) -> None:
    (sentence,) = consequences("Experiment", {"status": before}, after)
    assert (sentence.text, sentence.effect, "status" in sentence.covers) == (text, effect, True)


def test_a_reset_that_starts_again_is_both() -> None:
    before = {"status": "active", "reset_trigger": "1"}
    found = consequences("Experiment", before, {"reset_trigger": "2", "status": "active"})
    assert [each.effect for each in found] == ["reset", "start"]


def test_a_first_trigger_resets_nothing() -> None:
    assert consequences("Experiment", {"status": "active"}, {"reset_trigger": "1"}) == []


@pytest.mark.parametrize(
    ("kind", "outputs", "text", "level"),
    [
        ("Gate", {"status": "In Progress"}, "deleted: code that checks it gets false", "high"),
        ("Gate", {"status": "Launched"}, "deleted: code that checks it gets false", "high"),
        ("Gate", {"status": "Disabled"}, "deleted", "medium"),
        ("Gate", {"status": "Archived"}, "deleted", "medium"),
        ("Key", {"is_active": True}, "deleted: whatever uses it stops working", "high"),
        ("Key", {"is_active": False}, "deleted", "medium"),
        ("Tag", {}, "deleted", "medium"),
    ],
)
def test_a_delete_says_what_ends_with_an_object_that_is_in_use(kind: str, outputs: Json, text: str, level: str) -> None:
    sentence = describe_delete(REGISTRY[kind], outputs, "deleted")
    assert (sentence.text, sentence.level, sentence.effect) == (text, level, "delete")


def test_keys_say_who_loses_or_gets_access() -> None:
    before = {"type": "CONSOLE", "is_active": True, "scopes": ["omni_read_only"], "rotate_trigger": "1"}
    after = {"is_active": False, "scopes": ["omni_read_only", "omni_read_write"], "rotate_trigger": "2"}
    found = consequences("Key", before, after)
    assert [each.text for each in found] == [
        "rotated: what uses the old key may stop working at once",
        "deactivated: whatever uses it stops working, and Statsig cannot activate it again",
        "gets the scopes omni_read_write",
    ]
    assert {each.effect for each in found} == {"key"}
    (new,) = REGISTRY["Key"].cls.consequences({}, {"type": "SERVER"})
    assert (new.text, new.effect) == ("new SERVER key", "key")


def test_environments_that_end_or_become_production_are_serious() -> None:
    before = {"environments": [{"name": "dev", "is_production": False}, {"name": "prod", "is_production": True}]}
    swapped = [{"name": "dev", "is_production": True}, {"name": "prod", "is_production": False}]
    for after in ([before["environments"][1]], swapped):
        found = consequences("Environments", before, {"environments": after})
        assert {(each.level, each.effect) for each in found} == {("high", "environment")}
    (added,) = consequences("Environments", before, {"environments": [*before["environments"], {"name": "qa"}]})
    assert (added.text, added.level) == ('environment "qa" added at the end', "medium")


def test_a_holdout_says_whether_units_see_the_features() -> None:
    before = {"is_enabled": True, "pass_percentage": 5, "gate_ids": ["a"]}
    (disabled,) = consequences("Holdout", before, {"is_enabled": False})
    assert disabled.text == "disabled: no unit is held out: all see the features"
    (emptied,) = consequences("Holdout", before, {"pass_percentage": 0})
    assert (emptied.text, emptied.covers) == ("from now on: no unit is held out: all see the features", ())


def test_an_autotune_starts_resets_and_decides() -> None:
    before = {"is_started": False, "reset_trigger": "1"}
    found = consequences("Autotune", before, {"is_started": True, "reset_trigger": "2", "winner": "Red"})
    assert [each.effect for each in found] == ["reset", "start", "decide"]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"type": "public"}, "everyone"),
        ({"type": "country", "operator": "any", "target_value": ["NL", "BE"]}, "country NL, BE"),
        ({"type": "country", "operator": "none", "target_value": ["NL"]}, "country not NL"),
        ({"type": "custom_field", "field": "plan", "operator": "any", "target_value": ["pro"]}, "plan pro"),
        ({"type": "custom_field", "field": "age", "operator": "gte", "target_value": [18]}, "age >= 18"),
        ({"type": "unit_id", "custom_id": "companyID", "operator": "is_null"}, "companyID is not set"),
        ({"type": "app_version", "operator": "version_gte", "target_value": "2.10"}, "app_version >= 2.10"),
        ({"type": "email", "operator": "str_contains_any", "target_value": ["@x.com"]}, "email contains @x.com"),
        ({"type": "passes_gate", "target_value": ["beta"]}, "passes gate beta"),
        ({"type": "time", "operator": "after", "target_value": [1_700_000_000_000]}, "time after 1700000000000"),
    ],
)
def test_conditions_are_words(condition: Json, words: str) -> None:
    conditions = REGISTRY["Gate"].properties["rules"].nested.properties["conditions"]
    assert conditions.nested.summarize(condition) == words


def test_every_kind_states_an_end_and_survives_unknown_values() -> None:
    """No preview may fail because of a sentence."""
    for declaration in REGISTRY.values():
        unknown = dict.fromkeys(declaration.properties, UNKNOWN)
        for before, after in ((unknown, unknown), ({}, unknown), (unknown, {}), ({"name": "x"}, unknown)):
            assert all(isinstance(each, Sentence) for each in declaration.cls.consequences(before, after))
