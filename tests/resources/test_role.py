"""Roles: program in, exact requests out."""

from __future__ import annotations

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator.api.roles import PERMISSIONS
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from .conftest import Deployment, registrations

NAME = "Data Scientist"
PATH = "/roles/Data%20Scientist"
EVERY_PERMISSION = [
    *PERMISSIONS,
    "bypass_precommit_webhook",
    "delete_configs",
    "whn_connection",
]


def role(**permissions: bool) -> None:
    statsig.Role("role", name=NAME, permissions=statsig.RolePermissions(**permissions))


def test_every_permission_is_sent_under_its_own_name(deployment: Deployment) -> None:
    values = {name: index % 2 == 0 for index, name in enumerate(EVERY_PERMISSION)}
    assert deployment.up(lambda: role(**values)) == [("POST", "/roles", {"name": NAME, "permissions": values})]
    assert set(statsig.RolePermissions.properties) == {*EVERY_PERMISSION, "more_permissions"}


def test_a_name_is_enough_and_the_required_permissions_are_empty(deployment: Deployment) -> None:
    assert deployment.up(lambda: statsig.Role("role", name=NAME)) == [
        ("POST", "/roles", {"name": NAME, "permissions": {}})
    ]


def test_an_update_sends_all_permissions_as_they_are_in_statsig(deployment: Deployment) -> None:
    deployment.up(lambda: role(create_teams=True, manage_alerts=True))
    deployment.resources["role"].edit_in_console(
        {"permissions": {"create_teams": True, "manage_alerts": True, "approve_reviews": True, "fly": True}}
    )
    assert deployment.up(lambda: role(create_teams=True, manage_alerts=False)) == [
        (
            "PATCH",
            PATH,
            {"permissions": {"create_teams": True, "manage_alerts": False, "approve_reviews": True, "fly": True}},
        )
    ]


@pytest.mark.parametrize("is_whole", [True, False])
def test_an_omitted_permission_stays_as_it_is(deployment: Deployment, is_whole: bool) -> None:
    deployment.project.emulator.quirk(role_patch_whole=is_whole)
    deployment.up(lambda: role(create_teams=True, manage_alerts=True))
    deployment.up(lambda: role(manage_alerts=False))
    assert deployment.resources["role"].live()["permissions"]["create_teams"] is True
    assert deployment.refresh() == {"role": {"name": NAME, "permissions": {"manage_alerts": False}}}


def test_a_permission_that_the_package_does_not_know_passes(deployment: Deployment) -> None:
    def program(can_fly: bool) -> None:
        permissions = statsig.RolePermissions(create_teams=True, more_permissions={"fly": can_fly})
        statsig.Role("role", name=NAME, permissions=permissions)

    (create,) = deployment.up(lambda: program(True))
    assert create[2]["permissions"] == {"create_teams": True, "fly": True}
    deployment.resources["role"].edit_in_console({"permissions": {"create_teams": True, "fly": True, "swim": True}})
    declared = {"create_teams": True, "more_permissions": {"fly": True}}
    assert deployment.refresh() == {"role": {"name": NAME, "permissions": declared}}
    (update,) = deployment.up(lambda: program(False))
    assert update[2]["permissions"] == {"create_teams": True, "fly": False, "swim": True}


def test_what_a_response_has_beside_permissions_is_not_sent_back(deployment: Deployment) -> None:
    deployment.up(lambda: role(create_teams=True))
    deployment.resources["role"].edit_in_console({"permissions": {"create_teams": True, "note": {"by": "Ana"}}})
    (update,) = deployment.up(lambda: role(create_teams=False))
    assert update[2]["permissions"] == {"create_teams": False}


def test_a_role_is_deleted_by_its_name(deployment: Deployment) -> None:
    deployment.up(role)
    assert deployment.destroy() == [("DELETE", PATH, None)]


def test_a_role_in_use_is_not_deleted(deployment: Deployment) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(role_delete_used="accept")
    deployment.up(role)
    for number in range(7):
        emulator.add("users", {"email": f"u{number}@example.com", "role": NAME})
    with pytest.raises(StatsigError, match=r"used by User 'u0@example.com', .*, User 'u4@example.com' and others and"):
        deployment.resources["role"].destroy()
    assert emulator.object("roles", NAME)["name"] == NAME


def test_a_role_that_new_users_get_is_not_deleted(deployment: Deployment) -> None:
    def program() -> None:
        role()
        statsig.RoleSettings("settings", default_project_role=NAME)

    deployment.up(program)
    with pytest.raises(StatsigError, match="Role 'Data Scientist' is used by RoleSettings 'settings/roles'"):
        deployment.resources["role"].destroy()


@pytest.mark.parametrize("name", ["Admin", "member", "READ ONLY", "read_only", "Owner"])
def test_a_built_in_role_is_an_invalid_input(name: str) -> None:
    with pytest.raises(InvalidInputsError, match=r"name: '.*' is a built-in role"):
        registrations(lambda: statsig.Role("role", name=name))


def test_a_known_permission_among_the_others_is_an_invalid_input() -> None:
    permissions = statsig.RolePermissions(more_permissions={"create_teams": True})
    with pytest.raises(InvalidInputsError, match=r"permissions.more_permissions.create_teams: is known to this"):
        registrations(lambda: statsig.Role("role", name=NAME, permissions=permissions))


@pytest.mark.parametrize("status", [400, 404])
def test_a_role_that_somebody_deleted_is_gone(deployment: Deployment, status: int) -> None:
    deployment.project.emulator.quirk(role_missing_status=status)
    deployment.up(role)
    deployment.resources["role"].delete_in_console()
    assert deployment.resources["role"].read() is None
