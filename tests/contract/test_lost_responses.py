"""A create whose response is lost: the object is found and finished, and no older object is adopted."""

from __future__ import annotations

import pytest

from statsig_pulumi.errors import TakenError
from statsig_pulumi.json_values import Json
from statsig_pulumi.schema.declaration import REGISTRY

from .project import Project

SOURCE: dict[str, Json] = {"timestamp_column": "ts", "id_type_mapping": [{"statsig_unit_id": "userID", "column": "u"}]}
PROGRAMS: list[tuple[str, dict[str, Json]]] = [
    ("Gate", {"name": "checkout"}),
    ("Gate", {"name": "checkout", "is_launched": True}),
    ("Gate", {"name": "checkout", "is_archived": True, "tags": ["mine"]}),
    ("Gate", {"name": "checkout", "team": "Core", "target_apps": ["ios"]}),
    ("DynamicConfig", {"name": "checkout", "is_archived": True, "default_value": {"a": 1}}),
    ("Tag", {"name": "checkout", "is_core": True}),
    ("Team", {"name": "checkout", "members": ["ana@example.com"]}),
    ("Experiment", {"name": "checkout", "control_group": "Test", "status": "active", "tags": ["mine"]}),
    ("MetricSource", {"name": "checkout", "sql": "select 1", **SOURCE}),
    ("EntityPropertySource", {"name": "checkout", "sql": "select 1", **SOURCE}),
    (
        "AssignmentSource",
        {"name": "checkout", "sql": "select 1", "experiment_id_column": "e", "group_id_column": "g", **SOURCE},
    ),
]
FAULTS: dict[str, dict[str, Json]] = {
    "dropped": {"kind": "drop_after"},
    "truncated": {"kind": "truncate"},
    "error after the effect": {"kind": "status", "status": 503, "applied": True},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize(("kind", "program"), PROGRAMS)
def test_an_object_whose_response_is_lost_is_created_once_as_declared(
    project: Project, kind: str, program: dict[str, Json], fault: dict[str, Json]
) -> None:
    project.reset(default_tags=["★ Core"], team_defaults="union")
    project.emulator.edit("teams", "core-team", {"defaultTargetApplications": ["web"]})
    resource = project.resource(REGISTRY[kind])
    project.emulator.fault(method="POST", path=f"/{resource.declaration.endpoint.collection}", times=1, **fault)
    resource.up(program)
    assert [item["name"] for item in project.emulator.objects(resource.kind)].count("checkout") == 1
    assert sum(method == "POST" for method, _, _ in project.new_writes()) == 1
    assert resource.drift() == ()


@pytest.mark.parametrize("description", ["Ana's", ""])
def test_an_older_object_of_the_same_name_is_not_adopted_after_a_lost_request(
    project: Project, description: str
) -> None:
    project.emulator.add("gates", {"name": "checkout"})
    edited = {"description": description, "createdTime": 1_700_000_000_000, "creatorName": "Ana"}
    project.emulator.edit("gates", "checkout", edited)
    project.emulator.fault(method="POST", path="/gates", kind="drop_before", times=1)
    with pytest.raises(TakenError):
        project.resource(REGISTRY["Gate"]).up({"name": "checkout", "description": ""})
    assert project.emulator.object("gates", "checkout")["description"] == description
