"""Data sources of people, gates and dynamic configs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError

from .program import run

NL = {"type": "country", "operator": "any", "targetValue": "NL"}
RULE = {"name": "Holland", "passPercentage": 33.33, "conditions": [NL]}
MISSING = "in this Statsig project"


def test_a_user_reads_by_attributes_and_as_a_dict(emulator: Emulator) -> None:
    emulator.add("users", {"email": "ana@example.com", "firstName": "Ana", "lastName": "Bo", "role": "Read Only"})
    user = statsig.get_user("ana@example.com")
    assert user == {"email": "ana@example.com", "first_name": "Ana", "last_name": "Bo", "role": "read_only"}
    assert user.role == user["role"]
    with pytest.raises(AttributeError):
        user.role = "Admin"


def test_an_invalid_email_address_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match="get_user: email: must be an email address, not 'teams'"):
        statsig.get_user("teams")
    assert emulator.requests()["log"] == []


def test_lists_are_read_to_the_last_page(emulator: Emulator) -> None:
    emulator.quirk(max_page_size=2)
    for number in range(5):
        emulator.add("users", {"email": f"u{number}@example.com"})
    assert [user.email for user in statsig.list_users()] == [f"u{number}@example.com" for number in range(5)]
    assert len(emulator.requests()["log"]) == 3


@pytest.mark.parametrize("has_id", [True, False])
@pytest.mark.parametrize("lists_people", [True, False])
def test_a_team_is_found_by_its_name_with_its_people(emulator: Emulator, has_id: bool, lists_people: bool) -> None:
    emulator.quirk(team_id_in_answers=has_id, list_teams_with_members=lists_people)
    emulator.add("users", {"email": "ana@example.com", "firstName": "Ana", "role": "Admin"})
    team_record = emulator.add(
        "teams", {"name": "Checkout", "members": ["ana@example.com"], "reviewApproval": "team_only"}
    )
    emulator.add("teams", {"name": "Growth"})
    team = statsig.get_team("Checkout")
    assert [(person.email, person.first_name, person.role) for person in team.members] == [
        ("ana@example.com", "Ana", "admin")
    ]
    assert (team.id, team.review_approval, team.require_reviews, team.admins) == (
        team_record["id"],
        "team_only",
        None,
        [],
    )
    assert sorted(found.name for found in statsig.list_teams()) == ["Checkout", "Growth"]


def test_a_missing_team_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(GoneError, match=f"^there is no team 'Nobody' {MISSING}$"):
        statsig.get_team("Nobody")


@pytest.mark.parametrize("status", [400, 404])
def test_a_team_deleted_between_two_requests_is_an_error(emulator: Emulator, status: int) -> None:
    team_record = emulator.add("teams", {"name": "Checkout"})
    emulator.fault(kind="status", status=status, path=f"/users/teams/{team_record['id']}")
    with pytest.raises(GoneError, match=f"^there is no team 'Checkout' {MISSING}$"):
        statsig.get_team("Checkout")


def test_all_properties_of_gates_are_read(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "New checkout", "tags": ["core"], "rules": [RULE], "holdoutIDs": ["h", "h"]})
    (gate,) = statsig.list_gates()
    assert (gate.id, gate.name, gate.status, gate.is_enabled) == ("new_checkout", "New checkout", "In Progress", True)
    assert (gate.holdout_ids, gate.target_apps, gate.active_review) == (["h"], [], None)
    assert gate.rules[0].conditions[0].target_value == ["NL"]
    assert gate["rules"][0]["base_id"] == gate.rules[0].base_id
    assert gate.review_settings is not None
    assert gate.review_settings.required_review is False


def test_gates_are_filtered_by_the_api(emulator: Emulator) -> None:
    for name, tags in (("g_1", ["a"]), ("g_2", ["b"]), ("g_3", ["c"])):
        emulator.add("gates", {"name": name, "tags": tags, "type": "PERMANENT"})
    emulator.quirk(max_page_size=1)
    assert [gate.id for gate in statsig.list_gates(tags=["a", "c"], type="PERMANENT")] == ["g_1", "g_3"]
    assert [gate.id for gate in statsig.list_gates(tags="b", creator_name=None)] == ["g_2"]  # type: ignore[arg-type]
    assert statsig.list_gates(type="TEMPORARY") == []


def test_archived_gates_are_listed_only_with_include_archived(emulator: Emulator, client: Client) -> None:
    emulator.add("gates", {"name": "old"})
    client.change("PUT", "gates/old/archive", {})
    assert statsig.list_gates() == statsig.list_gates(include_archived=False) == []
    assert [gate.status for gate in statsig.list_gates(include_archived=True)] == ["Archived"]


def test_filters_are_sent_with_the_names_of_the_api(emulator: Emulator) -> None:
    statsig.list_gates(
        id_type=["userID", "stableID"],
        type_reason="STALE_NO_RULES",
        pass_rate="0",
        rollout_rate=["100", "INBETWEEN"],
        creator_id="c",
        release_pipeline_id="p",
        target_app_id="t",
        store_0100_exposures=True,
    )
    assert emulator.requests()["log"][-1]["query"] == {
        "limit": "100",
        "page": "1",
        "idType": ["userID", "stableID"],
        "typeReason": "STALE_NO_RULES",
        "passRate": "0",
        "rolloutRate": ["100", "INBETWEEN"],
        "creatorID": "c",
        "releasePipelineID": "p",
        "targetAppID": "t",
        "store0100Exposures": "true",
    }


def test_dynamic_configs_are_listed_and_filtered(emulator: Emulator) -> None:
    emulator.add("dynamic_configs", {"name": "prices", "tags": ["shop"], "defaultValue": {"max": 3.5}})
    emulator.add("dynamic_configs", {"name": "limits"})
    (config,) = statsig.list_dynamic_configs(tags="shop")
    assert (config.id, config.default_value, config.status, config.schema) == ("prices", {"max": 3.5}, "Enabled", None)
    assert len(statsig.list_dynamic_configs()) == 2


@pytest.mark.parametrize(
    ("kind", "versions"),
    [("gates", statsig.list_gate_versions), ("dynamic_configs", statsig.list_dynamic_config_versions)],
)
def test_versions_have_their_own_values(emulator: Emulator, kind: str, versions: Callable[[str], Any]) -> None:
    emulator.add(kind, {"name": "thing", "description": "before"})
    emulator.edit(kind, "thing", {"description": "after"})
    assert {version.version: version.description for version in versions("thing")} == {1: "before", 2: "after"}
    with pytest.raises(GoneError, match=f"^there is no .* 'other' {MISSING}$"):
        versions("other")


def test_a_rule_that_was_read_can_be_declared(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "first", "rules": [RULE | {"environments": ["production"]}]})
    (rule,) = statsig.list_gate_rules("first")
    assert (rule.name, rule.pass_percentage, rule.environments) == ("Holland", 33.33, ["production"])

    def program() -> None:
        again = statsig.Rule(name=rule.name, pass_percentage=50, conditions=rule.conditions)
        statsig.Gate("second", name="second", rules=[again])

    (declared,) = run(program)["second"]["rules"]
    assert declared["conditions"] == [{"type": "country", "operator": "any", "target_value": ["NL"]}]


def test_rules_of_a_config_are_listed_and_read_one_by_one(emulator: Emulator) -> None:
    rules = [RULE | {"returnValue": {"max": 1}}, {"name": "Rest", "passPercentage": 100, "conditions": []}]
    emulator.add("dynamic_configs", {"name": "prices", "rules": rules})
    first, rest = statsig.list_dynamic_config_rules("prices")
    assert (first.name, first.return_value, rest.name, rest.conditions) == ("Holland", {"max": 1}, "Rest", [])
    assert statsig.get_dynamic_config_rule("prices", first.id) == first
    assert statsig.get_dynamic_config_rule("prices", rest.base_id) == rest


def test_a_missing_rule_or_config_is_an_error(emulator: Emulator) -> None:
    emulator.add("dynamic_configs", {"name": "prices"})
    for config_id in ("prices", "limits"):
        with pytest.raises(GoneError, match=f"^there is no rule 'r' of dynamic config '{config_id}' {MISSING}$"):
            statsig.get_dynamic_config_rule(config_id, "r")
    for rules in (statsig.list_dynamic_config_rules, statsig.list_gate_rules):
        with pytest.raises(GoneError, match=f"'limits' {MISSING}$"):
            rules("limits")


def test_overrides_of_a_gate(emulator: Emulator, client: Client) -> None:
    emulator.add("gates", {"name": "beta"})
    place = {"environment": None, "unitID": "userID", "passingIDs": ["u9"], "failingIDs": []}
    body = {"passingUserIDs": ["u1", "u2"], "failingUserIDs": [], "environmentOverrides": [place]}
    client.change("POST", "gates/beta/overrides", body)
    found = statsig.get_gate_overrides("beta")
    assert (found.passing_user_ids, found.failing_user_ids, found.passing_custom_ids) == (["u1", "u2"], [], [])
    (override,) = found.environment_overrides
    assert (override.environment, override.unit_id, override.passing_ids) == (None, "userID", ["u9"])
    with pytest.raises(GoneError, match=f"no gate 'gamma' {MISSING}"):
        statsig.get_gate_overrides("gamma")
