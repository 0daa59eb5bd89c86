"""Any object of any resource: its preview is empty after an import, and its export creates an equal object."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.lifecycle.import_inputs import ImportedInputs, derive_inputs
from statsig_pulumi.schema.declaration import Declaration

from . import values
from .project import Project, Resource, through_engine
from .test_any_inputs import is_as_declared
from .test_quirks import WORLDS

contract = settings(settings.get_profile("contract"), max_examples=30)


def read_inputs(resource: Resource) -> ImportedInputs | None:
    """Return the inputs of the live object; None for an invited user, whom the API may hide until they accept."""
    live = resource.lifecycle.resource_client.get(resource.key)
    assert live is not None or resource.outputs["is_invited"]
    return None if live is None else derive_inputs(resource.declaration, live)


def import_resource(project: Project, resource: Resource, derived: ImportedInputs) -> Resource:
    """Return a resource whose state holds what the import file does."""
    imported = Resource(project, resource.declaration)
    imported.id = resource.id
    imported.inputs, imported.outputs = through_engine(derived.inputs), through_engine(derived.outputs)
    return imported


def check_import(project: Project, resource: Resource) -> ImportedInputs | None:
    """Import the object, assert that the next preview and refresh are empty, and return its inputs."""
    derived = read_inputs(resource)
    if derived is None:
        return None
    assert derived.omitted == {}
    project.sent()
    imported = import_resource(project, resource, derived)
    assert imported.check(derived.inputs) == through_engine(derived.inputs)
    is_as_declared(imported)
    assert project.sent() == []
    return derived


@contract
@given(data=st.data())
def test_the_preview_after_an_import_is_empty(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    inputs = data.draw(values.some(declaration))
    check_import(project, project.fresh().resource(declaration).up(inputs))


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
@settings(contract, max_examples=4)
@given(data=st.data())
def test_the_preview_after_an_import_is_empty_with_any_quirk(
    project: Project, declaration: Declaration, world: dict[str, Any], data: st.DataObject
) -> None:
    inputs = data.draw(values.some(declaration))
    check_import(project, project.fresh(**world).resource(declaration).up(inputs))


@contract
@given(data=st.data())
def test_exported_inputs_create_an_equal_object(project: Project, own: Declaration, data: st.DataObject) -> None:
    derived = check_import(project, project.fresh().resource(own).up(data.draw(values.some(own))))
    assert derived is not None
    again = project.fresh().resource(own).up(derived.inputs)
    is_as_declared(again)
    assert (repeated := read_inputs(again)) is not None
    assert repeated.inputs == derived.inputs
