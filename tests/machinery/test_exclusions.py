"""Objects that no resource can manage: they are neither imported, exported nor listed as unmanaged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from statsig_pulumi.errors import ImportMismatchError
from statsig_pulumi.export.filters import Filters
from statsig_pulumi.export.inventory import list_objects
from statsig_pulumi.export.project import read_project
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.schema.state import IMPORT

from .conftest import Api, Collection, checked

BUILT_IN = {"id": "b", "name": "built in", "isBuiltIn": True}
OWN = {"id": "o", "name": "own"}


@pytest.fixture
def channel(api: Api, lifecycle_of: Callable[..., Lifecycle]) -> Lifecycle:
    Collection(api, "channels", b=BUILT_IN, o=OWN)
    return lifecycle_of("Channel")


def test_an_import_is_refused_with_the_reason(channel: Lifecycle) -> None:
    _, problems = channel.check({"name": "built in", IMPORT: "b"}, new=True)
    assert [str(problem) for problem in problems] == ["Channel 'b' cannot be imported: Statsig made it"]
    with pytest.raises(ImportMismatchError, match="Statsig made it"):
        channel.create({"name": "built in", IMPORT: "b"})
    assert channel.create(checked(channel, name="own") | {IMPORT: "o"})[0] == "o"


def test_an_export_names_the_object_with_the_reason(channel: Lifecycle) -> None:
    project = read_project(channel.client, Filters(kind=("Channel",)))
    assert [resource.id for resource in project.resources] == ["o"]
    assert project.omissions == [("Channel 'b'", "Statsig made it")]


def test_the_object_is_not_unmanaged(channel: Lifecycle) -> None:
    objects, _ = list_objects(channel.client, Filters(kind=("Channel",)))
    assert [each.id for each in objects] == ["o"]
