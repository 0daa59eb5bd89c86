"""References between resources, and the order in which a program can declare them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from statsig_pulumi.export.program.data_files import DataFiles
from statsig_pulumi.export.program.references import References, sort_dependencies
from statsig_pulumi.export.program.resources import to_source

from ..sample_resources import gate, resource


def test_a_name_and_an_id_refer_to_their_resources() -> None:
    team, tested = resource("Team", "checkout", name="Checkout"), gate("employees")
    testing = gate("new", "employees", team="Checkout")
    references = References([testing, tested, team])
    assert references.target(testing, "Team.name", "Checkout") is team
    assert references.target(testing, "Gate.id", "employees") is tested


def test_a_value_of_no_exported_resource_stays_a_text() -> None:
    testing = gate("new", team="Checkout")
    references = References([testing, resource("Team", "search", name="Search")])
    for reference, value in (("Team.name", "Checkout"), ("Gate.id", "other"), ("", "Search"), ("Team.name", 3)):
        assert references.target(testing, reference, value) is None


def test_a_name_of_two_resources_stays_a_text() -> None:
    testing = gate("new", team="Twins")
    twins = [resource("Team", name, name="Twins") for name in ("one", "other")]
    assert References([testing, *twins]).target(testing, "Team.name", "Twins") is None


def test_the_name_of_an_environment_refers_to_the_environments_of_the_project() -> None:
    rules = [{"name": "r", "pass_percentage": 1, "environments": ["qa", "other"]}]
    testing = resource("Gate", "new", name="new", rules=rules)
    every = resource("Environments", "all", environments=[{"name": "production"}, {"name": "qa"}])
    references = References([testing, every])
    assert references.target(testing, "Environments.named", "qa") is every
    assert references.target(testing, "Environments.named", "other") is None
    assert references.kinds == ["Environments", "Gate"]
    source = to_source(testing, references, DataFiles())
    assert 'environments=[environments.all_.named("qa"), "other"]' in source.text
    assert source.modules == {"environments"}


def test_a_resource_does_not_refer_to_itself() -> None:
    narcissus = gate("narcissus", "narcissus")
    references = References([narcissus])
    assert references.target(narcissus, "Gate.id", "narcissus") is None
    assert references.ordered("Gate") == [narcissus]


def test_in_a_cycle_the_first_resource_by_name_keeps_the_text() -> None:
    a, b, c = gate("a", "b"), gate("b", "c"), gate("c", "a")
    references = References([c, b, a])
    assert references.target(a, "Gate.id", "b") is None
    assert references.target(b, "Gate.id", "c") is c
    assert references.target(c, "Gate.id", "a") is a
    assert references.ordered("Gate") == [a, c, b]


def test_a_module_comes_after_those_that_it_imports() -> None:
    resources = [
        resource("ExperimentOverrides", "all", experiment_id="trial", overrides=[{"type": "gate", "id": "a"}]),
        resource("Experiment", "trial", name="trial", targeting_gate_id="a"),
        gate("a"),
    ]
    assert References(resources).kinds == ["Gate", "Experiment", "ExperimentOverrides"]


def test_resources_come_after_those_that_they_refer_to_else_by_name() -> None:
    gates = [gate("d"), gate("c"), gate("a", "c"), gate("b")]
    assert [each.name for each in References(gates).ordered("Gate")] == ["b", "c", "a", "d"]


def test_one_more_resource_does_not_change_the_order_of_the_others() -> None:
    gates = [gate("b"), gate("c", "d"), gate("d"), gate("e", "b")]
    before = [each.name for each in References(gates).ordered("Gate")]
    after = [each.name for each in References([gate("a", "e"), *gates]).ordered("Gate")]
    assert [name for name in after if name != "a"] == before


def test_a_long_chain_is_sorted() -> None:
    chain = [gate(f"g{n:04}", f"g{n + 1:04}") for n in range(2000)]
    order = [each.name for each in References(chain).ordered("Gate")]
    assert order == sorted(order, reverse=True)


NAMES = st.integers(0, 9).map(str)


@given(st.dictionaries(NAMES, st.frozensets(NAMES)))
def test_each_name_comes_after_its_dependencies_that_are_not_dropped(drawn: dict[str, frozenset[str]]) -> None:
    dependencies = {name: drawn.get(name, frozenset()) - {name} for name in map(str, range(10))}
    order, dropped = sort_dependencies(dependencies)
    assert sorted(order) == sorted(dependencies)
    positions = {name: position for position, name in enumerate(order)}
    pairs = {(name, other) for name, others in dependencies.items() for other in others}
    assert [pair for pair in pairs - dropped if positions[pair[1]] > positions[pair[0]]] == []


@given(st.dictionaries(NAMES, st.frozensets(NAMES)))
def test_no_dependency_is_dropped_without_a_cycle(drawn: dict[str, frozenset[str]]) -> None:
    dependencies = {name: {other for other in others if other < name} for name, others in drawn.items()}
    dependencies |= {name: set() for others in drawn.values() for name in others if name not in dependencies}
    assert sort_dependencies(dependencies)[1] == set()


def test_names_without_dependencies_are_sorted() -> None:
    assert sort_dependencies(dict.fromkeys("qwerty", ()))[0] == sorted("qwerty")
