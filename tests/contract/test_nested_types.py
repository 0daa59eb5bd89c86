"""Each property of each nested type, such as the percentage of a rule: changed alone, and left to the console."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statsig_pulumi import ColumnMapping, Condition, WarehouseNativeMetric
from statsig_pulumi.resources.ingestion_source import ALLOWED_COLUMNS
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.properties import NestedType, Property

from .conftest import DECLARATIONS, by_kind
from .console_user import with_variant_ids
from .inputs import changeable, inputs_with, is_valid
from .project import Project, Resource, contains
from .test_each_property import assert_one_write, assert_settled
from .values import Json, conditions, nested_values, property_values
from .violations import violations

contract = settings(settings.get_profile("contract"), max_examples=6)
RETURN_VALUES = {"return_value": "return_value_json5", "return_value_json5": "return_value"}
"""Two properties for one value, of which a program needs one."""


def nested_type_of(declaration: Declaration, name: str) -> type[NestedType]:
    nested = declaration.inputs[name].nested
    assert nested is not None
    return nested


def inner_properties(declaration: Declaration) -> list[tuple[str, str]]:
    """Return the properties of nested types that a program can set, each after the property that holds it."""
    return [
        (name, inner)
        for name, p in changeable(declaration).items()
        if p.nested
        for inner, inner_property in p.nested.properties.items()
        # All sources here are of events, and all metrics have their source in the form without a list.
        if inner_property.settable
        and not (p.nested is ColumnMapping and inner not in ALLOWED_COLUMNS["Events"])
        and not (p.nested is WarehouseNativeMetric and inner == "metric_sources")
    ]


def omittable(declaration: Declaration) -> list[tuple[str, str]]:
    """Return the inner properties that the console can set while the program does not declare them."""
    return [
        (name, inner)
        for name, inner in inner_properties(declaration)
        for nested in [nested_type_of(declaration, name)]
        if nested.identity and inner not in nested.identity
        if not nested.properties[inner].options.required and inner not in RETURN_VALUES
        if not nested.properties[inner].is_of_form
    ]


def is_related(nested: type[NestedType]) -> bool:
    """Return whether the values of some properties depend on those of others."""
    return any(p.is_of_form or p.options.typed_by for p in nested.properties.values())


def cases(project: Project, declaration: Declaration, pairs: list[tuple[str, str]]) -> dict[str, tuple[Any, ...]]:
    return {f"{declaration.kind}.{name}.{inner}": (project, declaration, name, inner) for name, inner in pairs}


def first(p: Property[Any], value: Json) -> Json:
    """Return the first nested value, or the only one."""
    return value[0] if p.many == "list" else value


def with_first(p: Property[Any], value: Json, item: Json) -> Json:
    """Return the value of a property with another first nested value."""
    return [item, *value[1:]] if p.many == "list" else item


def base_ids(resource: Resource, p: Property[Any]) -> list[str]:
    """Return the ids that Statsig keeps for the nested values of a property, if they have any."""
    live = resource.live().get(p.wire)
    return [item["baseID"] for item in live if "baseID" in item] if isinstance(live, list) else []


@contract
@given(data=st.data())
def check_change(project: Project, declaration: Declaration, name: str, inner: str, data: st.DataObject) -> None:
    p, nested = declaration.inputs[name], nested_type_of(declaration, name)
    before = data.draw(inputs_with(declaration, name))
    item = {n: value for n, value in first(p, before[name]).items() if n != RETURN_VALUES.get(inner)}
    before |= {name: with_first(p, before[name], item)}
    changed = item | {inner: data.draw(property_values(nested.properties[inner]))}
    if nested is Condition:  # its target value depends on its operator
        changed = data.draw(conditions(inner).filter(lambda condition: inner in condition))
    elif is_related(nested):  # a parameter's default depends on its type
        other = data.draw(nested_values(nested).filter(lambda parameter: inner in parameter))
        changed = other | {n: item[n] for n in nested.identity if n != inner}
    after = before | {name: with_first(p, before[name], changed)}
    assume(is_valid(declaration, after))
    resource = project.reset().resource(declaration).up(before)
    assume(resource.preview(after).changed)
    ids = base_ids(resource, p)
    project.new_writes()
    resource.up(after)
    if nested.properties[inner].options.action:
        assert {method for method, _, _ in project.new_writes()} <= {"POST"}, "it has endpoints of its own"
    else:
        assert_one_write(resource, p)
    assert ids == base_ids(resource, p)
    assert_settled(resource)


@by_kind([d for d in DECLARATIONS if inner_properties(d)])
def test_a_change_in_a_nested_value_settles_and_keeps_its_id(project: Project, declaration: Declaration) -> None:
    assert violations(check_change, cases(project, declaration, inner_properties(declaration))) == []


@contract
@given(data=st.data())
def check_omission(project: Project, declaration: Declaration, name: str, inner: str, data: st.DataObject) -> None:
    p, nested = declaration.inputs[name], nested_type_of(declaration, name)
    before = data.draw(inputs_with(declaration, name))
    excluded = {inner, *nested.properties[inner].options.conflicts_with}
    item = {n: value for n, value in first(p, before[name]).items() if n not in excluded}
    before |= {name: [item] if p.options.unordered else with_first(p, before[name], item)}
    by_console = {inner: data.draw(property_values(nested.properties[inner], declaration.kind))}
    assume(is_valid(declaration, before))
    assume(is_valid(declaration, before | {name: with_first(p, before[name], item | by_console)}))
    resource = project.reset().resource(declaration).up(before)
    live, *rest = resource.live()[p.wire]
    edited = live | with_variant_ids(codec.encode(nested.properties, by_console))
    resource.edit_in_console({p.wire: [edited, *rest]})
    project.new_writes()
    assert_settled(resource)
    if any(q.options.sent_back for q in nested.properties.values()):
        renamed = item | {"name": data.draw(property_values(nested.properties["name"]))}
        after = before | {name: with_first(p, before[name], renamed)}
    else:  # a nested value without an id is another one under another name, so the change is elsewhere in the list
        after = before | {name: [*before[name], data.draw(nested_values(nested))]}
        assume(len({nested.get_identity(one) for one in after[name]}) == len(after[name]))
    assume(is_valid(declaration, after))
    resource.up(after)
    project.new_writes()
    items = [codec.decode(nested.properties, one) for one in resource.live()[p.wire]]
    if p.options.unordered:
        identity = nested.get_identity(item)
        items.sort(key=lambda one: nested.get_identity(one) != identity)
    assert contains(items[0][inner], codec.decode(nested.properties, edited)[inner])
    assert_settled(resource)


@by_kind([d for d in DECLARATIONS if omittable(d)])
def test_an_inner_property_that_is_not_declared_keeps_the_console_value(
    project: Project, declaration: Declaration
) -> None:
    assert violations(check_omission, cases(project, declaration, omittable(declaration))) == []
