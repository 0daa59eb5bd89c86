"""Overrides of experiments: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, InvalidInputsError, StatsigError, TakenError
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Json
from .conftest import Deployment, registrations

PATH = "/experiments/checkout/overrides"
BY_GATE = {"type": "gate", "id": "staff", "groupID": "Test", "environment": "staging"}
BY_SEGMENT = {"type": "segment", "id": "beta", "groupID": "Control"}
BY_UNIT = [
    {"groupID": "Control", "ids": ["u1", "u2"], "environment": "production", "unitType": "userID"},
    {"groupID": "Test", "ids": ["u3"]},
]
DECLARED: dict[str, Any] = {
    "overrides": [
        statsig.ExperimentOverride(type="segment", id="beta", group="Control"),
        statsig.ExperimentOverride(type="gate", id="staff", group="Test", environment="staging"),
    ],
    "user_id_overrides": [
        statsig.UserIDOverride(group="Test", ids=["u3"]),
        statsig.UserIDOverride(group="Control", ids=["u2", "u1"], environment="production", unit_type="userID"),
    ],
}
EVERYTHING = {"overrides": [BY_GATE, BY_SEGMENT], "userIDOverrides": BY_UNIT}


def overrides(**properties: Any) -> None:
    statsig.ExperimentOverrides("overrides", **{"experiment_id": "checkout"} | properties)


@pytest.fixture
def emulator(deployment: Deployment) -> Emulator:
    """A project with an experiment that somebody else made."""
    deployment.project.emulator.add("experiments", {"id": "checkout", "name": "Checkout"})
    return deployment.project.emulator


def live(deployment: Deployment) -> Json:
    return deployment.project.client.get("experiments/checkout/overrides")


def put(deployment: Deployment, *by_gate: Json, by_unit: tuple[Json, ...] = ()) -> None:
    """Somebody else adds overrides."""
    body = {"overrides": list(by_gate), "userIDOverrides": list(by_unit)}
    deployment.project.client.change("PATCH", "experiments/checkout/overrides", body)
    deployment.project.new_writes()


def in_one_order(body: Json) -> Json:
    return {
        name: sorted(items, key=lambda item: item["groupID"], reverse=name == "overrides")
        for name, items in body.items()
    }


@pytest.mark.parametrize("is_named", [False, True])
def test_every_property_is_sent_in_one_post(deployment: Deployment, emulator: Emulator, is_named: bool) -> None:
    emulator.quirk(named_overrides=is_named)
    [(method, path, body)] = deployment.up(lambda: overrides(**DECLARED))
    assert (method, path, in_one_order(body)) == ("POST", PATH, EVERYTHING)
    assert deployment.up(lambda: overrides(**DECLARED)) == []
    resource = deployment.resources["overrides"]
    assert (resource.id, resource.drift()) == ("checkout", ())


@pytest.mark.usefixtures("emulator")
def test_an_experiment_is_enough_and_sends_nothing(deployment: Deployment) -> None:
    assert deployment.up(overrides) == []
    assert deployment.resources["overrides"].id == "checkout"
    assert deployment.destroy() == []


@pytest.mark.parametrize("name", ["overrides", "user_id_overrides"])
@pytest.mark.usefixtures("emulator")
def test_the_other_list_is_sent_too_because_the_api_requires_both(deployment: Deployment, name: str) -> None:
    [(_, _, body)] = deployment.up(lambda: overrides(**{name: DECLARED[name]}))
    wires = {"overrides": "overrides", "user_id_overrides": "userIDOverrides"}
    assert in_one_order(body) == {"overrides": [], "userIDOverrides": []} | {wires[name]: EVERYTHING[wires[name]]}


@pytest.mark.parametrize("is_named", [False, True])
def test_the_undeclared_list_is_kept(deployment: Deployment, emulator: Emulator, is_named: bool) -> None:
    emulator.quirk(named_overrides=is_named)
    put(deployment, BY_GATE, BY_SEGMENT)
    deployment.up(lambda: overrides(user_id_overrides=DECLARED["user_id_overrides"]))
    emulator.quirk(named_overrides=False)
    assert live(deployment)["overrides"] == [BY_GATE, BY_SEGMENT]
    assert len(live(deployment)["userIDOverrides"]) == 2


@pytest.mark.usefixtures("emulator")
def test_an_update_replaces_the_list_that_changed(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**DECLARED))
    [(_, path, body)] = deployment.up(lambda: overrides(**DECLARED | {"overrides": DECLARED["overrides"][:1]}))
    assert (path, in_one_order(body)) == (PATH, EVERYTHING | {"overrides": [BY_SEGMENT]})
    assert deployment.up(lambda: overrides(overrides=[], user_id_overrides=[])) == [
        ("POST", PATH, {"overrides": [], "userIDOverrides": []})
    ]


@pytest.mark.usefixtures("emulator")
def test_order_is_no_change(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**DECLARED))
    by_unit = [
        statsig.UserIDOverride(group="Control", ids=["u1", "u2", "u1"], environment="production", unit_type="userID"),
        statsig.UserIDOverride(group="Test", ids=["u3"]),
    ]
    assert deployment.up(lambda: overrides(overrides=DECLARED["overrides"][::-1], user_id_overrides=by_unit)) == []


@pytest.mark.usefixtures("emulator")
def test_a_thousand_overrides_are_accepted(deployment: Deployment) -> None:
    def program() -> None:
        overrides(
            overrides=[statsig.ExperimentOverride(type="gate", id=f"g{i}", group="Test") for i in range(1_000)],
            user_id_overrides=[statsig.UserIDOverride(group="Test", ids=[f"u{i}" for i in range(1_000)])],
        )

    [(_, _, body)] = deployment.up(program)
    assert (len(body["overrides"]), len(body["userIDOverrides"][0]["ids"])) == (1_000, 1_000)


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        (
            {"overrides": [{"type": "gate", "id": f"g{i}", "group": "Test"} for i in range(1_001)]},
            "overrides: has 1,001 items; Statsig accepts at most 1,000",
        ),
        (
            {"user_id_overrides": [{"group": "Test", "ids": [f"u{i}" for i in range(1_001)]}]},
            "user_id_overrides[0].ids: has 1,001 items; Statsig accepts at most 1,000",
        ),
        ({"overrides": [{"type": "user", "id": "g", "group": "Test"}]}, "overrides[0].type: input should be 'gate'"),
        ({"overrides": [{"type": "gate", "id": "", "group": "Test"}]}, "overrides[0].id: string should have at least"),
        ({"user_id_overrides": [{"group": "Test"}]}, "user_id_overrides[0].ids: is required"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: overrides(**properties))
    assert words in str(error.value)


def test_existing_overrides_are_not_replaced(deployment: Deployment, emulator: Emulator) -> None:
    put(deployment, BY_GATE)
    with pytest.raises(
        TakenError, match=r"already holds values in overrides; they were not changed; .*import the id .checkout."
    ):
        deployment.up(lambda: overrides(**DECLARED))
    assert deployment.project.new_writes() == []
    assert emulator.objects("experiment_overrides")[0]["overrides"] == [BY_GATE]


@pytest.mark.usefixtures("emulator")
def test_overrides_are_imported_by_the_id_of_the_experiment(deployment: Deployment) -> None:
    put(deployment, BY_GATE, BY_SEGMENT, by_unit=tuple(BY_UNIT))
    [(_, _, inputs)] = registrations(lambda: overrides(**DECLARED))
    resource = deployment.project.resource(REGISTRY["ExperimentOverrides"])
    resource.up(inputs | {"__import": "checkout"})
    assert (resource.id, resource.drift(), deployment.project.new_writes()) == ("checkout", (), [])


@pytest.mark.usefixtures("emulator")
def test_destroy_removes_only_what_was_declared(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**DECLARED))
    others = {"groupID": "Test", "ids": ["ana"]}
    put(deployment, BY_GATE | {"id": "ana"}, by_unit=(others,))
    [(method, path, body)] = deployment.destroy()
    assert (method, path, in_one_order(body)) == ("DELETE", PATH, EVERYTHING)
    assert live(deployment) == {"overrides": [BY_GATE | {"id": "ana"}], "userIDOverrides": [others]}


def test_overrides_of_a_deleted_experiment_are_gone(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(lambda: overrides(**DECLARED))
    emulator.remove("experiments", "checkout")
    assert deployment.resources["overrides"].read() is None
    deployment.resources["overrides"].destroy()


def test_a_missing_experiment_is_a_clear_error(deployment: Deployment) -> None:
    words = "ExperimentOverrides 'no_experiment' cannot be set: 'no_experiment' does not exist in this Statsig project"
    with pytest.raises(GoneError, match=words):
        deployment.up(lambda: overrides(experiment_id="no_experiment", **DECLARED))
    assert deployment.project.new_writes() == []


def test_a_missing_group_is_an_error_with_the_message_of_the_api(deployment: Deployment, emulator: Emulator) -> None:
    emulator.quirk(unknown_references="reject")
    with pytest.raises(StatsigError, match="Group with name C does not exist"):
        deployment.up(lambda: overrides(user_id_overrides=[statsig.UserIDOverride(group="C", ids=["u1"])]))
    assert live(deployment) == {"overrides": [], "userIDOverrides": []}


@pytest.mark.parametrize("is_named", [False, True])
def test_drift_is_detected_and_undone(deployment: Deployment, emulator: Emulator, is_named: bool) -> None:
    emulator.quirk(named_overrides=is_named)
    deployment.up(lambda: overrides(**DECLARED))
    put(deployment, BY_GATE | {"id": "ana"})
    assert deployment.resources["overrides"].drift() == ("overrides",)
    [(_, _, body)] = deployment.up(lambda: overrides(**DECLARED))
    assert in_one_order(body) == EVERYTHING


@pytest.mark.usefixtures("emulator")
def test_the_id_of_an_experiment_is_an_output(deployment: Deployment) -> None:
    def program() -> None:
        experiment = statsig.Experiment("experiment", name="Second")
        statsig.ExperimentOverrides("second", experiment_id=experiment.id, **DECLARED)

    inputs = {name: inputs for _, name, inputs in registrations(program)}
    assert inputs["second"]["experiment_id"] == "experiment-id"
