"""Target apps: program in, exact requests out."""

from __future__ import annotations

import statsig_pulumi as statsig

from .conftest import Deployment


def everything() -> None:
    statsig.TargetApp("shop", name="Shop", description="The web shop")


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", "/target_app", {"name": "Shop", "description": "The web shop"})]


def test_a_name_is_enough_and_the_required_description_is_empty(deployment: Deployment) -> None:
    assert deployment.up(lambda: statsig.TargetApp("shop", name="Shop")) == [
        ("POST", "/target_app", {"name": "Shop", "description": ""})
    ]


def test_an_update_sends_the_changed_properties_only(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/target_app/{deployment.resources['shop'].id}"
    writes = deployment.up(lambda: statsig.TargetApp("shop", name="Web shop", description="The web shop"))
    assert writes == [("PATCH", path, {"name": "Web shop"})]
    writes = deployment.up(lambda: statsig.TargetApp("shop", name="Web shop", description=""))
    assert writes == [("PATCH", path, {"description": ""})]


def test_a_description_missing_in_the_response_is_no_drift(deployment: Deployment) -> None:
    deployment.up(everything)
    assert deployment.refresh() == {"shop": {"name": "Shop", "description": "The web shop"}}


def test_a_gate_can_refer_to_a_target_app_by_its_output(deployment: Deployment) -> None:
    def program() -> None:
        shop = statsig.TargetApp("shop", name="Shop")
        statsig.Gate("search", name="search", target_apps=[shop.name])

    assert deployment.up(program)[1] == ("POST", "/gates", {"name": "search", "targetApps": ["Shop"]})


def test_destroy_sends_one_delete_by_id(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/target_app/{deployment.resources['shop'].id}"
    assert [("DELETE", path, None)] == deployment.destroy()
