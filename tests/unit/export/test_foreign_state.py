"""The objects in states of Terraform and of the bridged package."""

from __future__ import annotations

import json
from typing import Any

import pytest

from statsig_pulumi.export.foreign_state import parse_foreign_state
from statsig_pulumi.export.model import StateFileError
from statsig_pulumi.resources.key import fingerprint
from statsig_pulumi.schema.declaration import REGISTRY

Json = Any


def resource(address: str, type_: str, values: Json, **more: Json) -> Json:
    """Return a resource as ``terraform show -json`` prints it."""
    name = address.rpartition(".")[2].partition("[")[0]
    provider = "registry.terraform.io/statsig-io/statsig"
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider_name": provider,
        "schema_version": 0,
        "values": values,
        **more,
    }


KEY = {"key": "client-abc", "type": "CLIENT"}
TERRAFORM: Json = {
    "format_version": "1.0",
    "terraform_version": "1.9.8",
    "values": {
        "root_module": {
            "resources": [
                resource("statsig_gate.new-checkout", "statsig_gate", {"id": "new_checkout", "name": "New Checkout"}),
                resource("statsig_tag.core", "statsig_tag", {"name": "shop", "is_core": False}),
                resource("statsig_keys.web", "statsig_keys", {"id": "client-abc", **KEY}),
                resource("statsig_environments.main", "statsig_environments", {"environments": []}),
                resource("statsig_settings_project.main", "statsig_settings_project", {"name": "Shop"}),
                resource("statsig_settings_teams.main", "statsig_settings_teams", {"require_teams_on_configs": False}),
                resource("statsig_metric.buys", "statsig_metric", {"id": "Buys::sum", "name": "Buys", "type": "sum"}),
                resource("statsig_webhook.web", "statsig_webhook", {"id": "1"}),
                resource("data.statsig_gate.read", "statsig_gate", {"id": "only_read"}, mode="data"),
                resource("null_resource.other", "null_resource", {"id": "1"}),
            ],
            "child_modules": [
                {
                    "address": 'module.flags["eu"]',
                    "resources": [
                        resource('module.flags["eu"].statsig_gate.this[0]', "statsig_gate", {"id": "eu_0"}, index=0),
                        resource('module.flags["eu"].statsig_gate.this[1]', "statsig_gate", {"id": "eu_1"}, index=1),
                    ],
                    "child_modules": [
                        {
                            "address": 'module.flags["eu"].module.deep',
                            "resources": [
                                resource("x.statsig_entity_property.plan", "statsig_entity_property", {"name": "plan"})
                            ],
                        }
                    ],
                }
            ],
        }
    },
}


def bridged(type_: str, name: str, id_: str, outputs: Json, **more: Json) -> Json:
    """Return a resource as ``pulumi stack export`` prints it."""
    token = f"statsig:index/{type_[0].lower()}{type_[1:]}:{type_}"
    urn = f"urn:pulumi:prod::flags::{token}::{name}"
    return {"urn": urn, "custom": True, "id": id_, "type": token, "inputs": {}, "outputs": outputs, **more}


PULUMI: Json = {
    "version": 3,
    "deployment": {
        "resources": [
            {"urn": "urn:pulumi:prod::flags::pulumi:pulumi:Stack::flags-prod", "type": "pulumi:pulumi:Stack"},
            bridged("Gate", "new-checkout", "New Checkout", {"name": "New Checkout"}),
            bridged("MetricSource", "orders", "orders", {"name": "orders"}),
            bridged("EntityProperty", "plan", "plan", {"name": "plan"}),
            bridged("SettingsRoles", "main", "statsig-settings", {"defaultProjectRole": "Member"}),
            bridged("Webhook", "web", "1", {}),
            bridged("Gate", "gone", "gone", {}, delete=True),
            bridged("Gate", "looked-up", "looked_up", {}, external=True),
        ]
    },
}


def picked(state: Json) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(pick.kind, pick.name, pick.ids) for pick in parse_foreign_state(json.dumps(state)).picks}


