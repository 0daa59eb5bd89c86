"""Assertions about the objects of a project."""

from __future__ import annotations

import re
from typing import Any

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.testing import CannotEvaluateError, ProgramError, Project

from ...emulator.conftest import condition, rule

Json = Any
STAFF = condition("email", "str_contains_any", ["@example.com"])
DUTCH = condition("country", "any", ["NL"])


def api(emulator: Emulator) -> Client:
    return Client(emulator.key, emulator.url)


def add_gate(emulator: Emulator, *rules: Json, **more: Json) -> None:
    emulator.add("gates", {"name": "checkout", "rules": list(rules), **more})


def test_the_first_rule_that_matches_decides(emulator: Emulator, project: Project) -> None:
    add_gate(emulator, rule("Blocked", 0, DUTCH), rule("Staff", 100, STAFF), rule("Some", 10, condition("public")))
    gate = project.gate("checkout")
    assert gate.passes(email="ana@example.com")
    assert not gate.passes(email="ana@example.com", country="NL")
    assert gate.fails(email="ana@example.com", country="NL")
    assert gate.pass_percentage(email="ben@example.org") == 10
    assert gate.pass_percentage(email="ana@example.com") == 100


def test_a_verdict_says_why(emulator: Emulator, project: Project) -> None:
    add_gate(emulator, rule("Staff", 100, STAFF))
    passes, fails = (project.gate("checkout").passes(email=email) for email in ("a@example.com", "a@example.org"))
    assert repr(passes) == (
        "<gate 'checkout' passes for email='a@example.com', environment='production': rule 'Staff' matches>"
    )
    assert repr(fails).endswith("environment='production': no rule matches>")


def test_a_share_of_users_cannot_be_evaluated(emulator: Emulator, project: Project) -> None:
    add_gate(emulator, rule("Some", 33.33, DUTCH))
    expected = "gate 'checkout': rule 'Some' matches, and a hash decides which 33.33 % of its users pass"
    with pytest.raises(CannotEvaluateError, match=re.escape(expected)):
        project.gate("checkout").passes(country="NL")
    assert not project.gate("checkout").passes(country="BE")


def test_a_rule_counts_in_its_environments(emulator: Emulator, project: Project) -> None:
    add_gate(emulator, rule("All", 100, condition("public"), environments=["staging"]))
    assert project.gate("checkout").passes(environment="staging")
    assert not project.gate("checkout").passes()


@pytest.mark.parametrize(("method", "expected"), [("launch", True), ("disable", False), ("archive", False)])
def test_a_gate_that_is_launched_or_off_decides_for_everyone(
    emulator: Emulator, project: Project, method: str, expected: bool
) -> None:
    add_gate(emulator, rule("Staff", 100, STAFF))
    status = {"launch": "Launched", "disable": "Disabled", "archive": "Archived"}[method]
    emulator.edit("gates", "checkout", {"status": status, "isEnabled": False})
    assert bool(project.gate("checkout").passes(email="ana@example.com")) is expected
    assert bool(project.gate("checkout").passes(email="ana@example.org")) is expected


def test_gates_and_segments_are_followed(emulator: Emulator, project: Project) -> None:
    emulator.add("segments", {"name": "dutch", "type": "rule_based", "rules": [rule("NL", 100, DUTCH)]})
    emulator.add("gates", {"name": "staff", "rules": [rule("Staff", 100, STAFF)]})
    conditions = [condition("passes_gate", None, ["staff"]), condition("fails_segment", None, ["dutch"])]
    add_gate(emulator, rule("Both", 100, *conditions))
    gate = project.gate("checkout")
    assert gate.passes(email="ana@example.com", country="BE")
    assert not gate.passes(email="ana@example.com", country="NL")
    assert not gate.passes(email="ana@example.org", country="BE")
    assert project.segment("dutch").contains(country="NL")


def test_a_gate_that_refers_to_itself_cannot_be_evaluated(emulator: Emulator, project: Project) -> None:
    add_gate(emulator, rule("Self", 100, condition("passes_gate", None, ["checkout"])))
    with pytest.raises(CannotEvaluateError, match="gate 'checkout': rule 'Self': gate 'checkout' refers to itself"):
        project.gate("checkout").passes()


def test_the_ids_of_a_segment_are_its_members(emulator: Emulator, project: Project) -> None:
    emulator.add("segments", {"name": "beta", "type": "id_list"})
    api(emulator).change("PATCH", "segments/beta/id_list", {"ids": [f"u{number}" for number in range(250)]})
    assert project.segment("beta").contains(user_id="u249")
    assert not project.segment("beta").contains(user_id="u250")
    assert not project.segment("beta").contains(email="ana@example.com")


def test_a_segment_whose_members_are_computed_cannot_be_evaluated(emulator: Emulator, project: Project) -> None:
    emulator.add("segments", {"name": "power", "type": "analysis_list"})
    with pytest.raises(CannotEvaluateError, match=r"'power': the members .* 'analysis_list' are not known"):
        project.segment("power").contains(user_id="ana")


