"""Data sources of metrics and their values."""

from __future__ import annotations

from datetime import date

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError

MISSING = "in this Statsig project"
ODD = "CPU % / user :: total"
VALUES = {"metricName": ODD, "metricType": "ratio", "numerator": 6, "denominator": 3, "date": "2026-03-01"}


def add(emulator: Emulator, name: str, type_: str = "sum", **more: object) -> None:
    emulator.add("metrics", {"name": name, "type": type_, **more})


def test_a_metric_is_found_by_its_name_and_type(emulator: Emulator) -> None:
    add(emulator, ODD, tags=["core"], metricEvents=[{"name": "cpu", "type": "value"}])
    add(emulator, ODD, "mean")
    found = statsig.get_metric(ODD, "sum")
    assert (found.metric_id, found.name, found.type, found.tags) == (f"{ODD}::sum", ODD, "sum", ["core"])
    assert [(event.name, event.type) for event in found.metric_events] == [("cpu", "value")]
    assert found.lineage is not None
    assert found.lineage.events == ["cpu"]
    assert (found.team, found.is_permanent, found.warehouse_native) == (None, False, None)
    with pytest.raises(GoneError, match=f"^there is no metric 'CPU' of type 'sum' {MISSING}$"):
        statsig.get_metric("CPU", "sum")


def test_names_that_are_paths_of_the_api_are_found_by_their_id(emulator: Emulator) -> None:
    add(emulator, "metric_source")
    assert statsig.get_metric("metric_source", "sum").name == "metric_source"
    assert emulator.requests()["log"][-1]["path"].endswith("/metrics/metric_source%3A%3Asum")


def test_metrics_are_listed_by_their_filters(emulator: Emulator) -> None:
    emulator.quirk(max_page_size=1)
    add(emulator, "Clicks", tags=["core"])
    add(emulator, "Views", "event_count", tags=["core"])
    add(emulator, "Secret", isHidden=True)
    assert [metric.name for metric in statsig.list_metrics()] == ["Clicks", "Views"]
    assert [metric.name for metric in statsig.list_metrics(tags="core")] == ["Clicks", "Views"]
    assert [metric.name for metric in statsig.list_metrics(show_hidden_metrics=True)] == ["Clicks", "Views", "Secret"]
    with pytest.raises(TypeError, match="unexpected keyword argument 'tag'"):
        statsig.list_metrics(tag="core")  # type: ignore[call-arg]


def test_experiments_of_a_metric(emulator: Emulator) -> None:
    add(emulator, ODD)
    emulator.add("experiments", {"name": "One page", "primaryMetrics": [{"name": ODD, "type": "sum"}]})
    emulator.add("experiments", {"name": "Two pages", "primaryMetrics": [{"name": ODD, "type": "mean"}]})
    assert [experiment.id for experiment in statsig.list_metric_experiments(f"{ODD}::sum")] == ["one_page"]
    with pytest.raises(GoneError, match=f"^there is no metric 'gone::sum' {MISSING}$"):
        statsig.list_metric_experiments("gone::sum")


def test_metrics_of_a_source(emulator: Emulator) -> None:
    emulator.add("metric_sources", {"name": "Orders / EU"})
    add(emulator, "Orders", "user_warehouse", warehouseNative={"metricSourceName": "Orders / EU"})
    add(emulator, "Ratio", "user_warehouse", warehouseNative={"denominatorMetricSourceName": "Orders / EU"})
    add(emulator, "Other", "user_warehouse", warehouseNative={"metricSourceName": "Others"})
    assert [metric.name for metric in statsig.list_metric_source_metrics("Orders / EU")] == ["Orders", "Ratio"]


def test_the_queries_of_a_metric(emulator: Emulator) -> None:
    native = {"metricSourceName": "orders"}
    add(emulator, "Orders", "user_warehouse", unitTypes=["userID", "companyID"], warehouseNative=native)
    rows = statsig.get_metric_sql("Orders::user_warehouse")
    assert [row.id_type for row in rows] == ["userID", "companyID"]
    assert "FROM orders" in rows[0].sql


def test_values_of_one_metric_and_of_all(emulator: Emulator) -> None:
    add(emulator, ODD, "ratio")
    emulator.add("metric_values", {"id": "1", "value": 2, "unitType": "userID", "inputRows": 7, **VALUES})
    emulator.add("metric_values", {"id": "2", "value": 5, "unitType": "overall", **VALUES, "metricName": "Clicks"})
    emulator.add("metric_values", {"id": "3", "value": 9, "unitType": "overall", **VALUES, "date": "2026-03-02"})
    (own,) = statsig.get_metric_values(f"{ODD}::ratio", date=date(2026, 3, 1))
    assert (own.value, own.unit_type, own.numerator, own.denominator) == (2, "userID", 6, 3)
    assert [(each.metric_name, each.value) for each in statsig.list_metric_values("2026-03-01")] == [
        (ODD, 2),
        ("Clicks", 5),
    ]
    (clicks,) = statsig.list_metric_values("2026-03-01", metric_name="Clicks", metric_type="ratio")
    assert (clicks.value, clicks.input_rows) == (5, None)


def test_an_invalid_date_is_an_error_before_any_request(emulator: Emulator) -> None:
    for read in (lambda: statsig.list_metric_values("March"), lambda: statsig.get_metric_values("a::sum", date="1")):
        with pytest.raises(InvalidInputsError, match="date: must be a date such as 2024-01-31"):
            read()
    assert emulator.requests()["log"] == []
