"""Reviews of changes."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

RESPECT = {"x-respect-review-settings": "true"}


def change(api: Api, kind: str = "gates", **fields: Any) -> dict[str, Any]:
    response = api("PATCH", f"/{kind}/the_name", fields, headers=RESPECT)
    assert response.status_code == 200
    data: dict[str, Any] = response.json()["data"]
    return data


def test_a_change_without_the_header_bypasses_reviews(api: Api, emulator: Emulator) -> None:
    emulator.quirk(reviews_required=True)
    api.gate("the name")

    assert api.data("PATCH", "/gates/the_name", {"description": "new"})["description"] == "new"


def test_the_header_has_no_effect_if_no_review_is_required(api: Api) -> None:
    api.gate("the name")

    assert change(api, description="new")["description"] == "new"


def test_a_change_that_requires_a_review_is_an_active_review(api: Api, emulator: Emulator) -> None:
    emulator.quirk(reviews_required=True)
    before = api.gate("the name")

    held = change(api, description="new")
    assert held == {**before, "activeReview": held["activeReview"]}
    assert held["activeReview"]["reviewStatus"] == "pending"
    assert api.data("GET", "/gates/the_name") == held


@pytest.mark.parametrize("kind", ["gates", "dynamic_configs"])
def test_a_committed_review_applies_the_change(api: Api, emulator: Emulator, kind: str) -> None:
    emulator.quirk(reviews_required=True)
    api.data("POST", f"/{kind}", {"name": "the name"})
    review = change(api, kind, description="new")["activeReview"]["reviewID"]

    assert api("PUT", f"/{kind}/the_name/reviews/{review}/commit").status_code == 200
    after = api.data("GET", f"/{kind}/the_name")
    assert (after["description"], after["version"], "activeReview" in after) == ("new", 2, False)
    assert api("PUT", f"/{kind}/the_name/reviews/{review}/commit").status_code == 404


def test_a_gate_or_its_team_can_require_reviews(api: Api, emulator: Emulator) -> None:
    api.gate("the name", reviewSettings={"requiredReview": True})
    assert "activeReview" in change(api, description="new")

    emulator.add("teams", {"name": "Careful", "requireReviews": True})
    api.config("the name", team="Careful")
    assert change(api, "dynamic_configs", description="new")["description"] == ""


def test_a_change_that_requires_a_review_is_a_403_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(reviews_required=True, review_answer="refused")
    api.gate("the name")

    response = api("PATCH", "/gates/the_name", {"description": "new"}, headers=RESPECT)
    assert response.status_code == 403
    assert api.data("GET", "/gates/the_name")["description"] == ""