def test_overrides_of_a_gate_go_before_its_rules(emulator: Emulator, project: Project) -> None:
    add_gate(emulator, rule("Staff", 100, STAFF))
    rows = [{"environment": "staging", "unitID": "userID", "passingIDs": ["eva"], "failingIDs": []}]
    body = {"passingUserIDs": ["ben"], "failingUserIDs": ["ana"], "environmentOverrides": rows}
    api(emulator).change("POST", "gates/checkout/overrides", body)
    gate = project.gate("checkout")
    assert gate.passes(user_id="ben")
    assert not gate.passes(user_id="ana", email="ana@example.com")
    assert gate.passes(user_id="eva", environment="staging")
    assert not gate.passes(user_id="eva")
    emulator.edit("gates", "checkout", {"status": "Disabled", "isEnabled": False})
    with pytest.raises(CannotEvaluateError, match="does not document overrides of a gate that is disabled"):
        gate.passes(user_id="ben")


def test_a_gate_in_a_holdout_needs_to_know_who_is_held_out(emulator: Emulator, project: Project) -> None:
    add_gate(emulator, rule("All", 100, condition("public")), holdoutIDs=["long_term"])
    gate = project.gate("checkout")
    with pytest.raises(CannotEvaluateError, match="the holdout 'long_term' holds some users out: pass held_out="):
        gate.passes()
    assert gate.passes(held_out=False)
    assert not gate.passes(held_out=True)


def test_a_dynamic_config_returns_the_value_of_the_rule_that_matches(emulator: Emulator, project: Project) -> None:
    rules = [
        {**rule("Staff", 100, STAFF), "returnValue": {"max": 2}},
        {**rule("Nobody", 0, DUTCH), "returnValue": {"max": 3}},
        {**rule("Some", 50, condition("country", "any", ["BE"])), "returnValue": {"max": 4}},
    ]
    emulator.add("dynamic_configs", {"name": "limits", "defaultValue": {"max": 1}, "rules": rules})
    config = project.dynamic_config("limits")
    assert config.value(email="ana@example.com") == {"max": 2}
    assert config.value(country="NL") == {"max": 1}
    assert config.value() == {"max": 1}
    with pytest.raises(CannotEvaluateError, match="dynamic config 'limits': rule 'Some' matches, and a hash decides"):
        config.value(country="BE")
    emulator.edit("dynamic_configs", "limits", {"isEnabled": False, "status": "Disabled"})
    assert config.value(email="ana@example.com") == {"max": 1}


def experiment(emulator: Emulator, **more: Json) -> None:
    groups = [{"name": name, "size": 50, "parameterValues": {"pages": size}} for name, size in (("Old", 3), ("New", 1))]
    emulator.add("experiments", {"name": "one_page", "groups": groups, "status": "active", **more})


def test_a_group_is_known_by_an_override_or_a_decision(emulator: Emulator, project: Project) -> None:
    experiment(emulator)
    body = {"overrides": [], "userIDOverrides": [{"groupID": "New", "ids": ["ana"]}]}
    api(emulator).change("POST", "experiments/one_page/overrides", body)
    assert project.experiment("one_page").group(user_id="ana") == "New"
    assert project.experiment("one_page").parameters(user_id="ana") == {"pages": 1}
    with pytest.raises(CannotEvaluateError, match="experiment 'one_page': a hash decides between its groups"):
        project.experiment("one_page").group(user_id="ben")
    new = emulator.object("experiments", "one_page")["groups"][1]["id"]
    emulator.edit("experiments", "one_page", {"status": "decision_made", "launchedGroupID": new})
    assert project.experiment("one_page").group(user_id="ben") == "New"


def test_nobody_is_in_a_group_before_the_start_or_outside_of_the_targeting(
    emulator: Emulator, project: Project
) -> None:
    add_gate(emulator, rule("Staff", 100, STAFF))
    experiment(emulator, targetingGateID="checkout")
    assert project.experiment("one_page").group(email="ana@example.org") is None
    assert project.experiment("one_page").parameters(email="ana@example.org") is None
    emulator.edit("experiments", "one_page", {"status": "setup"})
    assert project.experiment("one_page").group(email="ana@example.com") is None
    assert project.experiment("one_page").status == "setup"


def test_an_object_is_found_by_its_name(emulator: Emulator, project: Project) -> None:
    emulator.add("gates", {"name": "New Checkout", "rules": []})
    assert project.gate("New Checkout").id == "new_checkout"


def test_an_object_that_does_not_exist_is_an_error_with_the_nearest(emulator: Emulator, project: Project) -> None:
    with pytest.raises(ProgramError, match="the program declares no gate 'checkout'; there is: none"):
        project.gate("checkout")
    add_gate(emulator)
    with pytest.raises(ProgramError, match="the program declares no gate 'chekout'; did you mean 'checkout'"):
        project.gate("chekout")
    with pytest.raises(ProgramError, match="the program declares no gate 'zzz'; there is: checkout"):
        project.gate("zzz")
