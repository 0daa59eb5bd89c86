"""Any valid inputs of any resource: no perpetual difference, stable normalisation, sets in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.properties import Property

from .conftest import DECLARATIONS, by_kind
from .inputs import is_valid_change, some_inputs, two_versions
from .project import Project, assert_no_difference
from .values import Json

contract = settings(settings.get_profile("contract"), max_examples=40)


def reordered(draw: Any, p: Property[Any], value: Json) -> Json:
    """Draw the value with its sets in another order and with repetitions, at any depth."""
    if p.nested is not None and isinstance(value, list):
        return [{n: reordered(draw, p.nested.properties[n], inner) for n, inner in item.items()} for item in value]
    if p.options.unordered and isinstance(value, list) and value:
        return draw(st.permutations(value)) + draw(st.lists(st.sampled_from(value), max_size=2))
    return value


def is_ordered(p: Property[Any]) -> bool:
    return p.many == "list" and not p.options.unordered


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_a_created_object_shows_no_difference(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    assert_no_difference(project.reset().resource(declaration).up(data.draw(some_inputs(declaration))))


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_an_updated_object_shows_no_difference(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    before, after = data.draw(two_versions(declaration))
    resource = project.reset().resource(declaration).up(before).up(after)
    assert_no_difference(resource)
    project.new_writes()
    resource.up(after)
    assert project.new_writes() == []


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_normalised_inputs_are_not_normalised_further(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    resource = project.resource(declaration)
    once = resource.check(data.draw(some_inputs(declaration)))
    assert once == resource.check(once)


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_another_order_of_a_set_is_no_change(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    inputs = data.draw(some_inputs(declaration))
    resource = project.reset().resource(declaration).up(inputs)
    again = {name: reordered(data.draw, declaration.inputs[name], value) for name, value in inputs.items()}
    assert not resource.preview(again)
    resource.refresh()
    assert not resource.preview(again)


def as_text(value: Any) -> str:
    """Return equal texts for 1 and "1", which are the same in the target values of a condition."""
    return str(value).replace("'", "")


@by_kind([d for d in DECLARATIONS if any(is_ordered(p) for p in d.inputs.values())])
@contract
@given(data=st.data())
def test_another_order_of_a_list_is_a_change(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    inputs = data.draw(some_inputs(declaration, with_empty=False))
    lists = {name: value for name, value in inputs.items() if is_ordered(declaration.inputs[name])}
    reversed_lists = {name: value[::-1] for name, value in lists.items() if as_text(value[0]) != as_text(value[-1])}
    assume(is_valid_change(declaration, inputs, inputs | reversed_lists))
    resource = project.reset().resource(declaration).up(inputs)
    assert set(reversed_lists) == set(resource.preview(inputs | reversed_lists).changed)
