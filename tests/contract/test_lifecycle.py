"""The lifecycle of any resource: create, read, adopt, deletion outside of Pulumi, destroy."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statsig_pulumi.errors import GoneError, ImportMismatchError, TakenError
from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.matching import drop_computed
from statsig_pulumi.schema.state import IMPORT

from .conftest import DECLARATIONS, DELETABLE, by_kind
from .console_user import console_user_of, is_singleton
from .inputs import (
    all_inputs,
    is_valid,
    is_valid_change,
    ordinary_property,
    required_inputs,
    required_values,
    single_changes,
)
from .project import Project, Resource, assert_no_difference
from .values import Values, property_values

contract = settings(settings.get_profile("contract"), max_examples=8)
READ_ONE_BY_ONE = ("Alert", "IngestionSource", "Team")
"""Kinds whose lists hold less than a read, or not all objects."""
LISTED = [d for d in DELETABLE if d.kind not in READ_ONE_BY_ONE and not d.endpoint.is_composite]


def inputs_with_every_property(declaration: Declaration) -> st.SearchStrategy[Values]:
    return st.one_of(all_inputs(declaration), all_inputs(declaration, reverse=True))


def few_or_all_inputs(declaration: Declaration) -> st.SearchStrategy[Values]:
    """Return inputs with the required properties only, or with every property."""
    return st.one_of(required_inputs(declaration), inputs_with_every_property(declaration))


def assert_stable(resource: Resource) -> None:
    """Assert that no preview or refresh shows a difference, and that a second read equals the first."""
    assert_no_difference(resource)
    once = resource.read()
    assert resource.read() == once


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_required_properties_are_enough(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    resource = project.reset().resource(declaration).up(data.draw(required_inputs(declaration)))
    methods = [method for method, _, _ in project.new_writes()]
    takes_two = any(declaration.properties[name].options.required for name in declaration.update_only)
    expected = ["POST", "PATCH"] if takes_two else ["POST"]
    assert methods == expected or (is_singleton(declaration) and methods == [])
    assert_stable(resource)


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_every_property_can_be_declared_at_once(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    resource = project.reset().resource(declaration).up(data.draw(inputs_with_every_property(declaration)))
    assert resource.reporter.warnings == []
    assert_stable(resource)


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_every_property_can_be_declared_later_and_released(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    everything = data.draw(inputs_with_every_property(declaration))
    required = required_values(declaration)
    fixed = {n: v for n, v in everything.items() if n in required or not declaration.inputs[n].can_be_updated}
    resource = project.reset().resource(declaration).up(fixed)
    # Without a difference no update runs, and the outputs list what was declared before.
    assume(fixed == everything or resource.preview(everything).changed)
    resource.up(everything)
    assert_stable(resource)
    project.new_writes()
    assert set(everything) - set(fixed) == set(resource.preview(fixed).released)
    before = resource.live()
    resource.up(fixed)
    assert project.new_writes() == []
    assert resource.live() == before
    assert_stable(resource)


@by_kind(DELETABLE)
@contract
@given(data=st.data())
def test_destroy_leaves_nothing(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    before = project.reset().with_parents_of(declaration).objects()
    resource = project.resource(declaration).up(data.draw(few_or_all_inputs(declaration)))
    assert project.objects() != before
    resource.destroy_permanently()
    assert project.objects() == before


@by_kind([d for d in DECLARATIONS if console_user_of(d).can_delete])
@contract
@given(data=st.data())
def test_an_object_deleted_outside_is_gone_without_an_error(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(few_or_all_inputs(declaration))
    name = ordinary_property(declaration)
    changed = inputs | {name: data.draw(property_values(declaration.inputs[name], declaration.kind))}
    assume(is_valid(declaration, changed) and is_valid_change(declaration, inputs, changed))
    resource = project.reset().resource(declaration).up(inputs)
    assert resource.id is not None
    resource.delete_in_console()
    assert resource.read() is None
    resource.destroy()
    if resource.preview(changed):
        with pytest.raises(GoneError, match="pulumi refresh"):
            resource.up(changed)
    assert project.resource(declaration).up(inputs).read() is not None


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_an_equal_object_is_imported_by_its_id_without_a_write(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(few_or_all_inputs(declaration))
    first = project.reset().resource(declaration).up(inputs)
    project.new_writes()
    imported = project.resource(declaration).up(inputs | {IMPORT: first.id})
    assert project.new_writes() == []
    assert imported.id == first.id
    assert_stable(imported)


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_an_object_that_differs_is_not_imported(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    name = ordinary_property(declaration)
    before, after = data.draw(single_changes(declaration, name))
    first = project.reset().resource(declaration).up(before)
    project.new_writes()
    second = project.resource(declaration)
    _, problems = second.lifecycle.check(after | {IMPORT: first.id}, new=True)
    assert [n for n in declaration.inputs if any(re.search(rf" in {n}[:.\[]", p.reason) for p in problems)] == [name]
    with pytest.raises(ImportMismatchError):
        second.lifecycle.create(after | {IMPORT: first.id})
    assert project.new_writes() == []


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_the_outputs_of_get_can_be_declared(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    inputs = data.draw(few_or_all_inputs(declaration))
    inputs = {name: value for name, value in inputs.items() if not declaration.inputs[name].options.action}
    resource = project.reset().resource(declaration).up(inputs)
    assert resource.id is not None
    live = resource.lifecycle.read(resource.id, {})
    assert live is not None
    assert live.inputs == {}
    visible = [name for name in resource.inputs if (p := declaration.inputs[name]).readable and not p.is_alternative]
    assert resource.lifecycle.diff(live.outputs, {name: resource.inputs[name] for name in visible}).changed == ()
    program: Values = {IMPORT: resource.id} | {n: inputs[n] for n in required_values(declaration)}
    for name, p in declaration.inputs.items():
        added = program | {name: drop_computed(p, live.outputs.get(name))}
        program = added if name in live.outputs and is_valid(declaration, added) else program
    project.new_writes()
    imported = project.resource(declaration).up(program)
    assert project.new_writes() == []
    assert_stable(imported)


def test_get_of_a_missing_object_is_an_error(project: Project) -> None:
    violations = []
    for declaration in DECLARATIONS:
        try:
            project.reset().resource(declaration).lifecycle.read("nothing-here", {})
        except GoneError as error:
            if f"{declaration.kind} 'nothing-here' does not exist" not in str(error):
                violations.append(f"{declaration.kind}: {error}")
        else:
            violations.append(f"{declaration.kind}: no error")
    assert violations == []


# Names of alerts may repeat. The key of the others is a name, or made from it.
@by_kind([d for d in DELETABLE if d.kind != "Alert" and not d.endpoint.state_id])
@contract
@given(data=st.data())
def test_an_object_with_the_same_name_is_not_changed(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(required_inputs(declaration))
    first = project.reset().resource(declaration).up(inputs)
    before = first.live()
    with pytest.raises(TakenError, match="it was not changed"):
        project.resource(declaration).up(inputs)
    assert first.live() == before


@by_kind(LISTED)
@settings(contract, max_examples=3)
@given(data=st.data())
def test_many_reads_of_a_run_are_one_read_and_pages_of_the_list(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(few_or_all_inputs(declaration))
    inputs.pop("is_archived", None)  # no list holds archived dynamic configs
    resource = project.reset().resource(declaration).up(inputs)
    project.emulator.clear_requests()
    states = [resource.lifecycle.read(str(resource.id), resource.outputs) for _ in range(10)]
    assert all(state == states[0] for state in states)
    requests = project.emulator.requests()["log"]
    assert len(requests) <= 1 + len(declaration.endpoint.list_queries), [entry["path"] for entry in requests]
