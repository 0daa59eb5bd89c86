"""Any object of any resource, exported: its preview is empty after the import, and it can be created elsewhere."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.lifecycle.import_inputs import ImportedInputs, derive_inputs
from statsig_pulumi.schema.declaration import Declaration

from .conftest import DECLARATIONS, DELETABLE, by_kind
from .inputs import some_inputs
from .project import Project, Resource, assert_no_difference, engine_values
from .test_quirks import for_each_variant

contract = settings(settings.get_profile("contract"), max_examples=30)


def export(resource: Resource) -> ImportedInputs | None:
    """Return the live object as an export declares it; None if the API hides it.

    It hides users until they accept their invitation, and may hide keys.
    """
    resource_client = resource.lifecycle.resource_client
    live = resource_client.get(resource.key)
    if resource.declaration.endpoint.state_id and all(item.get("key") is None for item in resource_client.list_all()):
        return None
    assert live is not None or resource.outputs["is_invited"]
    return None if live is None else derive_inputs(resource.declaration, live)


def imported(project: Project, resource: Resource, export: ImportedInputs) -> Resource:
    """Return a resource whose state is that of the import file."""
    copy = Resource(project, resource.declaration)
    copy.id, copy.inputs, copy.outputs = resource.id, engine_values(export.inputs), engine_values(export.outputs)
    return copy


def assert_import_is_quiet(project: Project, resource: Resource) -> ImportedInputs | None:
    """Assert that the exported object is imported without a difference or a write; return the export."""
    exported = export(resource)
    if exported is None:
        return None
    assert exported.omitted == {}
    project.new_writes()
    copy = imported(project, resource, exported)
    assert copy.check(exported.inputs) == engine_values(exported.inputs)
    assert_no_difference(copy)
    assert project.new_writes() == []
    return exported


@by_kind(DECLARATIONS)
@contract
@given(data=st.data())
def test_an_imported_object_shows_no_difference(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(some_inputs(declaration))
    assert_import_is_quiet(project, project.reset().resource(declaration).up(inputs))


@by_kind(DECLARATIONS)
@settings(contract, max_examples=4)
@given(data=st.data())
def test_an_imported_object_shows_no_difference_with_any_quirks(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(some_inputs(declaration))

    def check(quirks: dict[str, Any]) -> None:
        assert_import_is_quiet(project, project.reset(**quirks).resource(declaration).up(inputs))

    for_each_variant(declaration, check)


@by_kind(DELETABLE)
@contract
@given(data=st.data())
def test_an_exported_object_can_be_created_elsewhere(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    resource = project.reset().resource(declaration).up(data.draw(some_inputs(declaration)))
    exported = assert_import_is_quiet(project, resource)
    assert exported is not None
    copy = project.reset().resource(declaration).up(exported.inputs)
    assert_no_difference(copy)
    exported_copy = export(copy)
    assert exported_copy is not None
    assert exported_copy.inputs == exported.inputs
