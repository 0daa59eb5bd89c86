"""References: which values are other objects' names and ids, and what comes first."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from statsig_pulumi.export.program.references import References, arranged

from ..objects import exported, gate


def test_a_name_and_an_id_lead_to_their_objects() -> None:
    team, tested = exported("Team", "checkout", name="Checkout"), gate("employees")
    testing = gate("new", "employees", team="Checkout")
    references = References([testing, tested, team])
    assert references.target(testing, "Team.name", "Checkout") is team
    assert references.target(testing, "Gate.id", "employees") is tested


def test_what_is_no_name_of_an_exported_object_stays_a_text() -> None:
    testing = gate("new", team="Checkout")
    references = References([testing, exported("Team", "search", name="Search")])
    for told, value in (("Team.name", "Checkout"), ("Gate.id", "other"), ("", "Search"), ("Team.name", 3)):
        assert references.target(testing, told, value) is None


def test_a_name_that_two_objects_have_stays_a_text() -> None:
    testing = gate("new", team="Twins")
    twins = [exported("Team", name, name="Twins") for name in ("one", "other")]
    assert References([testing, *twins]).target(testing, "Team.name", "Twins") is None


def test_an_object_does_not_refer_to_itself() -> None:
    narcissus = gate("narcissus", "narcissus")
    references = References([narcissus])
    assert references.target(narcissus, "Gate.id", "narcissus") is None
    assert references.ordered("Gate") == [narcissus]


def test_of_objects_in_a_circle_the_first_by_name_keeps_the_text() -> None:
    a, b, c = gate("a", "b"), gate("b", "c"), gate("c", "a")
    references = References([c, b, a])
    assert references.target(a, "Gate.id", "b") is None
    assert references.target(b, "Gate.id", "c") is c
    assert references.target(c, "Gate.id", "a") is a
    assert references.ordered("Gate") == [a, c, b]


def test_modules_do_not_import_each_other() -> None:
    objects = [
        exported("ExperimentOverrides", "all", experiment_id="trial", overrides=[{"type": "gate", "id": "a"}]),
        exported("Experiment", "trial", name="trial", targeting_gate_id="a"),
        gate("a"),
    ]
    references = References(objects)
    assert references.kinds == ["Gate", "Experiment", "ExperimentOverrides"]


def test_objects_come_after_those_that_they_refer_to_and_else_by_name() -> None:
    gates = [gate("d"), gate("c"), gate("a", "c"), gate("b")]
    assert [each.name for each in References(gates).ordered("Gate")] == ["b", "c", "a", "d"]


def test_one_object_more_leaves_the_order_of_the_others() -> None:
    gates = [gate("b"), gate("c", "d"), gate("d"), gate("e", "b")]
    before = [each.name for each in References(gates).ordered("Gate")]
    after = [each.name for each in References([gate("a", "e"), *gates]).ordered("Gate")]
    assert [name for name in after if name != "a"] == before


def test_a_long_chain_is_put_in_order() -> None:
    chain = [gate(f"g{n:04}", f"g{n + 1:04}") for n in range(2000)]
    order = [each.name for each in References(chain).ordered("Gate")]
    assert order == sorted(order, reverse=True)


NODES = st.integers(0, 9).map(str)


@given(st.dictionaries(NODES, st.frozensets(NODES)))
def test_an_arrangement_holds_all_but_what_is_given_up(after: dict[str, frozenset[str]]) -> None:
    graph = {name: after.get(name, frozenset()) - {name} for name in map(str, range(10))}
    order, cut = arranged(graph)
    assert sorted(order) == sorted(graph)
    place = {name: i for i, name in enumerate(order)}
    for name, others in graph.items():
        for other in others:
            assert place[other] < place[name] or (name, other) in cut


@given(st.dictionaries(NODES, st.frozensets(NODES)))
def test_nothing_is_given_up_where_there_is_no_circle(after: dict[str, frozenset[str]]) -> None:
    graph = {name: {other for other in others if other < name} for name, others in after.items()}
    graph |= {name: set() for others in graph.values() for name in others if name not in graph}
    assert arranged(graph)[1] == set()


def test_without_references_the_order_is_that_of_the_names() -> None:
    order, _ = arranged(dict.fromkeys("qwerty", ()))
    assert all(one < other for one, other in pairwise(order))
