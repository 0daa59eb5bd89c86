"""Each property of each resource by itself: changed, edited in the console, emptied, not declared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.properties import Property

from .conftest import DECLARATIONS, by_kind
from .console_user import SERVER_FIELDS, RuleConsoleUser, with_variant_ids
from .inputs import (
    changeable,
    empty_values,
    inputs_with,
    is_valid,
    is_valid_change,
    ordinary_property,
    required_inputs,
    required_values,
    separable,
    single_changes,
    single_differences,
)
from .project import Project, Resource, assert_no_difference, contains
from .values import Json, property_values
from .violations import violations

contract = settings(settings.get_profile("contract"), max_examples=4)
DERIVED_FIELDS = {
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
"""By field, the fields that the service sets along with it."""
SENT_AS = {("Alert", "team"): "teamID"}
"""By kind and property, the field of requests if it is not that of responses."""
FIELDS_OF_ACTIONS = (
    {"status", "statusBeforeArchive", "isEnabled", "controlGroupID", "startTime", "endTime", "decisionTime"}
    | {f"archived{suffix}" for suffix in ("At", "ByID", "ByName", "ByEmail")}
    | {"archiveReason", "archiveState", "activeMuteSchedules"}
)
"""Fields that the service sets when a property is set through an endpoint of its own."""


def is_replaced(p: Property[Any]) -> bool:
    return bool(p.options.replace_on_changes)


def assert_one_write(resource: Resource, p: Property[Any], previous_key: str = "") -> None:
    """Assert that the only new write sets this property alone; a rename is sent to the previous key."""
    writes = resource.project.new_writes()
    declaration = resource.declaration
    endpoint = declaration.endpoint
    path = f"/{resource.console_user.update_path(declaration, previous_key or resource.key)}"
    action = p.options.action
    if action and action.is_trigger:
        step = action.next_step_fn(resource.live(), resource.inputs)
        assert step is not None
        assert (step.method, f"{path}/{step.path}") in {(method, to) for method, to, _ in writes}
    elif p.options.local:
        assert writes == []
    elif action:
        assert 1 <= len(writes) <= 2, "an archived object takes two actions"
        assert all(to.startswith(path) for _, to, _ in writes)
    elif writes and all(method == "DELETE" and to.startswith(f"{path}/") for method, to, _ in writes):
        return  # removed one by one, by endpoints of their own
    else:
        [(method, to, body)] = writes
        is_full = endpoint.is_full_update([p.name])
        assert (endpoint.get_update_method([p.name]), path) == (method, to)
        if isinstance(body, list):  # the value alone, at an endpoint of its own
            return
        sent_as = SENT_AS.get((declaration.kind, p.name), p.wire)
        assert sent_as in body or is_full, "a full update clears what it omits"
        always_sent = {other.wire for other in declaration.inputs.values() if other.options.always_sent}
        sent_with = {declaration.inputs[name].wire for name in p.options.sent_with}
        assert is_full or set(body) <= {sent_as} | always_sent | sent_with


def assert_settled(resource: Resource) -> None:
    """Assert that nothing is left to do, nothing was sent and nothing was warned of."""
    assert_no_difference(resource)
    assert resource.project.new_writes() == []
    assert resource.reporter.warnings == []


def console_rule(rule: Json) -> Json:
    """Return a rule with what the console adds to it."""
    return {"passPercentage": 100} | with_variant_ids(rule)


def edit_in_console(resource: Resource, p: Property[Any], value: Json) -> None:
    """Set the property of the live object as a console user would."""
    project = resource.project
    if action := p.options.action:
        while step := action.next_step_fn(resource.live(), {p.name: value}):
            path = resource.declaration.endpoint.path(resource.key, step.path)
            project.client.change(step.method, path, step.body)
    else:
        body = codec.encode({p.name: p}, {p.name: codec.normalize(p, value)})
        if p.wire == "rules":
            body = {p.wire: [console_rule(rule) for rule in body[p.wire]]}
        resource.edit_in_console(body)
    project.new_writes()


def cases(project: Project, declaration: Declaration, names: list[str]) -> dict[str, tuple[Any, ...]]:
    return {f"{declaration.kind}.{name}": (project, declaration, name) for name in names}


# -- changed by the program


@contract
@given(data=st.data())
def check_change(project: Project, declaration: Declaration, name: str, data: st.DataObject) -> None:
    p = declaration.inputs[name]
    before, after = data.draw(single_changes(declaration, name))
    resource = project.reset().resource(declaration).up(before)
    project.new_writes()
    assert (name,) == resource.preview(after).changed
    if is_replaced(p):
        assert (name,) == resource.preview(after).replaces
        return
    old, key = resource.live(), resource.key
    resource.up(after)
    assert_one_write(resource, p, key)
    new = resource.live()
    differing = {field for field in old | new if old.get(field) != new.get(field)}
    derived = DERIVED_FIELDS.get(p.wire, set()) | (FIELDS_OF_ACTIONS if p.action else set())
    has_new_id = isinstance(resource.console_user, RuleConsoleUser) or name in declaration.endpoint.key_parts
    assert differing <= {p.wire} | derived | ({"id"} if has_new_id else set()) | SERVER_FIELDS
    assert_settled(resource)


@by_kind(DECLARATIONS)
def test_a_changed_property_is_sent_alone_and_settles(project: Project, declaration: Declaration) -> None:
    assert violations(check_change, cases(project, declaration, list(changeable(declaration)))) == []


# -- edited in the console


def identifies(declaration: Declaration, p: Property[Any]) -> bool:
    """Return whether an object with another value in the console is another object to a program."""
    return p.wire == declaration.endpoint.key or p.name in declaration.endpoint.key_parts


def editable_in_console(declaration: Declaration) -> list[str]:
    return [
        name
        for name, p in changeable(declaration).items()
        if p.readable and not identifies(declaration, p) and not p.options.in_path
    ]


def set_at_creation(declaration: Declaration) -> list[str]:
    """Return the properties that no update can change, and that the console can."""
    return [n for n, p in separable(declaration).items() if p.options.create_only and p.readable]


@contract
@given(data=st.data())
def check_console_edit(project: Project, declaration: Declaration, name: str, data: st.DataObject) -> None:
    p = declaration.inputs[name]
    before, after = data.draw(single_changes(declaration, name))
    resource = project.reset().resource(declaration).up(before)
    edit_in_console(resource, p, after[name])
    assert (name,) == resource.drift()
    assert (name,) == resource.preview(before).changed
    if is_replaced(p):
        return
    resource.up(before)
    assert_one_write(resource, p)
    assert_settled(resource)
    edit_in_console(resource, p, after[name])
    resource.refresh()
    resource.up(after)
    assert project.new_writes() == [] or p.nested, "the program follows the console"
    assert_settled(resource)


@by_kind([d for d in DECLARATIONS if editable_in_console(d)])
def test_a_console_edit_is_drift_in_that_property_and_undone(project: Project, declaration: Declaration) -> None:
    assert violations(check_console_edit, cases(project, declaration, editable_in_console(declaration))) == []


@contract
@given(data=st.data())
def check_console_edit_without_an_update(
    project: Project, declaration: Declaration, name: str, data: st.DataObject
) -> None:
    before, after = data.draw(single_differences(declaration, name))
    resource = project.reset().resource(declaration).up(before)
    project.new_writes()
    with pytest.raises(InvalidInputsError, match=f"{name}: the API can set it only when"):
        resource.preview(after)
    edit_in_console(resource, declaration.inputs[name], after[name])
    assert (name,) == resource.drift()
    with pytest.raises(InvalidInputsError):
        resource.up(before)
    resource.reporter.messages.clear()
    resource.up(after)
    assert_settled(resource)


@by_kind([d for d in DECLARATIONS if set_at_creation(d)])
def test_what_only_a_create_sets_is_refused_and_follows_the_console(project: Project, declaration: Declaration) -> None:
    named = cases(project, declaration, set_at_creation(declaration))
    assert violations(check_console_edit_without_an_update, named) == []


# -- not declared


def omittable(declaration: Declaration) -> list[str]:
    """Return the properties that the console can set while the program does not declare them."""
    return [
        name
        for name, p in separable(declaration).items()
        if p.readable
        and name not in required_values(declaration)
        and not identifies(declaration, p)
        and ordinary_property(declaration, but=name)
    ]


@contract
@given(data=st.data())
def check_omission(project: Project, declaration: Declaration, name: str, data: st.DataObject) -> None:
    p = declaration.inputs[name]
    other = ordinary_property(declaration, but=name)
    inputs = data.draw(required_inputs(declaration))
    resource = project.reset().resource(declaration).up(inputs)
    edit_in_console(resource, p, data.draw(property_values(p, declaration.kind)))
    edited = resource.live()
    assert_settled(resource)
    resource.up(inputs)
    assert_settled(resource)
    changed = inputs | {other: data.draw(property_values(declaration.inputs[other], declaration.kind))}
    assume(is_valid(declaration, changed))
    resource.up(changed)
    assert contains(resource.live().get(p.wire), edited.get(p.wire))
    project.new_writes()
    assert_settled(resource)


@by_kind([d for d in DECLARATIONS if omittable(d)])
def test_a_property_that_is_not_declared_keeps_the_console_value(project: Project, declaration: Declaration) -> None:
    assert violations(check_omission, cases(project, declaration, omittable(declaration))) == []


# -- emptied


def clearable(declaration: Declaration) -> list[str]:
    return [name for name, p in changeable(declaration).items() if empty_values(p, declaration.kind)]


@contract
@given(data=st.data())
def check_clearing(project: Project, declaration: Declaration, name: str, data: st.DataObject) -> None:
    p = declaration.inputs[name]
    filled = data.draw(inputs_with(declaration, name))
    emptied = filled | {name: data.draw(st.sampled_from(empty_values(p, declaration.kind)))}
    assume(is_valid_change(declaration, filled, emptied))
    resource = project.reset().resource(declaration).up(filled)
    assume(resource.preview(emptied).changed)
    project.new_writes()
    resource.up(emptied)
    assert_one_write(resource, p)
    assert_settled(resource)


@by_kind([d for d in DECLARATIONS if any(not is_replaced(d.inputs[name]) for name in clearable(d))])
def test_an_explicit_empty_value_clears_the_property(project: Project, declaration: Declaration) -> None:
    names = [name for name in clearable(declaration) if not is_replaced(declaration.inputs[name])]
    assert violations(check_clearing, cases(project, declaration, names)) == []


@contract
@given(data=st.data())
def check_creation_with_empty(project: Project, declaration: Declaration, name: str, data: st.DataObject) -> None:
    empty = data.draw(st.sampled_from(empty_values(declaration.inputs[name], declaration.kind)))
    inputs = data.draw(inputs_with(declaration, name)) | {name: empty}
    resource = project.reset().resource(declaration).up(inputs)
    project.new_writes()
    assert_settled(resource)


@by_kind([d for d in DECLARATIONS if clearable(d)])
def test_an_object_created_with_an_empty_value_settles(project: Project, declaration: Declaration) -> None:
    assert violations(check_creation_with_empty, cases(project, declaration, clearable(declaration))) == []
