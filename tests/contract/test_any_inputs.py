"""Any valid inputs of any entity: no perpetual difference, one spelling, sets in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.properties import Property

from . import values
from .project import Project, Resource

contract = settings(settings.get_profile("contract"), max_examples=40)


def is_as_declared(resource: Resource) -> None:
    assert not resource.preview()
    assert resource.drift() == ()
    assert not resource.preview()


def shuffled(draw: Any, p: Property[Any], value: values.Json) -> values.Json:
    """The value with its sets in another order and with repetitions, at any depth."""
    if p.nested is not None and isinstance(value, list):
        return [{n: shuffled(draw, p.nested.properties[n], inner) for n, inner in item.items()} for item in value]
    if p.options.unordered and isinstance(value, list) and value:
        return draw(st.permutations(value)) + draw(st.lists(st.sampled_from(value), max_size=2))
    return value


@contract
@given(data=st.data())
def test_what_was_made_is_as_declared(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    is_as_declared(project.fresh().resource(declaration).up(data.draw(values.some(declaration))))


@contract
@given(data=st.data())
def test_what_was_changed_is_as_declared(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    before, after = data.draw(values.two_versions(declaration))
    resource = project.fresh().resource(declaration).up(before).up(after)
    is_as_declared(resource)
    project.sent()
    resource.up(after)
    assert project.sent() == []


@contract
@given(data=st.data())
def test_the_one_spelling_is_its_own_spelling(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    resource = project.resource(declaration)
    once = resource.check(data.draw(values.some(declaration)))
    assert once == resource.check(once)


@contract
@given(data=st.data())
def test_sets_in_any_order_are_no_change(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    inputs = data.draw(values.some(declaration))
    resource = project.fresh().resource(declaration).up(inputs)
    again = {name: shuffled(data.draw, declaration.inputs[name], value) for name, value in inputs.items()}
    assert not resource.preview(again)
    resource.refresh()
    assert not resource.preview(again)


@contract
@given(data=st.data())
def test_lists_in_another_order_are_a_change(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    inputs = data.draw(values.some(declaration, empty=False))
    lists = {
        n: v
        for n, v in inputs.items()
        if declaration.inputs[n].many == "list" and not declaration.inputs[n].options.unordered
    }
    if not lists:
        return
    turned = {name: value[::-1] for name, value in lists.items() if value[0] != value[-1]}
    resource = project.fresh().resource(declaration).up(inputs)
    assume(all(set(map(str, value)) for value in turned.values()))
    assert set(turned) == set(resource.preview(inputs | turned).changed)
