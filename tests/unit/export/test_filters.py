"""Filters select objects by what their list returns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from statsig_pulumi.export.filters import Filters

DAY_MS = 24 * 3600 * 1000
CREATED = datetime(2026, 1, 31, tzinfo=UTC)
LIVE = {
    "name": "New Checkout",
    "tags": ["shop", "web"],
    "team": "Web Shop",
    "status": "In Progress",
    "createdTime": int(CREATED.timestamp() * 1000),
    "lastModifiedTime": int(CREATED.timestamp() * 1000) + 5 * DAY_MS,
}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(id=("new_*",)),
        Filters(id=("other", "New Checkout")),
        Filters(tag=("web",)),
        Filters(team=("Web*",)),
        Filters(created_since=datetime(2026, 1, 31)),
        Filters(created_since=CREATED),
        Filters(changed_since=datetime(2026, 2, 5)),
        Filters(archived=False),
        Filters(tag=("shop",), team=("Web Shop",)),
    ],
)
def test_an_object_that_matches_every_filter_is_selected(filters: Filters) -> None:
    assert filters.includes("new_checkout", LIVE)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(id=("checkout",)),
        Filters(id=("NEW_*",)),
        Filters(tag=("core",)),
        Filters(team=("Web",)),
        Filters(created_since=datetime(2026, 2, 1)),
        Filters(changed_since=datetime(2026, 2, 6)),
        Filters(archived=True),
        Filters(tag=("shop",), team=("Other",)),
    ],
)
def test_an_object_that_fails_one_filter_is_not_selected(filters: Filters) -> None:
    assert not filters.includes("new_checkout", LIVE)


@pytest.mark.parametrize("status", ["Archived", "archived"])
def test_archived_objects_are_recognised_in_either_spelling(status: str) -> None:
    assert Filters(archived=True).includes("old", {"status": status})
    assert not Filters(archived=False).includes("old", {"status": status})


def test_an_object_without_times_is_not_selected_by_a_date() -> None:
    assert not Filters(created_since=datetime(2020, 1, 1)).includes("a", {})


def test_a_kind_is_selected_if_it_is_named_or_none_is() -> None:
    assert Filters().includes_kind("Gate")
    assert Filters(kind=("Gate", "Team")).includes_kind("Team")
    assert not Filters(kind=("Team",)).includes_kind("Gate")
