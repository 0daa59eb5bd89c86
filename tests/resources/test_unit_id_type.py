"""Unit id types: program in, exact requests out."""

from __future__ import annotations

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from .conftest import Deployment, registrations


def company(description: str = "A company") -> None:
    statsig.UnitIDType("company", name="company ID", description=description)


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(company) == [("POST", "/unit_id_types", {"name": "company ID", "description": "A company"})]


def test_a_name_is_enough(deployment: Deployment) -> None:
    assert deployment.up(lambda: statsig.UnitIDType("company", name="companyID")) == [
        ("POST", "/unit_id_types", {"name": "companyID"})
    ]


@pytest.mark.parametrize("description", ["A firm", ""])
def test_an_update_sends_the_description(deployment: Deployment, description: str) -> None:
    deployment.up(company)
    assert deployment.up(lambda: company(description)) == [
        ("PATCH", "/unit_id_types/company%20ID", {"description": description})
    ]


def test_an_omitted_description_is_unchanged(deployment: Deployment) -> None:
    deployment.up(company)
    assert deployment.up(lambda: statsig.UnitIDType("company", name="company ID")) == []


def test_another_name_is_another_unit_id_type(deployment: Deployment) -> None:
    deployment.up(company)
    changes = deployment.resources["company"].preview({"name": "firmID", "description": "A company"})
    assert changes.replaces == ("name",)


def test_destroy_sends_one_delete_by_name(deployment: Deployment) -> None:
    deployment.up(company)
    assert deployment.destroy() == [("DELETE", "/unit_id_types/company%20ID", None)]


def test_a_unit_id_type_in_use_is_not_deleted(deployment: Deployment) -> None:
    deployment.up(company)
    deployment.project.emulator.add("gates", {"name": "a gate", "idType": "company ID"})
    with pytest.raises(StatsigError, match="The Unit ID Type is in use"):
        deployment.resources["company"].destroy()


@pytest.mark.parametrize("name", ["userID", "stableID", "USERID"])
def test_a_built_in_unit_id_type_is_an_invalid_input(name: str) -> None:
    with pytest.raises(InvalidInputsError, match=r"name: '.*' is built in"):
        registrations(lambda: statsig.UnitIDType("unit", name=name))


@pytest.mark.parametrize("status", [400, 404])
def test_a_unit_id_type_that_somebody_deleted_is_gone(deployment: Deployment, status: int) -> None:
    deployment.project.emulator.quirk(role_missing_status=status)
    deployment.up(company)
    deployment.resources["company"].delete_in_console()
    assert deployment.resources["company"].read() is None
