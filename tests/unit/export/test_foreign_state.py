"""What Terraform or the bridged package manages, told by their states, and exported under their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from statsig_pulumi.cli.main import main
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.export.foreign_state import StateError, managed_elsewhere

Json = Any


def resource(address: str, type_: str, values: Json, **more: Json) -> Json:
    """One resource as ``terraform show -json`` has it."""
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


TERRAFORM: Json = {
    "format_version": "1.0",
    "terraform_version": "1.9.8",
    "values": {
        "root_module": {
            "resources": [
                resource("statsig_gate.new-checkout", "statsig_gate", {"id": "new_checkout", "name": "New Checkout"}),
                resource("statsig_tag.core", "statsig_tag", {"name": "shop", "is_core": False}),
                resource("statsig_keys.web", "statsig_keys", {"key": "client-abc"}),
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
    """One resource as ``pulumi stack export`` has it."""
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
            bridged("Keys", "web", "client-abc", {}),
            bridged("Gate", "gone", "gone", {}, delete=True),
            bridged("Gate", "looked-up", "looked_up", {}, external=True),
        ]
    },
}


def picked(state: Json) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(pick.kind, pick.name, pick.ids) for pick in managed_elsewhere(json.dumps(state)).picks}


def test_a_state_of_terraform_names_its_objects_modules_and_indexes() -> None:
    assert picked(TERRAFORM) == {
        ("Gate", "new_checkout", ("new_checkout", "New Checkout")),
        ("Gate", "flags_eu_this_0", ("eu_0",)),
        ("Gate", "flags_eu_this_1", ("eu_1",)),
        ("Tag", "core", ("shop",)),
        ("EntityPropertySource", "flags_eu_deep_plan", ("plan",)),
    }


def test_a_state_of_the_bridged_package_names_its_objects() -> None:
    assert picked(PULUMI) == {
        ("Gate", "new_checkout", ("New Checkout",)),
        ("MetricSource", "orders", ("orders",)),
        ("EntityPropertySource", "plan", ("plan",)),
    }


@pytest.mark.parametrize("state", [TERRAFORM, PULUMI])
def test_what_there_is_no_resource_for_is_told(state: Json) -> None:
    (missing,) = managed_elsewhere(json.dumps(state)).not_supported
    assert (missing.kind, missing.reason) == ("keys", "there is no resource for it")
    assert "web" in missing.what


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
def test_a_file_that_is_no_state_is_told(text: str) -> None:
    with pytest.raises(StateError, match="no output of `terraform show -json`, nor of `pulumi stack export`"):
        managed_elsewhere(text)


def test_a_plan_is_no_state() -> None:
    plan = {"format_version": "1.2", "planned_values": {"root_module": {}}, "prior_state": TERRAFORM}
    with pytest.raises(StateError, match="this is a plan of Terraform: `terraform show -json`, without a file"):
        managed_elsewhere(json.dumps(plan))


def test_what_terraform_is_about_to_delete_is_left_out() -> None:
    address, values = "statsig_gate.a", {"id": "replaced"}
    both = [
        resource(address, "statsig_gate", {"id": "new"}),
        resource(address, "statsig_gate", values, deposed_key="e7a1"),
    ]
    assert picked({"values": {"root_module": {"resources": both}}}) == {("Gate", "a", ("new",))}


@pytest.mark.parametrize("values", [None, {}, {"id": None, "name": None, "rules": None}])
def test_an_object_of_which_the_state_tells_no_id_is_told(values: Json) -> None:
    state = {"values": {"root_module": {"resources": [resource("statsig_gate.a", "statsig_gate", values)]}}}
    found = managed_elsewhere(json.dumps(state))
    assert found.picks == ()
    assert [(each.title, each.reason) for each in found.not_supported] == [
        ("Gate 'statsig_gate.a'", "the state tells neither its id nor its name")
    ]


def test_only_what_is_managed_elsewhere_is_exported_and_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "terraform.json").write_text(json.dumps(TERRAFORM))
    with Emulator() as emulator:
        monkeypatch.setenv("STATSIG_CONSOLE_KEY", emulator.key)
        monkeypatch.setenv("STATSIG_CONSOLE_URL", emulator.url)
        for name in ("New Checkout", "eu 0", "eu 1", "Of the console"):
            emulator.add("gates", {"name": name})
        emulator.add("tags", {"name": "shop"})
        with pytest.raises(SystemExit, match="0"):
            main(["export", str(tmp_path / "flags"), "--managed-by", str(tmp_path / "terraform.json")])
    resources = json.loads((tmp_path / "flags" / "import.json").read_text())["resources"]
    assert {f"{each['type'].rpartition(':')[2]} {each['name']} {each['inputs']['name']}" for each in resources} == {
        "Gate new_checkout New Checkout",
        "Gate flags_eu_this_0 eu 0",
        "Gate flags_eu_this_1 eu 1",
        "Tag core shop",
    }
    out = capsys.readouterr().out
    assert "EntityPropertySource 'plan'" in out
    assert "it is not in this Statsig project" in out
    assert "keys 'statsig_keys.web'" in out
