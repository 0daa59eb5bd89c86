"""Metrics: what is more than plain create, read, update and delete."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

SUM = {"name": "Revenue", "type": "sum", "unitTypes": ["userID"], "metricEvents": [{"name": "purchase"}]}
ITEM = "/metrics/Revenue%3A%3Asum"


def create(api: Api, **fields: Any) -> Any:
    return api.data("POST", "/metrics", SUM | fields)


def test_the_id_of_a_metric_is_its_name_and_type(api: Api) -> None:
    made = create(api, name="a / b :: c", tags="core")
    assert (made["id"], made["tags"], made["directionality"]) == ("a / b :: c::sum", ["core"], "increase")
    assert made["lineage"] == {"events": ["purchase"], "metrics": []}
    assert api.data("GET", "/metrics/a%20%2F%20b%20%3A%3A%20c::sum") == made
    assert api.data("GET", "/metrics/a%20%2F%20b%20%3A%3A%20c/sum") == made
    assert api("GET", "/metrics/a/sum").status_code == 404


def test_a_name_is_free_for_another_type_and_after_a_delete(api: Api) -> None:
    create(api)
    assert create(api, type="mean")["id"] == "Revenue::mean"
    assert "already in use" in api.errors("POST", "/metrics", SUM)["name"]
    assert api("DELETE", ITEM).is_success
    assert create(api)["id"] == "Revenue::sum"


def test_a_type_requires_fields_by_quirk(api: Api, emulator: Emulator) -> None:
    bare = {"name": "Revenue", "type": "sum"}
    assert api.errors("POST", "/metrics", bare) == {"unitTypes": "Required", "metricEvents": "Required"}
    emulator.quirk(metric_required_fields=False)
    assert api.data("POST", "/metrics", bare)["unitTypes"] == ["userID"]


@pytest.mark.parametrize(("keeps_id", "path"), [(False, "/metrics/Sales%3A%3Asum"), (True, ITEM)])
def test_a_rename_changes_the_id_by_quirk(api: Api, emulator: Emulator, keeps_id: bool, path: str) -> None:
    emulator.quirk(metric_rename_keeps_id=keeps_id)
    create(api)
    api.data("POST", ITEM, {"name": "Sales"})
    assert api.data("GET", path)["name"] == "Sales"
    assert [metric["name"] for metric in api.data("GET", "/metrics/list")] == ["Sales"]


def test_an_update_before_october_2025_ignores_the_name(api: Api, emulator: Emulator) -> None:
    emulator.quirk(metric_renames=False)
    create(api)
    assert api.data("POST", ITEM, {"name": "Sales", "description": "d"})["name"] == "Revenue"


@pytest.mark.parametrize("is_replaced", [True, False])
def test_the_definition_is_replaced_or_merged_by_quirk(api: Api, emulator: Emulator, is_replaced: bool) -> None:
    emulator.quirk(nested_replaced=is_replaced)
    native = {"aggregation": "sum", "cap": 1}
    api.data("POST", "/metrics", {"name": "Orders", "type": "user_warehouse", "warehouseNative": native})
    updated = api.data("POST", "/metrics/Orders::user_warehouse", {"warehouseNative": {"cap": 2}})["warehouseNative"]
    assert updated == ({"cap": 2} if is_replaced else {"aggregation": "sum", "cap": 2})


def test_fields_of_2026_are_dropped_by_quirk(api: Api, emulator: Emulator) -> None:
    emulator.quirk(metrics_of_2026=False)
    native = {"aggregation": "sum", "loadingWindow": 90}
    body = {"name": "Orders", "type": "user_warehouse", "warehouseNative": native}
    assert api.data("POST", "/metrics", body)["warehouseNative"] == {"aggregation": "sum"}
    updated = api.data("POST", "/metrics/Orders::user_warehouse", {"scheduledReloadHour": 3})
    assert {"scheduledReloadHour", "permalink"}.isdisjoint(updated)


def test_a_dry_run_saves_nothing(api: Api, emulator: Emulator) -> None:
    create(api, dryRun=True)
    assert emulator.objects("metrics") == []
    create(api)
    api.data("POST", ITEM, {"description": "d", "dryRun": True})
    assert emulator.object("metrics", "Revenue::sum")["description"] == ""


def test_a_scheduled_archive_can_be_cancelled_and_an_archived_metric_cannot(api: Api, emulator: Emulator) -> None:
    create(api)
    assert api("PUT", f"{ITEM}/schedule_archive").is_success
    assert "archiveState" not in api.data("GET", ITEM)
    assert api("PUT", f"{ITEM}/cancel_archive").is_success
    assert api("PUT", f"{ITEM}/cancel_archive").status_code == 404
    emulator.quirk(metric_archive_grace=False, metric_cancel_archive_status=400)
    assert api("PUT", f"{ITEM}/schedule_archive").is_success
    assert api("PUT", f"{ITEM}/cancel_archive").status_code == 400
    assert api("PUT", f"{ITEM}/unarchive").is_success
    assert emulator.object("metrics", "Revenue::sum")["archiveState"] is None


def test_a_metric_that_another_one_uses_is_neither_deleted_nor_archived(api: Api) -> None:
    create(api)
    part = {"name": "Revenue", "type": "sum"}
    both = {"unitTypes": ["userID"], "metricComponentMetrics": [part]}
    api.data("POST", "/metrics", {"name": "Total", "type": "composite", **both})
    assert api("DELETE", ITEM).status_code == 400
    assert api("PUT", f"{ITEM}/schedule_archive").status_code == 400
    assert api("DELETE", "/metrics/Total::composite").is_success
    assert api("DELETE", ITEM).is_success


@pytest.mark.parametrize(("method", "path"), [("DELETE", ITEM), ("PUT", f"{ITEM}/schedule_archive")])
def test_a_deleted_or_archived_metric_leaves_every_scorecard(api: Api, method: str, path: str) -> None:
    create(api)
    other = {"name": "Clicks", "type": "event_count"}
    api.experiment(primaryMetrics=[{"name": "Revenue", "type": "sum"}, other], hypothesis="h")
    assert [each["id"] for each in api.data("GET", f"{ITEM}/experiments")] == ["an_experiment"]
    assert api(method, path).is_success
    assert api.data("GET", "/experiments/an_experiment")["primaryMetrics"] == [other]


def test_the_owner_is_a_user_by_address_or_id(api: Api, emulator: Emulator) -> None:
    emulator.add("users", {"email": "ana@example.com", "id": "u1", "firstName": "Ana", "lastName": "B"})
    create(api)
    assert create(api, type="mean")["owner"]["ownerType"] == "SDK_KEY"
    owner = {"ownerID": "u1", "ownerType": "USER", "ownerName": "Ana B", "ownerEmail": "ana@example.com"}
    assert api.data("POST", ITEM, {"owner": {"email": "ana@example.com"}})["owner"] == owner
    assert api.data("POST", "/metrics/Revenue::mean", {"owner": {"ownerID": "u1"}})["owner"] == owner


def test_metrics_of_events_and_hidden_ones_in_lists(api: Api, emulator: Emulator) -> None:
    emulator.add("metrics", {"name": "purchase", "type": "event_count"})
    emulator.add("metrics", {"name": "hidden", "type": "sum", "isHidden": True})
    assert [metric["id"] for metric in api.data("GET", "/metrics/list")] == ["purchase::event_count"]
    assert len(api.data("GET", "/metrics/list?showHiddenMetrics=true")) == 2
    assert api.data("GET", "/metrics/list?tags=core") == []


def test_values_need_a_metric_and_a_day(api: Api) -> None:
    assert api.errors("GET", "/metrics") == {"id": "Required", "date": "Required"}
    assert "date" in api.errors("GET", "/metrics/values?date=March")
