"""Properties that a create does not accept: an update sends them right after it."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from statsig_pulumi import provider
from statsig_pulumi.errors import UnfinishedCreateError
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.provider import EntityProvider
from statsig_pulumi.schema.state import IMPORT

from ..unit.conftest import RecordingReporter
from .conftest import Api, checked

LifecycleOf = Callable[..., Lifecycle]
INPUTS = {"name": "d", "retention": 30, "comment": "c"}
POST = ("POST datasets", {"name": "d"})
PATCH = ("PATCH datasets/1", {"retention": 30, "comment": "c"})
NEW = {"id": "1", "name": "d", "retention": 7}


def test_a_create_sends_update_only_properties_in_one_update(
    api: Api, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    api.answers |= {"POST datasets": [NEW], "PATCH datasets/1": [NEW | {"retention": 30}]}
    dataset = lifecycle_of("Dataset")
    inputs = checked(dataset, **INPUTS)
    id_, outputs = dataset.create(inputs)
    assert api.requests == [POST, PATCH]
    assert id_ == "1"
    assert not dataset.diff(outputs, inputs)
    assert reporter.messages == []


def test_a_create_without_update_only_properties_is_one_request(api: Api, lifecycle_of: LifecycleOf) -> None:
    api.answers["POST datasets"] = [NEW]
    dataset = lifecycle_of("Dataset")
    dataset.create(checked(dataset, name="d"))
    assert api.requests == [POST]


def test_a_failed_update_keeps_the_object_and_the_next_update_sends_what_is_pending(
    api: Api, lifecycle_of: LifecycleOf
) -> None:
    api.answers |= {"POST datasets": [NEW], "GET datasets/1": [NEW], "PATCH datasets/1": [400, NEW | {"retention": 30}]}
    dataset = lifecycle_of("Dataset")
    inputs = checked(dataset, **INPUTS)
    with pytest.raises(UnfinishedCreateError) as caught:
        dataset.create(inputs)
    id_, outputs = caught.value.id, caught.value.outputs
    assert id_ == "1"
    assert (outputs["retention"], outputs.get("comment")) == (7, None)
    assert "Dataset 'd' was created without retention, comment: PATCH /datasets/1 answered 400: no" in str(caught.value)
    assert dataset.diff(outputs, inputs).changed == ("retention", "comment")
    api.new_requests()
    outputs = dataset.update(id_, outputs, inputs)
    assert api.requests == ["GET datasets/1", PATCH]
    assert not dataset.diff(outputs, inputs)


def test_the_engine_gets_a_difference_for_what_is_pending(
    api: Api, lifecycle_of: LifecycleOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, entity_provider = lifecycle_of("Dataset"), EntityProvider("Dataset")
    monkeypatch.setattr(provider.CONTEXTS, "get", lambda configuration: dataset.context)
    outputs = {"name": "d", "dataset_id": "1", "retention": 7, "__declared": sorted(INPUTS)}
    checked_inputs = entity_provider.check(INPUTS, INPUTS).inputs
    assert entity_provider.diff("1", outputs, checked_inputs).changes is True
    assert entity_provider.diff("1", outputs | INPUTS, checked_inputs).changes is not True


def test_a_lost_response_is_no_failure_if_the_object_shows_the_values(
    api: Api, lifecycle_of: LifecycleOf, reporter: RecordingReporter
) -> None:
    lost = httpx.ReadError("connection reset")
    api.answers |= {"POST datasets": [NEW], "PATCH datasets/1": [lost], "GET datasets/1": [NEW | {"retention": 30}]}
    dataset = lifecycle_of("Dataset")
    _, outputs = dataset.create(checked(dataset, name="d", retention=30))
    assert outputs["retention"] == 30
    assert [message for severity, message in reporter.messages if severity != "info"] == []


def test_an_interrupted_create_without_the_update_is_recognised_as_its_own(api: Api, lifecycle_of: LifecycleOf) -> None:
    dataset = lifecycle_of("Dataset")
    live = dataset.resource_client.live(NEW)
    assert dataset.creation.is_own(INPUTS, live, within_s=0)
    assert not dataset.creation.is_own({**INPUTS, "name": "e"}, live, within_s=0)


def test_an_update_of_a_merged_value_sends_its_undeclared_live_values(api: Api, lifecycle_of: LifecycleOf) -> None:
    live = {"id": "a::sum", "name": "a", "type": "sum", "window": {"days": 7, "unit": "userID"}}
    api.answers |= {"GET measures/a%3A%3Asum": [live], "PATCH measures/a%3A%3Asum": [live | {"window": {"days": 9}}]}
    measure = lifecycle_of("Measure")
    inputs = {"name": "a", "type": "sum", "window": {"days": 7}}
    id_, outputs = measure.create(checked(measure, **inputs, **{IMPORT: "a::sum"}))
    api.new_requests()
    measure.update(id_, outputs, inputs | {"window": {"days": 9}})
    assert api.requests[-1] == ("PATCH measures/a%3A%3Asum", {"window": {"days": 9, "unit": "userID"}})
