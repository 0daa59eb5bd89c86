"""The witness of the groups of an experiment: what keeps their ids, who is the control, who is disabled."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError, StatsigError

from ..contract.project import Json
from .conftest import Witness, registered

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


def live(witness: Witness) -> list[Json]:
    found: list[Json] = witness.resources["experiment"].live()["groups"]
    return found


def ids(witness: Witness) -> dict[str, str]:
    return {found["name"]: found["id"] for found in live(witness)}


def test_groups_of_any_sizes_are_taken(witness: Witness) -> None:
    groups = [sent("a", 33.3), sent("b", 33.3), sent("c", 33.4)]
    assert [(*POST, {"name": "New checkout", "groups": groups})] == witness.up(
        lambda: experiment(group("a", 33.3), group("b", 33.3), group("c", 33.4))
    )
    assert [item["id"] for item in witness.resources["experiment"].outputs["groups"]] == list(ids(witness).values())


def test_groups_keep_their_ids_through_a_new_order_and_edits(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a"), group("b"), description="Before"))
    before = ids(witness)
    groups = [known("b", before["b"], 60), known("a", before["a"], 40, parameterValues={"steps": 2})]
    assert [("PATCH", PATH, {"groups": groups})] == witness.up(
        lambda: experiment(group("b", 60), group("a", 40, parameter_values={"steps": 2}), description="Before")
    )
    assert ids(witness) == before


def test_a_renamed_group_keeps_its_id(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a", 40), group("b", 60)))
    before = ids(witness)
    groups = [known("a", before["a"], 40), known("Short", before["b"], 60)]
    assert [("PATCH", PATH, {"groups": groups})] == witness.up(lambda: experiment(group("a", 40), group("Short", 60)))
    assert ids(witness) == {"a": before["a"], "Short": before["b"]}


def test_a_group_that_is_added_gets_an_id_and_one_that_is_left_out_goes(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a", 40), group("b", 60)))
    before = ids(witness)
    groups = [known("a", before["a"], 40), sent("c", 10), sent("d", 5)]
    assert [("PATCH", PATH, {"groups": groups})] == witness.up(
        lambda: experiment(group("a", 40), group("c", 10), group("d", 5))
    )
    now = ids(witness)
    assert now["a"] == before["a"]
    assert not {now["c"], now["d"]} & set(before.values())


def test_what_a_program_does_not_say_of_a_group_stays(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a"), group("b")))
    a, b = live(witness)
    edited = [a | {"description": "Ana's", "highlighted": True, "foreignGroupID": "x"}, b]
    witness.project.emulator.edit("experiments", "new_checkout", {"groups": edited})
    assert witness.resources["experiment"].drift() == ()
    witness.up(lambda: experiment(group("a", 40), group("b", 60)))
    assert [edited[0] | {"size": 40, "disabled": False}, b | {"size": 60, "disabled": False}] == live(witness)


def test_what_a_console_user_did_to_groups_is_drift_and_taken_back(witness: Witness) -> None:
    def program() -> None:
        experiment(group("a"), group("b", description="Short"))

    witness.up(program)
    a, b = live(witness)
    for edited in ([b, a], [a | {"size": 10}, b], [a, b | {"description": "Ana's"}], [a]):
        witness.project.emulator.edit("experiments", "new_checkout", {"groups": edited})
        assert witness.resources["experiment"].drift() == ("groups",)
        witness.up(program)
        assert [(item["name"], item["size"], item["description"]) for item in live(witness)] == [
            ("a", 50, ""),
            ("b", 50, "Short"),
        ]


def test_a_group_is_disabled_and_enabled_by_calls_of_their_own(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a", 40), group("b", 40), group("c", 20, disabled=True)))
    assert [item.get("disabled", False) for item in live(witness)] == [False, False, True]
    calls = [
        ("POST", f"{PATH}/disable_groups", {"group_names": ["a", "b"]}),
        ("POST", f"{PATH}/enable_groups", {"group_names": ["c"]}),
    ]
    assert calls == witness.up(
        lambda: experiment(group("a", 40, disabled=True), group("b", 40, disabled=True), group("c", 20, disabled=False))
    )
    assert [item["disabled"] for item in live(witness)] == [True, True, False]


def test_a_group_that_is_edited_and_disabled_at_once_is_patched_first(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a"), group("b")))
    before = ids(witness)
    calls = witness.up(lambda: experiment(group("a", 40), group("b", 60, disabled=True)))
    patch = ("PATCH", PATH, {"groups": [known("a", before["a"], 40), known("b", before["b"], 60, disabled=True)]})
    assert calls[0] == patch
    assert [item.get("disabled", False) for item in live(witness)] == [False, True]
    assert ids(witness) == before


def test_a_group_that_a_console_user_enabled_is_disabled_by_a_call(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a"), group("b", disabled=True)))
    a, b = live(witness)
    witness.project.emulator.edit("experiments", "new_checkout", {"groups": [a, b | {"disabled": False}]})
    assert witness.resources["experiment"].drift() == ("groups",)
    calls = witness.up(lambda: experiment(group("a"), group("b", disabled=True)))
    assert calls == [("POST", f"{PATH}/disable_groups", {"group_names": ["b"]})]


def test_the_control_group_is_set_by_its_id_after_the_create(witness: Witness) -> None:
    calls = witness.up(lambda: experiment(group("a"), group("b"), control_group="b"))
    body = {"name": "New checkout", "groups": [sent("a"), sent("b")]}
    assert calls == [(*POST, body), ("PATCH", PATH, {"controlGroupID": ids(witness)["b"]})]
    resource = witness.resources["experiment"]
    assert (resource.outputs["control_group"], resource.outputs["control_group_id"]) == ("b", ids(witness)["b"])
    assert resource.drift() == ()


def test_the_first_group_is_the_control_anyway(witness: Witness) -> None:
    calls = witness.up(lambda: experiment(group("a"), group("b"), control_group="a"))
    assert calls == [(*POST, {"name": "New checkout", "groups": [sent("a"), sent("b")]})]
    assert witness.up(lambda: experiment(group("a"), group("b"))) == []


def test_the_groups_that_the_api_makes_can_be_the_control_too(witness: Witness) -> None:
    calls = witness.up(lambda: experiment(control_group="Test"))
    assert calls == [
        (*POST, {"name": "New checkout"}),
        ("PATCH", PATH, {"controlGroupID": ids(witness)["Test"]}),
    ]


def test_another_control_group_is_one_patch(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a"), group("b"), control_group="b"))
    calls = witness.up(lambda: experiment(group("a"), group("b"), control_group="a"))
    assert calls == [("PATCH", PATH, {"controlGroupID": ids(witness)["a"]})]


def test_the_control_group_follows_a_rename(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a", 40), group("b", 60), control_group="b"))
    before = ids(witness)
    calls = witness.up(lambda: experiment(group("a", 40), group("Old", 60), control_group="Old"))
    assert calls == [("PATCH", PATH, {"groups": [known("a", before["a"], 40), known("Old", before["b"], 60)]})]
    assert witness.resources["experiment"].live()["controlGroupID"] == before["b"]
    assert witness.resources["experiment"].drift() == ()


def test_a_new_group_becomes_the_control_once_it_is_there(witness: Witness) -> None:
    witness.up(lambda: experiment(group("a", 40), group("b", 60)))
    calls = witness.up(lambda: experiment(group("a", 40), group("b", 50), group("c", 10), control_group="c"))
    assert [path for _, path, _ in calls] == [PATH, PATH]
    assert calls[1] == ("PATCH", PATH, {"controlGroupID": ids(witness)["c"]})


def test_a_control_that_a_console_user_chose_is_drift(witness: Witness) -> None:
    def program() -> None:
        experiment(group("a"), group("b"), control_group="a")

    witness.up(program)
    witness.project.emulator.edit("experiments", "new_checkout", {"controlGroupID": ids(witness)["b"]})
    assert witness.resources["experiment"].drift() == ("control_group",)
    assert witness.up(program) == [("PATCH", PATH, {"controlGroupID": ids(witness)["a"]})]


@pytest.mark.parametrize(
    ("groups", "words"),
    [(("a", "b"), "there is no group 'c'; declared are: a, b"), ((), "there is no group 'c'; there are Control, Test")],
)
def test_a_control_group_that_is_not_there_is_refused_before_anything_is_sent(
    witness: Witness, groups: tuple[str, ...], words: str
) -> None:
    witness.up(experiment)
    with pytest.raises(InvalidInputsError) as error:
        witness.up(lambda: experiment(*map(group, groups), control_group="c"))
    assert words in str(error.value)
    assert witness.project.sent() == []


def test_a_control_group_that_the_program_does_not_know_yet_is_not_judged() -> None:
    def program() -> None:
        tag = statsig.Tag("tag", name="b")
        experiment(group("a"), control_group=tag.name)

    assert [name for _, name, _ in registered(program)] == ["tag", "experiment"]


def test_a_new_experiment_whose_control_group_is_not_there_is_not_made(witness: Witness) -> None:
    words = "was not created: there is no group 'c'; there are Control, Test; its object was deleted again"
    with pytest.raises(StatsigError, match=words):
        witness.up(lambda: experiment(control_group="c"))
    assert witness.project.emulator.objects("experiments") == []
