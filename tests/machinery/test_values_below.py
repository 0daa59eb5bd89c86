"""Values with endpoints of their own, which the response of the object does not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from statsig_pulumi.errors import UnfinishedCreateError
from statsig_pulumi.json_values import NONE
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.lifecycle.import_inputs import derive_inputs

from .conftest import Api, checked
from .kinds import KINDS

LifecycleOf = Callable[..., Lifecycle]
READ = ["GET cohorts/s", "GET cohorts/s/id_list", "GET cohorts/s/schedule"]
BELOW = READ[1:]
NINE: dict[str, Any] = {"hourOfDay": 9, "timeZone": "UTC"}


class Below:
    """A cohort with a list of ids and a schedule below it."""

    def __init__(self, api: Api, ids: list[str], schedule: Any = None) -> None:
        self.live, self.ids, self.schedule = {"id": "s", "name": "s"}, ids, schedule
        api.answers |= {
            "POST cohorts": lambda body: self.live,
            "GET cohorts/s": lambda body: self.live,
            "GET cohorts/s/id_list": lambda body: list(self.ids),
            "PATCH cohorts/s/id_list": lambda body: self.ids.extend(body["ids"]),
            "DELETE cohorts/s/id_list": lambda body: [self.ids.remove(id_) for id_ in body["ids"]] and None,
            "GET cohorts/s/schedule": lambda body: self.schedule or 404,
            "PUT cohorts/s/schedule": self.set_schedule,
            "DELETE cohorts/s/schedule": self.set_schedule,
        }

    def set_schedule(self, body: Any) -> None:
        self.schedule = body


def test_a_create_sets_the_values_below_the_object(api: Api, lifecycle_of: LifecycleOf) -> None:
    Below(api, [])
    cohort = lifecycle_of("Cohort")
    inputs = checked(cohort, name="s", ids=["b", "a"], schedule={"hour_of_day": 9})
    id_, outputs = cohort.create(inputs)
    assert api.new_requests() == [
        ("POST cohorts", {"name": "s"}),
        *BELOW,
        ("PATCH cohorts/s/id_list", {"ids": ["a", "b"]}),
        *READ,
        ("PUT cohorts/s/schedule", {"hourOfDay": 9}),
        *READ,
    ]
    assert id_ == "s"
    assert (outputs["ids"], outputs["schedule"]) == (["a", "b"], {"hour_of_day": 9})
    assert not cohort.diff(outputs, inputs)


def test_an_update_adds_and_removes_what_differs_from_the_live_values(api: Api, lifecycle_of: LifecycleOf) -> None:
    below = Below(api, ["a", "b", "c"], NINE)
    cohort = lifecycle_of("Cohort")
    old = {"name": "s", "cohort_id": "s", "ids": ["a", "b"], "schedule": {"hour_of_day": 9}}
    outputs = {**old, "__declared": ["name", "ids", "schedule"]}
    inputs = checked(cohort, name="s", ids=["d", "b"], schedule=NONE)
    outputs = cohort.update("s", outputs, inputs)
    assert [request for request in api.new_requests() if isinstance(request, tuple)] == [
        ("PATCH cohorts/s/id_list", {"ids": ["d"]}),
        ("DELETE cohorts/s/id_list", {"ids": ["a", "c"]}),
        ("DELETE cohorts/s/schedule", None),
    ]
    assert (below.ids, below.schedule) == (["b", "d"], None)
    assert not cohort.diff(outputs, inputs)


def test_a_long_list_is_sent_in_several_requests(api: Api, lifecycle_of: LifecycleOf) -> None:
    below, cohort = Below(api, []), lifecycle_of("Cohort")
    ids = sorted(f"id{n}" for n in range(2_500))
    cohort.create(checked(cohort, name="s", ids=ids))
    writes = [body["ids"] for line, body in filter(lambda r: isinstance(r, tuple), api.requests) if "id_list" in line]
    assert [len(items) for items in writes] == [1_000, 1_000, 500]
    assert below.ids == ids


def test_a_failure_after_some_requests_keeps_the_new_object(api: Api, lifecycle_of: LifecycleOf) -> None:
    below, cohort = Below(api, []), lifecycle_of("Cohort")
    api.answers["PUT cohorts/s/schedule"] = [400]
    inputs = checked(cohort, name="s", ids=["a"], schedule={"hour_of_day": 9})
    with pytest.raises(UnfinishedCreateError) as caught:
        cohort.create(inputs)
    assert below.ids == ["a"]
    assert cohort.diff(caught.value.outputs, inputs).changed == ("schedule",)


def test_a_refresh_finds_drift_of_the_values_below(api: Api, lifecycle_of: LifecycleOf) -> None:
    below, cohort = Below(api, ["b", "a"], NINE), lifecycle_of("Cohort")
    inputs = checked(cohort, name="s", ids=["a", "b"], schedule={"hour_of_day": 9})
    outputs = {**inputs, "cohort_id": "s", "__declared": sorted(inputs)}
    live = cohort.read("s", outputs)
    assert live is not None
    assert live.inputs == inputs
    assert not cohort.diff(live.outputs, inputs)
    below.ids, below.schedule = ["a"], None
    live = cohort.read("s", outputs)
    assert live is not None
    assert live.inputs == {"name": "s", "ids": ["a"], "schedule": NONE}
    assert cohort.diff(live.outputs, inputs).changed == ("ids", "schedule")


def test_a_change_of_the_body_alone_sends_no_value_below(api: Api, lifecycle_of: LifecycleOf) -> None:
    below, cohort = Below(api, ["a"], NINE), lifecycle_of("Cohort")
    inputs = checked(cohort, name="s", description="new", ids=["a"])
    outputs = {"name": "s", "description": "old", "ids": ["a"], "__declared": sorted(inputs), "cohort_id": "s"}
    api.answers["PATCH cohorts/s"] = lambda body: below.live.update(body) or below.live
    outputs = cohort.update("s", outputs, inputs)
    assert api.requests == [*READ, ("PATCH cohorts/s", {"description": "new"}), *BELOW]
    assert outputs["ids"] == ["a"]


def test_an_import_declares_the_values_below(api: Api, lifecycle_of: LifecycleOf) -> None:
    Below(api, ["b", "a"], NINE)
    live = lifecycle_of("Cohort").resource_client.get("s")
    assert live is not None
    imported = derive_inputs(KINDS["Cohort"], live)
    assert imported.omitted == {}
    assert imported.inputs == {
        "name": "s",
        "ids": ["a", "b"],
        "schedule": {"hour_of_day": 9, "time_zone": "UTC"},
    }
