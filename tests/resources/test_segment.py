"""Segments: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, RejectedError, StatsigError
from statsig_pulumi.schema.declaration import REGISTRY

from .conftest import Deployment

EVERYTHING = {
    "name": "Dutch users",
    "id": "dutch_users_2",
    "description": "All in the Netherlands",
    "type": "rule_based",
    "idType": "companyID",
    "tags": ["checkout", "web"],
    "team": "Core",
    "creatorID": "u1",
    "creatorEmail": "ana@example.com",
    "rules": [
        {
            "name": "Country",
            "passPercentage": 12.5,
            "conditions": [{"type": "country", "operator": "any", "targetValue": ["NL"]}],
            "environments": ["production", "staging"],
        }
    ],
}
COUNTRY = statsig.Condition(type="country", operator="any", target_value=["NL"])
PATH = "/segments/dutch_users/conditional"


def rule(name: str, share: float = 100, **properties: Any) -> statsig.Rule:
    return statsig.Rule(name=name, pass_percentage=share, **{"conditions": [COUNTRY]} | properties)


def segment(**properties: Any) -> statsig.Segment:
    return statsig.Segment("segment", **{"name": "Dutch users", "type": "rule_based"} | properties)


def of_gate(deployment: Deployment, *segments: str) -> None:
    """Add a gate whose rule names segments, as a console user."""
    conditions = [{"type": "passes_segment", "targetValue": each} for each in segments]
    rules = [{"name": "In", "passPercentage": 100, "conditions": conditions}]
    deployment.project.emulator.add("gates", {"name": "checkout", "rules": rules})


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    def everything() -> None:
        segment(
            segment_id="dutch_users_2",
            description="All in the Netherlands",
            id_type="companyID",
            tags=["web", "checkout"],
            team="Core",
            creator_id="u1",
            creator_email="ana@example.com",
            rules=[rule("Country", 12.5, environments=["staging", "production"])],
            archive_on_delete=False,
            delete_while_used=False,
        )

    assert deployment.up(everything) == [("POST", "/segments", EVERYTHING)]
    assert deployment.up(everything) == []


@pytest.mark.parametrize("type_", ["id_list", "user_store_id_list", "analysis_list"])
def test_a_list_of_ids_is_created_without_rules(deployment: Deployment, type_: str) -> None:
    assert deployment.up(lambda: segment(type=type_)) == [("POST", "/segments", {"name": "Dutch users", "type": type_})]
    assert deployment.resources["segment"].id == "dutch_users"
    assert deployment.refresh() == {"segment": deployment.resources["segment"].inputs}


def test_changed_rules_are_sent_alone_as_a_list_and_keep_their_ids(deployment: Deployment) -> None:
    deployment.up(lambda: segment(rules=[rule("NL", 10), rule("BE", 20)]))
    nl, be = deployment.rules("segment")
    condition = {"type": "country", "operator": "any", "targetValue": ["NL"]}
    rules = [
        {"name": "BE", "passPercentage": 20, "conditions": [condition], "id": be["id"], "baseID": be["baseID"]},
        {"name": "NL", "passPercentage": 55.5, "conditions": [condition], "id": nl["id"], "baseID": nl["baseID"]},
        {"name": "DE", "passPercentage": 1, "conditions": [condition]},
    ]
    assert deployment.up(lambda: segment(rules=[rule("BE", 20), rule("NL", 55.5), rule("DE", 1)])) == [
        ("POST", PATH, rules)
    ]
    assert [live["baseID"] for live in deployment.rules("segment")[:2]] == [be["baseID"], nl["baseID"]]
    assert deployment.up(lambda: segment(rules=[])) == [("POST", PATH, [])]


def test_rules_are_sent_in_an_object_where_the_list_is_refused_and_that_is_remembered(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(segment_rules_body="object")
    deployment.up(lambda: segment(rules=[rule("NL", 10)]))
    writes = deployment.up(lambda: segment(rules=[]))
    assert writes == [("POST", PATH, []), ("POST", PATH, {"rules": []})]
    [(_, path, body)] = deployment.up(lambda: segment(rules=[rule("BE", 20)]))
    assert (path, list(body)) == (PATH, ["rules"])


def test_rules_that_are_refused_in_both_forms_are_the_error_of_the_list(deployment: Deployment) -> None:
    deployment.up(lambda: segment(rules=[rule("NL", 10)]))
    deployment.project.emulator.quirk(unique_rule_names=True)
    fault = {"method": "POST", "path": PATH, "status": 400, "times": 1}
    deployment.project.emulator.fault(**fault, body={"status": 400, "message": "No list"})
    deployment.project.emulator.fault(**fault, body={"status": 400, "message": "No object"})
    with pytest.raises(RejectedError, match="No list"):
        deployment.up(lambda: segment(rules=[]))
    assert "conditional" not in deployment.project.client.accepted_forms


@pytest.mark.parametrize("change", [{"name": "Users"}, {"description": "x"}, {"tags": ["x"]}, {"team": "Growth"}])
def test_what_the_api_cannot_change_is_refused_and_nothing_is_sent(
    deployment: Deployment, change: dict[str, Any]
) -> None:
    deployment.up(lambda: segment(description="All", tags=[], team="Core"))
    changed = {"description": "All", "tags": list[str](), "team": "Core"} | change
    with pytest.raises(InvalidInputsError, match=r"change it in the Statsig console, .*; or make a new object"):
        deployment.up(lambda: segment(**changed))
    assert deployment.project.new_writes() == []


@pytest.mark.parametrize("change", [{"type": "id_list"}, {"id_type": "companyID"}, {"segment_id": "other"}])
def test_another_type_or_id_needs_a_new_segment(deployment: Deployment, change: dict[str, Any]) -> None:
    deployment.up(segment)
    inputs = {"name": "Dutch users", "type": "rule_based"} | change
    assert deployment.resources["segment"].preview(inputs).replaces == tuple(change)


def test_destroy_deletes_or_archives_as_declared(deployment: Deployment) -> None:
    deployment.up(segment)
    assert deployment.destroy() == [("DELETE", "/segments/dutch_users", None)]
    deployment.up(lambda: segment(archive_on_delete=True))
    assert deployment.destroy() == [("PUT", "/segments/dutch_users/archive", None)]


@pytest.mark.parametrize("answer", ["accept", "reject"])
def test_a_segment_that_rules_name_is_not_deleted_unless_told(deployment: Deployment, answer: str) -> None:
    deployment.project.emulator.quirk(segment_delete_used=answer)
    deployment.up(segment)
    of_gate(deployment, "dutch_users")
    naming = statsig.Condition(type="fails_segment", target_value=["dutch_users"])
    deployment.up(
        lambda: (
            statsig.Segment("other", name="Others", type="rule_based", rules=[rule("Not", conditions=[naming])]),
            statsig.DynamicConfig("config", name="limits", rules=[statsig.ConfigRule(name="In", conditions=[naming])]),
        )
    )
    resource = deployment.resources["segment"]
    with pytest.raises(StatsigError, match="is used by Gate 'checkout', DynamicConfig 'limits', Segment 'Others' and"):
        resource.destroy()
    assert deployment.project.new_writes() == []
    if answer == "accept":
        resource.destroy(delete_while_used=True)
        assert deployment.project.new_writes() == [("DELETE", "/segments/dutch_users", None)]
    else:
        with pytest.raises(StatsigError, match="because it is refenced in another config"):
            resource.destroy(delete_while_used=True)


def test_a_segment_that_overrides_name_is_not_deleted_unless_told(deployment: Deployment) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(segment_delete_used="accept")
    resource = deployment.project.resource(REGISTRY["Segment"]).up({"name": "used", "type": "rule_based"})
    deployment.project.new_writes()
    row = {"type": "segment", "id": "used"}
    layer_row = {"type": "segment", "name": "used", "group_name": "Test", "experiment_name": "an_experiment"}
    for declaration, overrides in (
        (statsig.AutotuneOverrides, {"autotune_id": "an_autotune", "overrides": [row | {"group": "A"}]}),
        (statsig.ExperimentOverrides, {"experiment_id": "an_experiment", "overrides": [row | {"group": "Test"}]}),
        (statsig.LayerOverrides, {"layer_id": "a_layer", "conditional_overrides": [layer_row]}),
    ):
        deployment.project.resource(declaration.declaration).up(overrides)
    deployment.project.new_writes()
    users = "AutotuneOverrides 'an_autotune', ExperimentOverrides 'an_experiment', LayerOverrides 'a_layer'"
    with pytest.raises(StatsigError, match=f"^Segment 'used' is used by {users} and was not deleted"):
        resource.destroy()
    assert deployment.project.new_writes() == []
    resource.destroy(delete_while_used=True)
    assert [method for method, _, _ in deployment.project.new_writes()] == ["DELETE"]


def test_a_segment_whose_gate_was_deleted_in_the_same_run_is_deleted(deployment: Deployment) -> None:
    deployment.up(
        lambda: (
            segment(),
            statsig.Segment("other", name="Others", type="id_list"),
        )
    )
    of_gate(deployment, "dutch_users", "others")
    first, second = deployment.resources["segment"], deployment.resources["other"]
    second.context = first.context  # two resources of one run
    with pytest.raises(StatsigError, match="is used by Gate 'checkout' and was not deleted"):
        first.destroy()
    deployment.project.emulator.remove("gates", "checkout")
    second.destroy()
    first.destroy()
    assert [path for method, path, _ in deployment.project.new_writes() if method == "DELETE"] == [
        "/segments/others",
        "/segments/dutch_users",
    ]


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ({"name": "a"}, "name: string should have at least 3 characters"),
        ({"name": "a.b.c"}, "name: string should match pattern"),
        ({"segment_id": "with space"}, "segment_id: string should match pattern"),
        ({"description": "x" * 1001}, "description: string should have at most 1000 characters"),
        ({"type": "gate"}, "type: input should be 'rule_based', 'id_list'"),
        ({"type": "id_list", "rules": []}, "rules: must be omitted for a segment of type 'id_list'"),
        ({"team": "Core", "team_id": "core-team"}, "team_id: conflicts with team"),
        ({"rules": [rule("A"), rule("A")]}, r"rules\[1\].name: 'A' is already used"),
        (
            {"rules": [rule("A", conditions=[statsig.Condition(type="public")])]},
            r"rules\[0\].conditions\[0\].type: 'public' is not valid in a segment: use one of app_version, ",
        ),
    ],
)
def test_invalid_inputs_are_refused_with_their_place(
    deployment: Deployment, declared: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InvalidInputsError, match=problem):
        deployment.up(lambda: segment(**declared))
    assert deployment.project.new_writes() == []


def test_a_response_without_a_name_and_a_team_id_is_no_drift(deployment: Deployment) -> None:
    deployment.up(lambda: segment(team_id="core-team"))
    resource = deployment.resources["segment"]
    shown = {k: v for k, v in resource.live().items() if k not in ("name", "teamID", "rules")}
    answer = {"message": "ok", "data": shown}
    deployment.project.emulator.fault(method="GET", path="/segments/dutch_users", status=200, body=answer, times=2)
    assert resource.drift() == ()
    deployment.project.emulator.clear_faults()


def test_a_refresh_of_a_thousand_segments_takes_eleven_requests(deployment: Deployment) -> None:
    deployment.up(segment)
    for number in range(999):
        deployment.project.emulator.add("segments", {"name": f"Segment {number}", "rules": []})
    lifecycle, inputs = deployment.resources["segment"].lifecycle, {"type": "rule_based", "__declared": ["type"]}
    deployment.project.emulator.clear_requests()
    for each in deployment.project.emulator.objects("segments"):
        live = lifecycle.read(each["id"], inputs | {"segment_id": each["id"]})
        assert live is not None
        assert live.outputs["name"] == each["name"]
    assert deployment.project.emulator.requests(log=False)["total"] == 11
    deployment.project.emulator.clear_requests()


def test_gates_configs_and_overrides_refer_to_a_segment(deployment: Deployment) -> None:
    def program() -> None:
        members: Any = segment()
        condition = statsig.Condition(type="passes_segment", target_value=members)
        statsig.Gate("gate", name="checkout", rules=[rule("In", conditions=[condition])])
        statsig.DynamicConfig("config", name="limits", rules=[statsig.ConfigRule(name="In", conditions=[condition])])
        statsig.ExperimentOverrides(
            "overrides",
            experiment_id="an_experiment",
            overrides=[statsig.ExperimentOverride(type="segment", id=members, group="Test")],
        )

    deployment.project.emulator.add("experiments", {"id": "an_experiment", "name": "an_experiment"})
    writes = deployment.up(program)
    named = {"type": "passes_segment", "targetValue": "segment-id"}
    assert [body["rules"][0]["conditions"] for _, path, body in writes if path in ("/gates", "/dynamic_configs")] == [
        [named]
    ] * 2
    [overrides] = [body for _, path, body in writes if path.endswith("overrides")]
    assert overrides["overrides"] == [{"type": "segment", "id": "segment-id", "groupID": "Test"}]
