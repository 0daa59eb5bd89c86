"""Users: program in, exact requests out; existing users are updated, others are invited."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, ImportMismatchError, InvalidInputsError, StatsigError
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Json, engine_values
from .conftest import Deployment, registrations

ANA = "/users/ana%40example.com"
INVITE = "/users/invite"


def user(**properties: Any) -> None:
    statsig.User("user", **{"email": "ana@example.com", "role": "Member"} | properties)


@pytest.fixture
def emulator(deployment: Deployment) -> Emulator:
    """A project with one user."""
    person = {"email": "ana@example.com", "role": "Admin", "firstName": "Ana", "lastName": "Li"}
    deployment.project.emulator.add("users", person)
    return deployment.project.emulator


def people(deployment: Deployment) -> list[Json]:
    """Return the users of the project except its owner."""
    return [person for person in deployment.project.client.pages("users") if person["role"] != "Owner"]


def messages(deployment: Deployment) -> list[str]:
    return deployment.resources["user"].reporter.messages


@pytest.mark.parametrize("is_lower", [True, False])
def test_an_existing_user_gets_the_differences(deployment: Deployment, emulator: Emulator, is_lower: bool) -> None:
    emulator.quirk(lower_case_roles=is_lower)
    assert deployment.up(lambda: user(role="Read Only", first_name="Ana", last_name="Ng")) == [
        ("POST", ANA, {"role": "Read Only", "lastName": "Ng"})
    ]
    resource = deployment.resources["user"]
    assert (resource.id, resource.drift(), resource.outputs.get("is_invited")) == ("ana@example.com", (), None)
    assert resource.live()["firstName"] == "Ana"


@pytest.mark.usefixtures("emulator")
def test_a_user_without_differences_gets_no_request(deployment: Deployment) -> None:
    assert deployment.up(lambda: user(role="Admin", first_name="Ana")) == []


@pytest.mark.parametrize("role", ["admin", "ADMIN", "Admin"])
@pytest.mark.parametrize("is_lower", [True, False])
def test_roles_are_compared_without_case(deployment: Deployment, emulator: Emulator, role: str, is_lower: bool) -> None:
    emulator.quirk(lower_case_roles=is_lower)
    assert deployment.up(lambda: user(role=role)) == []
    assert deployment.up(lambda: user(role="Admin")) == []
    assert deployment.resources["user"].drift() == ()


@pytest.mark.parametrize("role", ["Read Only", "read_only", "Read only"])
def test_read_only_has_two_spellings(deployment: Deployment, emulator: Emulator, role: str) -> None:
    emulator.edit("users", "ana@example.com", {"role": "Read Only"})
    assert deployment.up(lambda: user(role=role)) == []


@pytest.mark.usefixtures("emulator")
def test_a_custom_role_is_read_as_it_was_declared(deployment: Deployment) -> None:
    assert deployment.up(lambda: user(role="Data Scientist")) == [("POST", ANA, {"role": "Data Scientist"})]
    assert deployment.resources["user"].drift() == ()


@pytest.mark.parametrize(
    ("properties", "writes"),
    [
        ({"role": "Member"}, {"role": "Member"}),
        ({"first_name": "Anna"}, {"firstName": "Anna"}),
        ({"last_name": ""}, {"lastName": ""}),
    ],
)
@pytest.mark.usefixtures("emulator")
def test_an_update_of_one_property_sends_only_that_property(
    deployment: Deployment, properties: dict[str, Any], writes: dict[str, Any]
) -> None:
    usual = {"role": "Admin", "first_name": "Ana", "last_name": "Li"}
    deployment.up(lambda: user(**usual))
    assert deployment.up(lambda: user(**usual | properties)) == [("POST", ANA, writes)]


def test_undeclared_names_are_unchanged(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(user)
    emulator.edit("users", "ana@example.com", {"firstName": "Anna"})
    assert deployment.resources["user"].drift() == ()
    deployment.up(lambda: user(role="Admin"))
    assert deployment.resources["user"].live()["firstName"] == "Anna"


@pytest.mark.usefixtures("emulator")
def test_addresses_are_compared_without_case(deployment: Deployment) -> None:
    assert deployment.up(lambda: user(email="Ana@Example.com", role="Admin")) == []
    resource = deployment.resources["user"]
    assert resource.drift() == ()
    assert deployment.up(lambda: user(role="Admin")) == []
    assert resource.preview({"email": "bob@example.com", "role": "Admin"}).replaces == ("email",)


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_missing_user_is_invited(deployment: Deployment, is_shown: bool) -> None:
    deployment.project.emulator.quirk(invited_users_visible=is_shown)
    body = {"role": "Member", "emails": ["ana@example.com"], "teams": ["Core", "Growth"]}
    assert deployment.up(lambda: user(teams=["Growth", "Core"])) == [("POST", INVITE, body)]
    assert deployment.up(lambda: user(teams=["Growth", "Core"])) == []
    assert deployment.resources["user"].id == "ana@example.com"
    assert messages(deployment) == ["info: User 'ana@example.com' was invited; the invitation is in Statsig"]
    teams = deployment.project.emulator.objects("teams")
    assert [team["members"] for team in teams] == [["ana@example.com"]] * 2


def test_an_invitation_without_teams_sends_no_teams(deployment: Deployment) -> None:
    assert deployment.up(user) == [("POST", INVITE, {"role": "Member", "emails": ["ana@example.com"]})]


def test_an_invitation_that_was_sent_before_is_no_error(deployment: Deployment) -> None:
    refusal = {"status": 400, "message": "User is already invited"}
    deployment.project.emulator.fault(method="POST", path=INVITE, status=400, times=1, body=refusal)
    deployment.up(lambda: user(role="Member"))
    assert deployment.resources["user"].outputs["is_invited"] is True


def test_the_names_of_an_invited_user_are_set_once_the_user_is_visible(deployment: Deployment) -> None:
    writes = deployment.up(lambda: user(first_name="Ana", last_name="Li"))
    assert writes == [
        ("POST", INVITE, {"role": "Member", "emails": ["ana@example.com"]}),
        ("POST", ANA, {"firstName": "Ana", "lastName": "Li"}),
    ]
    assert [person["lastName"] for person in people(deployment)] == ["Li"]


@pytest.fixture
def hidden(deployment: Deployment) -> Emulator:
    """A project that shows nobody before the invitation is accepted, neither in the list nor alone."""
    emulator = deployment.project.emulator
    words = {"message": "No user identified", "status": 404}
    for method in ("GET", "POST"):
        emulator.fault(method=method, path="/users/ana@example.com", status=404, body=words, times=None)
    return emulator


def accepted(emulator: Emulator) -> None:
    emulator.clear_faults()
    emulator.edit("users", "ana@example.com", {"invited": False})


def test_the_declared_values_are_kept_until_the_invitation_is_accepted(
    deployment: Deployment, hidden: Emulator
) -> None:
    def program() -> None:
        user(first_name="Ana", teams=["Core"])

    body = {"role": "Member", "emails": ["ana@example.com"], "teams": ["Core"]}
    assert deployment.up(program) == [("POST", INVITE, body)]
    resource = deployment.resources["user"]
    assert resource.outputs["is_invited"] is True
    assert deployment.refresh() == {"user": resource.inputs}
    assert resource.outputs["is_invited"] is True
    assert resource.drift() == ()
    assert deployment.up(program) == []

    accepted(hidden)
    deployment.refresh()
    assert resource.outputs.get("is_invited", False) is False
    assert deployment.up(program) == [("POST", ANA, {"firstName": "Ana"})]
    assert resource.drift() == ()


def test_a_changed_role_invites_again_until_the_invitation_is_accepted(
    deployment: Deployment, hidden: Emulator
) -> None:
    deployment.up(user)
    invitation = {"role": "Admin", "emails": ["ana@example.com"]}
    assert deployment.up(lambda: user(role="Admin")) == [("POST", INVITE, invitation)]
    assert deployment.resources["user"].outputs["is_invited"] is True
    assert [("POST", INVITE, invitation | {"teams": ["Core"]})] == deployment.up(
        lambda: user(role="Admin", teams=["Core"])
    )
    accepted(hidden)
    assert deployment.up(lambda: user(role="Read Only")) == [("POST", ANA, {"role": "Read Only"})]
    assert deployment.resources["user"].outputs.get("is_invited", False) is False


@pytest.mark.usefixtures("hidden")
def test_a_property_that_no_invitation_sends_invites_nobody_again(deployment: Deployment) -> None:
    deployment.up(lambda: user(last_name="Li"))
    for properties in ({"last_name": "Ng"}, {"last_name": "Ng", "first_name": "Ana"}, {}):
        assert deployment.up(lambda properties=properties: user(**properties)) == []  # type: ignore[misc]
        assert deployment.resources["user"].outputs["is_invited"] is True


def test_an_external_address_is_an_error_with_the_message_of_the_api(deployment: Deployment) -> None:
    words = r"from outside your organization's domain \(example.com\) using the ConsoleAPI, recieved: ana@other.org"
    with pytest.raises(StatsigError, match=words):
        deployment.up(lambda: user(email="ana@other.org"))
    assert people(deployment) == []


def test_a_missing_team_is_an_error_with_the_message_of_the_api(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(unknown_references="reject")
    with pytest.raises(StatsigError, match="Team not found"):
        deployment.up(lambda: user(teams=["No team"]))
    assert people(deployment) == []


@pytest.mark.usefixtures("emulator")
def test_teams_of_an_existing_user_are_not_sent(deployment: Deployment) -> None:
    assert deployment.up(lambda: user(role="Admin", teams=["Core"])) == []
    assert deployment.up(lambda: user(role="Admin", teams=["Growth"])) == []


@pytest.mark.usefixtures("emulator")
def test_destroy_keeps_the_user_and_reports_it(deployment: Deployment) -> None:
    deployment.up(lambda: user(role="Admin"))
    before = people(deployment)
    reported = messages(deployment)
    assert deployment.destroy() == []
    assert people(deployment) == before
    assert reported == ["info: User 'ana@example.com' is kept in Statsig: the API cannot delete it"]


def test_a_user_who_is_removed_in_the_console_is_invited_again(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(user)
    emulator.remove("users", "ana@example.com")
    assert deployment.resources.pop("user").read() is None
    assert [path for _, path, _ in deployment.up(user)] == [INVITE]


@pytest.mark.usefixtures("emulator")
def test_an_import_by_address_never_invites_the_user(deployment: Deployment) -> None:
    [(_, _, inputs)] = registrations(lambda: user(role="Admin", last_name="Li"))
    resource = deployment.project.resource(REGISTRY["User"])
    resource.up(inputs | {"__import": "ana@example.com"})
    assert (resource.id, resource.drift(), deployment.project.new_writes()) == ("ana@example.com", (), [])
    other = deployment.project.resource(REGISTRY["User"]).lifecycle
    with pytest.raises(ImportMismatchError, match="the program differs from it in role"):
        other.create(engine_values(inputs | {"role": "Member", "__import": "ana@example.com"}))
    with pytest.raises(GoneError, match=r"User 'bob@example.com' does not exist"):
        other.create(engine_values(inputs | {"__import": "bob@example.com"}))
    assert deployment.project.new_writes() == []


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"email": "ana"}, "email"),
        ({"email": "ana@@example.com"}, "email"),
        ({"role": ""}, "role"),
        ({"first_name": None}, "first_name"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: user(**properties))
    assert [problem.place for problem in error.value.problems] == [place]
