"""A plain kind is data alone: its routes come from its operations."""

from __future__ import annotations

from typing import Any

import pytest

from statsig_pulumi.emulator.api.kind import Create, Delete, Kind, List, Read, Update
from statsig_pulumi.emulator.api.routes import Call
from statsig_pulumi.emulator.api.shapes import Fields, Text
from statsig_pulumi.emulator.model.errors import ApiError
from statsig_pulumi.emulator.model.project import Project

FIELDS = Fields({"name": Text(), "description": Text()})
COLOURS = Kind(
    name="colours",
    path="/colours",
    parameter="name",
    key_field="name",
    operations=(
        List("Colours listed."),
        Create(FIELDS.requiring("name"), "Colour created."),
        Read("Colour read."),
        Update("PATCH", FIELDS, "Colour updated."),
        Delete("Colour deleted."),
    ),
    defaults={"description": ""},
    has_unique_names=True,
    missing="Colour {id} not found.",
)


class Client:
    """A client of one kind in a new project."""

    def __init__(self) -> None:
        self.project, self.routes = Project(), COLOURS.routes()

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        found = self.routes.find(method, path)
        assert found is not None
        route, params = found
        return route.handler(Call(self.project, method, path, params, body=body)).body


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_plain_kind_has_the_routes_of_its_operations() -> None:
    assert COLOURS.routes().labels() == [
        "DELETE /colours/{name}",
        "GET /colours",
        "GET /colours/{name}",
        "PATCH /colours/{name}",
        "POST /colours",
    ]


def test_an_object_of_a_plain_kind_can_be_created_read_renamed_and_deleted(client: Client) -> None:
    created = client("POST", "/colours", {"name": "red"})
    assert created == {"message": "Colour created.", "data": {"name": "red", "description": ""}}
    assert client("GET", "/colours/red")["data"] == created["data"]

    client("PATCH", "/colours/red", {"name": "crimson"})
    assert client("GET", "/colours")["data"] == [{"name": "crimson", "description": ""}]
    assert client("DELETE", "/colours/crimson") == {"message": "Colour deleted."}
    assert client("GET", "/colours")["data"] == []


def test_a_missing_object_of_a_plain_kind_is_a_404_with_its_message(client: Client) -> None:
    with pytest.raises(ApiError, match=r"Colour red not found\.") as error:
        client("GET", "/colours/red")

    assert error.value.status == 404


def test_a_name_in_use_of_a_plain_kind_is_a_400(client: Client) -> None:
    client("POST", "/colours", {"name": "red"})

    with pytest.raises(ApiError, match="Name is already in use") as error:
        client("POST", "/colours", {"name": "red"})
    assert error.value.status == 400
