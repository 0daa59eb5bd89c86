"""Tags: program in, exact requests out."""

from __future__ import annotations

import statsig_pulumi as statsig

from .conftest import Deployment

EVERYTHING = {"name": "Checkout", "description": "All about paying", "isCore": True}


def everything() -> None:
    statsig.Tag("checkout", name="Checkout", description="All about paying", is_core=True)


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", "/tags", EVERYTHING)]


def test_a_name_is_enough_and_the_required_description_is_empty(deployment: Deployment) -> None:
    assert deployment.up(lambda: statsig.Tag("checkout", name="Checkout")) == [
        ("POST", "/tags", {"name": "Checkout", "description": ""})
    ]


def test_an_update_sends_the_changed_properties_only(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/tags/{deployment.resources['checkout'].id}"
    # isCore always goes along: a change without it may reset it.
    assert [("PATCH", path, {"name": "Paying", "isCore": True})] == deployment.up(
        lambda: statsig.Tag("checkout", name="Paying", description="All about paying", is_core=True)
    )
    assert [("PATCH", path, {"isCore": False})] == deployment.up(
        lambda: statsig.Tag("checkout", name="Paying", description="All about paying", is_core=False)
    )


def test_an_empty_description_clears_it(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/tags/{deployment.resources['checkout'].id}"
    assert [("PATCH", path, {"description": "", "isCore": True})] == deployment.up(
        lambda: statsig.Tag("checkout", name="Checkout", description="", is_core=True)
    )


def test_omitted_properties_are_unchanged(deployment: Deployment) -> None:
    deployment.up(everything)
    assert deployment.up(lambda: statsig.Tag("checkout", name="Checkout")) == []
    assert deployment.refresh() == {"checkout": {"name": "Checkout"}}


def test_destroy_sends_one_delete_by_id(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/tags/{deployment.resources['checkout'].id}"
    assert [("DELETE", path, None)] == deployment.destroy()


def test_a_key_of_dots_is_kept_in_the_path(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(tag_id_is_name=True)
    deployment.up(lambda: statsig.Tag("dot", name="."))
    assert deployment.refresh() == {"dot": {"name": "."}}
