"""The witness of tags: program in, exact JSON on the wire."""

from __future__ import annotations

import statsig_pulumi as statsig

from .conftest import Witness

EVERYTHING = {"name": "Checkout", "description": "All about paying", "isCore": True}


def everything() -> None:
    statsig.Tag("checkout", name="Checkout", description="All about paying", is_core=True)


def test_every_property_is_in_the_one_post(witness: Witness) -> None:
    assert witness.up(everything) == [("POST", "/tags", EVERYTHING)]


def test_a_name_is_enough_and_the_description_that_the_api_requires_is_empty(witness: Witness) -> None:
    assert witness.up(lambda: statsig.Tag("checkout", name="Checkout")) == [
        ("POST", "/tags", {"name": "Checkout", "description": ""})
    ]


def test_an_update_sends_what_changed(witness: Witness) -> None:
    witness.up(everything)
    path = f"/tags/{witness.resources['checkout'].id}"
    # isCore always goes along: a change without it may reset it.
    assert [("PATCH", path, {"name": "Paying", "isCore": True})] == witness.up(
        lambda: statsig.Tag("checkout", name="Paying", description="All about paying", is_core=True)
    )
    assert [("PATCH", path, {"isCore": False})] == witness.up(
        lambda: statsig.Tag("checkout", name="Paying", description="All about paying", is_core=False)
    )


def test_an_empty_description_clears_it(witness: Witness) -> None:
    witness.up(everything)
    path = f"/tags/{witness.resources['checkout'].id}"
    assert [("PATCH", path, {"description": "", "isCore": True})] == witness.up(
        lambda: statsig.Tag("checkout", name="Checkout", description="", is_core=True)
    )


def test_what_is_omitted_stays(witness: Witness) -> None:
    witness.up(everything)
    assert witness.up(lambda: statsig.Tag("checkout", name="Checkout")) == []
    assert witness.refresh() == {"checkout": {"name": "Checkout"}}


def test_a_destroy_is_one_delete_by_id(witness: Witness) -> None:
    witness.up(everything)
    path = f"/tags/{witness.resources['checkout'].id}"
    assert [("DELETE", path, None)] == witness.destroy()


def test_a_key_of_dots_is_kept_in_the_path(witness: Witness) -> None:
    witness.project.emulator.quirk(tag_id_is_name=True)
    witness.up(lambda: statsig.Tag("dot", name="."))
    assert witness.refresh() == {"dot": {"name": "."}}
