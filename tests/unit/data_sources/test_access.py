"""Data sources of roles, unit id types, environments, settings, keys, tags and target apps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError

ROLE = {"name": "Data Scientist", "permissions": {"create_teams": True, "approve_reviews": False, "fly": True}}


def test_a_role_has_its_permissions_with_those_that_are_not_known(emulator: Emulator) -> None:
    emulator.add("roles", ROLE)
    role = statsig.get_role("Data Scientist")
    assert role.permissions.create_teams is True
    assert role.permissions.approve_reviews is False
    assert role.permissions.more_permissions == {"fly": True}
    assert statsig.list_roles() == [role]


def test_a_unit_id_type_is_read_by_name_and_listed(emulator: Emulator) -> None:
    emulator.add("unit_id_types", {"name": "companyID", "description": "A company"})
    emulator.add("unit_id_types", {"name": "a b"})
    assert statsig.get_unit_id_type("companyID") == {"name": "companyID", "description": "A company"}
    assert [each.name for each in statsig.list_unit_id_types()] == ["companyID", "a b"]


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("get", [statsig.get_role, statsig.get_unit_id_type], ids=["role", "unit_id_type"])
def test_a_missing_object_is_gone(emulator: Emulator, status: int, get: Callable[[str], Any]) -> None:
    emulator.quirk(role_missing_status=status)
    emulator.add("roles", ROLE)
    with pytest.raises(GoneError, match=r"there is no (role|unit id type) 'x' in this Statsig project"):
        get("x")


def test_environments_and_settings_are_read(emulator: Emulator) -> None:
    assert [(each.name, each.is_production) for each in statsig.list_environments()] == [
        ("development", False),
        ("staging", False),
        ("production", True),
    ]
    project = statsig.get_project_settings()
    assert (project.name, project.visibility, project.default_unit_type) == ("Emulated project", "OPEN", None)
    reviews = statsig.get_project_review_settings()
    assert (reviews.is_config_review_required, reviews.is_whn_source_review_required) == (False, False)
    assert statsig.get_role_settings().default_project_role == "Member"
    assert statsig.get_team_settings().require_teams_on_configs is False


def test_a_key_is_found_by_fingerprint_or_description_without_the_key(emulator: Emulator) -> None:
    emulator.add("target_app", {"id": "app-1", "name": "Web"})
    shop = {"type": "SERVER", "description": "Shop", "environments": ["production"], "targetAppID": "app-1"}
    live = emulator.add("keys", shop | {"lastUsed": "2026-11-01"})
    key = statsig.get_key("Shop")
    assert (key.primary_target_app, key.status, key.last_used) == ("Web", "active", "2026-11-01")
    assert statsig.get_key(str(key.fingerprint)) == key
    assert live["key"] not in str(key)
    assert statsig.list_keys(environment="production") == statsig.list_keys(primary_target_app="Web") == [key]
    assert statsig.list_keys(environment="staging") == []
    emulator.add("keys", shop)
    with pytest.raises(InvalidInputsError, match="fingerprint: is the description of several keys: SERVER-"):
        statsig.get_key("Shop")
    with pytest.raises(GoneError, match="there is no key 'nothing'"):
        statsig.get_key("nothing")


def test_tags_and_target_apps_are_read_by_id_and_listed(emulator: Emulator) -> None:
    tag = emulator.add("tags", {"name": "checkout", "description": "Paying", "isCore": True})
    app = emulator.add("target_app", {"name": "Web"})
    assert statsig.get_tag(tag["id"]) == {"id": tag["id"], "name": "checkout", "description": "Paying", "is_core": True}
    assert [each.name for each in statsig.list_tags()] == ["★ Core", "checkout"]
    assert statsig.get_target_app(app["id"]) == {"id": app["id"], "name": "Web"}
    assert [each.name for each in statsig.list_target_apps()] == ["Web"]
    for get in (statsig.get_tag, statsig.get_target_app):
        with pytest.raises(GoneError, match="there is no t"):
            get("nothing")


def test_a_user_is_read_by_id(emulator: Emulator) -> None:
    emulator.add("users", {"id": "u1", "email": "ana@example.com", "role": "Admin"})
    assert statsig.get_user_by_id("u1").email == "ana@example.com"
    with pytest.raises(GoneError, match="there is no user with the id 'u2'"):
        statsig.get_user_by_id("u2")
