"""The witness of target apps: program in, exact JSON on the wire."""

from __future__ import annotations

import statsig_pulumi as statsig

from .conftest import Witness


def everything() -> None:
    statsig.TargetApp("shop", name="Shop", description="The web shop")


def test_every_property_is_in_the_one_post(witness: Witness) -> None:
    assert witness.up(everything) == [("POST", "/target_app", {"name": "Shop", "description": "The web shop"})]


def test_a_name_is_enough_and_the_description_that_the_api_requires_is_empty(witness: Witness) -> None:
    assert witness.up(lambda: statsig.TargetApp("shop", name="Shop")) == [
        ("POST", "/target_app", {"name": "Shop", "description": ""})
    ]


def test_an_update_sends_what_changed(witness: Witness) -> None:
    witness.up(everything)
    path = f"/target_app/{witness.resources['shop'].id}"
    sent = witness.up(lambda: statsig.TargetApp("shop", name="Web shop", description="The web shop"))
    assert sent == [("PATCH", path, {"name": "Web shop"})]
    sent = witness.up(lambda: statsig.TargetApp("shop", name="Web shop", description=""))
    assert sent == [("PATCH", path, {"description": ""})]


def test_a_description_that_the_api_does_not_tell_is_no_drift(witness: Witness) -> None:
    witness.up(everything)
    assert witness.refresh() == {"shop": {"name": "Shop", "description": "The web shop"}}


def test_a_gate_is_for_a_target_app_by_its_output(witness: Witness) -> None:
    def program() -> None:
        shop = statsig.TargetApp("shop", name="Shop")
        statsig.Gate("search", name="search", target_apps=[shop.name])

    assert witness.up(program)[1] == ("POST", "/gates", {"name": "search", "targetApps": ["Shop"]})


def test_a_destroy_is_one_delete_by_id(witness: Witness) -> None:
    witness.up(everything)
    path = f"/target_app/{witness.resources['shop'].id}"
    assert [("DELETE", path, None)] == witness.destroy()
