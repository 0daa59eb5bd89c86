"""Rules and conditions: ids, order, and their form in responses."""

from __future__ import annotations

import re
from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api, condition, rule

BASE62 = re.compile(r"[0-9A-Za-z]{22}")


def update(api: Api, *rules: dict[str, Any]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = api.data("PATCH", "/gates/a_gate", {"rules": list(rules)})["rules"]
    return sent


def identity(sent: dict[str, Any]) -> dict[str, Any]:
    return {"id": sent["id"], "baseID": sent["baseID"]}


def test_a_new_rule_has_a_base62_id_that_is_its_base_id(api: Api) -> None:
    (made,) = api.gate(rules=[rule()])["rules"]

    assert BASE62.fullmatch(made["id"])
    assert made["id"] == made["baseID"]


def test_an_empty_rule_id_of_a_gate_is_ignored(api: Api) -> None:
    (made,) = api.gate(rules=[rule(id="")])["rules"]

    assert BASE62.fullmatch(made["id"])


def test_a_rule_without_environments_has_null(api: Api) -> None:
    rules = api.gate(rules=[rule("all"), rule("some", environments=["staging"])])["rules"]

    assert [made["environments"] for made in rules] == [None, ["staging"]]


def test_a_rule_sent_with_its_id_keeps_its_base_id_and_gets_a_suffix(api: Api) -> None:
    (made,) = api.gate(rules=[rule("r", 10)])["rules"]

    (edited,) = update(api, rule("r", 20.5, **identity(made)))
    assert (f"{made['baseID']}:20.50:1", made["baseID"]) == (edited["id"], edited["baseID"])
    (again,) = update(api, rule("r", 30, baseID=made["baseID"]))
    assert f"{made['baseID']}:30.00:2" == again["id"]


def test_an_unchanged_rule_keeps_its_id(api: Api) -> None:
    rules = api.gate(rules=[rule("r", 10, condition("country", "any", ["NL"]))])["rules"]

    assert rules == update(api, *({key: made[key] for key in made if "Rollouts" not in key} for made in rules))


def test_a_rule_sent_without_ids_is_a_new_rule(api: Api) -> None:
    (made,) = api.gate(rules=[rule("r", 10)])["rules"]

    assert made["baseID"] != update(api, rule("r", 10))[0]["baseID"]


def test_a_rule_sent_without_ids_is_matched_by_name_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(match_rules_by_name=True)
    (made,) = api.gate(rules=[rule("r", 10)])["rules"]

    assert identity(made) == identity(update(api, rule("r", 10))[0])


@pytest.mark.parametrize(
    ("quirk", "after_rename", "after_new_percentage"),
    [("edit", ":10.00:1", ":20.00:2"), ("pass_percentage", "", ":20.00:1"), ("never", "", "")],
)
def test_the_edits_that_change_the_suffix_are_a_quirk(
    api: Api, emulator: Emulator, quirk: str, after_rename: str, after_new_percentage: str
) -> None:
    emulator.quirk(rule_id_suffix=quirk)
    base = api.gate(rules=[rule("r", 10)])["rules"][0]["baseID"]

    assert base + after_rename == update(api, rule("renamed", 10, baseID=base))[0]["id"]
    assert base + after_new_percentage == update(api, rule("renamed", 20, baseID=base))[0]["id"]


def test_an_update_replaces_all_rules_in_the_order_sent(api: Api) -> None:
    _, second = api.gate(rules=[rule("first"), rule("second")])["rules"]

    after = update(api, rule("third"), rule("second", **identity(second)))
    assert [made["name"] for made in after] == ["third", "second"]
    assert identity(second) == identity(after[1])
    assert update(api) == []


def test_the_order_of_conditions_and_values_is_kept(api: Api) -> None:
    conditions = [condition("browser_name", "any", ["Firefox", "Chrome"]), condition("country", "none", ["NL", "BE"])]

    assert conditions == api.gate(rules=[rule("r", 1, *conditions)])["rules"][0]["conditions"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (condition("country", "any", ["NL"]), condition("country", "any", "NL")),
        (condition("country", "any", "NL"), condition("country", "any", "NL")),
        (condition("custom_field", "gt", ["31"], field="age"), condition("custom_field", "gt", 31, field="age")),
        (condition("custom_field", "any", ["31"], field="age"), condition("custom_field", "any", "31", field="age")),
        (condition("time", "after", ["1643070357193"]), condition("time", "after", 1643070357193)),
        (condition("app_version", "version_gt", ["11.0.0"]), condition("app_version", "version_gt", "11.0.0")),
        (condition("public", "", []), condition("public")),
        (condition("passes_gate", "", ["a", "b"]), condition("passes_gate", None, ["a", "b"])),
        (condition("fails_segment", "any", ["a"]), condition("fails_segment", None, "a")),
    ],
)
def test_conditions_are_normalised_in_responses(api: Api, sent: dict[str, Any], read: dict[str, Any]) -> None:
    created = api.gate(rules=[rule("r", 1, sent)])

    assert [read] == created["rules"][0]["conditions"]
    assert [read] == api.data("GET", "/gates/a_gate")["rules"][0]["conditions"]


