"""Each property of each part, such as the percentage of a rule: changed alone, and left to the console."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from statsig_pulumi import ColumnMapping, Condition
from statsig_pulumi.resources.ingestion_source import TAKEN
from statsig_pulumi.schema import codec
from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.properties import NestedType, Property

from . import values
from .conftest import OBJECTS
from .project import Project, Resource, holds
from .test_each_property import is_settled, the_one_mutation

contract = settings(settings.get_profile("contract"), max_examples=6)
each_inner_property = pytest.mark.parametrize(
    ("declaration", "name", "inner"),
    [
        pytest.param(declaration, name, inner, id=f"{declaration.kind}.{name}.{inner}")
        for declaration in OBJECTS
        for name, p in declaration.inputs.items()
        for inner, q in (p.nested.properties.items() if p.nested else ())
        if q.settable and not (p.nested is ColumnMapping and inner not in TAKEN["Events"])  # here all are of events
    ],
)


TWINS = {"return_value": ["return_value_json5"], "return_value_json5": ["return_value"]}


def part_of(declaration: Declaration, name: str) -> type[NestedType]:
    nested = declaration.inputs[name].nested
    assert nested is not None
    return nested


def with_first(p: Property[Any], items: values.Json, item: values.Json) -> values.Json:
    """The value of a property whose first, or only, part is this one."""
    return [item, *items[1:]] if p.many == "list" else item


def first(p: Property[Any], items: values.Json) -> values.Json:
    return items[0] if p.many == "list" else items


def lasting_ids(resource: Resource, p: Property[Any]) -> list[str]:
    """Statsig's lasting ids of the parts of a property, where they have some."""
    live = resource.live().get(p.wire)
    return [item["baseID"] for item in live if "baseID" in item] if isinstance(live, list) else []


@each_inner_property
@contract
@given(data=st.data())
def test_a_change_inside_a_part_settles_and_keeps_its_identity(
    project: Project, declaration: Declaration, name: str, inner: str, data: st.DataObject
) -> None:
    p = declaration.inputs[name]
    before = data.draw(values.with_one(declaration, name))
    # Of two ways to say one thing the other one goes.
    item = {n: v for n, v in first(p, before[name]).items() if n not in TWINS.get(inner, ())}
    before |= {name: with_first(p, before[name], item)}
    nested = part_of(declaration, name)
    changed = item | {inner: data.draw(values.of_property(nested.properties[inner]))}
    if nested is Condition:  # what it compares with depends on how it compares
        changed = data.draw(values.conditions(inner).filter(lambda condition: inner in condition))
    after = before | {name: with_first(p, before[name], changed)}
    assume(values.valid(declaration, after))
    resource = project.fresh().resource(declaration).up(before)
    assume(resource.preview(after).changed)
    ids = lasting_ids(resource, p)
    project.sent()
    resource.up(after)
    if part_of(declaration, name).properties[inner].options.action:
        assert {method for method, _, _ in project.sent()} <= {"POST"}, "it has endpoints of its own"
    else:
        the_one_mutation(resource, p)
    assert ids == lasting_ids(resource, p)
    is_settled(resource)


@each_inner_property
@contract
@given(data=st.data())
def test_what_a_part_leaves_to_the_console_survives_an_update(
    project: Project, declaration: Declaration, name: str, inner: str, data: st.DataObject
) -> None:
    p, nested = declaration.inputs[name], part_of(declaration, name)
    if nested.properties[inner].options.required or not nested.identity:
        pytest.skip("cannot be left to the console")
    if inner in TWINS:
        pytest.skip("says the same as its twin")
    before = data.draw(values.with_one(declaration, name))
    others = {inner, *nested.properties[inner].options.conflicts_with}
    item = {n: value for n, value in first(p, before[name]).items() if n not in others}
    before |= {name: with_first(p, before[name], item)}
    assume(values.valid(declaration, before))
    resource = project.fresh().resource(declaration).up(before)
    by_console = {inner: data.draw(values.of_property(nested.properties[inner]))}
    body = codec.encode(nested.properties, by_console)
    live, *rest = resource.live()[p.wire]
    # Those parts that the service gives ids have theirs from the console too.
    added = {
        w: [{"id": f"console-{i}"} | v for i, v in enumerate(b)] if w == "variants" else b for w, b in body.items()
    }
    resource.edited_in_console({p.wire: [live | added, *rest]})
    project.sent()
    is_settled(resource)
    if any(q.options.sent_back for q in nested.properties.values()):
        renamed = item | {"name": data.draw(values.of_property(nested.properties["name"]))}
        after = before | {name: with_first(p, before[name], renamed)}
    else:  # of what has no id, another name is another thing: the list changes elsewhere
        after = before | {name: [*before[name], data.draw(values.of_part(nested))]}
        assume(len({nested.get_identity(one) for one in after[name]}) == len(after[name]))
    assume(values.valid(declaration, after))
    resource.up(after)
    project.sent()
    now = first(p, resource.live()[p.wire])
    assert holds(codec.decode(nested.properties, now)[inner], codec.decode(nested.properties, live | added)[inner])
    is_settled(resource)
