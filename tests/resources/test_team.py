"""Teams: program in, exact requests out."""

from __future__ import annotations

import statsig_pulumi as statsig

from .conftest import Deployment

EVERYTHING = {
    "name": "Checkout",
    "description": "Those who make paying work",
    "members": ["ana@example.com", "bo@example.com"],
    "admins": ["cy@example.com"],
    "defaultGateMetrics": [{"name": "checkout_done", "type": "event_count"}],
    "defaultExperimentPrimaryMetrics": [{"name": "revenue", "type": "sum"}],
    "defaultExperimentSecondaryMetrics": [{"name": "basket", "type": "mean"}],
    "defaultHoldoutMetrics": [{"name": "dau", "type": "user"}],
    "defaultTargetApplications": ["android", "web"],
    "changeTeamConfigs": "team_only",
    "reviewApproval": "admin_only",
    "defaultHoldoutID": "long_holdout",
    "requireReviews": True,
    "requireGateTemplates": False,
    "requireExperimentTemplates": True,
    "requireDynamicConfigTemplates": False,
}
MINIMAL = {
    "name": "Checkout",
    "members": [],
    "admins": [],
    "defaultGateMetrics": [],
    "defaultExperimentPrimaryMetrics": [],
    "defaultExperimentSecondaryMetrics": [],
    "defaultHoldoutMetrics": [],
    "defaultTargetApplications": [],
    "changeTeamConfigs": "anyone",
    "reviewApproval": "anyone",
}


def everything() -> None:
    statsig.Team(
        "checkout",
        name="Checkout",
        description="Those who make paying work",
        members=["Bo@Example.com", "ana@example.com", "bo@example.com"],
        admins=["cy@example.com"],
        default_gate_metrics=[statsig.MetricReference(name="checkout_done", type="event_count")],
        default_experiment_primary_metrics=[statsig.MetricReference(name="revenue", type="sum")],
        default_experiment_secondary_metrics=[statsig.MetricReference(name="basket", type="mean")],
        default_holdout_metrics=[statsig.MetricReference(name="dau", type="user")],
        default_target_applications=["web", "android"],
        change_team_configs="team_only",
        review_approval="admin_only",
        default_holdout_id="long_holdout",
        require_reviews=True,
        require_gate_templates=False,
        require_experiment_templates=True,
        require_dynamic_config_templates=False,
    )


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", "/users/teams", EVERYTHING)]
    assert deployment.up(everything) == []


def test_a_name_is_enough_and_required_fields_get_defaults(deployment: Deployment) -> None:
    assert deployment.up(lambda: statsig.Team("checkout", name="Checkout")) == [("POST", "/users/teams", MINIMAL)]


def test_members_are_written_as_addresses_and_read_as_people(deployment: Deployment) -> None:
    deployment.up(lambda: statsig.Team("checkout", name="Checkout", members=["bo@example.com", "ana@example.com"]))
    people = deployment.resources["checkout"].lifecycle.client.get(f"users/teams/{deployment.resources['checkout'].id}")
    assert [person["email"] for person in people["members"]] == ["ana@example.com", "bo@example.com"]
    inputs = {"name": "Checkout", "members": ["ana@example.com", "bo@example.com"]}
    assert {"checkout": inputs} == deployment.refresh()


def test_an_update_replaces_the_list_that_changed_and_nothing_else(deployment: Deployment) -> None:
    deployment.up(
        lambda: statsig.Team("checkout", name="Checkout", members=["ana@example.com"], admins=["cy@example.com"])
    )
    path = f"/users/teams/{deployment.resources['checkout'].id}"
    assert [("PATCH", path, {"members": ["ana@example.com", "dee@example.com"]})] == deployment.up(
        lambda: statsig.Team(
            "checkout", name="Checkout", members=["dee@example.com", "ana@example.com"], admins=["cy@example.com"]
        )
    )


def test_explicit_empty_values_clear_the_properties(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/users/teams/{deployment.resources['checkout'].id}"
    cleared = {
        "description": "",
        "members": [],
        "defaultGateMetrics": [],
        "defaultHoldoutID": None,
        "requireReviews": None,
    }
    assert [("PATCH", path, cleared)] == deployment.up(
        lambda: statsig.Team(
            "checkout",
            name="Checkout",
            description="",
            members=[],
            default_gate_metrics=[],
            default_holdout_id=None,
            require_reviews=None,
        )
    )


def test_destroy_sends_one_delete_by_id(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/users/teams/{deployment.resources['checkout'].id}"
    assert [("DELETE", path, None)] == deployment.destroy()
