"""Environments and settings."""

from __future__ import annotations

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

FLAGS = {"isProduction": False, "requiresReview": False, "requiresReleasePipeline": False}
REVIEWS = {
    "is_config_review_required": True,
    "is_metric_review_required": False,
    "is_metric_review_required_on_verified_only": False,
}


def test_a_project_has_three_environments(api: Api) -> None:
    environments = api.data("GET", "/environments")["environments"]
    names = [(each["name"], each["isProduction"]) for each in environments]
    assert names == [("development", False), ("staging", False), ("production", True)]
    assert len({each["id"] for each in environments}) == 3


def test_a_post_replaces_the_list_and_keeps_known_ids(api: Api) -> None:
    development, _, production = api.data("GET", "/environments")["environments"]
    renamed = development | {"name": "dev"}
    sent = {"environments": [production, {"name": "qa", **FLAGS}, renamed]}
    after = api.data("POST", "/environments", sent)["environments"]
    assert [each["name"] for each in after] == ["production", "qa", "dev"]
    assert (after[0], after[2]) == (production, renamed)
    assert after == api.data("GET", "/environments")["environments"]


def test_environments_are_validated(api: Api) -> None:
    errors = api.errors("POST", "/environments", {"environments": [{"name": "qa", "isProduction": "no"}]})
    assert errors["environments.0.isProduction"] == "Expected boolean, received string"
    assert errors["environments.0.requiresReview"] == "Required"


def test_settings_of_a_new_project(api: Api) -> None:
    assert api.data("GET", "/settings/project") == {"name": "Emulated project", "visibility": "OPEN"}
    assert api.data("GET", "/settings/reviews") == dict.fromkeys(REVIEWS, False)
    assert api.data("GET", "/settings/roles") == {"default_project_role": "Member"}
    assert api.data("GET", "/settings/teams") == {"require_teams_on_configs": False}


@pytest.mark.parametrize(("omitted", "more"), [("reset", {}), ("keep", {"is_whn_source_review_required": True})])
def test_omitted_settings_are_reset_or_kept_by_quirk(
    api: Api, emulator: Emulator, omitted: str, more: dict[str, bool]
) -> None:
    emulator.quirk(settings_omitted=omitted)
    api.data("POST", "/settings/reviews", REVIEWS | {"is_whn_source_review_required": True})
    assert api.data("POST", "/settings/reviews", REVIEWS) == REVIEWS | more
    shop = {"name": "Shop", "visibility": "CLOSED"}
    api.data("POST", "/settings/project", shop | {"default_unit_type": "companyID"})
    assert api.data("POST", "/settings/project", shop) == shop
    assert set(api.errors("POST", "/settings/project", {"name": "Shop"})) == {"visibility"}
