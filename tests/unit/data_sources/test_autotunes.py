"""Data sources of autotunes and of the reviews of their changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi import Output

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError

from .program import list_requests, run

VARIANTS = [{"name": "Red", "json": {"c": 1}}, {"name": "Blue", "json": "b"}]
BODY = {
    "name": "Best banner",
    "variants": VARIANTS,
    "successEvent": "click",
    "explorationWindow": "24hrs",
    "attributionWindow": "4",
    "winnerThreshold": "95%",
}


@pytest.fixture
def autotune(emulator: Emulator, client: Client) -> Any:
    """A started autotune."""
    client.change("POST", "autotunes", BODY)
    client.change("PUT", "autotunes/best_banner/start", {})
    emulator.clear_requests()
    return emulator.object("autotunes", "best_banner")


def test_an_autotune_is_read_with_all_properties(emulator: Emulator, client: Client, autotune: Any) -> None:
    red, _ = autotune["variants"]
    client.change("PUT", "autotunes/best_banner/make_decision", {"id": red["id"], "decisionReason": "r"})
    found = statsig.get_autotune("best_banner")
    assert (found.id, found.is_started, found.exploration_window) == ("best_banner", True, "24hrs")
    variant = found.variants[0]
    assert (variant.name, variant.json, variant.id) == ("Red", {"c": 1}, red["id"])
    assert (found.winner.name if found.winner else None, found.optimization_parameter) == ("Red", None)
    assert [each.id for each in statsig.list_autotunes()] == ["best_banner"]


def test_the_id_of_an_autotune_may_be_an_output(autotune: Any) -> None:
    def program() -> None:
        name = statsig.get_autotune(Output.from_input("best_banner")).apply(lambda found: found.success_event)
        statsig.Tag("tag", name=name, description="")

    assert run(program)["tag"]["name"] == "click"


@pytest.mark.usefixtures("autotune")
def test_reviews_are_listed_newest_first_and_read_with_their_content(emulator: Emulator, client: Client) -> None:
    for reason in ("old", "new"):
        body = {"type": "make_decision", "reason": reason, "reviewer_ids": ["u1"], "description": "why"}
        client.change("POST", "autotunes/best_banner/reviews", body)
    new, old = statsig.list_autotune_reviews("best_banner")
    assert (new.type, new.status, new.description, new.content) == ("make_decision", "pending", "why", None)
    assert [(each.id, each.kind) for each in new.reviewers] == [("u1", "user")]
    assert old.created_at <= new.created_at
    review = statsig.get_autotune_review("best_banner", new.review_id)
    assert review.content is not None
    assert review.content.proposed == {"reason": "new"}


@pytest.mark.usefixtures("autotune")
def test_overrides_are_read(client: Client) -> None:
    body = {"overrides": [], "userIDOverrides": [{"groupID": "Red", "ids": ["ana"]}]}
    client.change("POST", "autotunes/best_banner/overrides", body)
    (override,) = statsig.get_autotune_overrides("best_banner").user_id_overrides
    assert (override.group, override.ids, override.unit_type) == ("Red", ["ana"], None)


MISSING: list[Callable[[], Any]] = [
    lambda: statsig.get_autotune("gone"),
    lambda: statsig.get_autotune_overrides("gone"),
    lambda: statsig.list_autotune_reviews("gone"),
    lambda: statsig.get_autotune_review("gone", "r"),
]


@pytest.mark.parametrize("call", MISSING)
def test_a_missing_autotune_is_an_error(emulator: Emulator, call: Callable[[], Any]) -> None:
    with pytest.raises(GoneError, match="autotune 'gone' in this Statsig project"):
        call()
    assert len(list_requests(emulator)) == 1


@pytest.mark.usefixtures("autotune")
def test_a_missing_review_is_an_error() -> None:
    with pytest.raises(GoneError, match="there is no review 'x' of autotune 'best_banner'"):
        statsig.get_autotune_review("best_banner", "x")


@pytest.mark.usefixtures("autotune")
def test_reviews_need_an_api_of_october_2026(emulator: Emulator) -> None:
    emulator.quirk(api_2026_10=False)
    with pytest.raises(GoneError, match="needs version 2026-10 of the Console API"):
        statsig.list_autotune_reviews("best_banner")
    with pytest.raises(GoneError, match="needs version 2026-10 of the Console API"):
        statsig.get_autotune_review("best_banner", "x")
