"""Users, teams, and the effect of a team on its gates and configs."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

LISTS = (
    "members",
    "admins",
    "defaultGateMetrics",
    "defaultExperimentPrimaryMetrics",
    "defaultExperimentSecondaryMetrics",
    "defaultHoldoutMetrics",
    "defaultTargetApplications",
)
TEAM: dict[str, Any] = {
    "name": "Checkout",
    **{key: [] for key in LISTS},
    "changeTeamConfigs": "anyone",
    "reviewApproval": "team_only",
}
ANA = {"email": "ana@example.com", "firstName": "Ana", "lastName": "A", "role": "Admin"}


def team(api: Api, **fields: Any) -> Any:
    return api.data("POST", "/users/teams", {**TEAM, **fields})


def test_an_invited_user_is_read_by_an_address_in_any_case(api: Api) -> None:
    response = api("POST", "/users/invite", {"role": "Read Only", "emails": ["New@example.com"]})

    assert (response.status_code, response.json()) == (200, {"message": "User(s) Invited successfully"})
    expected = {"email": "New@example.com", "firstName": "", "lastName": "", "role": "read_only"}
    assert api.data("GET", "/users/new@example.com") == expected
    assert api.data("GET", "/users")[-1] == expected


def test_an_invited_user_is_not_listed_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(invited_users_visible=False)
    api("POST", "/users/invite", {"role": "Member", "emails": ["new@example.com"]})

    assert [user["email"] for user in api.data("GET", "/users")] == ["casey@example.com"]


def test_only_addresses_of_the_company_can_be_invited(api: Api, emulator: Emulator) -> None:
    emulator.quirk(company_domain="statsig.com")
    emails = ["ok@statsig.com", "x@y.com"]

    response = api("POST", "/users/invite", {"role": "Member", "emails": emails})
    message = (
        "Can not invite emails from outside your organization's domain (statsig.com) using the ConsoleAPI, "
        "recieved: x@y.com"
    )
    assert response.json() == {"status": 400, "message": message}
    assert api("GET", "/users/ok@statsig.com").status_code == 404


def test_an_invitation_is_validated(api: Api) -> None:
    errors = api.errors("POST", "/users/invite", {"emails": ["nonsense"]})
    assert errors == {"role": "Required", "emails.0": "Invalid email"}


def test_an_invited_user_joins_teams_by_name(api: Api) -> None:
    made = team(api)
    api("POST", "/users/invite", {"role": "Member", "emails": ["new@example.com"], "teams": ["Checkout", "None"]})

    members = api.data("GET", f"/users/teams/{made['id']}")["members"]
    assert [member["email"] for member in members] == ["new@example.com"]


@pytest.mark.parametrize(
    ("written", "read"), [("Admin", "admin"), ("Member", "member"), ("Read Only", "read_only"), ("My Role", "My Role")]
)
def test_built_in_roles_are_read_in_lower_case(api: Api, emulator: Emulator, written: str, read: str) -> None:
    emulator.add("users", ANA)

    assert api.data("POST", "/users/ana@example.com", {"role": written})["role"] == read
    emulator.quirk(lower_case_roles=False)
    assert api.data("GET", "/users/ana@example.com")["role"] == written


def test_a_user_is_updated_partially_and_read_by_id(api: Api, emulator: Emulator) -> None:
    made = emulator.add("users", ANA)

    after = api.data("POST", "/users/ana@example.com", {"lastName": "B"})
    assert after == {"email": "ana@example.com", "firstName": "Ana", "lastName": "B", "role": "admin"}
    assert api.data("GET", f"/users/id/{made['id']}") == after


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/users/a@b.c"), ("POST", "/users/a@b.c"), ("GET", "/users/id/x")]
)
def test_a_missing_user_is_a_404(api: Api, method: str, path: str) -> None:
    assert api(method, path).json() == {"status": 404, "message": "No user identified"}


def test_a_new_team_requires_ten_fields(api: Api) -> None:
    errors = api.errors("POST", "/users/teams", {})

    assert errors == dict.fromkeys(TEAM, "Required")
    assert len(errors) == 10


def test_a_team_is_written_with_addresses_and_read_with_users(api: Api, emulator: Emulator) -> None:
    emulator.add("users", ANA)
    response = api("POST", "/users/teams", {**TEAM, "members": ["ANA@example.com", "new@example.com"]})

    assert (response.status_code, response.json()["message"]) == (200, "Team created successfully.")
    made = response.json()["data"]
    assert made["members"] == [
        {**ANA, "role": "admin"},
        {"email": "new@example.com", "firstName": "", "lastName": "", "role": "member"},
    ]
    assert api.data("GET", f"/users/teams/{made['id']}") == made


def test_unset_optional_fields_of_a_team_are_omitted(api: Api) -> None:
    made = team(api, requireReviews=True, defaultHoldoutID="h")
    assert (made["requireReviews"], made["defaultHoldoutID"]) == (True, "h")

    cleared = api.data("PATCH", f"/users/teams/{made['id']}", {"requireReviews": None, "defaultHoldoutID": None})
    assert {"requireReviews", "defaultHoldoutID", "requireGateTemplates"}.isdisjoint(cleared)


def test_a_team_update_replaces_lists(api: Api) -> None:
    made = team(api, members=["a@example.com", "b@example.com"])

    after = api.data("PATCH", f"/users/teams/{made['id']}", {"members": ["c@example.com"], "description": "d"})
    assert ([member["email"] for member in after["members"]], after["description"]) == (["c@example.com"], "d")


def test_the_message_of_a_team_delete_has_no_full_stop(api: Api) -> None:
    made = team(api)

    assert api("DELETE", f"/users/teams/{made['id']}").json() == {"message": "Team deleted successfully"}
    assert api("DELETE", f"/users/teams/{made['id']}").status_code == 404


@pytest.mark.parametrize("status", [404, 400])
def test_the_status_of_a_missing_team_is_a_quirk(api: Api, emulator: Emulator, status: int) -> None:
    emulator.quirk(team_missing_status=status)

    assert api("GET", "/users/teams/none").json() == {"status": status, "message": "Team not found."}


def test_a_team_name_in_use_is_an_error(api: Api) -> None:
    team(api)
    other = team(api, name="Other")

    assert api("POST", "/users/teams", TEAM).json()["message"] == "Name is already in use"
    assert api("PATCH", f"/users/teams/{other['id']}", {"name": "Checkout"}).status_code == 400


@pytest.mark.parametrize("with_members", [True, False])
def test_the_list_of_teams_has_members_by_quirk(api: Api, emulator: Emulator, with_members: bool) -> None:
    emulator.quirk(list_teams_with_members=with_members)
    team(api)

    (listed,) = api.data("GET", "/users/teams")
    assert ("members" in listed, "admins" in listed) == (with_members, with_members)


def test_responses_have_no_team_id_by_quirk(api: Api, emulator: Emulator) -> None:
    api.on_purpose.append("'id' is a required property")
    emulator.quirk(team_id_in_answers=False)

    assert "id" not in team(api)


def test_the_members_of_a_team_include_admins_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(admins_appear_in_members=True)
    made = team(api, members=["a@example.com"], admins=["b@example.com"])

    assert [member["email"] for member in made["members"]] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize("key", ["team", "teamID"])
def test_either_team_key_of_a_gate_sets_the_other(api: Api, key: str) -> None:
    made = team(api)

    gate = api.gate(**{key: made["name"] if key == "team" else made["id"]})
    assert (gate["team"], gate["teamID"]) == ("Checkout", made["id"])
    api("PATCH", f"/users/teams/{made['id']}", {"name": "Payments"})
    assert api.data("GET", "/gates/a_gate")["team"] == "Payments"
    cleared = api.data("PATCH", "/gates/a_gate", {key: None})
    assert (cleared["team"], cleared["teamID"]) == (None, None)


def test_the_precedence_of_the_two_team_keys_is_a_quirk(api: Api, emulator: Emulator) -> None:
    one, two = team(api, name="One"), team(api, name="Two")
    both = {"team": "One", "teamID": two["id"]}

    assert api.gate("one gate", **both)["team"] == "Two"
    emulator.quirk(team_precedence="team")
    assert api.gate("two gate", **both)["teamID"] == one["id"]


def test_team_ids_are_hidden_on_gates_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(team_id_on_configs=False)
    team(api)

    assert "teamID" not in api.gate(team="Checkout")


@pytest.mark.parametrize(
    ("mode", "silent", "sent"),
    [("fill", ["ios"], ["web"]), ("union", ["ios"], ["web", "ios"]), ("off", [], ["web"])],
)
def test_team_defaults_apply_to_a_new_gate(
    api: Api, emulator: Emulator, mode: str, silent: list[str], sent: list[str]
) -> None:
    emulator.quirk(team_defaults=mode)
    team(api, defaultTargetApplications=["ios"])

    assert api.gate("one gate", team="Checkout")["targetApps"] == silent
    assert api.config("two config", team="Checkout", targetApps=["web"])["targetApps"] == sent


def test_metric_holdout_and_review_defaults_apply_to_new_gates_only(api: Api) -> None:
    metric = {"name": "m", "type": "event_count"}
    api.gate("old gate")
    team(api, defaultGateMetrics=[metric], defaultHoldoutID="h", requireReviews=True)

    gate = api.gate("new gate", team="Checkout")
    assert (gate["monitoringMetrics"], gate["holdoutIDs"]) == ([metric], ["h"])
    assert gate["reviewSettings"]["requiredReview"] is True
    assert api.data("PATCH", "/gates/old_gate", {"team": "Checkout"})["monitoringMetrics"] == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"tags": ["none"]}, "Tag not found."),
        ({"team": "none"}, "Team not found."),
        ({"targetApps": "none"}, "Target apps with IDs [none] do not exist"),
        (
            {
                "rules": [
                    {"name": "r", "passPercentage": 1, "conditions": [{"type": "passes_gate", "targetValue": "x"}]}
                ]
            },
            "Gates with IDs [x] do not exist",
        ),
    ],
)
def test_unknown_references_are_errors_by_quirk(
    api: Api, emulator: Emulator, body: dict[str, Any], message: str
) -> None:
    api.gate("one gate", **body)

    emulator.quirk(unknown_references="reject")
    response = api("POST", "/gates", {"name": "two gate", **body})
    assert (response.status_code, response.json()["message"]) == (404, message)


def test_unknown_members_of_a_team_are_errors_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(unknown_references="reject")

    assert api("POST", "/users/teams", {**TEAM, "members": ["none@example.com"]}).status_code == 400
    assert api("POST", "/users/teams", {**TEAM, "members": ["casey@example.com"]}).status_code == 200