def test_target_values_are_not_normalised_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(scalar_target_values=False, numeric_target_values=False)
    sent = condition("custom_field", "gt", ["31"], field="age")

    assert [sent] == api.gate(rules=[rule("r", 1, sent)])["rules"][0]["conditions"]


def test_rollouts_are_read_by_quirk_and_never_written(api: Api, emulator: Emulator) -> None:
    phases = [{"time": 1, "passPercent": 2}]

    assert api.gate(rules=[rule(pendingAutomatedRollouts=phases)])["rules"][0]["pendingAutomatedRollouts"] == []
    emulator.quirk(rollouts_in_rules=False)
    assert "pendingAutomatedRollouts" not in api.data("GET", "/gates/a_gate")["rules"][0]


def test_one_rule_is_appended(api: Api) -> None:
    (first,) = api.gate(rules=[rule("first")])["rules"]

    response = api("POST", "/gates/a_gate/rule", rule("second", 5, id="mine"))
    assert (response.status_code, response.json()["message"]) == (200, "Gate rules added successfully.")
    rules = response.json()["data"]["rules"]
    assert (first, "second") == (rules[0], rules[1]["name"])
    assert rules[1]["id"] != "mine"


def test_several_rules_are_appended_unless_the_quirk_is_off(api: Api, emulator: Emulator) -> None:
    api.gate(rules=[rule("first")])

    after = api.data("POST", "/gates/a_gate/rules", {"rules": [rule("second"), rule("third")]})
    assert [made["name"] for made in after["rules"]] == ["first", "second", "third"]
    emulator.quirk(gate_rules_endpoints=False)
    assert api("POST", "/gates/a_gate/rules", {"rules": []}).status_code == 404


def test_the_rules_are_read_in_one_page(api: Api) -> None:
    rules = api.gate(rules=[rule("first"), rule("second")])["rules"]

    assert [{"rules": rules}] == api.data("GET", "/gates/a_gate/rules")


@pytest.mark.parametrize("key", ["id", "baseID"])
def test_a_list_of_changes_keeps_the_other_rules(api: Api, key: str) -> None:
    first, second = api.gate(rules=[rule("first", 1), rule("second", 2)])["rules"]

    after = api.data("PATCH", "/gates/a_gate/rules", {"rules": [{key: second[key], "passPercentage": 50}]})["rules"]
    assert (first, "second", 50) == (after[0], after[1]["name"], after[1]["passPercentage"])
    assert f"{second['baseID']}:50.00:1" == after[1]["id"]


def test_one_rule_is_changed_by_its_id_or_base_id_in_the_path(api: Api) -> None:
    (made,) = api.gate(rules=[rule("r", 1)])["rules"]

    (edited,) = api.data("PATCH", f"/gates/a_gate/rules/{made['id']}", {"passPercentage": 50})["rules"]
    assert f"{made['baseID']}:50.00:1" == edited["id"]
    (again,) = api.data("PATCH", f"/gates/a_gate/rules/{edited['id']}", {"name": "n"})["rules"]
    assert (again["name"], again["passPercentage"]) == ("n", 50)
    assert api.data("DELETE", f"/gates/a_gate/rules/{made['baseID']}")["rules"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("POST", "/rule", rule("first"), "Duplicate rule name(s) given"),
        ("POST", "/rules", {"rules": [rule("x"), rule("x")]}, "Duplicate rule name(s) given"),
        (
            "PATCH",
            "/rules",
            {"rules": [{"id": "A", "name": "x"}, {"id": "B", "name": "x"}]},
            "Duplicate rule name(s) given",
        ),
        ("PATCH", "/rules", {"rules": [{"id": "A", "name": "second"}]}, "Duplicate rule name(s) given"),
        ("PATCH", "/rules", {"rules": [{"id": "A"}, {"baseID": "A"}]}, "Duplicate rule IDs given"),
        ("PATCH", "/rules", {"rules": [{"id": "none"}]}, "A provided rule ID does not match an existing rule ID"),
        ("PATCH", "/rules", {"rules": [{"name": "n"}]}, "A provided rule ID does not match an existing rule ID"),
        ("PATCH", "/rules/none", {}, "A provided rule ID does not match an existing rule ID"),
        ("DELETE", "/rules/none", None, "A provided rule ID does not match an existing rule ID"),
    ],
)
def test_repeated_or_unknown_rules_are_errors(
    api: Api, emulator: Emulator, method: str, path: str, body: Any, message: str
) -> None:
    rules = [rule("first", 1, id="A", baseID="A"), rule("second", 2, id="B", baseID="B")]
    emulator.add("gates", {"name": "A Gate", "rules": rules})

    response = api(method, "/gates/a_gate" + path, body)
    errors = [{"property": "rules", "errorMessage": message}]
    assert {"status": 400, "message": message, "errors": errors} == response.json()
    assert [made["id"] for made in emulator.object("gates", "a_gate")["rules"]] == ["A", "B"]


def test_repeated_names_in_a_full_list_are_errors_only_by_quirk(api: Api, emulator: Emulator) -> None:
    api.gate(rules=[rule("same"), rule("same")])

    emulator.quirk(unique_rule_names=True)
    response = api("PATCH", "/gates/a_gate", {"rules": [rule("same"), rule("same")]})
    assert (response.status_code, response.json()["message"]) == (400, "Duplicate rule name(s) given")
