"""Target apps: program in, exact requests out."""

from __future__ import annotations

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import StatsigError
from statsig_pulumi.schema.declaration import REGISTRY

from .conftest import Deployment


def everything() -> None:
    statsig.TargetApp("shop", name="Shop", description="The web shop")


def test_every_property_is_sent_in_one_post(deployment: Deployment) -> None:
    assert deployment.up(everything) == [("POST", "/target_app", {"name": "Shop", "description": "The web shop"})]


def test_a_name_is_enough_and_the_required_description_is_empty(deployment: Deployment) -> None:
    assert deployment.up(lambda: statsig.TargetApp("shop", name="Shop")) == [
        ("POST", "/target_app", {"name": "Shop", "description": ""})
    ]


def test_an_update_sends_the_changed_properties_only(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/target_app/{deployment.resources['shop'].id}"
    writes = deployment.up(lambda: statsig.TargetApp("shop", name="Web shop", description="The web shop"))
    assert writes == [("PATCH", path, {"name": "Web shop"})]
    writes = deployment.up(lambda: statsig.TargetApp("shop", name="Web shop", description=""))
    assert writes == [("PATCH", path, {"description": ""})]


def test_a_description_missing_in_the_response_is_no_drift(deployment: Deployment) -> None:
    deployment.up(everything)
    assert deployment.refresh() == {"shop": {"name": "Shop", "description": "The web shop"}}


def test_a_gate_can_refer_to_a_target_app_by_its_output(deployment: Deployment) -> None:
    def program() -> None:
        shop = statsig.TargetApp("shop", name="Shop")
        statsig.Gate("search", name="search", target_apps=[shop.name])

    assert deployment.up(program)[1] == ("POST", "/gates", {"name": "search", "targetApps": ["Shop"]})


def test_destroy_sends_one_delete_by_id(deployment: Deployment) -> None:
    deployment.up(everything)
    path = f"/target_app/{deployment.resources['shop'].id}"
    assert [("DELETE", path, None)] == deployment.destroy()


@pytest.mark.parametrize(
    ("collection", "body", "user"),
    [
        ("gates", {"name": "search", "targetApps": ["Shop"]}, "Gate 'search'"),
        ("dynamic_configs", {"name": "limits", "targetApps": ["Shop"]}, "DynamicConfig 'limits'"),
        ("experiments", {"name": "Pay", "targetApps": ["Other", "Shop"]}, "Experiment 'Pay'"),
        ("layers", {"name": "Feed", "idType": "userID", "targetApps": ["Shop"]}, "Layer 'Feed'"),
        ("segments", {"name": "Users", "type": "rule_based", "targetApps": ["Shop"]}, "Segment 'Users'"),
        ("holdouts", {"name": "Half year", "targetApps": ["Shop"]}, "Holdout 'Half year'"),
        ("teams", {"name": "Core", "defaultTargetApplications": ["Shop"]}, "Team 'Core'"),
        ("keys", {"type": "SERVER", "description": "Web", "targetAppID": ""}, "Key 'Web'"),
        ("keys", {"type": "SERVER", "description": "Web", "secondaryTargetAppIDs": []}, "Key 'Web'"),
    ],
)
def test_an_app_that_others_name_is_not_deleted_unless_told(
    deployment: Deployment, collection: str, body: dict[str, object], user: str
) -> None:
    resource = deployment.project.resource(REGISTRY["TargetApp"]).up({"name": "Shop"})
    ids = {"targetAppID": resource.id, "secondaryTargetAppIDs": [resource.id]}
    deployment.project.emulator.add(collection, {name: ids.get(name, value) for name, value in body.items()})
    deployment.project.new_writes()
    with pytest.raises(StatsigError, match=f"^TargetApp 'Shop' is used by {user}"):
        resource.destroy()
    assert deployment.project.new_writes() == []
    resource.destroy(delete_while_used=True)
    assert [method for method, _, _ in deployment.project.new_writes()] == ["DELETE"]


def test_a_hidden_key_keeps_its_app_and_is_not_shown(deployment: Deployment) -> None:
    resource = deployment.project.resource(REGISTRY["TargetApp"]).up({"name": "Shop"})
    emulator = deployment.project.emulator
    emulator.add("keys", {"type": "SERVER", "description": "Web", "targetAppID": resource.id})
    emulator.quirk(key_visible=False)
    with pytest.raises(StatsigError, match="is used by Key 'Web' and was not deleted") as e:
        resource.destroy()
    assert not [key["key"] for key in emulator.objects("keys") if key["key"] in str(e.value)]


def test_a_deactivated_key_does_not_keep_its_app(deployment: Deployment) -> None:
    resource = deployment.project.resource(REGISTRY["TargetApp"]).up({"name": "Shop"})
    key = {"type": "SERVER", "description": "Web", "targetAppID": resource.id, "status": "deactivated"}
    deployment.project.emulator.add("keys", key)
    deployment.project.new_writes()
    resource.destroy()
    assert [method for method, _, _ in deployment.project.new_writes()] == ["DELETE"]
