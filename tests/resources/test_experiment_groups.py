"""Groups of an experiment: their ids, the control group, disabled groups."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Json
from .conftest import Deployment, registrations

PATH = "/experiments/new_checkout"
POST = ("POST", "/experiments")


def experiment(*groups: statsig.Group, **properties: Any) -> None:
    declared: dict[str, Any] = {"groups": list(groups)} if groups else {}
    statsig.Experiment("experiment", name="New checkout", **declared, **properties)


def group(name: str, size: float = 50, **properties: Any) -> statsig.Group:
    return statsig.Group(name=name, size=size, **properties)


def writes(name: str, size: float = 50, **properties: Any) -> dict[str, Any]:
    """A group on the wire."""
    return {"name": name, "size": size, "parameterValues": {}} | properties


def known(name: str, id_: str, size: float = 50, **properties: Any) -> dict[str, Any]:
    """A group that there was, on the wire: with its id, and disabled or not as it is."""
    return writes(name, size, id=id_) | {"disabled": False} | properties


def live(deployment: Deployment) -> list[Json]:
    found: list[Json] = deployment.resources["experiment"].live()["groups"]
    return found


def ids(deployment: Deployment) -> dict[str, str]:
    return {found["name"]: found["id"] for found in live(deployment)}


def test_groups_of_any_size_are_accepted(deployment: Deployment) -> None:
    groups = [writes("a", 33.3), writes("b", 33.3), writes("c", 33.4)]
    assert [(*POST, {"name": "New checkout", "groups": groups})] == deployment.up(
        lambda: experiment(group("a", 33.3), group("b", 33.3), group("c", 33.4))
    )
    assert [item["id"] for item in deployment.resources["experiment"].outputs["groups"]] == list(
        ids(deployment).values()
    )


def test_groups_keep_their_ids_through_a_new_order_and_edits(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a"), group("b"), description="Before"))
    before = ids(deployment)
    groups = [known("b", before["b"], 60), known("a", before["a"], 40, parameterValues={"steps": 2})]
    assert [("PATCH", PATH, {"groups": groups})] == deployment.up(
        lambda: experiment(group("b", 60), group("a", 40, parameter_values={"steps": 2}), description="Before")
    )
    assert ids(deployment) == before


def test_a_renamed_group_keeps_its_id(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a", 40), group("b", 60)))
    before = ids(deployment)
    groups = [known("a", before["a"], 40), known("Short", before["b"], 60)]
    assert [("PATCH", PATH, {"groups": groups})] == deployment.up(
        lambda: experiment(group("a", 40), group("Short", 60))
    )
    assert ids(deployment) == {"a": before["a"], "Short": before["b"]}


def test_an_added_group_gets_an_id_and_an_omitted_one_is_removed(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a", 40), group("b", 60)))
    before = ids(deployment)
    groups = [known("a", before["a"], 40), writes("c", 10), writes("d", 5)]
    assert [("PATCH", PATH, {"groups": groups})] == deployment.up(
        lambda: experiment(group("a", 40), group("c", 10), group("d", 5))
    )
    now = ids(deployment)
    assert now["a"] == before["a"]
    assert not {now["c"], now["d"]} & set(before.values())


def test_undeclared_properties_of_a_group_are_unchanged(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a"), group("b")))
    a, b = live(deployment)
    edited = [a | {"description": "Ana's", "highlighted": True, "foreignGroupID": "x"}, b]
    deployment.project.emulator.edit("experiments", "new_checkout", {"groups": edited})
    assert deployment.resources["experiment"].drift() == ()
    deployment.up(lambda: experiment(group("a", 40), group("b", 60)))
    assert [edited[0] | {"size": 40, "disabled": False}, b | {"size": 60, "disabled": False}] == live(deployment)


def test_console_edits_of_groups_are_drift_and_undone(deployment: Deployment) -> None:
    def program() -> None:
        experiment(group("a"), group("b", description="Short"))

    deployment.up(program)
    a, b = live(deployment)
    for edited in ([b, a], [a | {"size": 10}, b], [a, b | {"description": "Ana's"}], [a]):
        deployment.project.emulator.edit("experiments", "new_checkout", {"groups": edited})
        assert deployment.resources["experiment"].drift() == ("groups",)
        deployment.up(program)
        assert [(item["name"], item["size"], item["description"]) for item in live(deployment)] == [
            ("a", 50, ""),
            ("b", 50, "Short"),
        ]


def test_a_group_is_disabled_and_enabled_by_requests_of_their_own(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a", 40), group("b", 40), group("c", 20, disabled=True)))
    assert [item.get("disabled", False) for item in live(deployment)] == [False, False, True]
    calls = [
        ("POST", f"{PATH}/disable_groups", {"group_names": ["a", "b"]}),
        ("POST", f"{PATH}/enable_groups", {"group_names": ["c"]}),
    ]
    assert calls == deployment.up(
        lambda: experiment(group("a", 40, disabled=True), group("b", 40, disabled=True), group("c", 20, disabled=False))
    )
    assert [item["disabled"] for item in live(deployment)] == [True, True, False]


def test_a_group_that_is_edited_and_disabled_is_patched_first(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a"), group("b")))
    before = ids(deployment)
    calls = deployment.up(lambda: experiment(group("a", 40), group("b", 60, disabled=True)))
    patch = ("PATCH", PATH, {"groups": [known("a", before["a"], 40), known("b", before["b"], 60, disabled=True)]})
    assert calls[0] == patch
    assert [item.get("disabled", False) for item in live(deployment)] == [False, True]
    assert ids(deployment) == before


def test_a_group_enabled_in_the_console_is_disabled_again(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a"), group("b", disabled=True)))
    a, b = live(deployment)
    deployment.project.emulator.edit("experiments", "new_checkout", {"groups": [a, b | {"disabled": False}]})
    assert deployment.resources["experiment"].drift() == ("groups",)
    calls = deployment.up(lambda: experiment(group("a"), group("b", disabled=True)))
    assert calls == [("POST", f"{PATH}/disable_groups", {"group_names": ["b"]})]


def test_the_control_group_is_set_by_its_id_after_the_create(deployment: Deployment) -> None:
    calls = deployment.up(lambda: experiment(group("a"), group("b"), control_group="b"))
    body = {"name": "New checkout", "groups": [writes("a"), writes("b")]}
    assert calls == [(*POST, body), ("PATCH", PATH, {"controlGroupID": ids(deployment)["b"]})]
    resource = deployment.resources["experiment"]
    assert (resource.outputs["control_group"], resource.outputs["control_group_id"]) == ("b", ids(deployment)["b"])
    assert resource.drift() == ()


def test_the_first_group_is_the_control_group_by_default(deployment: Deployment) -> None:
    calls = deployment.up(lambda: experiment(group("a"), group("b"), control_group="a"))
    assert calls == [(*POST, {"name": "New checkout", "groups": [writes("a"), writes("b")]})]
    assert deployment.up(lambda: experiment(group("a"), group("b"))) == []


def test_groups_that_the_api_creates_can_be_the_control_group(deployment: Deployment) -> None:
    calls = deployment.up(lambda: experiment(control_group="Test"))
    assert calls == [
        (*POST, {"name": "New checkout"}),
        ("PATCH", PATH, {"controlGroupID": ids(deployment)["Test"]}),
    ]


def test_another_control_group_is_one_patch(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a"), group("b"), control_group="b"))
    calls = deployment.up(lambda: experiment(group("a"), group("b"), control_group="a"))
    assert calls == [("PATCH", PATH, {"controlGroupID": ids(deployment)["a"]})]


def test_the_control_group_follows_a_rename(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a", 40), group("b", 60), control_group="b"))
    before = ids(deployment)
    calls = deployment.up(lambda: experiment(group("a", 40), group("Old", 60), control_group="Old"))
    assert calls == [("PATCH", PATH, {"groups": [known("a", before["a"], 40), known("Old", before["b"], 60)]})]
    assert deployment.resources["experiment"].live()["controlGroupID"] == before["b"]
    assert deployment.resources["experiment"].drift() == ()


def test_a_new_group_becomes_the_control_group_after_it_is_created(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a", 40), group("b", 60)))
    calls = deployment.up(lambda: experiment(group("a", 40), group("b", 50), group("c", 10), control_group="c"))
    assert [path for _, path, _ in calls] == [PATH, PATH]
    assert calls[1] == ("PATCH", PATH, {"controlGroupID": ids(deployment)["c"]})


def test_a_control_group_chosen_in_the_console_is_drift(deployment: Deployment) -> None:
    def program() -> None:
        experiment(group("a"), group("b"), control_group="a")

    deployment.up(program)
    deployment.project.emulator.edit("experiments", "new_checkout", {"controlGroupID": ids(deployment)["b"]})
    assert deployment.resources["experiment"].drift() == ("control_group",)
    assert deployment.up(program) == [("PATCH", PATH, {"controlGroupID": ids(deployment)["a"]})]


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (("a", "b"), "there is no group 'c'; the groups are a, b"),
        ((), "there is no group 'c'; the groups are Control, Test"),
    ],
)
def test_a_missing_control_group_fails_before_any_request(
    deployment: Deployment, groups: tuple[str, ...], words: str
) -> None:
    deployment.up(experiment)
    with pytest.raises(InvalidInputsError) as error:
        deployment.up(lambda: experiment(*map(group, groups), control_group="c"))
    assert words in str(error.value)
    assert deployment.project.new_writes() == []


def test_an_unknown_control_group_is_not_validated() -> None:
    def program() -> None:
        tag = statsig.Tag("tag", name="b")
        experiment(group("a"), control_group=tag.name)

    assert [name for _, name, _ in registrations(program)] == ["tag", "experiment"]


def test_a_control_group_that_is_not_one_of_the_default_groups_is_an_error(deployment: Deployment) -> None:
    [(_, _, inputs)] = registrations(lambda: experiment(control_group="c"))
    problems = deployment.project.resource(REGISTRY["Experiment"]).lifecycle.check(inputs, new=True)[1]
    assert list(map(str, problems)) == ["control_group: there is no group 'c'; the groups are Control, Test"]
