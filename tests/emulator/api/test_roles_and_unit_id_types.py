"""Roles and unit id types."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

ROLE = {"name": "Data Scientist", "permissions": {"create_teams": True, "fly": True}}
PATH = "/roles/Data%20Scientist"


def test_a_role_has_every_permission_by_quirk_and_keeps_unknown_ones(api: Api, emulator: Emulator) -> None:
    response = api("POST", "/roles", ROLE)
    assert (response.status_code, response.json()["message"]) == (201, "Role created successfully.")
    assert api.data("GET", PATH) == ROLE
    emulator.quirk(role_permissions_listed="all")
    permissions = api.data("GET", PATH)["permissions"]
    assert {name: value for name, value in permissions.items() if value} == ROLE["permissions"]
    assert permissions["approve_reviews"] is False


@pytest.mark.parametrize(("is_whole", "create_teams"), [(True, None), (False, True)])
def test_a_patch_resets_what_it_omits_by_quirk(
    api: Api, emulator: Emulator, is_whole: bool, create_teams: bool | None
) -> None:
    emulator.quirk(role_patch_whole=is_whole)
    api.data("POST", "/roles", ROLE)
    after = api.data("PATCH", PATH, {"permissions": {"approve_reviews": True}})["permissions"]
    assert (after["approve_reviews"], after.get("create_teams")) == (True, create_teams)


def test_permissions_are_booleans(api: Api) -> None:
    body = {"name": "x", "permissions": {"create_teams": "yes"}}
    assert api.errors("POST", "/roles", body) == {"permissions.create_teams": "Expected boolean, received string"}


def test_built_in_roles_are_listed_by_quirk(api: Api, emulator: Emulator) -> None:
    assert api.data("GET", "/roles") == []
    emulator.quirk(built_in_roles_listed=True)
    assert [role["name"] for role in api.data("GET", "/roles")] == ["Owner", "Admin", "Member", "Read Only"]
    assert api("DELETE", "/roles/Admin").status_code == 400
    assert api("POST", "/roles", {**ROLE, "name": "Admin"}).status_code == 400


def test_a_role_in_use_cannot_be_deleted(api: Api, emulator: Emulator) -> None:
    api.data("POST", "/roles", ROLE)
    emulator.add("users", {"email": "ana@example.com", "role": "Data Scientist"})
    assert api("DELETE", PATH).status_code == 400
    emulator.quirk(role_delete_used="accept")
    assert api("DELETE", PATH).json() == {"message": "Role deleted successfully."}


def test_a_unit_id_type_is_created_changed_and_deleted(api: Api) -> None:
    response = api("POST", "/unit_id_types", {"name": "companyID"})
    assert (response.status_code, response.json()["data"]) == (201, {"name": "companyID", "description": ""})
    path = "/unit_id_types/companyID"
    assert api.data("PATCH", path, {"description": "A company"}) == {"name": "companyID", "description": "A company"}
    assert api.errors("PATCH", path, {}) == {"description": "Required"}
    assert api("DELETE", path).json() == {"message": "Unit ID Type deleted successfully."}
    assert api("GET", path).status_code == 404


@pytest.mark.parametrize("name", ["userID", "companyID"])
def test_a_unit_id_type_that_exists_cannot_be_created(api: Api, name: str) -> None:
    api.data("POST", "/unit_id_types", {"name": "companyID"})
    assert api("POST", "/unit_id_types", {"name": name}).status_code == 400