def test_names_in_a_terraform_state_hold_modules_and_indexes() -> None:
    assert picked(TERRAFORM) == {
        ("Gate", "new_checkout", ("new_checkout", "New Checkout")),
        ("Gate", "flags_eu_this_0", ("eu_0",)),
        ("Gate", "flags_eu_this_1", ("eu_1",)),
        ("Tag", "core", ("shop",)),
        ("EntityPropertySource", "flags_eu_deep_plan", ("plan",)),
        ("Key", "web", (fingerprint(KEY),)),
        ("Metric", "buys", ("Buys::sum", "Buys")),
        ("Environments", "main", ("environments",)),
        ("ProjectSettings", "main", ("settings/project",)),
        ("TeamSettings", "main", ("settings/teams",)),
    }


def test_a_state_of_the_bridged_package_names_its_objects() -> None:
    assert picked(PULUMI) == {
        ("Gate", "new_checkout", ("New Checkout",)),
        ("MetricSource", "orders", ("orders",)),
        ("EntityPropertySource", "plan", ("plan",)),
        ("RoleSettings", "main", ("settings/roles",)),
    }


@pytest.mark.parametrize("state", [TERRAFORM, PULUMI])
def test_an_object_without_a_resource_class_is_not_exported(state: Json) -> None:
    (missing,) = parse_foreign_state(json.dumps(state)).not_exported
    assert (missing.kind, missing.reason) == ("webhook", "statsig_pulumi has no resource for it")
    assert "web" in missing.id


@pytest.mark.parametrize("state", [{"format_version": "1.0"}, {"deployment": {}}, {"values": {"root_module": {}}}])
def test_an_empty_state_manages_nothing(state: Json) -> None:
    assert picked(state) == set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "[]",
        "{}",
        "resource statsig_gate {}",
        '{"version": 4, "resources": []}',
        '{"deployment": 1}',
        '{"values": 1}',
        '{"deployment": {"resources": ["a"]}}',
        '{"deployment": {"resources": [{"type": "statsig:index/gate:Gate", "id": "a"}]}}',
    ],
)
def test_a_file_that_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(
        StateFileError, match="the file is not a state: pass the output of `terraform show -json` or of"
    ):
        parse_foreign_state(text)


def test_a_terraform_plan_is_refused() -> None:
    plan = {"format_version": "1.2", "planned_values": {"root_module": {}}, "prior_state": TERRAFORM}
    with pytest.raises(StateFileError, match="the file is a Terraform plan: run `terraform show -json` without a file"):
        parse_foreign_state(json.dumps(plan))


def test_a_state_of_this_package_is_refused() -> None:
    resource = {"urn": "urn:pulumi:dev::p::t::gate", "type": "pulumi-python:dynamic/statsig:Gate", "id": "a"}
    with pytest.raises(StateFileError, match="its resources are of statsig_pulumi already"):
        parse_foreign_state(json.dumps({"version": 3, "deployment": {"resources": [resource]}}))


def test_an_object_that_terraform_will_delete_is_ignored() -> None:
    address, values = "statsig_gate.a", {"id": "replaced"}
    both = [
        resource(address, "statsig_gate", {"id": "new"}),
        resource(address, "statsig_gate", values, deposed_key="e7a1"),
    ]
    assert picked({"values": {"root_module": {"resources": both}}}) == {("Gate", "a", ("new",))}


@pytest.mark.parametrize("values", [None, {}, {"id": None, "name": None, "rules": None}])
def test_an_object_without_an_id_in_the_state_is_not_exported(values: Json) -> None:
    state = {"values": {"root_module": {"resources": [resource("statsig_gate.a", "statsig_gate", values)]}}}
    foreign_state = parse_foreign_state(json.dumps(state))
    assert foreign_state.picks == ()
    assert [(each.title, each.reason) for each in foreign_state.not_exported] == [
        ("Gate 'statsig_gate.a'", "the state holds neither its id nor its name")
    ]


def test_terraform_types_are_unique_among_the_resources() -> None:
    types = [declaration.cls.terraform_type for declaration in REGISTRY.values() if declaration.cls.terraform_type]
    assert len(set(types)) == len(types)
    assert {"dynamic_config", "entity_property", "experiment", "gate", "metric_source", "role", "tag"} <= set(types)
