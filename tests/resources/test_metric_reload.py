"""Reloads of metrics: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import StatsigError

from .conftest import Deployment

METRIC = "Orders / EU::user_warehouse"
PATH = "/metrics/Orders%20%2F%20EU%3A%3Auser_warehouse/reload"


def reload(**properties: Any) -> None:
    statsig.MetricReload("reload", metric_id=METRIC, **properties)


@pytest.fixture(autouse=True)
def metric(deployment: Deployment) -> None:
    deployment.project.emulator.add("metrics", {"name": "Orders / EU", "type": "user_warehouse"})


def reloads(deployment: Deployment) -> list[Any]:
    return [each["incremental"] for each in deployment.project.emulator.objects("metric_reloads")]


@pytest.mark.parametrize(
    ("properties", "sent"), [({}, None), ({"incremental": True}, "true"), ({"incremental": False}, "false")]
)
def test_a_reload_is_requested_once(deployment: Deployment, properties: dict[str, Any], sent: str | None) -> None:
    assert deployment.up(lambda: reload(**properties)) == [("POST", PATH, None)]
    assert deployment.up(lambda: reload(**properties)) == []
    assert reloads(deployment) == [sent]
    resource = deployment.resources["reload"]
    assert str(resource.id) == f"{METRIC}/{resource.outputs['started_time']}"
    assert {"reload": resource.inputs} == deployment.refresh()
    assert deployment.destroy() == []


@pytest.mark.parametrize("change", [{"triggers": [2]}, {"incremental": True}, {"metric_id": "Other::user_warehouse"}])
def test_a_change_requests_another_reload(deployment: Deployment, change: dict[str, Any]) -> None:
    deployment.up(lambda: reload(triggers=[1]))
    resource = deployment.resources["reload"]
    assert resource.preview(resource.inputs | change).replaces == tuple(change)


def test_a_reload_that_may_have_started_is_not_requested_again(deployment: Deployment) -> None:
    deployment.project.emulator.fault(method="POST", path="*/reload", kind="drop_after", times=1)
    with pytest.raises(StatsigError):
        deployment.up(reload)
    assert len(reloads(deployment)) == 1


def test_a_missing_metric_is_an_error(deployment: Deployment) -> None:
    with pytest.raises(StatsigError, match="there is no metric 'gone::sum': check metric_id"):
        deployment.up(lambda: statsig.MetricReload("reload", metric_id="gone::sum"))
