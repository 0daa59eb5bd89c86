"""Groups of an experiment: their ids, the control group, disabled groups."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from ..contract.project import Json
from .conftest import Deployment, registrations

PATH = "/experiments/new_checkout"
POST = ("POST", "/experiments")


def experiment(*groups: statsig.Group, **given: Any) -> None:
    declared: dict[str, Any] = {"groups": list(groups)} if groups else {}
    statsig.Experiment("experiment", name="New checkout", **declared, **given)


def group(name: str, size: float = 50, **given: Any) -> statsig.Group:
    return statsig.Group(name=name, size=size, **given)


def sent(name: str, size: float = 50, **given: Any) -> dict[str, Any]:
    """A group on the wire."""
    return {"name": name, "size": size, "parameterValues": {}} | given


def known(name: str, id_: str, size: float = 50, **given: Any) -> dict[str, Any]:
    """A group that there was, on the wire: with its id, and disabled or not as it is."""
    return sent(name, size, id=id_) | {"disabled": False} | given


def live(deployment: Deployment) -> list[Json]:
    found: list[Json] = deployment.resources["experiment"].live()["groups"]
    return found


def ids(deployment: Deployment) -> dict[str, str]:
    return {found["name"]: found["id"] for found in live(deployment)}


def test_groups_of_any_sizes_are_taken(deployment: Deployment) -> None:
    groups = [sent("a", 33.3), sent("b", 33.3), sent("c", 33.4)]
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


def test_a_group_that_is_added_gets_an_id_and_one_that_is_left_out_goes(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a", 40), group("b", 60)))
    before = ids(deployment)
    groups = [known("a", before["a"], 40), sent("c", 10), sent("d", 5)]
    assert [("PATCH", PATH, {"groups": groups})] == deployment.up(
        lambda: experiment(group("a", 40), group("c", 10), group("d", 5))
    )
    now = ids(deployment)
    assert now["a"] == before["a"]
    assert not {now["c"], now["d"]} & set(before.values())


def test_what_a_program_does_not_say_of_a_group_stays(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a"), group("b")))
    a, b = live(deployment)
    edited = [a | {"description": "Ana's", "highlighted": True, "foreignGroupID": "x"}, b]
    deployment.project.emulator.edit("experiments", "new_checkout", {"groups": edited})
    assert deployment.resources["experiment"].drift() == ()
    deployment.up(lambda: experiment(group("a", 40), group("b", 60)))
    assert [edited[0] | {"size": 40, "disabled": False}, b | {"size": 60, "disabled": False}] == live(deployment)


def test_what_a_console_user_did_to_groups_is_drift_and_taken_back(deployment: Deployment) -> None:
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


def test_a_group_is_disabled_and_enabled_by_calls_of_their_own(deployment: Deployment) -> None:
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


def test_a_group_that_is_edited_and_disabled_at_once_is_patched_first(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a"), group("b")))
    before = ids(deployment)
    calls = deployment.up(lambda: experiment(group("a", 40), group("b", 60, disabled=True)))
    patch = ("PATCH", PATH, {"groups": [known("a", before["a"], 40), known("b", before["b"], 60, disabled=True)]})
    assert calls[0] == patch
    assert [item.get("disabled", False) for item in live(deployment)] == [False, True]
    assert ids(deployment) == before


def test_a_group_that_a_console_user_enabled_is_disabled_by_a_call(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a"), group("b", disabled=True)))
    a, b = live(deployment)
    deployment.project.emulator.edit("experiments", "new_checkout", {"groups": [a, b | {"disabled": False}]})
    assert deployment.resources["experiment"].drift() == ("groups",)
    calls = deployment.up(lambda: experiment(group("a"), group("b", disabled=True)))
    assert calls == [("POST", f"{PATH}/disable_groups", {"group_names": ["b"]})]


def test_the_control_group_is_set_by_its_id_after_the_create(deployment: Deployment) -> None:
    calls = deployment.up(lambda: experiment(group("a"), group("b"), control_group="b"))
    body = {"name": "New checkout", "groups": [sent("a"), sent("b")]}
    assert calls == [(*POST, body), ("PATCH", PATH, {"controlGroupID": ids(deployment)["b"]})]
    resource = deployment.resources["experiment"]
    assert (resource.outputs["control_group"], resource.outputs["control_group_id"]) == ("b", ids(deployment)["b"])
    assert resource.drift() == ()


def test_the_first_group_is_the_control_anyway(deployment: Deployment) -> None:
    calls = deployment.up(lambda: experiment(group("a"), group("b"), control_group="a"))
    assert calls == [(*POST, {"name": "New checkout", "groups": [sent("a"), sent("b")]})]
    assert deployment.up(lambda: experiment(group("a"), group("b"))) == []


def test_the_groups_that_the_api_makes_can_be_the_control_too(deployment: Deployment) -> None:
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


def test_a_new_group_becomes_the_control_once_it_is_there(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(group("a", 40), group("b", 60)))
    calls = deployment.up(lambda: experiment(group("a", 40), group("b", 50), group("c", 10), control_group="c"))
    assert [path for _, path, _ in calls] == [PATH, PATH]
    assert calls[1] == ("PATCH", PATH, {"controlGroupID": ids(deployment)["c"]})


def test_a_control_that_a_console_user_chose_is_drift(deployment: Deployment) -> None:
    def program() -> None:
        experiment(group("a"), group("b"), control_group="a")

    deployment.up(program)
    deployment.project.emulator.edit("experiments", "new_checkout", {"controlGroupID": ids(deployment)["b"]})
    assert deployment.resources["experiment"].drift() == ("control_group",)
    assert deployment.up(program) == [("PATCH", PATH, {"controlGroupID": ids(deployment)["a"]})]


@pytest.mark.parametrize(
    ("groups", "words"),
    [(("a", "b"), "there is no group 'c'; declared are: a, b"), ((), "there is no group 'c'; there are Control, Test")],
)
def test_a_control_group_that_is_not_there_is_refused_before_anything_is_sent(
    deployment: Deployment, groups: tuple[str, ...], words: str
) -> None:
    deployment.up(experiment)
    with pytest.raises(InvalidInputsError) as error:
        deployment.up(lambda: experiment(*map(group, groups), control_group="c"))
    assert words in str(error.value)
    assert deployment.project.new_writes() == []


def test_a_control_group_that_the_program_does_not_know_yet_is_not_judged() -> None:
    def program() -> None:
        tag = statsig.Tag("tag", name="b")
        experiment(group("a"), control_group=tag.name)

    assert [name for _, name, _ in registrations(program)] == ["tag", "experiment"]


def test_a_new_experiment_whose_control_group_is_not_there_is_not_made(deployment: Deployment) -> None:
    words = "was not created: there is no group 'c'; there are Control, Test; what was made of it is deleted again"
    with pytest.raises(StatsigError, match=words):
        deployment.up(lambda: experiment(control_group="c"))
    assert deployment.project.emulator.objects("experiments") == []
