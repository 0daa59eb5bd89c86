"""The life of any entity: made, read, adopted, lost and destroyed. A new entity needs no test here."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.errors import GoneError, ImportMismatchError, TakenError
from statsig_pulumi.lifecycle.crud import IMPORT
from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.matching import drop_computed

from . import values
from .ground import ground_of, is_standing
from .project import Project, Resource

contract = settings(settings.get_profile("contract"), max_examples=8)


def with_every_property(declaration: Declaration) -> st.SearchStrategy[values.Values]:
    return st.one_of(values.all_of(declaration), values.all_of(declaration, backwards=True))


@st.composite
def declared(draw: st.DrawFn, declaration: Declaration) -> values.Values:
    """The two ends: required properties only, and every property."""
    return draw(st.one_of(st.fixed_dictionaries(values.required(declaration)), with_every_property(declaration)))


def is_as_declared(resource: Resource) -> None:
    """No preview shows anything, and a refresh changes no input; not the second one either."""
    assert not resource.preview()
    assert resource.drift() == ()
    once = resource.read()
    assert resource.read() == once
    assert not resource.preview()


@contract
@given(data=st.data())
def test_required_properties_are_enough(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    resource = project.fresh().resource(declaration)
    resource.up(data.draw(st.fixed_dictionaries(values.required(declaration))))
    assert [method for method, _, _ in project.sent()] in (["POST"], [] if is_standing(declaration) else ["POST"])
    is_as_declared(resource)


@contract
@given(data=st.data())
def test_every_property_at_once_is_as_declared(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    resource = project.fresh().resource(declaration).up(data.draw(with_every_property(declaration)))
    assert resource.reporter.complaints == []
    is_as_declared(resource)


@contract
@given(data=st.data())
def test_every_property_can_be_added_later_and_released_again(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    everything = data.draw(with_every_property(declaration))
    needed = values.required(declaration)
    fixed = {n: v for n, v in everything.items() if n in needed or declaration.inputs[n].options.replace_on_changes}
    resource = project.fresh().resource(declaration).up(fixed).up(everything)
    is_as_declared(resource)
    project.sent()
    assert set(everything) - set(fixed) == set(resource.preview(fixed).released)
    before = resource.live()
    resource.up(fixed)
    assert project.sent() == []
    assert resource.live() == before
    is_as_declared(resource)


@contract
@given(data=st.data())
def test_destroy_leaves_nothing(project: Project, own: Declaration, data: st.DataObject) -> None:
    before = project.fresh().ready_for(own).objects()
    resource = project.resource(own).up(data.draw(declared(own)))
    assert project.objects() != before
    resource.destroy_for_good()
    assert project.objects() == before


@contract
@given(data=st.data())
def test_what_is_deleted_outside_is_gone_and_no_error(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    if not ground_of(declaration).ends:
        pytest.skip("cannot be deleted")
    inputs = data.draw(declared(declaration))
    resource = project.fresh().resource(declaration).up(inputs)
    assert resource.id is not None
    resource.removed_in_console()
    assert resource.read() is None
    resource.destroy()
    name = values.plain_property(declaration)
    changed = {name: data.draw(values.of_property(declaration.inputs[name], declaration.kind))}
    if resource.preview(inputs | changed):
        with pytest.raises(GoneError, match="pulumi refresh"):
            resource.up(inputs | changed)
    assert project.resource(declaration).up(inputs).read() is not None


@contract
@given(data=st.data())
def test_a_live_object_is_adopted_by_its_id_without_a_mutation(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(declared(declaration))
    first = project.fresh().resource(declaration).up(inputs)
    project.sent()
    adopted = project.resource(declaration).up(inputs | {IMPORT: first.id})
    assert project.sent() == []
    assert adopted.id == first.id
    is_as_declared(adopted)


@contract
@given(data=st.data())
def test_an_object_that_differs_is_not_adopted(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    name = values.plain_property(declaration)
    before, after = data.draw(values.changes_of(declaration, name))
    first = project.fresh().resource(declaration).up(before)
    project.sent()
    second = project.resource(declaration)
    _, problems = second.lifecycle.check(after | {IMPORT: first.id}, new=True)
    assert [n for n in declaration.inputs if any(re.search(rf" in {n}[:.\[]", p.reason) for p in problems)] == [name]
    with pytest.raises(ImportMismatchError):
        second.lifecycle.create(after | {IMPORT: first.id})
    assert project.sent() == []


@contract
@given(data=st.data())
def test_what_a_look_up_returns_can_be_declared(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(declared(declaration))
    inputs = {name: value for name, value in inputs.items() if not declaration.inputs[name].options.action}
    resource = project.fresh().resource(declaration).up(inputs)
    assert resource.id is not None
    found = resource.lifecycle.read(resource.id, {})
    assert found is not None
    assert found.inputs == {}
    seen = [name for name in resource.inputs if (p := declaration.inputs[name]).readable and not p.is_alternative]
    assert resource.lifecycle.diff(found.outputs, {name: resource.inputs[name] for name in seen}).changed == ()
    program: values.Values = {IMPORT: resource.id} | {n: inputs[n] for n in values.required(declaration)}
    for name, p in declaration.inputs.items():
        added = program | {name: drop_computed(p, found.outputs.get(name))}
        program = added if name in found.outputs and values.valid(declaration, added) else program
    project.sent()
    adopted = project.resource(declaration).up(program)
    assert project.sent() == []
    is_as_declared(adopted)


def test_a_look_up_of_what_is_not_there_says_so(project: Project, declaration: Declaration) -> None:
    with pytest.raises(GoneError, match=f"{declaration.kind} 'nothing-here' does not exist"):
        project.fresh().resource(declaration).lifecycle.read("nothing-here", {})


@contract
@given(data=st.data())
def test_a_name_that_is_taken_is_left_alone(project: Project, own: Declaration, data: st.DataObject) -> None:
    inputs = data.draw(st.fixed_dictionaries(values.required(own)))
    first = project.fresh().resource(own).up(inputs)
    before = first.live()
    with pytest.raises(TakenError, match="it was not touched"):
        project.resource(own).up(inputs)
    assert first.live() == before
