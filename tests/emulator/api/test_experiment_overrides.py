"""Overrides of experiments."""

from __future__ import annotations

from typing import Any

from statsig_pulumi.emulator import Emulator

from ..conftest import Api

PATH = "/experiments/an_experiment/overrides"


def gate(identifier: str, into: str = "Test", **more: Any) -> dict[str, Any]:
    return {"type": "gate", "id": identifier, "groupID": into, **more}


def users(into: str, *ids: str, **more: Any) -> dict[str, Any]:
    return {"groupID": into, "ids": list(ids), **more}


def overrides(*entries: dict[str, Any], people: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"overrides": list(entries), "userIDOverrides": people or []}


def test_an_experiment_without_overrides_has_empty_ones(api: Api) -> None:
    api.experiment()

    response = api("GET", PATH)
    assert (response.status_code, response.json()["data"]) == (200, overrides())
    assert response.json()["message"] == "Experiment Overrides read successfully."


def test_post_replaces_patch_adds_and_delete_removes(api: Api) -> None:
    api.experiment()
    first = overrides(gate("a_gate"), people=[users("Test", "a", "b")])

    assert api.data("POST", PATH, overrides(gate("old"), people=[users("Control", "x")])) != first
    assert api.data("POST", PATH, first) == first
    more = overrides(gate("a_gate"), gate("b_gate", "Control"), people=[users("Test", "b", "c"), users("Control", "d")])
    after = api.data("PATCH", PATH, more)
    assert after == overrides(
        gate("a_gate"), gate("b_gate", "Control"), people=[users("Test", "a", "b", "c"), users("Control", "d")]
    )
    less = overrides(gate("a_gate"), gate("none"), people=[users("Test", "a", "none"), users("Control", "d")])
    after = api.data("DELETE", PATH, less)
    assert after == overrides(gate("b_gate", "Control"), people=[users("Test", "b", "c")])
    assert api.data("GET", PATH) == after


def test_overrides_differ_by_environment_and_unit_type(api: Api) -> None:
    api.experiment()
    people = [users("Test", "a", environment="staging"), users("Test", "b", unitType="companyID"), users("Test", "c")]
    api.data("POST", PATH, overrides(gate("g", environment="staging"), gate("g"), people=people))

    less = overrides(
        gate("g", environment=None), people=[users("Test", "a", "b", "c", environment=None, unitType=None)]
    )
    assert api.data("DELETE", PATH, less) == overrides(gate("g", environment="staging"), people=people[:2])


def test_both_lists_are_required_and_have_a_limit(api: Api) -> None:
    api.experiment()

    for method in ("POST", "PATCH", "DELETE"):
        assert api.errors(method, PATH, {}) == {"overrides": "Required", "userIDOverrides": "Required"}
    many = [str(number) for number in range(1001)]
    limit = "Array must contain at most 1000 element(s)"
    assert api.errors("POST", PATH, overrides(people=[users("Test", *many)])) == {"userIDOverrides.0.ids": limit}
    assert api.errors("POST", PATH, overrides(*(gate(name) for name in many))) == {"overrides": limit}
    errors = api.errors("POST", PATH, overrides({"type": "layer", "id": "x", "groupID": "Test"}))
    assert errors == {"overrides.0.type": "Invalid enum value. Expected 'gate' | 'segment', received 'layer'"}


def test_adding_more_overrides_than_the_limit_is_an_error(api: Api) -> None:
    api.experiment()
    api.data("POST", PATH, overrides(people=[users("Test", *(str(number) for number in range(1000)))]))

    assert api("PATCH", PATH, overrides(people=[users("Test", "one more")])).status_code == 400
    assert len(api.data("GET", PATH)["userIDOverrides"][0]["ids"]) == 1000


def test_unknown_groups_gates_and_segments_are_errors_only_by_quirk(api: Api, emulator: Emulator) -> None:
    api.experiment()
    assert api("POST", PATH, overrides(gate("none", "None"))).status_code == 200

    emulator.quirk(unknown_references="reject")
    api.gate("a gate")
    errors = api.errors("POST", PATH, overrides(gate("a_gate"), people=[users("None", "a")]))
    assert errors == {"userIDOverrides.0.groupID": "Group with name None does not exist"}
    response = api("PATCH", PATH, overrides(gate("none")))
    assert (response.status_code, response.json()["message"]) == (404, "Gates with IDs [none] do not exist")
    assert api("POST", PATH, overrides({**gate("none"), "type": "segment"})).status_code == 404
    assert api("POST", PATH, overrides(gate("a_gate"))).status_code == 200
    assert api("DELETE", PATH, overrides(gate("none", "None"))).status_code == 200


def test_overrides_can_be_read_with_names_by_quirk(api: Api, emulator: Emulator) -> None:
    api.experiment()
    emulator.quirk(named_overrides=True)

    assert api.data("POST", PATH, overrides(gate("a_gate")))["overrides"] == [gate("a_gate")]
    assert api.data("GET", PATH)["overrides"] == [{"type": "gate", "name": "a_gate", "groupID": "Test"}]


def test_overrides_are_deleted_with_their_experiment(api: Api) -> None:
    api.experiment()
    api.data("POST", PATH, overrides(gate("a_gate")))
    api("DELETE", "/experiments/an_experiment")
    api.experiment()

    assert api.data("GET", PATH) == overrides()
