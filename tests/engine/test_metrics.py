"""Metrics on the real engine: renamed, archived, unarchived, refused, reloaded."""

from __future__ import annotations

from urllib.parse import quote

from statsig_pulumi.emulator import Emulator

from .stack import Stack
from .wire import Wire

REVENUE = """
revenue = statsig.Metric(
    "revenue", name="{name}", type="sum", unit_types=["userID"],
    metric_events=[statsig.MetricEvent(name="{event}")], {more}
)
pulumi.export("id", revenue.metric_id)
"""
ODD = "CPU % / user :: total"


def revenue(name: str = "Revenue", event: str = "purchase", more: str = "") -> str:
    return REVENUE.format(name=name, event=event, more=more)


def test_a_metric_is_renamed_archived_and_unarchived(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.program(revenue()).up()
    wire.requests()
    stack.program(revenue(ODD)).up()
    assert stack.output("id") == f"{ODD}::sum"
    assert [metric["name"] for metric in emulator.objects("metrics")] == [ODD]
    stack.program(revenue(ODD, more="is_archived=True")).up()
    assert emulator.object("metrics", f"{ODD}::sum")["archiveState"] == "scheduled"
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.program(revenue(ODD, more="is_archived=False")).up()
    assert emulator.object("metrics", f"{ODD}::sum")["archiveState"] is None
    stack.preview_is_empty()
    odd = f"/metrics/{quote(f'{ODD}::sum', safe='')}"
    assert [f"{entry['method']} {entry['path']}" for entry in wire.writes()] == [
        "POST /metrics/Revenue%3A%3Asum",
        f"PUT {odd}/schedule_archive",
        f"PUT {odd}/cancel_archive",
    ]
    stack.destroy()
    assert emulator.objects("metrics") == []


def test_a_changed_definition_and_a_used_metric_are_refused(stack: Stack, emulator: Emulator) -> None:
    stack.program(revenue()).up()
    answer = stack.program(revenue(event="refund")).preview(ok=False)
    assert "metric_events: the API can set it only when it creates the object" in answer
    assert "Traceback" not in answer
    emulator.add("experiments", {"name": "By hand", "primaryMetrics": [{"name": "Revenue", "type": "sum"}]})
    answer = stack.destroy(ok=False)
    assert "Metric 'Revenue' is used by Experiment 'By hand' and was not deleted" in answer
    stack.program(revenue(more="delete_while_used=True")).up()
    stack.destroy()
    assert emulator.objects("metrics") == []


WAREHOUSE = """
units = [statsig.IdTypeMapping(statsig_unit_id="userID", column="u")]
source = dict(sql="select 1", timestamp_column="ts", id_type_mapping=units)
orders = statsig.MetricSource("orders", name="Orders / EU", **source)
statsig.QualifyingEvent("visits", name="Visits / EU", **source)
metric = statsig.Metric("metric", name="Orders", type="user_warehouse", scheduled_reload_hour=3,
    warehouse_native=statsig.WarehouseNativeMetric(aggregation="count", metric_source_name=orders.name, {definition}),
    validate_on_preview={validated})
statsig.MetricReload("reload", metric_id=metric.metric_id, incremental=True, triggers=["{trigger}"])
"""


def warehouse(definition: str, trigger: str = "a", *, validated: bool = False) -> str:
    return WAREHOUSE.format(definition=definition, trigger=trigger, validated=validated)


def test_a_warehouse_native_metric_is_validated_changes_and_reloads(stack: Stack, emulator: Emulator) -> None:
    stack.program(warehouse("cap=10")).up()
    stack.preview_is_empty()
    stack.refresh_is_empty()
    emulator.quirk(sql_errors="no_such_column")
    before = emulator.object("metrics", "Orders::user_warehouse")
    wrong = 'cap=10, value_column="no_such_column"'
    answer = stack.program(warehouse(wrong, validated=True)).preview(ok=False)
    assert "Metric 'Orders'" in answer
    assert "SQL compilation error: syntax error: unexpected 'no_such_column'" in answer
    assert "Traceback" not in answer
    stack.program(warehouse("cap=15", validated=True)).preview()
    assert emulator.object("metrics", "Orders::user_warehouse") == before
    emulator.edit(
        "metrics",
        "Orders::user_warehouse",
        {
            "warehouseNative": {
                "aggregation": "count",
                "metricSourceName": "Orders / EU",
                "cap": 10,
                "metricBakeDays": 3,
            }
        },
    )
    stack.program(warehouse("cap=20", "b", validated=True)).up()
    native = emulator.object("metrics", "Orders::user_warehouse")["warehouseNative"]
    assert (native["cap"], native["metricBakeDays"]) == (20, 3)
    assert [reload["incremental"] for reload in emulator.objects("metric_reloads")] == ["true", "true"]
    stack.destroy()
    assert emulator.objects("metrics") == emulator.objects("qualifying_events") == []
