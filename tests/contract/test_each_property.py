"""Each property of each entity by itself: changed, edited in the console, emptied, left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.properties import Property

from . import values
from .conftest import OBJECTS
from .ground import MOVES_ALWAYS, Rules
from .project import Project, Resource, holds

contract = settings(settings.get_profile("contract"), max_examples=4)
each_property = pytest.mark.parametrize(
    ("declaration", "name"),
    [pytest.param(d, name, id=f"{d.kind}.{name}") for d in OBJECTS for name in d.inputs],
)
MOVES_ALONG = {
    "team": {"teamID"},
    "teamID": {"team"},
    "defaultValue": {"defaultValueJson5"},
    "defaultValueJson5": {"defaultValue"},
    "schema": {"schemaJson5"},
    "schemaJson5": {"schema"},
    "isEnabled": {"status"},
    "groups": {"controlGroupID"},
    "returnValue": {"returnValueJson5"},
    "returnValueJson5": {"returnValue"},
}
"""What the service changes along with a property (console-api.md, sections 3.4 and 4.4)."""
MOVES_WITH_A_SWITCH = (
    {"status", "statusBeforeArchive", "isEnabled", "controlGroupID", "startTime", "endTime", "decisionTime"}
    | {f"archived{w}" for w in ("At", "ByID", "ByName", "ByEmail")}
    | {"archiveReason"}
)


def is_fixed(p: Property[Any]) -> bool:
    return bool(p.options.replace_on_changes)


def the_one_mutation(resource: Resource, p: Property[Any], before: str = "") -> None:
    """What was sent is one request, which says nothing of other properties; ``before`` is the key it had."""
    sent = resource.project.sent()
    declaration = resource.declaration
    endpoint, path = declaration.endpoint, f"/{resource.ground.path(declaration, before or resource.key)}"
    if p.options.calls:
        assert ("PUT", f"{path}/{p.options.calls}") in {(method, to) for method, to, _ in sent}
    elif p.options.local:
        assert sent == []
    elif p.options.action:
        assert 1 <= len(sent) <= 2, "out of the archive, and on"
        assert all(to.startswith(path) for _, to, _ in sent)
    else:
        [(method, to, body)] = sent
        is_whole = endpoint.is_full_update([p.name])
        assert (endpoint.get_update_method([p.name]), path) == (method, to)
        assert p.wire in body
        always = {q.wire for q in declaration.inputs.values() if q.options.always_sent}
        assert is_whole or set(body) <= {p.wire} | always


def is_settled(resource: Resource) -> None:
    assert not resource.preview()
    assert resource.drift() == ()
    assert not resource.preview()
    assert resource.project.sent() == []
    assert resource.reporter.complaints == []


def as_the_console_writes_it(rule: values.Json) -> values.Json:
    """A rule with what the service would give it."""
    variants = [{"id": f"console-{index}"} | variant for index, variant in enumerate(rule.get("variants", []))]
    return {"passPercentage": 100} | rule | ({"variants": variants} if variants else {})


def edit_in_console(resource: Resource, p: Property[Any], value: values.Json) -> None:
    """A colleague sets the property of the live object."""
    project = resource.project
    if action := p.options.action:
        while step := action.next_step_fn(resource.live(), {p.name: value}):
            project.client.change(
                step.method, resource.declaration.endpoint.path(str(resource.id), step.path), step.body
            )
    else:
        body = codec.encode({p.name: p}, {p.name: codec.normalize(p, value)})
        if p.wire == "rules":
            body = {p.wire: [as_the_console_writes_it(rule) for rule in body[p.wire]]}
        resource.edited_in_console(body)
    project.sent()


@each_property
@contract
@given(data=st.data())
def test_a_change_is_sent_alone_and_settles(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    p = declaration.inputs[name]
    if (declaration.kind, name) in values.NEVER_ALONE:
        pytest.skip(values.NEVER_ALONE[declaration.kind, name])
    before, after = data.draw(values.changes_of(declaration, name))
    resource = project.fresh().resource(declaration).up(before)
    project.sent()
    assert (name,) == resource.preview(after).changed
    if is_fixed(p):
        assert (name,) == resource.preview(after).replaces
        return
    old, key = resource.live(), resource.key
    resource.up(after)
    the_one_mutation(resource, p, key)
    moved = {key for key in old | resource.live() if old.get(key) != resource.live().get(key)} - MOVES_ALWAYS
    by_itself = MOVES_ALONG.get(p.wire, set()) | ({"id"} if isinstance(resource.ground, Rules) else set())
    assert moved <= {p.wire} | by_itself | (MOVES_WITH_A_SWITCH if p.action or p.options.calls else set())
    is_settled(resource)


@each_property
@contract
@given(data=st.data())
def test_an_edit_in_the_console_is_drift_in_that_property_and_undone(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    p = declaration.inputs[name]
    if not p.readable or p.wire == declaration.endpoint.key or p.options.in_path:
        pytest.skip("cannot be edited in the console")
    if (declaration.kind, name) in values.NEVER_ALONE:
        pytest.skip(values.NEVER_ALONE[declaration.kind, name])
    before, after = data.draw(values.changes_of(declaration, name))
    resource = project.fresh().resource(declaration).up(before)
    edit_in_console(resource, p, after[name])
    assert (name,) == resource.drift()
    assert (name,) == resource.preview(before).changed
    if is_fixed(p):
        return
    resource.up(before)
    the_one_mutation(resource, p)
    is_settled(resource)
    edit_in_console(resource, p, after[name])
    resource.refresh()
    resource.up(after)
    assert project.sent() == [] or p.nested, "the program follows the console"
    is_settled(resource)


@each_property
@contract
@given(data=st.data())
def test_what_is_not_declared_is_left_to_the_console(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    p = declaration.inputs[name]
    other = values.plain_property(declaration, but=name)
    if not p.readable or name in values.required(declaration) or p.wire == declaration.endpoint.key or not other:
        pytest.skip("cannot be left to the console")
    if (declaration.kind, name) in values.NEVER_ALONE:
        pytest.skip(values.NEVER_ALONE[declaration.kind, name])
    inputs = data.draw(st.fixed_dictionaries(values.required(declaration)))
    resource = project.fresh().resource(declaration).up(inputs)
    edit_in_console(resource, p, data.draw(values.of_property(p, declaration.kind)))
    edited = resource.live()
    is_settled(resource)
    resource.up(inputs)
    is_settled(resource)
    resource.up(inputs | {other: data.draw(values.of_property(declaration.inputs[other], declaration.kind))})
    assert holds(resource.live().get(p.wire), edited.get(p.wire))
    project.sent()
    is_settled(resource)


@each_property
@contract
@given(data=st.data())
def test_an_explicit_empty_value_clears_and_settles(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    p = declaration.inputs[name]
    found = values.empties(p, declaration)
    if not found or is_fixed(p) or (declaration.kind, name) in values.NEVER_ALONE:
        pytest.skip("cannot be empty")
    empty = data.draw(st.sampled_from(found))
    filled = data.draw(values.with_one(declaration, name))
    resource = project.fresh().resource(declaration).up(filled)
    assume(resource.preview(filled | {name: empty}).changed)
    project.sent()
    resource.up(filled | {name: empty})
    the_one_mutation(resource, p)
    is_settled(resource)


@each_property
@contract
@given(data=st.data())
def test_an_empty_value_from_the_start_settles(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    found = values.empties(declaration.inputs[name], declaration)
    if not found or (declaration.kind, name) in values.NEVER_ALONE:
        pytest.skip("cannot be empty")
    inputs = data.draw(values.with_one(declaration, name)) | {name: data.draw(st.sampled_from(found))}
    resource = project.fresh().resource(declaration).up(inputs)
    project.sent()
    is_settled(resource)
