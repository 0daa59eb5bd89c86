"""Each property of each entity by itself: changed, edited in the console, emptied, left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statsig_pulumi import wire
from statsig_pulumi.declaration import REGISTRY, Declaration
from statsig_pulumi.properties import Property

from . import values
from .project import Project, Resource

contract = settings(settings.get_profile("contract"), max_examples=4)
each_property = pytest.mark.parametrize(
    ("declaration", "name"),
    [pytest.param(d, name, id=f"{kind}.{name}") for kind, d in REGISTRY.items() for name in d.inputs],
)
MOVES_ALONG = {
    "team": {"teamID"},
    "teamID": {"team"},
    "defaultValue": {"defaultValueJson5"},
    "defaultValueJson5": {"defaultValue"},
    "schema": {"schemaJson5"},
    "schemaJson5": {"schema"},
    "isEnabled": {"status"},
}
"""What the service changes along with a property (console-api.md, sections 3.4 and 4.4)."""
MOVES_ALWAYS = {"version", "lastModifiedTime", "lastModifierID", "lastModifierName", "lastModifierEmail"}
MOVES_WITH_A_SWITCH = (
    {"status", "isEnabled"} | {f"archived{w}" for w in ("At", "ByID", "ByName", "ByEmail")} | {"archiveReason"}
)


def is_fixed(p: Property[Any]) -> bool:
    return bool(p.facts.replace_on_changes)


def the_one_mutation(resource: Resource, p: Property[Any]) -> None:
    """What was sent is one request, which says nothing of other properties."""
    sent = resource.project.sent()
    endpoint, path = resource.declaration.endpoint, f"/{resource.declaration.endpoint.path(str(resource.id))}"
    if p.facts.local:
        assert sent == []
    elif p.facts.switch:
        [(method, to, _)] = sent
        assert method == "PUT"
        assert to.startswith(f"{path}/")
    else:
        [(method, to, body)] = sent
        assert (endpoint.update, path) == (method, to)
        assert {p.wire} == set(body) - {
            q.wire for q in resource.declaration.inputs.values() if q.facts.always_sent and q != p
        }


def is_settled(resource: Resource) -> None:
    assert not resource.preview()
    assert resource.drift() == ()
    assert not resource.preview()
    assert resource.project.sent() == []
    assert resource.reporter.said == []


def as_the_console_writes_it(rule: values.Json) -> values.Json:
    """A rule with what the service would give it."""
    variants = [{"id": f"console-{index}"} | variant for index, variant in enumerate(rule.get("variants", []))]
    return {"passPercentage": 100} | rule | ({"variants": variants} if variants else {})


def edit_in_console(resource: Resource, p: Property[Any], value: values.Json) -> None:
    """A colleague sets the property of the live object."""
    project = resource.project
    assert resource.id is not None
    if switch := p.facts.switch:
        while step := switch.step(resource.live(), {p.name: value}):
            project.client.change(step.method, resource.declaration.endpoint.path(resource.id, step.verb), step.body)
    else:
        body = wire.encode({p.name: p}, {p.name: wire.normal(p, value)})
        if p.wire == "rules":
            body = {p.wire: [as_the_console_writes_it(rule) for rule in body[p.wire]]}
        project.emulator.edit(resource.kind, resource.id, body)
    project.sent()


@each_property
@contract
@given(data=st.data())
def test_a_change_is_sent_alone_and_settles(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    p = declaration.inputs[name]
    before, after = data.draw(values.changes_of(declaration, name))
    resource = project.fresh().resource(declaration).up(before)
    project.sent()
    assert (name,) == resource.preview(after).changed
    if is_fixed(p):
        assert (name,) == resource.preview(after).replaces
        return
    old = resource.live()
    resource.up(after)
    the_one_mutation(resource, p)
    moved = {key for key in old | resource.live() if old.get(key) != resource.live().get(key)} - MOVES_ALWAYS
    assert moved <= {p.wire} | MOVES_ALONG.get(p.wire, set()) | (MOVES_WITH_A_SWITCH if p.facts.switch else set())
    is_settled(resource)


@each_property
@contract
@given(data=st.data())
def test_an_edit_in_the_console_is_drift_in_that_property_and_undone(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    p = declaration.inputs[name]
    if p.facts.local or p.wire == declaration.endpoint.key:
        pytest.skip("cannot be edited in the console")
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
    assert project.sent() == [] or p.part, "the program follows the console"
    is_settled(resource)


@each_property
@contract
@given(data=st.data())
def test_what_is_not_declared_is_left_to_the_console(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    p = declaration.inputs[name]
    if p.facts.local or p.facts.required or p.wire == declaration.endpoint.key:
        pytest.skip("cannot be left to the console")
    inputs = data.draw(st.fixed_dictionaries(values.required(declaration)))
    resource = project.fresh().resource(declaration).up(inputs)
    edit_in_console(resource, p, data.draw(values.of_property(p, declaration.kind)))
    edited = resource.live()
    is_settled(resource)
    resource.up(inputs)
    is_settled(resource)
    renamed = data.draw(values.of_property(declaration.inputs["name"], declaration.kind))
    resource.up(inputs | {"name": renamed})
    assert edited.get(p.wire) == resource.live().get(p.wire)
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
    if not found or is_fixed(p):
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
    if not found:
        pytest.skip("cannot be empty")
    inputs = data.draw(values.with_one(declaration, name)) | {name: data.draw(st.sampled_from(found))}
    resource = project.fresh().resource(declaration).up(inputs)
    project.sent()
    is_settled(resource)
