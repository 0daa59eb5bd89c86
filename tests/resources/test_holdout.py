"""Holdouts: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from ..contract.project import Json, Resource
from .conftest import Deployment, registrations

PATH = "/holdouts/long_term"
METRIC = {"name": "revenue", "type": "sum"}
EVERYTHING: dict[str, Any] = {
    "description": "What this year's features do together",
    "id_type": "userID",
    "team_id": "core-team",
    "is_enabled": False,
    "pass_percentage": 2.5,
    "gate_ids": ["new_checkout"],
    "experiment_ids": ["one_page"],
    "layer_ids": ["feed"],
    "targeting_gate_id": "employees",
    "monitoring_metrics": [METRIC],
}
LIVE = {
    "isEnabled": False,
    "description": "What this year's features do together",
    "passPercentage": 2.5,
    "gateIDs": ["new_checkout"],
    "experimentIDs": ["one_page"],
    "layerIDs": ["feed"],
    "isGlobal": False,
    "targetingGateID": "employees",
    "monitoringMetrics": [METRIC],
}
NEW: dict[str, Json] = {
    "isEnabled": True,
    "description": "",
    "passPercentage": 0,
    "gateIDs": [],
    "experimentIDs": [],
    "layerIDs": [],
    "isGlobal": False,
    "targetingGateID": None,
}


def holdout(**properties: Any) -> statsig.Holdout:
    return statsig.Holdout("holdout", **{"name": "Long term"} | properties)


def up(deployment: Deployment, **properties: Any) -> list[Any]:
    return deployment.up(lambda: holdout(**properties))


def the(deployment: Deployment) -> Resource:
    return deployment.resources["holdout"]


def edit(deployment: Deployment, **change: Json) -> None:
    """Somebody edits the holdout in the console."""
    deployment.project.emulator.edit("holdouts", "long_term", change)


def test_the_create_takes_four_fields_and_an_update_sends_the_rest(deployment: Deployment) -> None:
    new = {"name": "Long term", "idType": "userID", "teamID": "core-team", "description": EVERYTHING["description"]}
    assert up(deployment, **EVERYTHING) == [("POST", "/holdouts", new), ("POST", PATH, LIVE)]
    assert (the(deployment).id, the(deployment).drift(), the(deployment).reporter.warnings) == ("long_term", (), [])


def test_a_name_is_enough(deployment: Deployment) -> None:
    assert up(deployment) == [("POST", "/holdouts", {"name": "Long term"})]


def test_a_create_without_lists_is_completed_by_patch(deployment: Deployment) -> None:
    assert up(deployment, pass_percentage=1, gate_ids=[], is_enabled=True) == [
        ("POST", "/holdouts", {"name": "Long term"}),
        ("POST", PATH, NEW | {"passPercentage": 1}),
    ]
    deployment.resources.clear()
    deployment.project.reset()
    assert up(deployment, pass_percentage=1)[1:] == [("PATCH", PATH, {"passPercentage": 1})]


def test_a_refused_second_request_stays_pending(deployment: Deployment) -> None:
    deployment.project.emulator.fault(method="POST", path="^/holdouts/", status=400, times=1)
    with pytest.raises(AssertionError, match="differs from the program"):
        up(deployment, gate_ids=["a"], pass_percentage=1)
    assert the(deployment).preview().changed == ("pass_percentage", "gate_ids")
    deployment.project.new_writes()
    assert up(deployment, gate_ids=["a"], pass_percentage=1) == [
        ("POST", PATH, NEW | {"gateIDs": ["a"], "passPercentage": 1})
    ]
    assert the(deployment).drift() == ()


def test_scalars_are_patched_without_the_lists(deployment: Deployment) -> None:
    up(deployment, **EVERYTHING)
    changed = EVERYTHING | {"is_enabled": True, "pass_percentage": 5}
    assert up(deployment, **changed) == [("PATCH", PATH, {"isEnabled": True, "passPercentage": 5})]
    assert up(deployment, **changed | {"monitoring_metrics": []}) == [("PATCH", PATH, {"monitoringMetrics": []})]
    assert the(deployment).live()["gateIDs"] == ["new_checkout"]


@pytest.mark.parametrize(
    ("name", "wire"), [("gate_ids", "gateIDs"), ("experiment_ids", "experimentIDs"), ("layer_ids", "layerIDs")]
)
def test_a_list_is_changed_by_the_full_object_as_it_is_live(deployment: Deployment, name: str, wire: str) -> None:
    up(deployment, **EVERYTHING)
    edit(deployment, description="Edited", passPercentage=7)
    del (declared := dict(EVERYTHING))["description"], declared["pass_percentage"]
    live = LIVE | {"description": "Edited", "passPercentage": 7}
    assert up(deployment, **declared | {name: ["b", "a"]}) == [("POST", PATH, live | {wire: ["a", "b"]})]
    assert up(deployment, **declared | {name: []}) == [("POST", PATH, live | {wire: []})]
    assert the(deployment).drift() == ()


def test_order_and_repetition_of_ids_are_no_change(deployment: Deployment) -> None:
    up(deployment, gate_ids=["b", "a"])
    edit(deployment, gateIDs=["b", "a", "b"])
    assert the(deployment).drift() == ()
    assert up(deployment, gate_ids=["a", "b", "a"]) == []


def test_a_gate_that_a_colleague_attached_is_kept(deployment: Deployment) -> None:
    up(deployment, gate_ids=["mine"], description="a")
    edit(deployment, gateIDs=["mine", "theirs"])
    assert up(deployment, gate_ids=["mine"], description="b") == [("PATCH", PATH, {"description": "b"})]
    assert the(deployment).live()["gateIDs"] == ["mine", "theirs"]
    up(deployment, gate_ids=["mine", "other"], description="b")
    assert sorted(the(deployment).live()["gateIDs"]) == ["mine", "other", "theirs"]
    assert "keeps gate_ids['theirs'], which somebody added" in the(deployment).reporter.warnings[-1]
    up(deployment, description="b")
    up(deployment, description="b", experiment_ids=["e"])
    assert sorted(the(deployment).live()["gateIDs"]) == ["mine", "other", "theirs"]


def test_what_statsig_adds_to_a_global_holdout_is_no_drift_and_kept(deployment: Deployment) -> None:
    up(deployment, is_global=True, gate_ids=["mine", "old"], pass_percentage=1)
    deployment.project.client.change("POST", "gates", {"name": "brand new"})
    deployment.project.new_writes()
    assert the(deployment).live()["gateIDs"] == ["mine", "old", "brand_new"]
    assert the(deployment).drift() == ()
    up(deployment, is_global=True, gate_ids=["mine"], pass_percentage=1)
    assert the(deployment).live()["gateIDs"] == ["mine", "brand_new"]
    assert (the(deployment).drift(), the(deployment).reporter.warnings) == ((), [])


def test_experiments_that_are_read_as_implicit_layers_are_no_drift(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(holdout_experiments="layers")
    for name in ("one page", "two pages"):
        deployment.project.emulator.add("experiments", {"name": name})
    up(deployment, experiment_ids=["one_page"], layer_ids=["feed"])
    assert deployment.project.client.get("holdouts/long_term")["layerIDs"] == ["feed", "statsig::one_page_layer"]
    assert the(deployment).drift() == ()
    up(deployment, experiment_ids=["two_pages"], layer_ids=["feed"])
    assert the(deployment).live()["experimentIDs"] == ["two_pages"]
    assert the(deployment).live()["layerIDs"] == ["feed"]


# -- id types

HELD = {"gate_ids": ["checkout"], "experiment_ids": ["one_page"], "layer_ids": ["feed"]}


def add_held(deployment: Deployment, id_type: str) -> None:
    """Add what the holdout will hold in the console."""
    for kind, name in (("gates", "checkout"), ("experiments", "one_page"), ("layers", "feed")):
        deployment.project.emulator.add(kind, {"name": name, "idType": id_type})


@pytest.mark.parametrize("name", HELD)
def test_what_has_another_id_type_is_not_held(deployment: Deployment, name: str) -> None:
    add_held(deployment, "companyID")
    resource = deployment.project.resource(statsig.Holdout.declaration)
    (id_,) = HELD[name]
    reason = f"'{id_}' has the id type 'companyID', and the holdout 'userID': it holds objects of its type"
    _, problems = resource.lifecycle.check({"name": "Long term", name: HELD[name]}, new=True)
    assert [str(problem) for problem in problems] == [f"{name}: {reason}"]
    up(deployment, id_type="userID")
    with pytest.raises(InvalidInputsError, match=f"{name}: {reason}"):
        up(deployment, id_type="userID", **{name: HELD[name]})
    assert deployment.project.new_writes() == []


def test_what_has_the_same_id_type_is_held_and_is_not_read_again(deployment: Deployment) -> None:
    add_held(deployment, "companyID")
    up(deployment, id_type="companyID", **HELD)
    deployment.project.emulator.clear_requests()
    changed = {"name": "Long term", "id_type": "companyID", "pass_percentage": 2} | HELD
    assert the(deployment).preview(changed).changed == ("pass_percentage",)
    assert deployment.project.emulator.requests()["log"] == []


@pytest.mark.parametrize("id_type", ["companyID", "userID"])
def test_the_id_type_that_the_program_declares_counts(deployment: Deployment, id_type: str) -> None:
    """The gate is of users in Statsig, and of companies after this run; the experiment is new."""
    deployment.project.emulator.add("gates", {"name": "checkout", "idType": "userID"})
    holdout = deployment.project.resource(statsig.Holdout.declaration).lifecycle
    for kind, inputs in (
        (statsig.Gate, {"name": "checkout", "id_type": "companyID"}),
        (statsig.Experiment, {"name": "one page", "id_type": "companyID"}),
    ):
        declaration = kind.declaration
        gate = declaration.cls.lifecycle(declaration, holdout.context)
        assert gate.check(inputs | {"__resource": f"urn:{kind.__name__}"}, new=False)[1] == []
    held = {"gate_ids": ["checkout"], "experiment_ids": ["one_page", "unknown"]}
    _, problems = holdout.check({"name": "Long term", "id_type": id_type} | held, new=True)
    assert [problem.place for problem in problems] == ([] if id_type == "companyID" else ["gate_ids", "experiment_ids"])


# -- the targeting gate


@pytest.mark.parametrize("mode", ["id", "null_clears", "internal_id"])
def test_a_targeting_gate_is_set_changed_kept_and_cleared(deployment: Deployment, mode: str) -> None:
    deployment.project.emulator.quirk(holdout_targeting=mode)
    up(deployment, targeting_gate_id="employees")
    for gate in ("testers", "employees"):
        assert up(deployment, targeting_gate_id=gate) == [("PATCH", PATH, {"targetingGateID": gate})]
        assert (the(deployment).live()["targetingGateID"], the(deployment).drift()) == (gate, ())
    up(deployment, targeting_gate_id="employees", gate_ids=["a"])
    assert the(deployment).live()["targetingGateID"] == "employees"
    up(deployment, gate_ids=["a", "b"])
    assert the(deployment).live()["targetingGateID"] == "employees"
    up(deployment, targeting_gate_id=None, gate_ids=["a", "b"])
    assert (the(deployment).live()["targetingGateID"] or None, the(deployment).drift()) == (None, ())
    assert the(deployment).reporter.warnings == []


@pytest.mark.parametrize("mode", ["id", "internal_id"])
def test_another_targeting_gate_of_the_console_is_drift(deployment: Deployment, mode: str) -> None:
    deployment.project.emulator.quirk(holdout_targeting=mode)
    up(deployment, targeting_gate_id="employees")
    edit(deployment, targetingGateID="testers")
    assert the(deployment).drift() == ("targeting_gate_id",)
    up(deployment, targeting_gate_id="employees")
    assert (the(deployment).live()["targetingGateID"], the(deployment).drift()) == ("employees", ())


def test_a_targeting_gate_of_the_console_is_kept_by_a_change_of_the_lists(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(holdout_targeting="internal_id")
    up(deployment, gate_ids=["a"])
    edit(deployment, targetingGateID="employees")
    assert [body["targetingGateID"] for _, _, body in up(deployment, gate_ids=["b"])][-1] is None
    assert (the(deployment).live()["targetingGateID"], the(deployment).live()["gateIDs"]) == ("employees", ["b"])


def test_an_existing_gate_that_the_api_returns_is_no_internal_id(deployment: Deployment) -> None:
    emulator = deployment.project.emulator
    emulator.quirk(holdout_targeting="internal_id")
    up(deployment, targeting_gate_id="employees")
    internal_id = deployment.project.client.get("holdouts/long_term")["targetingGateID"]
    assert the(deployment).outputs["targeting_gate_internal_id"] == internal_id
    emulator.quirk(holdout_targeting="id")
    emulator.add("gates", {"id": "other_gate", "name": "other gate"})
    emulator.fault(
        method="PATCH",
        path="^/holdouts/",
        status=200,
        body={"message": "ok", "data": the(deployment).live() | {"targetingGateID": "other_gate"}},
    )
    up(deployment, targeting_gate_id="testers")
    assert "holds another value" in the(deployment).reporter.warnings[-1]


# -- deletes


def test_a_holdout_that_holds_units_out_is_not_deleted(deployment: Deployment) -> None:
    up(deployment, gate_ids=["a"], pass_percentage=1)
    with pytest.raises(StatsigError, match="was not deleted: it holds units out, who would see all features at once"):
        the(deployment).destroy()
    assert deployment.project.new_writes() == []
    with pytest.raises(InvalidInputsError, match="id_type: needs a new holdout, and the old one holds units out"):
        the(deployment).preview(the(deployment).inputs | {"id_type": "stableID"})


@pytest.mark.parametrize(
    "properties",
    [
        {"gate_ids": ["a"], "pass_percentage": 1, "delete_while_enabled": True},
        {"gate_ids": ["a"], "pass_percentage": 1, "is_enabled": False},
        {"gate_ids": ["a"], "pass_percentage": 0},
        {"pass_percentage": 1},
    ],
)
def test_a_holdout_that_may_go_or_holds_nobody_out_is_deleted(
    deployment: Deployment, properties: dict[str, Any]
) -> None:
    up(deployment, **properties)
    preview = the(deployment).preview(the(deployment).inputs | {"id_type": "stableID"})
    assert preview.replaces == ("id_type",)
    assert deployment.destroy() == [("DELETE", PATH, None)]


def test_what_others_hold_in_it_counts_too(deployment: Deployment) -> None:
    up(deployment, pass_percentage=1)
    edit(deployment, layerIDs=["theirs"])
    with pytest.raises(StatsigError, match="was not deleted"):
        the(deployment).destroy()


# -- bad input


def test_the_team_cannot_be_changed(deployment: Deployment) -> None:
    up(deployment, team_id="core-team")
    with pytest.raises(InvalidInputsError, match="team_id: the API can set it only when it creates the object"):
        the(deployment).preview(the(deployment).inputs | {"team_id": "growth-team"})


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"name": "ab"}, "name: string should have at least 3 characters"),
        ({"name": "a.b"}, "name: string should match pattern '^[a-zA-Z0-9_\\- ]*$'"),
        ({"pass_percentage": 10.5}, "pass_percentage: input should be less than or equal to 10"),
        ({"pass_percentage": -1}, "pass_percentage: input should be greater than or equal to 0"),
        ({"gate_ids": [1]}, "gate_ids[0]: input should be a valid string"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: holdout(**properties))
    assert [str(problem) for problem in error.value.problems] == [expected]
