"""Overrides of gates: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, ImportMismatchError, InvalidInputsError, TakenError
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Json, engine_values
from .conftest import Deployment, registrations

PATH = "/gates/new_checkout/overrides"
IDS = {
    "passingUserIDs": ["u1", "u2"],
    "failingUserIDs": ["u3"],
    "passingCustomIDs": ["c1"],
    "failingCustomIDs": ["c2", "c3"],
}
ENVIRONMENTS = [
    {"environment": None, "unitID": None, "passingIDs": ["u4"], "failingIDs": []},
    {"environment": "staging", "unitID": "companyID", "passingIDs": [], "failingIDs": ["c4", "c5"]},
]
LISTS: dict[str, Any] = {
    "passing_user_ids": ["u2", "u1"],
    "failing_user_ids": ["u3"],
    "passing_custom_ids": ["c1"],
    "failing_custom_ids": ["c3", "c2"],
}
BY_ENVIRONMENT: dict[str, Any] = {
    "environment_overrides": [
        statsig.EnvironmentOverride(environment="staging", unit_id="companyID", failing_ids=["c5", "c4"]),
        statsig.EnvironmentOverride(passing_ids=["u4"]),
    ]
}
NO_USERS: dict[str, list[str]] = {"passingUserIDs": [], "failingUserIDs": []}


def overrides(**properties: Any) -> None:
    statsig.GateOverrides("overrides", **{"gate_id": "new_checkout"} | properties)


@pytest.fixture
def emulator(deployment: Deployment) -> Emulator:
    """A project with a gate that somebody else made."""
    deployment.project.emulator.add("gates", {"id": "new_checkout", "name": "New checkout"})
    return deployment.project.emulator


def live(deployment: Deployment) -> Json:
    return deployment.project.client.get("gates/new_checkout/overrides")


def put(deployment: Deployment, body: Json) -> None:
    """Somebody else adds overrides."""
    deployment.project.client.change("PATCH", "gates/new_checkout/overrides", body)
    deployment.project.new_writes()


def sets(value: Json) -> Json:
    """The value with its lists in one order."""
    match value:
        case dict():
            return {key: sets(item) for key, item in value.items()}
        case list():
            return sorted(map(sets, value), key=str)
        case item:
            return item


@pytest.mark.usefixtures("emulator")
def test_each_form_is_sent_in_its_own_post(deployment: Deployment) -> None:
    writes = deployment.up(lambda: overrides(**LISTS, **BY_ENVIRONMENT))
    assert [(method, path, sets(body)) for method, path, body in writes] == [
        ("POST", PATH, IDS),
        ("POST", PATH, {"environmentOverrides": sets(ENVIRONMENTS)}),
    ]
    resource = deployment.resources["overrides"]
    assert (resource.id, resource.drift()) == ("new_checkout", ())
    assert deployment.up(lambda: overrides(**LISTS, **BY_ENVIRONMENT)) == []


@pytest.mark.usefixtures("emulator")
def test_a_gate_is_enough_and_sends_nothing(deployment: Deployment) -> None:
    assert deployment.up(overrides) == []
    assert deployment.resources["overrides"].id == "new_checkout"
    assert deployment.destroy() == []


@pytest.mark.parametrize(
    ("properties", "writes"),
    [
        ({"passing_user_ids": ["u1"]}, NO_USERS | {"passingUserIDs": ["u1"]}),
        ({"failing_custom_ids": ["c1"]}, NO_USERS | {"failingCustomIDs": ["c1"]}),
        (
            {"environment_overrides": [statsig.EnvironmentOverride(environment="dev", passing_ids=["u1"])]},
            {"environmentOverrides": [{"environment": "dev", "unitID": None, "passingIDs": ["u1"], "failingIDs": []}]},
        ),
    ],
)
@pytest.mark.usefixtures("emulator")
def test_only_the_declared_form_is_sent(
    deployment: Deployment, properties: dict[str, Any], writes: dict[str, Any]
) -> None:
    assert deployment.up(lambda: overrides(**properties)) == [("POST", PATH, writes)]


@pytest.mark.usefixtures("emulator")
def test_an_update_sends_the_form_that_changed(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**LISTS, **BY_ENVIRONMENT))
    assert deployment.up(lambda: overrides(**LISTS | {"failing_user_ids": ["u9"]}, **BY_ENVIRONMENT)) == [
        ("POST", PATH, IDS | {"failingUserIDs": ["u9"]})
    ]
    assert deployment.up(lambda: overrides(**LISTS | {"failing_user_ids": ["u9"]}, environment_overrides=[])) == [
        ("POST", PATH, {"environmentOverrides": []})
    ]


@pytest.mark.usefixtures("emulator")
def test_undeclared_lists_are_kept(deployment: Deployment) -> None:
    others = {
        "passingUserIDs": [],
        "failingUserIDs": ["ana"],
        "passingCustomIDs": ["acme"],
        "failingCustomIDs": [],
        "environmentOverrides": ENVIRONMENTS,
    }
    put(deployment, others)
    deployment.up(lambda: overrides(passing_user_ids=["u1"]))
    kept = others | {"passingUserIDs": ["u1"]}
    assert sets(live(deployment)) == sets(kept)
    deployment.up(lambda: overrides(passing_user_ids=["u2"]))
    assert sets(live(deployment)) == sets(kept | {"passingUserIDs": ["u2"]})
    assert deployment.resources["overrides"].drift() == ()


@pytest.mark.usefixtures("emulator")
def test_an_empty_list_removes_all_overrides(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**LISTS))
    nothing: dict[str, Any] = {name: [] for name in LISTS}
    assert deployment.up(lambda: overrides(**nothing)) == [("POST", PATH, {name: [] for name in IDS})]
    assert deployment.up(lambda: overrides(**nothing)) == []


@pytest.mark.usefixtures("emulator")
def test_order_and_repetition_are_no_change(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**LISTS, **BY_ENVIRONMENT))
    again = {name: [*reversed(ids), ids[0]] for name, ids in LISTS.items()}
    environments = list(reversed(BY_ENVIRONMENT["environment_overrides"]))
    assert deployment.up(lambda: overrides(**again, environment_overrides=environments)) == []


@pytest.mark.usefixtures("emulator")
def test_two_thousand_ids_are_accepted(deployment: Deployment) -> None:
    ids = [f"u{number:04}" for number in range(2_000)]
    assert deployment.up(lambda: overrides(passing_user_ids=ids)) == [
        ("POST", PATH, {"passingUserIDs": ids, "failingUserIDs": []})
    ]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_too_many_ids_fail_before_any_request(name: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: overrides(**{name: [str(number) for number in range(2_001)]}))
    assert [str(problem) for problem in error.value.problems] == [
        f"{name}: has 2,001 items; Statsig accepts at most 2,000"
    ]


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"gate_id": ""}, "gate_id"),
        ({"passing_user_ids": [""]}, "passing_user_ids[0]"),
        ({"environment_overrides": [{"passing_ids": [""]}]}, "environment_overrides[0].passing_ids[0]"),
    ],
)
def test_empty_ids_fail_before_any_request(properties: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: overrides(**properties))
    assert [problem.place for problem in error.value.problems] == [place]


def test_existing_overrides_are_not_replaced(deployment: Deployment, emulator: Emulator) -> None:
    put(deployment, {"passingUserIDs": ["ana"], "failingUserIDs": []})
    words = "already holds values in passing_user_ids; they were not changed; .*import the id .new_checkout."
    with pytest.raises(TakenError, match=words):
        deployment.up(lambda: overrides(passing_user_ids=["u1"], failing_user_ids=["u2"]))
    assert deployment.project.new_writes() == []
    assert emulator.objects("gate_overrides")[0]["passingUserIDs"] == ["ana"]


@pytest.mark.usefixtures("emulator")
def test_equal_existing_overrides_are_adopted(deployment: Deployment) -> None:
    put(deployment, {"passingUserIDs": ["u2", "u1"], "failingUserIDs": []})
    assert deployment.up(lambda: overrides(passing_user_ids=["u1", "u2"])) == []


@pytest.mark.usefixtures("emulator")
def test_overrides_are_imported_by_the_id_of_the_gate(deployment: Deployment) -> None:
    put(deployment, {"passingUserIDs": ["u1"], "failingUserIDs": ["u2"]})
    [(_, _, inputs)] = registrations(lambda: overrides(passing_user_ids=["u1"]))
    resource = deployment.project.resource(REGISTRY["GateOverrides"])
    resource.up(inputs | {"__import": "new_checkout"})
    assert (resource.id, resource.drift(), deployment.project.new_writes()) == ("new_checkout", (), [])
    other = inputs | {"passing_user_ids": ["u9"], "__import": "new_checkout"}
    with pytest.raises(ImportMismatchError, match="passing_user_ids"):
        deployment.project.resource(REGISTRY["GateOverrides"]).lifecycle.create(engine_values(other))


@pytest.mark.usefixtures("emulator")
def test_destroy_removes_only_what_was_declared(deployment: Deployment) -> None:
    put(deployment, {"passingUserIDs": [], "failingUserIDs": ["ana"]})
    deployment.up(lambda: overrides(passing_user_ids=["u1"], **BY_ENVIRONMENT))
    put(deployment, {"passingUserIDs": ["bob"], "failingUserIDs": [], "environmentOverrides": ENVIRONMENTS[:1]})
    writes = deployment.destroy()
    assert [(method, path, sets(body)) for method, path, body in writes] == [
        ("DELETE", PATH, {"passingUserIDs": ["u1"], "failingUserIDs": []}),
        ("DELETE", PATH, {"environmentOverrides": sets(ENVIRONMENTS)}),
    ]
    left = live(deployment)
    assert (left["passingUserIDs"], left["failingUserIDs"]) == (["bob"], ["ana"])
    assert left["environmentOverrides"] == []


def test_overrides_of_a_deleted_gate_are_gone(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(lambda: overrides(**LISTS))
    emulator.remove("gates", "new_checkout")
    assert deployment.resources["overrides"].read() is None
    deployment.resources["overrides"].destroy()


def test_a_missing_gate_is_a_clear_error(deployment: Deployment) -> None:
    with pytest.raises(
        GoneError, match="GateOverrides 'no_gate' cannot be set: 'no_gate' does not exist in this Statsig project"
    ):
        deployment.up(lambda: overrides(gate_id="no_gate", passing_user_ids=["u1"]))
    assert deployment.project.new_writes() == []


@pytest.mark.usefixtures("emulator")
def test_another_gate_replaces_the_overrides(deployment: Deployment) -> None:
    deployment.up(overrides)
    resource = deployment.resources["overrides"]
    assert resource.preview({"gate_id": "other_gate"}).replaces == ("gate_id",)


@pytest.mark.usefixtures("emulator")
def test_drift_is_detected_and_undone(deployment: Deployment) -> None:
    deployment.up(lambda: overrides(**LISTS))
    put(deployment, {"passingUserIDs": ["ana"], "failingUserIDs": []})
    assert deployment.resources["overrides"].drift() == ("passing_user_ids",)
    assert deployment.up(lambda: overrides(**LISTS)) == [("POST", PATH, IDS)]
