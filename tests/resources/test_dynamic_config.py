"""Dynamic configs: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError

from .conftest import Deployment, registrations

SCHEMA = '{"type": "object", "properties": {"limit": {"type": "number"}}}'
JSON5 = "{\n  // what a guest may buy\n  limit: 3,\n}"
EVERYTHING = {
    "name": "Basket limits",
    "id": "basket_limits_2",
    "description": "How much fits",
    "isEnabled": True,
    "idType": "userID",
    "defaultValue": {"limit": 10, "tiers": ["a", {"b": 1.5}]},
    "rules": [
        {
            "name": "guests",
            "passPercentage": 99.99,
            "conditions": [{"type": "custom_field", "field": "guest", "operator": "any", "targetValue": ["true"]}],
            "environments": ["production"],
            "returnValueJson5": JSON5,
        },
        {
            "name": "split",
            "conditions": [],
            "variants": [
                {"name": "few", "passPercentage": 33.33, "returnValue": {"limit": 5}},
                {"name": "many", "passPercentage": 66.67, "returnValueJson5": "{limit: 50}"},
            ],
        },
    ],
    "schema": SCHEMA,
    "tags": ["checkout", "web"],
    "targetApps": ["android", "web"],
    "team": "Growth",
    "owner": {"ownerID": "u1", "ownerType": "USER", "ownerName": "Ana", "ownerEmail": "ana@example.com"},
    "releasePipelineID": "pipeline-1",
    "isTemplate": False,
    "creatorID": "u1",
    "creatorEmail": "ana@example.com",
}


def config(**properties: Any) -> None:
    statsig.DynamicConfig("config", name="Basket limits", **properties)


def everything() -> None:
    config(
        dynamic_config_id="basket_limits_2",
        description="How much fits",
        is_enabled=True,
        is_archived=False,
        archive_reason="done",
        archive_on_delete=True,
        id_type="userID",
        default_value={"limit": 10, "tiers": ["a", {"b": 1.5}]},
        rules=[
            statsig.ConfigRule(
                name="guests",
                pass_percentage=99.99,
                conditions=[
                    statsig.Condition(type="custom_field", field="guest", operator="any", target_value=["true"])
                ],
                environments=["production"],
                return_value_json5=JSON5,
            ),
            statsig.ConfigRule(
                name="split",
                variants=[
                    statsig.Variant(name="few", pass_percentage=33.33, return_value={"limit": 5}),
                    statsig.Variant(name="many", pass_percentage=66.67, return_value_json5="{limit: 50}"),
                ],
            ),
        ],
        schema=SCHEMA,
        tags=["web", "checkout"],
        target_apps=["web", "android"],
        team="Growth",
        owner=statsig.Owner(owner_id="u1", owner_type="USER", owner_name="Ana", owner_email="ana@example.com"),
        release_pipeline_id="pipeline-1",
        is_template=False,
        creator_id="u1",
        creator_email="ana@example.com",
    )


def returning(value: dict[str, Any], name: str = "guests") -> statsig.ConfigRule:
    return statsig.ConfigRule(name=name, pass_percentage=100, return_value=value)


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", "/dynamic_configs", EVERYTHING)]
    assert deployment.up(everything) == []


def test_a_name_is_enough(deployment: Deployment) -> None:
    assert deployment.up(config) == [("POST", "/dynamic_configs", {"name": "Basket limits"})]
    assert deployment.resources["config"].id == "basket_limits"


def test_a_json5_text_is_sent_verbatim_instead_of_the_value(deployment: Deployment) -> None:
    body = {
        "name": "Basket limits",
        "defaultValueJson5": JSON5,
        "schemaJson5": f"// limits\n{SCHEMA}",
        "teamID": "core-team",
    }
    assert [("POST", "/dynamic_configs", body)] == deployment.up(
        lambda: config(default_value_json5=JSON5, schema_json5=f"// limits\n{SCHEMA}", team_id="core-team")
    )
    inputs = deployment.resources["config"].inputs
    assert inputs["default_value_json5"] == JSON5
    assert {"config": inputs} == deployment.refresh()


def test_white_space_in_a_schema_is_no_change(deployment: Deployment) -> None:
    deployment.up(lambda: config(schema=SCHEMA))
    assert deployment.up(lambda: config(schema=SCHEMA.replace(" ", "\n"))) == []


def test_a_changed_comment_of_a_json5_text_is_a_change(deployment: Deployment) -> None:
    deployment.up(lambda: config(default_value_json5=JSON5))
    text = JSON5.replace("a guest", "anyone")
    assert [("PATCH", "/dynamic_configs/basket_limits", {"defaultValueJson5": text})] == deployment.up(
        lambda: config(default_value_json5=text)
    )


def test_an_update_sends_what_changed_and_rules_and_variants_keep_their_ids(deployment: Deployment) -> None:
    deployment.up(everything)
    guests, split = deployment.rules("config")
    few, many = split["variants"]
    [(method, path, body)] = deployment.up(
        lambda: config(
            rules=[
                statsig.ConfigRule(
                    name="split",
                    variants=[
                        statsig.Variant(name="few", pass_percentage=50, return_value={"limit": 5}),
                        statsig.Variant(name="many", pass_percentage=50, return_value_json5="{limit: 50}"),
                    ],
                ),
                returning({"limit": 4}),
            ]
        )
    )
    assert ("PATCH", "/dynamic_configs/basket_limits_2", {"rules"}) == (method, path, set(body))
    sent_split, sent_guests = body["rules"]
    assert (split["id"], split["baseID"]) == (sent_split["id"], sent_split["baseID"])
    assert (guests["id"], guests["baseID"]) == (sent_guests["id"], sent_guests["baseID"])
    assert [(few["id"], 50), (many["id"], 50)] == [(v["id"], v["passPercentage"]) for v in sent_split["variants"]]
    assert (sent_guests["returnValue"], sent_guests["passPercentage"]) == ({"limit": 4}, 100)
    assert "returnValueJson5" not in sent_guests


def test_a_rule_changes_from_a_value_to_a_json5_text(deployment: Deployment) -> None:
    deployment.up(lambda: config(rules=[returning({"limit": 1})]))
    [(_, _, body)] = deployment.up(
        lambda: config(rules=[statsig.ConfigRule(name="guests", pass_percentage=100, return_value_json5=JSON5)])
    )
    assert [(writes["returnValueJson5"], writes.get("returnValue")) for writes in body["rules"]] == [(JSON5, None)]


def test_explicit_empty_values_clear_the_properties(deployment: Deployment) -> None:
    deployment.up(everything)
    cleared = {
        "description": "",
        "defaultValue": {},
        "rules": [],
        "schema": None,
        "tags": [],
        "targetApps": [],
        "team": None,
        "releasePipelineID": None,
    }
    assert [("PATCH", "/dynamic_configs/basket_limits_2", cleared)] == deployment.up(
        lambda: config(
            description="",
            default_value={},
            rules=[],
            schema=None,
            tags=[],
            target_apps=[],
            team=None,
            release_pipeline_id=None,
        )
    )


def test_overrides_declared_in_one_form_are_cleared_in_the_other(deployment: Deployment) -> None:
    deployment.up(lambda: config(schema=SCHEMA, default_value_json5=JSON5))
    cleared = {"defaultValue": {}, "schemaJson5": None}
    assert deployment.up(lambda: config(schema_json5=None, default_value={})) == [
        ("PATCH", "/dynamic_configs/basket_limits", cleared)
    ]


@pytest.mark.parametrize("properties", [{"schema": "{}", "schema_json5": None}, {"schema": None, "schema_json5": "{}"}])
def test_a_schema_with_an_explicit_null_is_a_problem(properties: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputsError):
        registrations(lambda: config(**properties))


@pytest.mark.parametrize("is_enabled", [True, False])
def test_a_config_is_disabled_by_a_property_without_a_put(deployment: Deployment, is_enabled: bool) -> None:
    deployment.up(lambda: config(is_enabled=not is_enabled))
    assert [("PATCH", "/dynamic_configs/basket_limits", {"isEnabled": is_enabled})] == deployment.up(
        lambda: config(is_enabled=is_enabled)
    )


def test_archive_sends_its_reason_and_unarchive_an_empty_body(deployment: Deployment) -> None:
    deployment.up(config)
    assert deployment.up(lambda: config(is_archived=True, archive_reason="no baskets")) == [
        ("PUT", "/dynamic_configs/basket_limits/archive", {"archiveReason": "no baskets"})
    ]
    assert deployment.up(lambda: config(is_archived=False)) == [("PUT", "/dynamic_configs/basket_limits/unarchive", {})]


def test_destroy_deletes_or_archives_as_declared(deployment: Deployment) -> None:
    deployment.up(config)
    assert deployment.destroy() == [("DELETE", "/dynamic_configs/basket_limits", None)]
    deployment.up(lambda: config(archive_on_delete=True))
    assert deployment.destroy() == [("PUT", "/dynamic_configs/basket_limits/archive", {})]
