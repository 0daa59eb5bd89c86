"""Responses about another object, about none, or in another shape: errors, from which nothing is concluded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.errors import UnreachableError
from statsig_pulumi.json_values import Json
from statsig_pulumi.lifecycle.resource_client import ResourceClient
from statsig_pulumi.schema.declaration import Declaration
from statsig_pulumi.schema.shapes import ERRORS_OF_FORM

from .conftest import DECLARATIONS, by_kind
from .inputs import required_inputs
from .project import Project, Resource

contract = settings(settings.get_profile("contract"), max_examples=2)
READ_BY_KEY = [
    declaration
    for declaration in DECLARATIONS
    if declaration.endpoint.has_read
    and declaration.endpoint.key_names
    and not declaration.endpoint.subpath
    and declaration.cls.resource_client.get is ResourceClient.get
]


@pytest.fixture
def project(project: Project) -> Iterator[Project]:
    """A project whose exchanges are not compared with the API's description, which the responses here do not match."""
    yield project
    project.new_writes()
    project.exchanges.clear()


ABOUT_ANOTHER = "is about ('another'|another object)"


def fake_response(resource: Resource, data: Json) -> None:
    """Answer the next read of the object with this data."""
    path = re.escape("/" + unquote(resource.lifecycle.resource_client.path(resource.key)))
    body = {"message": "ok", "data": data}
    resource.project.emulator.fault(method="GET", path=f"^{path}$", status=200, body=body)


def about_another(resource: Resource) -> Json:
    """Return the live object under another key."""
    return resource.live() | dict.fromkeys(resource.declaration.endpoint.key_names, "another")


@by_kind(READ_BY_KEY)
@contract
@given(data=st.data())
def test_a_read_of_another_object_is_an_error(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    resource = project.reset().resource(declaration).up(data.draw(required_inputs(declaration)))
    for response, reason in ((about_another(resource), ABOUT_ANOTHER), ({}, "holds no object")):
        fake_response(resource, response)
        with pytest.raises(UnreachableError, match=reason):
            resource.read()
    assert resource.drift() == ()


@by_kind([d for d in READ_BY_KEY if "description" in d.inputs and d.inputs["description"].can_be_updated])
@contract
@given(data=st.data())
def test_an_update_after_a_read_of_another_object_sends_nothing(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    inputs = data.draw(required_inputs(declaration))
    resource = project.reset().resource(declaration).up(inputs)
    project.new_writes()
    fake_response(resource, about_another(resource))
    with pytest.raises(UnreachableError, match=ABOUT_ANOTHER):
        resource.up(inputs | {"description": "changed"})
    assert project.new_writes() == []


ODD_VALUES: tuple[Json, ...] = (["odd", 5, None], [["odd"]], [{"odd": 1}], {"odd": 1}, {"odd": ["odd"]}, "odd", 7, True)
"""Values of which each is a wrong shape for some properties. Others accept it, such as a scalar for another one."""


@by_kind(READ_BY_KEY)
@contract
@given(data=st.data())
def test_a_value_of_another_shape_is_an_error_about_the_response(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    resource = project.reset().resource(declaration).up(data.draw(required_inputs(declaration)))
    violations = []
    live, keys = resource.live(), declaration.endpoint.key_names
    for p in declaration.readable.values():
        if p.wire in keys or p.wire == "name":
            continue
        for odd in ODD_VALUES:
            fake_response(resource, live | {p.wire: odd})
            try:
                resource.read()
            except UnreachableError as error:
                if p.wire not in str(error):
                    violations.append(f"{p.name}: the error about {odd} is {error}")
            except ERRORS_OF_FORM as error:  # what users must never see
                violations.append(f"{p.name}: {odd} raises {error!r}")
            else:
                if p.nested and p.many == "list" and not p.options.from_wire and odd != [{"odd": 1}]:
                    violations.append(f"{p.name}: {odd} is accepted")
    assert violations == []
