"""Data sources of layers and holdouts."""

from __future__ import annotations

from urllib.parse import quote

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError

FLOW = {"name": "test!!!", "type": "string", "defaultValue": "a", "description": "The flow"}


@pytest.fixture
def layer(emulator: Emulator) -> str:
    """A layer whose id is no slug of its name, with one experiment, beside an experiment without a layer."""
    name = "Homepage Feed Improvements"
    emulator.add("layers", {"id": name, "name": name, "parameters": [FLOW], "tags": ["core"]})
    emulator.add("experiments", {"name": "in it", "layerID": name})
    emulator.add("experiments", {"name": "alone"})
    return name


def test_a_layer_is_read_with_its_parameters(layer: str) -> None:
    record = statsig.get_layer(layer)
    assert (record.id, record.name, record.id_type, record.tags) == (layer, layer, "userID", ["core"])
    assert [(p.name, p.type, p.default_value, p.description) for p in record.parameters] == [
        ("test!!!", "string", "a", "The flow")
    ]
    assert (record.is_implicit_layer, record.holdout_parameter_values) == (False, [])


def test_the_list_has_implicit_layers_too(layer: str) -> None:
    layers = statsig.list_layers()
    assert [(each.id, each.is_implicit_layer) for each in layers] == [(layer, False), ("statsig::alone_layer", True)]


def test_the_experiments_of_a_layer_are_listed(layer: str) -> None:
    assert [each.id for each in statsig.list_layer_experiments(layer)] == ["in_it"]


@pytest.mark.usefixtures("emulator")
def test_a_missing_layer_is_an_error() -> None:
    for read in (statsig.get_layer, statsig.list_layer_experiments):
        with pytest.raises(GoneError, match="there is no layer 'gone' in this Statsig project"):
            read("gone")


@pytest.fixture
def holdout(emulator: Emulator) -> str:
    emulator.add("gates", {"name": "new checkout"})
    metrics = [{"name": "revenue", "type": "sum"}]
    held = {"gateIDs": ["new_checkout", "new_checkout"], "layerIDs": ["statsig::alone_layer", "feed"]}
    emulator.add(
        "holdouts", {"name": "Long term", "passPercentage": 5, "tags": ["core"], "monitoringMetrics": metrics, **held}
    )
    return "long_term"


def test_a_holdout_is_read_with_what_it_holds(holdout: str) -> None:
    record = statsig.get_holdout(holdout)
    assert (record.id, record.name, record.pass_percentage, record.is_global) == (holdout, "Long term", 5, False)
    assert (record.gate_ids, record.experiment_ids, record.layer_ids) == (["new_checkout"], ["alone"], ["feed"])
    assert [(metric.name, metric.type) for metric in record.monitoring_metrics] == [("revenue", "sum")]


def test_holdouts_are_listed_by_tag(emulator: Emulator, holdout: str) -> None:
    emulator.add("holdouts", {"name": "Other"})
    assert [each.id for each in statsig.list_holdouts()] == [holdout, "other"]
    assert [each.id for each in statsig.list_holdouts(tags="core")] == [holdout]


def test_the_results_of_a_holdout_are_those_of_its_metrics(emulator: Emulator, holdout: str) -> None:
    results = statsig.get_holdout_pulse_results(holdout, cuped=True, confidence=90)
    assert [metric.metric_id for metric in results.monitoring_metrics] == ["revenue::sum"]
    assert emulator.requests()["log"][-1]["query"] == {"cuped": "true", "confidence": "90"}


@pytest.mark.usefixtures("emulator")
def test_a_missing_holdout_is_an_error() -> None:
    for read in (statsig.get_holdout, statsig.get_holdout_pulse_results):
        with pytest.raises(GoneError, match="there is no holdout 'gone' in this Statsig project"):
            read("gone")


def test_overrides_are_read_by_the_id_of_their_object(client: Client, layer: str, holdout: str) -> None:
    row = {"groupName": "Test", "ids": ["ana"], "experimentName": "in_it", "environment": None}
    gate = {"type": "gate", "name": "g", "experimentName": "in_it", "groupName": "Test"}
    path = f"layers/{quote(layer)}/overrides"
    client.change("POST", path, {"conditionalOverrides": [gate], "idOverrides": [row]})
    client.change("POST", f"holdouts/{holdout}/overrides", {"passingUserIDs": ["ana"], "failingUserIDs": []})
    of_layer, of_holdout = statsig.get_layer_overrides(layer), statsig.get_holdout_overrides(holdout)
    assert [(o.type, o.name, o.group_name, o.environment) for o in of_layer.conditional_overrides] == [
        ("gate", "g", "Test", None)
    ]
    assert [(o.group_name, o.ids, o.experiment_name) for o in of_layer.id_overrides] == [("Test", ["ana"], "in_it")]
    assert (of_holdout.passing_user_ids, of_holdout.failing_user_ids) == (["ana"], [])
    for read, kind in ((statsig.get_layer_overrides, "layer"), (statsig.get_holdout_overrides, "holdout")):
        with pytest.raises(GoneError, match=f"there is no {kind} 'gone' in this Statsig project"):
            read("gone")
