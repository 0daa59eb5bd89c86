"""Ingestion schedules: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError

from .conftest import Deployment, registrations


def schedule(hour: Any, dataset: Any = "Events") -> None:
    statsig.IngestionSchedule("schedule", dataset=dataset, scheduled_hour_pst=hour)


def test_a_schedule_is_set_in_one_post_and_read_by_its_dataset(deployment: Deployment) -> None:
    body = {"dataset": "Events", "scheduled_hour_pst": 3}
    assert deployment.up(lambda: schedule(3)) == [("POST", "/ingestion/schedule", body)]
    assert deployment.resources["schedule"].id == "Events"
    assert deployment.up(lambda: schedule(3)) == []
    deployment.refresh()
    log = deployment.project.emulator.requests()["log"]
    assert [entry["query"] for entry in log] == [{"dataset": "Events"}]
    assert deployment.up(lambda: schedule(0)) == [("POST", "/ingestion/schedule", body | {"scheduled_hour_pst": 0})]


def test_a_property_with_its_live_value_is_not_sent(deployment: Deployment) -> None:
    assert deployment.up(lambda: schedule(10)) == []


def test_the_exposures_dataset_is_read_under_its_other_name(deployment: Deployment) -> None:
    body = {"dataset": "export_exposures", "scheduled_hour_pst": 3}
    assert deployment.up(lambda: schedule(3, "Exposures")) == [("POST", "/ingestion/schedule", body)]
    assert deployment.up(lambda: schedule(3, "export_exposures")) == []
    assert deployment.resources["schedule"].id == "export_exposures"


def test_a_changed_hour_is_drift(deployment: Deployment) -> None:
    deployment.up(lambda: schedule(3))
    deployment.project.emulator.edit("ingestion_schedules", "Events", {"scheduled_hour_pst": 5})
    assert deployment.refresh() == {"schedule": {"dataset": "Events", "scheduled_hour_pst": 5}}
    assert deployment.resources["schedule"].drift() == ("scheduled_hour_pst",)


def test_destroy_keeps_the_object_and_reports_it(deployment: Deployment) -> None:
    deployment.up(lambda: schedule(3))
    report = deployment.resources["schedule"].reporter.messages
    assert deployment.destroy() == []
    assert report == ["info: IngestionSchedule 'Events' is kept in Statsig: the API cannot delete it"]


@pytest.mark.parametrize(
    ("hour", "dataset", "words"),
    [
        (24, "Events", "scheduled_hour_pst: input should be less than or equal to 23"),
        (-1, "Events", "scheduled_hour_pst: input should be greater than or equal to 0"),
        (9.5, "Events", "scheduled_hour_pst: input should be a valid integer"),
        (3, "events", "dataset: input should be 'Events'"),
    ],
)
def test_invalid_inputs_fail_in_the_constructor(hour: Any, dataset: Any, words: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: schedule(hour, dataset))
    assert words in str(error.value)
