"""Components: the resources that they make, and what they refuse."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

import statsig_pulumi as statsig
from statsig_pulumi.components import GatedExperiment, KillSwitch, StagedRollout
from statsig_pulumi.schema.declaration import TYPE_PREFIX

Json = Any
DUTCH = statsig.Condition(type="country", operator="any", target_value=["NL"])
GROUPS = [statsig.Group(name=name, size=50, parameter_values={"pages": pages}) for name, pages in (("A", 1), ("B", 2))]


class Recorder(Mocks):
    """An engine that keeps the type and the inputs of each resource."""

    def __init__(self) -> None:
        self.resources: dict[str, Json] = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str, Json]:
        self.resources[f"{args.typ.removeprefix(TYPE_PREFIX)} {args.name}"] = args.inputs
        return f"{args.inputs.get('name', args.name)}", args.inputs

    def call(self, args: MockCallArgs) -> tuple[Json, None]:
        raise AssertionError(args.token)


@pytest.fixture
def engine() -> Recorder:
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, preview=False)
    return recorder


def run(program: Any) -> None:
    pulumi.runtime.test(program)()


def staged(stages: Any, **more: Any) -> StagedRollout:
    return StagedRollout("checkout", name="new_checkout", stages=stages, **more)


def experiment(**more: Any) -> GatedExperiment:
    fixed: Any = {"name": "one_page", "hypothesis": "Faster", "groups": GROUPS, "control_group": "A"}
    return GatedExperiment("one-page", **fixed, **more)


def test_the_types_of_components_are_those_in_states(engine: Recorder) -> None:
    def program() -> None:
        staged({"production": 10})
        KillSwitch("payments", name="payments", owner="Shop", description="No payments")
        experiment(primary_events={"purchase": "increase"})

    run(program)
    types = {name for name in engine.resources if name.startswith("statsig:")}
    names = "StagedRollout checkout", "KillSwitch payments", "GatedExperiment one-page"
    assert types == {f"statsig:components:{name}" for name in names}


def test_a_staged_rollout_has_a_rule_for_each_environment(engine: Recorder) -> None:
    first = statsig.Rule(name="Staff", pass_percentage=100)
    run(lambda: staged({"staging": 50, "production": 12.5}, audience=[DUTCH], first=[first], team="Shop"))
    gate = engine.resources["Gate checkout"]
    rules = [(each["name"], each.get("environments"), each["pass_percentage"]) for each in gate["rules"]]
    assert rules == [("Staff", None, 100), ("staging", ["staging"], 50), ("production", ["production"], 12.5)]
    assert [each["type"] for rule in gate["rules"][1:] for each in rule["conditions"]] == ["country", "country"]
    assert gate["team"] == "Shop"


def test_a_staged_rollout_without_an_audience_is_for_everyone(engine: Recorder) -> None:
    run(lambda: staged({"production": 10}))
    (rule,) = engine.resources["Gate checkout"]["rules"]
    assert [each["type"] for each in rule["conditions"]] == ["public"]


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ({}, "StagedRollout 'checkout': stages: needs at least one environment"),
        (
            {"staging": 10, "production": 50},
            "StagedRollout 'checkout': stages['production']: passes 50 %, but staging, the stage before it, passes"
            " 10 %: raise staging first",
        ),
    ],
)
def test_a_stage_that_is_ahead_is_refused(engine: Recorder, stages: dict[str, float], expected: str) -> None:
    with pytest.raises(statsig.InvalidInputsError) as failure:
        run(lambda: staged(stages))
    assert str(failure.value) == expected
    assert "Gate checkout" not in engine.resources


def test_a_share_that_is_an_output_is_not_compared(engine: Recorder) -> None:
    run(lambda: staged({"staging": pulumi.Output.from_input(10), "production": 50}))
    assert [each["pass_percentage"] for each in engine.resources["Gate checkout"]["rules"]] == [10, 50]


def test_a_kill_switch_does_not_manage_whether_it_is_on(engine: Recorder) -> None:
    def program() -> None:
        KillSwitch("payments", name="payments", owner="Shop", description="No payments")
        KillSwitch("search", name="search", owner="Shop", description="No search", is_on=False)

    run(program)
    payments, search = engine.resources["Gate payments"], engine.resources["Gate search"]
    assert "is_enabled" not in payments
    assert search["is_enabled"] is False
    assert (payments["team"], payments["type"]) == ("Shop", "PERMANENT")
    assert [(each["pass_percentage"], each["conditions"][0]["type"]) for each in payments["rules"]] == [(100, "public")]


def test_an_experiment_has_its_gate_and_a_metric_for_each_event(engine: Recorder) -> None:
    run(
        lambda: experiment(
            audience=[DUTCH], primary_events={"purchase": "increase"}, secondary_events={"refund": "decrease"}
        )
    )
    made = engine.resources
    assert made["Gate one-page-audience"]["rules"][0]["conditions"][0]["type"] == "country"
    metric = made["Metric one-page-refund"]
    assert (metric["name"], metric["type"], metric["directionality"]) == (
        "one_page refund",
        "event_count_custom",
        "decrease",
    )
    live = made["Experiment one-page"]
    assert live["targeting_gate_id"] == "one_page_audience"
    assert live["primary_metrics"] == [
        {"name": "one_page purchase", "type": "event_count_custom", "direction": "increase"}
    ]
    assert [each["name"] for each in live["secondary_metrics"]] == ["one_page refund"]


def test_an_experiment_for_everyone_has_no_gate(engine: Recorder) -> None:
    metric = statsig.ExperimentMetric(name="revenue", type="user_warehouse")
    run(lambda: experiment(primary_metrics=[metric]))
    assert {name.split()[0] for name in engine.resources if not name.startswith("statsig:")} >= {"Experiment"}
    assert not [name for name in engine.resources if name.startswith(("Gate", "Metric"))]
    assert "targeting_gate_id" not in engine.resources["Experiment one-page"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "primary_events: is required, or primary_metrics: nothing would decide the experiment"),
        (
            {"primary_events": {"buy": "increase"}, "secondary_events": {"buy": "decrease"}},
            "secondary_events['buy']: is an event of primary_events too: count it once",
        ),
    ],
)
def test_an_experiment_that_nothing_decides_is_refused(engine: Recorder, more: Json, expected: str) -> None:
    with pytest.raises(statsig.InvalidInputsError) as failure:
        run(lambda: experiment(**more))
    assert str(failure.value) == f"GatedExperiment 'one-page': {expected}"
