"""Any object of any entity, exported: its preview is empty once it is imported, and it can be made again elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.lifecycle.import_inputs import Declared, declared
from statsig_pulumi.schema.declaration import Declaration

from . import values
from .project import Project, Resource, through_engine
from .test_any_inputs import is_as_declared
from .test_quirks import WORLDS

contract = settings(settings.get_profile("contract"), max_examples=30)


def exported(resource: Resource) -> Declared | None:
    """The live object as an export declares it; the API may hide users until they accept."""
    live = resource.lifecycle.resource_client.read(resource.key)
    assert live is not None or resource.outputs["is_invited"]
    return live and declared(resource.declaration, live)


def imported(project: Project, resource: Resource, said: Declared) -> Resource:
    """A resource whose state is what the import file holds."""
    taken = Resource(project, resource.declaration)
    taken.id, taken.inputs, taken.outputs = resource.id, through_engine(said.inputs), through_engine(said.outputs)
    return taken


def is_quiet(project: Project, resource: Resource) -> Declared | None:
    said = exported(resource)
    if said is None:
        return None
    assert said.left == ()
    project.sent()
    taken = imported(project, resource, said)
    assert taken.check(said.inputs) == through_engine(said.inputs)
    is_as_declared(taken)
    assert project.sent() == []
    return said


@contract
@given(data=st.data())
def test_an_imported_object_is_as_declared(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    inputs = data.draw(values.some(declaration))
    is_quiet(project, project.fresh().resource(declaration).up(inputs))


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
@settings(contract, max_examples=4)
@given(data=st.data())
def test_an_imported_object_is_as_declared_whatever_the_service_does(
    project: Project, declaration: Declaration, world: dict[str, Any], data: st.DataObject
) -> None:
    inputs = data.draw(values.some(declaration))
    is_quiet(project, project.fresh(**world).resource(declaration).up(inputs))


@contract
@given(data=st.data())
def test_what_was_exported_can_be_made_again(project: Project, own: Declaration, data: st.DataObject) -> None:
    said = is_quiet(project, project.fresh().resource(own).up(data.draw(values.some(own))))
    assert said is not None
    again = project.fresh().resource(own).up(said.inputs)
    is_as_declared(again)
    assert (made := exported(again)) is not None
    assert made.inputs == said.inputs
