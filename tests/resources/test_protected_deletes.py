"""Objects that must not be deleted: what the check sees is what Statsig has when the request is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import StatsigError
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import RecordingReporter
from .conftest import Deployment

VARIANTS = [{"name": "A", "json": {}}, {"name": "B", "json": {}}]
AUTOTUNE: dict[str, Any] = {
    "name": "Button",
    "variants": VARIANTS,
    "success_event": "click",
    "exploration_window": "24",
    "attribution_window": "24",
    "winner_threshold": "95%",
}
HELD = {"gateIDs": ["checkout"], "passPercentage": 2, "isEnabled": True}
MEMBER = {"type": "passes_segment", "targetValue": "Users"}
NAMING = {"name": "In", "passPercentage": 100, "conditions": [MEMBER]}
METRIC = {
    "name": "Revenue",
    "type": "sum",
    "unit_types": ["userID"],
    "metric_events": [{"name": "buy", "type": "value"}],
}


def of_key(emulator: Emulator) -> Any:
    return next(key["key"] for key in emulator.objects("keys") if key["key"] != emulator.key)


CASES: dict[str, tuple[dict[str, Any], Callable[[Emulator], object], str]] = {
    "Autotune": (AUTOTUNE, lambda e: e.edit("autotunes", "button", {"isStarted": True}), "'Button' is started"),
    "Experiment": (
        {"name": "Checkout"},
        lambda e: e.edit("experiments", "checkout", {"status": "active"}),
        "'Checkout' is active",
    ),
    "Holdout": (
        {"name": "Half year"},
        lambda e: e.edit("holdouts", "half_year", HELD),
        "'Half year' was not deleted: it holds units out",
    ),
    "Key": (
        {"type": "SERVER", "description": "Shop", "is_active": False},
        lambda e: e.edit("keys", of_key(e), {"status": "active"}),
        "'Shop' was not deleted: it is active",
    ),
    "Metric": (
        METRIC,
        lambda e: e.add("experiments", {"name": "Pay", "primaryMetrics": [{"name": "Revenue", "type": "sum"}]}),
        "'Revenue' is used by Experiment 'Pay'",
    ),
    "Role": (
        {"name": "Analyst"},
        lambda e: e.add("users", {"email": "ana@example.com", "role": "Analyst"}),
        "'Analyst' is used by User 'ana@example.com'",
    ),
    "Segment": (
        {"name": "Users", "segment_id": "Users", "type": "rule_based"},
        lambda e: e.add("gates", {"name": "checkout", "rules": [NAMING]}),
        "'Users' is used by Gate 'checkout'",
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_delete_is_not_repeated_if_somebody_uses_the_object_meanwhile(deployment: Deployment, kind: str) -> None:
    """The first request is refused for its rate; while the run waits, a colleague starts or uses the object."""
    inputs, use, reason = CASES[kind]
    emulator = deployment.project.emulator
    resource = deployment.project.resource(REGISTRY[kind]).up(inputs)
    deployment.project.new_writes()
    emulator.fault(method="DELETE", status=429, headers={"Retry-After": "0"})

    def on_message(message: str) -> None:
        use(emulator)

    client = Client(emulator.key, emulator.url, on_message=on_message)
    context = RunContext(client, RecordingReporter())
    lifecycle = resource.declaration.cls.lifecycle(resource.declaration, context)
    with pytest.raises(StatsigError, match=f"{kind} {reason}"):
        lifecycle.delete(str(resource.id), resource.outputs)
    assert [method for method, _, _ in deployment.project.new_writes()] == ["DELETE"]
    assert resource.live() is not None


@pytest.mark.parametrize("path", ["/gates", "/overrides"])
def test_what_an_outage_hid_from_one_delete_is_asked_again_for_the_next(deployment: Deployment, path: str) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(segment_delete_used="accept")
    first, second = (
        deployment.project.resource(REGISTRY["Segment"]).up({"name": name, "type": "id_list"})
        for name in ("First", "Second")
    )
    if path == "/gates":
        rule = NAMING | {"conditions": [MEMBER | {"targetValue": "second"}]}
        emulator.add("gates", {"name": "checkout", "rules": [rule]})
    else:
        row = {"type": "segment", "id": "second", "group": "Test"}
        overrides = {"experiment_id": "an_experiment", "overrides": [row]}
        deployment.project.resource(REGISTRY["ExperimentOverrides"]).up(overrides)
    deployment.project.new_writes()
    second.context = first.context  # two resources of one run
    emulator.fault(method="GET", path=path, status=503, headers={"Retry-After": "3600"})
    with pytest.raises(StatsigError, match=f"GET {path} answered 503"):
        first.destroy()
    with pytest.raises(StatsigError, match=r"^Segment 'Second' is used by .* and was not deleted"):
        second.destroy()
    assert deployment.project.new_writes() == []
