"""Responses about another object, about none, or in another shape: errors, from which nothing is concluded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, get_origin
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statsig_pulumi.errors import RejectedError, UnreachableError
from statsig_pulumi.json_values import Json
from statsig_pulumi.lifecycle.resource_client import ResourceClient
from statsig_pulumi.schema.declaration import REGISTRY, Declaration
from statsig_pulumi.schema.shapes import ERRORS_OF_FORM

from .conftest import DECLARATIONS, by_kind
from .console_user import CONFIG, GATE, SEGMENT
from .inputs import all_inputs, required_inputs
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


OWNED: dict[str, tuple[str, dict[str, Json]]] = {
    "GateRule": (f"gates/{GATE}", {"gate_id": GATE, "name": "Staff", "pass_percentage": 1}),
    "DynamicConfigRule": (f"dynamic_configs/{CONFIG}", {"dynamic_config_id": CONFIG, "name": "Staff"}),
    "SegmentIDs": (f"segments/{SEGMENT}", {"segment_id": SEGMENT, "ids": ["ana"]}),
}
"""What belongs to another object, by kind: the path of that object, and a program."""


@pytest.mark.parametrize("response", [None, {}, [], {"id": SEGMENT, "type": None, "rules": "none"}])
@pytest.mark.parametrize("kind", OWNED)
def test_without_its_owner_in_the_response_nothing_is_gone(project: Project, kind: str, response: Json) -> None:
    path, program = OWNED[kind]
    resource = project.resource(REGISTRY[kind]).up(program)
    for run in (resource.read, resource.destroy):
        fault = {"status": 200, "body": {"message": "ok", "data": response}}
        project.emulator.fault(method="GET", path=f"^/{path}$", **fault)
        with pytest.raises(UnreachableError):
            run()
        project.emulator.clear_faults()
        assert resource.drift() == ()


SELECTED: dict[str, tuple[str, dict[str, Json]]] = {
    "IngestionSchedule": ("ingestion/schedule", {"dataset": "Events", "scheduled_hour_pst": 3}),
    "IngestionSource": (
        "ingestion",
        {"type": "s3", "dataset": "Events", "source_name": "orders", "query": "select 1"},
    ),
}
"""What a query selects, by kind: the path, and a program."""


@pytest.mark.parametrize("response", [None, {}, [], "text", {"dataset": "Metrics", "scheduled_hour_pst": 3}])
@pytest.mark.parametrize("kind", SELECTED)
def test_what_a_query_selects_is_not_gone_if_the_response_holds_none(
    project: Project, kind: str, response: Json
) -> None:
    path, program = SELECTED[kind]
    resource = project.resource(REGISTRY[kind]).up(program)
    if response and kind == "IngestionSource":
        response = "text"  # its responses need not hold what the query selects
    project.emulator.fault(method="GET", path=f"/{path}", status=200, body={"message": "ok", "data": response})
    with pytest.raises(UnreachableError):
        resource.read()
    assert resource.read() is not None
    assert resource.drift() == ()


def test_a_schedule_is_not_gone_after_a_conflict(project: Project) -> None:
    path, program = SELECTED["IngestionSchedule"]
    resource = project.resource(REGISTRY["IngestionSchedule"]).up(program)
    project.emulator.fault(method="GET", path=f"/{path}", status=409, body={"status": 409, "message": "Conflict"})
    with pytest.raises(RejectedError):
        resource.read()


def test_a_run_is_not_gone_if_the_response_holds_none(project: Project) -> None:
    days = {"datestamp_start": "2026-01-01", "datestamp_end": "2026-01-02"}
    resource = project.resource(REGISTRY["IngestionBackfill"]).up({"type": "s3", "dataset": "Events", **days})
    project.emulator.fault(method="GET", path="/ingestion/runs/*", status=200, body={"message": "ok"})
    with pytest.raises(UnreachableError, match="holds no object"):
        resource.read()
    assert resource.read() is not None


@by_kind([declaration for declaration in DECLARATIONS if declaration.endpoint.subpath == "overrides"])
@contract
@given(data=st.data())
def test_overrides_that_the_response_lacks_are_not_added_again(
    project: Project, declaration: Declaration, data: st.DataObject
) -> None:
    resource = project.reset().resource(declaration)
    inputs = data.draw(all_inputs(declaration))
    usual = len(resource.up(inputs).project.new_writes())
    resource = project.reset().resource(declaration)
    empty = {"message": "ok", "data": {}}
    for method in ("POST", "PATCH"):
        project.emulator.fault(method=method, path="*/overrides", status=200, body=empty, applied=True, times=None)
    resource.up(inputs)
    assert len(project.new_writes()) == usual
    project.emulator.clear_faults()
    assert resource.drift() == ()


def other_forms(value: Json) -> Iterator[Json]:
    """Yield the forms of a scalar in another JSON type, or in another letter case."""
    match value:
        case bool():
            yield from (str(value), str(value).lower(), int(value))
        case int() | float():
            yield str(value)
        case str():
            yield from (value.upper(), value.lower())


@by_kind(READ_BY_KEY)
@contract
@given(data=st.data())
def test_a_scalar_in_another_form_is_the_same(project: Project, declaration: Declaration, data: st.DataObject) -> None:
    resource = project.reset().resource(declaration).up(data.draw(all_inputs(declaration)))
    live, violations = resource.live(), []
    fake_response(resource, live)
    expected = resource.read()
    for p in declaration.readable.values():
        if p.scalar_reader is None or p.wire in declaration.endpoint.key_names:
            continue
        is_text = get_origin(p.item) is not Literal and isinstance(live.get(p.wire), str)
        for other in () if is_text else other_forms(live.get(p.wire)):
            fake_response(resource, live | {p.wire: other})
            if resource.read() != expected:
                violations.append(f"{p.name}: {other!r} is not {live[p.wire]!r}")
    assert violations == []


def test_an_id_that_the_api_stores_in_another_letter_case_is_no_drift(project: Project) -> None:
    resource = project.resource(REGISTRY["Gate"]).up({"gate_id": "Checkout", "name": "Checkout", "id_type": "userID"})
    fake_response(resource, resource.live() | {"id": "checkout"})
    live = resource.read()
    assert live is not None
    assert live.inputs["gate_id"] == "Checkout"
    assert resource.drift() == ()


def test_an_object_that_was_created_again_with_another_type_is_drift(project: Project) -> None:
    resource = project.resource(REGISTRY["Segment"]).up({"name": "vip", "type": "id_list", "id_type": "userID"})
    fake_response(resource, resource.live() | {"idType": "stableID"})
    live = resource.read()
    assert live is not None
    assert live.inputs["id_type"] == "stableID"
