"""Gates: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig

from .conftest import Deployment

EVERYTHING = {
    "name": "New checkout",
    "id": "new_checkout_2",
    "description": "The checkout of 2026",
    "isEnabled": True,
    "idType": "userID",
    "type": "PERMANENT",
    "rules": [
        {
            "name": "NL first",
            "passPercentage": 12.5,
            "conditions": [{"type": "country", "operator": "any", "targetValue": ["NL", "BE"]}],
            "environments": ["production", "staging"],
        },
        {"name": "everyone", "passPercentage": 0, "conditions": [{"type": "public"}]},
    ],
    "tags": ["checkout", "web"],
    "targetApps": ["android", "web"],
    "team": "Core",
    "measureMetricLifts": False,
    "monitoringMetrics": [{"name": "checkout_done", "type": "event_count"}],
    "reviewSettings": {"requiredReview": True},
    "releasePipelineID": "pipeline-1",
    "isTemplate": False,
    "creatorID": "u1",
    "creatorEmail": "ana@example.com",
}


def gate(**properties: Any) -> None:
    statsig.Gate("gate", name="New checkout", **properties)


def everything() -> None:
    gate(
        gate_id="new_checkout_2",
        description="The checkout of 2026",
        is_enabled=True,
        is_launched=False,
        is_archived=False,
        archive_reason="done",
        archive_on_delete=True,
        id_type="userID",
        type="PERMANENT",
        rules=[
            statsig.Rule(
                name="NL first",
                pass_percentage=12.5,
                conditions=[statsig.Condition(type="country", operator="any", target_value=["NL", "BE"])],
                environments=["staging", "production"],
            ),
            statsig.Rule(name="everyone", pass_percentage=0, conditions=[statsig.Condition(type="public")]),
        ],
        tags=["web", "checkout"],
        target_apps=["web", "android"],
        team="Core",
        measure_metric_lifts=False,
        monitoring_metrics=[statsig.MetricReference(name="checkout_done", type="event_count")],
        review_settings=statsig.ReviewSettings(required_review=True),
        release_pipeline_id="pipeline-1",
        is_template=False,
        creator_id="u1",
        creator_email="ana@example.com",
    )


def rule(name: str, share: float, *conditions: statsig.Condition, **properties: Any) -> statsig.Rule:
    return statsig.Rule(name=name, pass_percentage=share, conditions=list(conditions), **properties)


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", "/gates", EVERYTHING)]
    assert deployment.up(everything) == []


def test_a_name_is_enough(deployment: Deployment) -> None:
    assert deployment.up(gate) == [("POST", "/gates", {"name": "New checkout"})]
    assert deployment.resources["gate"].id == "new_checkout"


def test_a_team_can_be_declared_by_id(deployment: Deployment) -> None:
    assert deployment.up(lambda: gate(team_id="core-team")) == [
        ("POST", "/gates", {"name": "New checkout", "teamID": "core-team"})
    ]


def test_a_gate_can_refer_to_another_gate_by_its_output(deployment: Deployment) -> None:
    def program() -> None:
        first = statsig.Gate("first", name="First gate")
        open_ = statsig.Condition(type="passes_gate", target_value=[first.id])
        statsig.Gate("second", name="Second gate", rules=[rule("behind the first", 100, open_)])

    condition = {"type": "passes_gate", "targetValue": "first-id"}
    assert [
        ("POST", "/gates", {"name": "First gate"}),
        (
            "POST",
            "/gates",
            {
                "name": "Second gate",
                "rules": [{"name": "behind the first", "passPercentage": 100, "conditions": [condition]}],
            },
        ),
    ] == deployment.up(program)


@pytest.mark.parametrize(
    ("declared", "writes"),
    [
        ({"type": "public"}, {"type": "public"}),
        ({"type": "public", "operator": None, "target_value": []}, {"type": "public"}),
        ({"type": "passes_gate", "operator": None, "target_value": ["g"]}, {"type": "passes_gate", "targetValue": "g"}),
        ({"type": "fails_segment", "target_value": ["s"]}, {"type": "fails_segment", "targetValue": "s"}),
        (
            {"type": "country", "operator": "any", "target_value": ["NL"]},
            {"type": "country", "operator": "any", "targetValue": ["NL"]},
        ),
        (
            {"type": "user_id", "operator": "is_null"},
            {"type": "user_id", "operator": "is_null"},
        ),
        (
            {"type": "user_id", "operator": "none", "target_value": [7, "u8"]},
            {"type": "user_id", "operator": "none", "targetValue": ["7", "u8"]},
        ),
        (
            {"type": "custom_field", "field": "age", "operator": "gt", "target_value": ["31"]},
            {"type": "custom_field", "field": "age", "operator": "gt", "targetValue": 31},
        ),
        (
            {"type": "custom_field", "field": "plan", "operator": "array_contains_all", "target_value": ["a", "b"]},
            {"type": "custom_field", "field": "plan", "operator": "array_contains_all", "targetValue": ["a", "b"]},
        ),
        (
            {"type": "unit_id", "custom_id": "companyID", "operator": "any", "target_value": ["c1", "c2"]},
            {"type": "unit_id", "customID": "companyID", "operator": "any", "targetValue": ["c1", "c2"]},
        ),
        (
            {"type": "app_version", "operator": "version_gte", "target_value": ["1.10"]},
            {"type": "app_version", "operator": "version_gte", "targetValue": "1.10"},
        ),
        (
            {"type": "time", "operator": "after", "target_value": [1643070357193]},
            {"type": "time", "operator": "after", "targetValue": 1643070357193},
        ),
        (
            {"type": "email", "operator": "str_contains_any", "target_value": ["@example.com"]},
            {"type": "email", "operator": "str_contains_any", "targetValue": ["@example.com"]},
        ),
    ],
    ids=lambda properties: (
        f"{properties['type']} {properties.get('operator') or ''}".strip() if "target_value" in properties else ""
    ),
)
def test_a_condition_has_the_form_of_its_type_and_operator(
    deployment: Deployment, declared: dict[str, Any], writes: dict[str, Any]
) -> None:
    [(_, _, body)] = deployment.up(lambda: gate(rules=[rule("only", 50.25, statsig.Condition(**declared))]))
    assert [{"name": "only", "passPercentage": 50.25, "conditions": [writes]}] == body["rules"]
    before = deployment.resources["gate"].inputs
    assert {"gate": before} == deployment.refresh()


def test_an_update_sends_what_changed_and_rules_keep_their_ids(deployment: Deployment) -> None:
    deployment.up(lambda: gate(description="Before", rules=[rule("NL", 10), rule("BE", 20)]))
    nl, be = deployment.rules("gate")
    rules = [
        {"name": "BE", "passPercentage": 20, "conditions": [], "id": be["id"], "baseID": be["baseID"]},
        {"name": "NL", "passPercentage": 55.5, "conditions": [], "id": nl["id"], "baseID": nl["baseID"]},
        {"name": "DE", "passPercentage": 1, "conditions": []},
    ]
    assert [("PATCH", "/gates/new_checkout", {"rules": rules})] == deployment.up(
        lambda: gate(description="Before", rules=[rule("BE", 20), rule("NL", 55.5), rule("DE", 1)])
    )
    assert [be["baseID"], nl["baseID"]] == [live["baseID"] for live in deployment.rules("gate")[:2]]


def test_a_renamed_rule_keeps_its_ids(deployment: Deployment) -> None:
    deployment.up(lambda: gate(rules=[rule("NL", 10), rule("BE", 20)]))
    base = [live["baseID"] for live in deployment.rules("gate")]
    [(_, _, body)] = deployment.up(lambda: gate(rules=[rule("Netherlands", 10), rule("BE", 20)]))
    assert base == [writes["baseID"] for writes in body["rules"]]
    assert base == [live["baseID"] for live in deployment.rules("gate")]


def test_explicit_empty_values_clear_the_properties(deployment: Deployment) -> None:
    deployment.up(everything)
    cleared = {
        "description": "",
        "rules": [],
        "tags": [],
        "targetApps": [],
        "team": None,
        "monitoringMetrics": [],
        "releasePipelineID": None,
    }
    assert [("PATCH", "/gates/new_checkout_2", cleared)] == deployment.up(
        lambda: gate(
            description="",
            rules=[],
            tags=[],
            target_apps=[],
            team=None,
            monitoring_metrics=[],
            release_pipeline_id=None,
        )
    )


def test_empty_environments_are_sent_as_null(deployment: Deployment) -> None:
    deployment.up(lambda: gate(rules=[rule("NL", 10, environments=["staging"])]))
    [(_, _, body)] = deployment.up(lambda: gate(rules=[rule("NL", 10, environments=[])]))
    assert [writes["environments"] for writes in body["rules"]] == [None]


def test_a_new_name_changes_the_display_name_under_the_old_id(deployment: Deployment) -> None:
    deployment.up(gate)
    assert deployment.up(lambda: statsig.Gate("gate", name="Checkout 3")) == [
        ("PATCH", "/gates/new_checkout", {"name": "Checkout 3"})
    ]


def test_launch_and_enable_are_puts_of_their_own(deployment: Deployment) -> None:
    assert deployment.up(lambda: gate(is_enabled=True, is_launched=True)) == [
        ("POST", "/gates", {"name": "New checkout", "isEnabled": True}),
        ("PUT", "/gates/new_checkout/launch", None),
    ]
    assert deployment.up(lambda: gate(is_enabled=True, is_launched=False)) == [
        ("PUT", "/gates/new_checkout/enable", None)
    ]


def test_archive_sends_its_reason_and_unarchive_an_empty_body(deployment: Deployment) -> None:
    deployment.up(gate)
    assert deployment.up(lambda: gate(is_archived=True, archive_reason="rolled out")) == [
        ("PUT", "/gates/new_checkout/archive", {"archiveReason": "rolled out"})
    ]
    assert deployment.up(lambda: gate(is_archived=False)) == [("PUT", "/gates/new_checkout/unarchive", {})]


def test_a_change_of_an_archived_gate_does_not_unarchive_it(deployment: Deployment) -> None:
    deployment.up(lambda: gate(is_archived=True))
    deployment.up(lambda: gate(is_archived=True, is_enabled=False))
    deployment.up(lambda: gate(is_archived=True, is_enabled=False, is_launched=True))
    assert deployment.resources["gate"].live()["status"] == "Archived"


def test_destroy_deletes_or_archives_as_declared(deployment: Deployment) -> None:
    deployment.up(gate)
    assert deployment.destroy() == [("DELETE", "/gates/new_checkout", None)]
    deployment.up(lambda: gate(archive_on_delete=True))
    assert deployment.destroy() == [("PUT", "/gates/new_checkout/archive", {})]
