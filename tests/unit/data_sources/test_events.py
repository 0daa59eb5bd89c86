"""Data sources of events, numbers of exposures and reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import pulumi
import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import InvalidInputsError, RejectedError

from .program import run

EVENT = {"name": "add / cart", "timestamp": "1720567284328", "source": "statsig-node", "value": "3", "userID": "u1"}


def test_events_of_all_names_and_of_one(emulator: Emulator) -> None:
    emulator.quirk(max_page_size=1)
    emulator.add("logged_events", {"id": "1", **EVENT, "metadata": {"plan": "pro"}})
    emulator.add("logged_events", {"id": "2", **EVENT, "name": "view"})
    assert [event.name for event in statsig.list_events()] == ["add / cart", "view"]
    (event,) = statsig.list_event_values("add / cart")
    assert (event.timestamp, event.source, event.value, event.user_id) == ("1720567284328", "statsig-node", "3", "u1")
    assert event.metadata == {"plan": "pro"}
    assert statsig.list_event_values("gone") == []


def test_metrics_of_an_event(emulator: Emulator) -> None:
    emulator.add("metrics", {"name": "Carts", "type": "sum", "metricEvents": [{"name": "add / cart"}]})
    emulator.add("metrics", {"name": "Views", "type": "sum", "metricEvents": [{"name": "view"}]})
    assert [metric.name for metric in statsig.list_event_metrics("add / cart")] == ["Carts"]


def test_more_ids_than_a_request_takes_are_read_in_several(emulator: Emulator) -> None:
    emulator.add("exposure_counts", {"id": "1", "kind": "gates", "objectID": "gate 29", "pastDay": 2, "past7Days": 9})
    gates, experiments = [f"gate {number}" for number in range(30)], ["one", "two"]
    counts = statsig.get_exposure_counts(gates=gates, experiments=experiments)
    assert [count.id for count in counts.gates] == gates
    assert [count.id for count in counts.experiments] == experiments
    assert counts.dynamic_configs == []
    assert (counts.gates[-1].past_day, counts.gates[-1].past7_days, counts.gates[0].past_day) == (2, 9, 0)
    queries = [entry["query"] for entry in emulator.requests()["log"] if entry["path"] == "/exposure_count"]
    assert queries == [{"gates": gates[:25], "experiments": experiments}, {"gates": gates[25:]}]


def test_ids_of_exposure_counts_are_validated_before_any_request(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match="gates: needs an id; or set experiments or dynamic_configs"):
        statsig.get_exposure_counts()
    numbers: Any = [1]
    with pytest.raises(InvalidInputsError, match=r"dynamic_configs\[0\]: must be a string, not int"):
        statsig.get_exposure_counts(dynamic_configs=numbers)
    assert emulator.requests()["log"] == []


@pytest.mark.parametrize("is_list", [False, True])
def test_the_address_of_a_report_is_secret(emulator: Emulator, is_list: bool) -> None:
    emulator.quirk(report_listed=is_list)

    found: list[object] = []

    def program() -> None:
        address = statsig.get_report("pulse_daily", date(2026, 3, 1))
        address.apply(found.append)
        pulumi.Output.from_input(address.is_secret()).apply(found.append)

    run(program)
    assert sorted(map(str, found)) == [
        "True",
        "https://reports.example.com/pulse_daily/2026-03-01.csv?signature=SIGNED",
    ]


def test_an_invalid_report_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(InvalidInputsError, match="date: must be a date such as 2024-01-31"):
        statsig.get_report("pulse_daily", "yesterday")
    with pytest.raises(RejectedError, match="Invalid enum value"):
        statsig.get_report("pulse", "2026-03-01")  # type: ignore[arg-type]
