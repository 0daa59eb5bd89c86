"""Qualifying events: program in, exact requests out. What they share with metric sources is tested there."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig

from .conftest import Deployment

PATH = "/experiments/qualifying_events"
ITEM = f"{PATH}/Visits%20%2F%20all"
UNITS = [{"statsigUnitID": "userID", "column": "user_id"}]
QUERY = {"name": "Visits / all", "sql": "SELECT 1", "timestampColumn": "ts", "idTypeMapping": UNITS}
UPDATE = {key: value for key, value in QUERY.items() if key != "name"}


def event(**properties: Any) -> None:
    user = statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")
    usual = {"name": "Visits / all", "sql": "SELECT 1", "timestamp_column": "ts", "id_type_mapping": [user]}
    statsig.QualifyingEvent("event", **usual | properties)


def test_an_event_is_created_updated_and_deleted(deployment: Deployment) -> None:
    assert deployment.up(event) == [("POST", PATH, QUERY)]
    assert deployment.up(lambda: event(sql="SELECT 2", tags=["web"])) == [
        ("POST", ITEM, UPDATE | {"sql": "SELECT 2", "tags": ["web"]})
    ]
    assert deployment.refresh() == {"event": deployment.resources["event"].inputs}
    assert deployment.destroy() == [("DELETE", ITEM, None)]


def test_an_update_keeps_what_the_program_omits(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(source_update_resets=True)
    deployment.up(event)
    deployment.project.emulator.edit("qualifying_events", "Visits / all", {"description": "Ana's", "isVerified": True})
    deployment.up(lambda: event(sql="SELECT 2"))
    stored = deployment.project.emulator.object("qualifying_events", "Visits / all")
    assert (stored["description"], stored["isVerified"], stored["sql"]) == ("Ana's", True, "SELECT 2")


def test_a_table_is_sent_with_its_name(deployment: Deployment) -> None:
    table = {"sql": "", "sourceType": "table", "tableName": "shop.visits", "datePartitionColumn": "day"}
    [(_, _, body)] = deployment.up(
        lambda: statsig.QualifyingEvent(
            "event",
            name="Visits",
            source_type="table",
            table_name="shop.visits",
            date_partition_column="day",
            timestamp_column="ts",
            id_type_mapping=[statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
        )
    )
    assert body == {"name": "Visits", "timestampColumn": "ts", "idTypeMapping": UNITS, **table}


@pytest.mark.parametrize("status", [400, 404])
def test_a_deleted_event_is_created_again(deployment: Deployment, status: int) -> None:
    deployment.project.emulator.quirk(metric_source_missing_status=status)
    deployment.up(event)
    resource = deployment.resources["event"]
    deployment.project.emulator.remove("qualifying_events", "Visits / all")
    assert resource.read() is None
    deployment.project.emulator.add("qualifying_events", {"name": "list", "sql": "SELECT 1"})
    assert resource.lifecycle.resource_client.get("list") is not None


def test_a_new_name_replaces_the_event(deployment: Deployment) -> None:
    deployment.up(event)
    resource = deployment.resources["event"]
    assert resource.preview(resource.inputs | {"name": "Visits"}).replaces == ("name",)
