"""The witness of the overrides of gates: program in, exact JSON on the wire."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, ImportMismatchError, InvalidInputsError, TakenError
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Json, through_engine
from .conftest import Witness, registered

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


def overrides(**given: Any) -> None:
    statsig.GateOverrides("overrides", **{"gate_id": "new_checkout"} | given)


@pytest.fixture
def emulator(witness: Witness) -> Emulator:
    """A project with a gate that somebody else made."""
    witness.project.emulator.add("gates", {"id": "new_checkout", "name": "New checkout"})
    return witness.project.emulator


def live(witness: Witness) -> Json:
    return witness.project.client.get("gates/new_checkout/overrides")


def put(witness: Witness, body: Json) -> None:
    """Somebody else adds overrides."""
    witness.project.client.change("PATCH", "gates/new_checkout/overrides", body)
    witness.project.sent()


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
def test_each_form_is_a_post_of_its_own(witness: Witness) -> None:
    sent = witness.up(lambda: overrides(**LISTS, **BY_ENVIRONMENT))
    assert [(method, path, sets(body)) for method, path, body in sent] == [
        ("POST", PATH, IDS),
        ("POST", PATH, {"environmentOverrides": sets(ENVIRONMENTS)}),
    ]
    resource = witness.resources["overrides"]
    assert (resource.id, resource.drift()) == ("new_checkout", ())
    assert witness.up(lambda: overrides(**LISTS, **BY_ENVIRONMENT)) == []


@pytest.mark.usefixtures("emulator")
def test_a_gate_is_enough_and_sends_nothing(witness: Witness) -> None:
    assert witness.up(overrides) == []
    assert witness.resources["overrides"].id == "new_checkout"
    assert witness.destroy() == []


@pytest.mark.parametrize(
    ("given", "sent"),
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
def test_only_the_form_that_is_declared_is_sent(witness: Witness, given: dict[str, Any], sent: dict[str, Any]) -> None:
    assert witness.up(lambda: overrides(**given)) == [("POST", PATH, sent)]


@pytest.mark.usefixtures("emulator")
def test_an_update_sends_the_form_that_changed(witness: Witness) -> None:
    witness.up(lambda: overrides(**LISTS, **BY_ENVIRONMENT))
    assert witness.up(lambda: overrides(**LISTS | {"failing_user_ids": ["u9"]}, **BY_ENVIRONMENT)) == [
        ("POST", PATH, IDS | {"failingUserIDs": ["u9"]})
    ]
    assert witness.up(lambda: overrides(**LISTS | {"failing_user_ids": ["u9"]}, environment_overrides=[])) == [
        ("POST", PATH, {"environmentOverrides": []})
    ]


@pytest.mark.usefixtures("emulator")
def test_lists_that_are_not_declared_are_kept(witness: Witness) -> None:
    others = {
        "passingUserIDs": [],
        "failingUserIDs": ["ana"],
        "passingCustomIDs": ["acme"],
        "failingCustomIDs": [],
        "environmentOverrides": ENVIRONMENTS,
    }
    put(witness, others)
    witness.up(lambda: overrides(passing_user_ids=["u1"]))
    kept = others | {"passingUserIDs": ["u1"]}
    assert sets(live(witness)) == sets(kept)
    witness.up(lambda: overrides(passing_user_ids=["u2"]))
    assert sets(live(witness)) == sets(kept | {"passingUserIDs": ["u2"]})
    assert witness.resources["overrides"].drift() == ()


@pytest.mark.usefixtures("emulator")
def test_an_empty_list_takes_all_away(witness: Witness) -> None:
    witness.up(lambda: overrides(**LISTS))
    nothing: dict[str, Any] = {name: [] for name in LISTS}
    assert witness.up(lambda: overrides(**nothing)) == [("POST", PATH, {name: [] for name in IDS})]
    assert witness.up(lambda: overrides(**nothing)) == []


@pytest.mark.usefixtures("emulator")
def test_order_and_repetition_are_no_change(witness: Witness) -> None:
    witness.up(lambda: overrides(**LISTS, **BY_ENVIRONMENT))
    again = {name: [*reversed(ids), ids[0]] for name, ids in LISTS.items()}
    environments = list(reversed(BY_ENVIRONMENT["environment_overrides"]))
    assert witness.up(lambda: overrides(**again, environment_overrides=environments)) == []


@pytest.mark.usefixtures("emulator")
def test_two_thousand_ids_pass(witness: Witness) -> None:
    ids = [f"u{number:04}" for number in range(2_000)]
    assert witness.up(lambda: overrides(passing_user_ids=ids)) == [
        ("POST", PATH, {"passingUserIDs": ids, "failingUserIDs": []})
    ]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_more_ids_are_refused_before_anything_is_sent(name: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registered(lambda: overrides(**{name: [str(number) for number in range(2_001)]}))
    assert [str(problem) for problem in error.value.problems] == [
        f"{name}: has 2,001 items; Statsig accepts at most 2,000"
    ]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"gate_id": ""}, "gate_id"),
        ({"passing_user_ids": [""]}, "passing_user_ids[0]"),
        ({"environment_overrides": [{"passing_ids": [""]}]}, "environment_overrides[0].passing_ids[0]"),
    ],
)
def test_empty_ids_are_refused_before_anything_is_sent(given: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registered(lambda: overrides(**given))
    assert [problem.place for problem in error.value.problems] == [place]


def test_what_somebody_else_put_there_is_not_replaced(witness: Witness, emulator: Emulator) -> None:
    put(witness, {"passingUserIDs": ["ana"], "failingUserIDs": []})
    words = "already holds values in passing_user_ids; they were not changed; .*import the id .new_checkout."
    with pytest.raises(TakenError, match=words):
        witness.up(lambda: overrides(passing_user_ids=["u1"], failing_user_ids=["u2"]))
    assert witness.project.sent() == []
    assert emulator.objects("gate_overrides")[0]["passingUserIDs"] == ["ana"]


@pytest.mark.usefixtures("emulator")
def test_what_is_there_as_declared_is_taken_over(witness: Witness) -> None:
    put(witness, {"passingUserIDs": ["u2", "u1"], "failingUserIDs": []})
    assert witness.up(lambda: overrides(passing_user_ids=["u1", "u2"])) == []


@pytest.mark.usefixtures("emulator")
def test_overrides_are_imported_by_the_id_of_the_gate(witness: Witness) -> None:
    put(witness, {"passingUserIDs": ["u1"], "failingUserIDs": ["u2"]})
    [(_, _, inputs)] = registered(lambda: overrides(passing_user_ids=["u1"]))
    resource = witness.project.resource(REGISTRY["GateOverrides"])
    resource.up(inputs | {"__import": "new_checkout"})
    assert (resource.id, resource.drift(), witness.project.sent()) == ("new_checkout", (), [])
    other = inputs | {"passing_user_ids": ["u9"], "__import": "new_checkout"}
    with pytest.raises(ImportMismatchError, match="passing_user_ids"):
        witness.project.resource(REGISTRY["GateOverrides"]).lifecycle.create(through_engine(other))


@pytest.mark.usefixtures("emulator")
def test_a_destroy_takes_back_what_was_declared_and_no_more(witness: Witness) -> None:
    put(witness, {"passingUserIDs": [], "failingUserIDs": ["ana"]})
    witness.up(lambda: overrides(passing_user_ids=["u1"], **BY_ENVIRONMENT))
    put(witness, {"passingUserIDs": ["bob"], "failingUserIDs": [], "environmentOverrides": ENVIRONMENTS[:1]})
    sent = witness.destroy()
    assert [(method, path, sets(body)) for method, path, body in sent] == [
        ("DELETE", PATH, {"passingUserIDs": ["u1"], "failingUserIDs": []}),
        ("DELETE", PATH, {"environmentOverrides": sets(ENVIRONMENTS)}),
    ]
    left = live(witness)
    assert (left["passingUserIDs"], left["failingUserIDs"]) == (["bob"], ["ana"])
    assert left["environmentOverrides"] == []


def test_what_goes_with_its_gate_is_gone(witness: Witness, emulator: Emulator) -> None:
    witness.up(lambda: overrides(**LISTS))
    emulator.remove("gates", "new_checkout")
    assert witness.resources["overrides"].read() is None
    witness.resources["overrides"].destroy()


def test_a_gate_that_is_not_there_is_a_clear_error(witness: Witness) -> None:
    with pytest.raises(GoneError, match="GateOverrides: 'no_gate' does not exist in this Statsig project"):
        witness.up(lambda: overrides(gate_id="no_gate", passing_user_ids=["u1"]))
    assert witness.project.sent() == []


@pytest.mark.usefixtures("emulator")
def test_another_gate_is_another_resource(witness: Witness) -> None:
    witness.up(overrides)
    resource = witness.resources["overrides"]
    assert resource.preview({"gate_id": "other_gate"}).replaces == ("gate_id",)


@pytest.mark.usefixtures("emulator")
def test_drift_is_seen_and_brought_back(witness: Witness) -> None:
    witness.up(lambda: overrides(**LISTS))
    put(witness, {"passingUserIDs": ["ana"], "failingUserIDs": []})
    assert witness.resources["overrides"].drift() == ("passing_user_ids",)
    assert witness.up(lambda: overrides(**LISTS)) == [("POST", PATH, IDS)]
