"""Creates and deletes whose response is lost: the object is found and finished, and no older one is adopted."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, StatsigError, TakenError
from statsig_pulumi.json_values import Json
from statsig_pulumi.schema.declaration import REGISTRY

from .console_user import AUTOTUNE, CONFIG, EXPERIMENT, GATE
from .project import QUIRK_DEFAULTS, Project

SOURCE: dict[str, Json] = {"timestamp_column": "ts", "id_type_mapping": [{"statsig_unit_id": "userID", "column": "u"}]}
COLUMNS: dict[str, Json] = {
    "query": "select 1",
    "column_mapping": {"event_name": "name", "timestamp": "ts"},
}
ENVIRONMENT: dict[str, Json] = {"environment": "staging", "passing_ids": ["bob"]}
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
    ("Metric", {"name": "checkout", "type": "sum", "unit_types": ["userID"], "metric_events": [{"name": "purchase"}]}),
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


@pytest.fixture(scope="module")
def emulated_project() -> Iterator[Project]:
    """A project behind HTTP, because what a client makes of a closed connection is part of these tests."""
    with Emulator(quirks=QUIRK_DEFAULTS) as emulator, httpx.HTTPTransport() as transport:
        yield Project(emulator, transport)


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


STAFF: dict[str, Json] = {"name": "Staff", "pass_percentage": 10}
NORMALIZED: dict[str, tuple[str, dict[str, Json], dict[str, Json]]] = {
    "trimmed": ("Gate", {"description": " Old and new\n"}, {"description": "Old and new"}),
    "case": ("Gate", {"tags": ["Shop"], "description": "Beta"}, {"tags": ["shop", "core"], "description": "BETA"}),
    "numbers and order": (
        "Gate",
        {"rules": [STAFF | {"conditions": [{"type": "user_id", "operator": "any", "target_value": ["2", "10"]}]}]},
        {"rules": [STAFF | {"conditions": [{"type": "user_id", "operator": "any", "target_value": [10, 2]}]}]},
    ),
    "order of rules": (
        "Gate",
        {"rules": [STAFF, STAFF | {"name": "All", "pass_percentage": 1}]},
        {"rules": [STAFF | {"name": "all", "pass_percentage": 1.0}, STAFF]},
    ),
    "members": ("Team", {"members": ["Ana@example.com"]}, {"members": ["ana@example.com"]}),
}
OTHERS: dict[str, tuple[str, dict[str, Json], dict[str, Json]]] = {
    "text": ("Gate", {"description": "Ours"}, {"description": "Theirs"}),
    "one more rule": ("Gate", {"rules": [STAFF]}, {"rules": [STAFF, STAFF | {"name": "All"}]}),
    "percentage": ("Gate", {"rules": [STAFF]}, {"rules": [STAFF | {"pass_percentage": 11}]}),
    "case in JSON": ("DynamicConfig", {"default_value": {"a": "b"}}, {"default_value": {"a": "B"}}),
}


@pytest.mark.parametrize("case", [*NORMALIZED, *OTHERS])
def test_a_new_object_is_the_own_one_if_its_values_are_what_the_api_may_make_of_the_declared_ones(
    project: Project, case: str
) -> None:
    """The object is created here as the API would have, or as another stack did, and the own request is lost."""
    kind, declared, live = (NORMALIZED | OTHERS)[case]
    project.resource(REGISTRY[kind]).up({"name": "checkout", **live})
    project.emulator.fault(method="POST", kind="drop_before", times=1)
    resource = project.resource(REGISTRY[kind])
    if case in OTHERS:
        with pytest.raises(TakenError):
            resource.up({"name": "checkout", **declared})
    else:
        resource.up({"name": "checkout", **declared})
        assert any("the response was lost" in message for message in resource.reporter.messages)


DISTINCT = {"sql", "is_core", "members", "metric_events"}
DELETABLE: list[tuple[str, dict[str, Json]]] = [
    *(
        program
        for program in PROGRAMS
        if program[1].keys() & {"sql", "is_core", "members", "metric_events"} or len(program[1]) == 1
    ),
    ("GateRule", {"gate_id": GATE, "name": "Staff", "pass_percentage": 10}),
    ("DynamicConfigRule", {"dynamic_config_id": CONFIG, "name": "Staff"}),
    ("GateOverrides", {"gate_id": GATE, "passing_user_ids": ["ana"], "environment_overrides": [ENVIRONMENT]}),
    ("ExperimentOverrides", {"experiment_id": EXPERIMENT, "user_id_overrides": [{"group": "Test", "ids": ["ana"]}]}),
    ("AutotuneOverrides", {"autotune_id": AUTOTUNE, "user_id_overrides": [{"group": "A", "ids": ["ana"]}]}),
    ("IngestionSource", {"type": "s3", "dataset": "Events", "source_name": "orders", **COLUMNS}),
]
REFUSED_AFTER_THE_EFFECT: dict[str, Json] = {"kind": "status", "status": 400, "applied": True}


def without_empty_lists(value: Json) -> Json:
    """Overrides that were removed are empty lists; before, there are none."""
    match value:
        case dict():
            items = {name: without_empty_lists(item) for name, item in value.items()}
            return {name: item for name, item in items.items() if item not in ([], {}, None)}
        case list():
            return [item for item in map(without_empty_lists, value) if item not in ([], {}, None)]
        case _:
            return value


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("changed", [{"description": "New"}, {"is_launched": True}], ids=["body", "action"])
def test_an_update_whose_response_is_lost_is_found_by_the_first_read(
    project: Project, changed: dict[str, Json], fault: dict[str, Json]
) -> None:
    resource = project.resource(REGISTRY["Gate"]).up({"name": "checkout"})
    project.emulator.fault(method="PATCH" if "description" in changed else "PUT", times=1, **fault)
    project.emulator.clear_requests()
    resource.up({"name": "checkout", **changed})
    methods = [entry["method"] for entry in project.emulator.requests()["log"]]
    assert len(methods) - methods.count("GET") == 1
    first = next(index for index, method in enumerate(methods) if method != "GET")
    assert methods[first + 1 :] == ["GET"] * 2  # before the repetition, and for the result
    assert resource.drift() == ()


@pytest.mark.parametrize("fault", [*FAULTS.values(), REFUSED_AFTER_THE_EFFECT], ids=[*FAULTS, "refused"])
@pytest.mark.parametrize(("kind", "program"), DELETABLE)
def test_a_delete_whose_response_is_lost_has_ended_the_object(
    project: Project, kind: str, program: dict[str, Json], fault: dict[str, Json]
) -> None:
    resource = project.resource(REGISTRY[kind])
    before = without_empty_lists(project.objects())
    resource.up(program)
    assert without_empty_lists(project.objects()) != before
    project.emulator.fault(method="DELETE", times=1, **fault)
    resource.destroy()
    assert without_empty_lists(project.objects()) == before


@pytest.mark.parametrize(("kind", "program"), DELETABLE)
def test_a_refused_delete_that_had_no_effect_is_an_error(project: Project, kind: str, program: dict[str, Json]) -> None:
    resource = project.resource(REGISTRY[kind]).up(program)
    project.emulator.fault(method="DELETE", kind="status", status=400, times=1)
    with pytest.raises(StatsigError):
        resource.destroy()
    assert resource.drift() == ()


@pytest.mark.parametrize("fault", [*FAULTS.values(), REFUSED_AFTER_THE_EFFECT], ids=[*FAULTS, "refused"])
@pytest.mark.parametrize("kind", ["Gate", "DynamicConfig", "Experiment"])
def test_a_lost_response_to_archiving_is_no_error(project: Project, kind: str, fault: dict[str, Json]) -> None:
    resource = project.resource(REGISTRY[kind]).up({"name": "checkout", "archive_on_delete": True})
    project.emulator.fault(method="PUT", times=1, **fault)
    resource.destroy()
    assert resource.live()["status"].lower() == "archived"


@pytest.mark.parametrize("kind", ["AssignmentSource", "EntityPropertySource"])
def test_a_rename_that_the_state_lacks_is_found_and_not_repeated(project: Project, kind: str) -> None:
    program = next(inputs for name, inputs in PROGRAMS if name == kind)
    resource = project.resource(REGISTRY[kind]).up(program)
    project.new_writes()
    project.emulator.edit(resource.kind, "checkout", {"name": "basket"})
    resource.up(program | {"name": "basket", "description": "New"})
    assert [(method, path.rpartition("/")[2]) for method, path, _ in project.new_writes()] == [("PATCH", "basket")]
    assert resource.drift() == ()


@pytest.mark.parametrize("kind", ["AssignmentSource", "EntityPropertySource"])
def test_another_object_under_the_new_name_is_not_taken_for_the_renamed_one(project: Project, kind: str) -> None:
    program = next(inputs for name, inputs in PROGRAMS if name == kind)
    resource = project.resource(REGISTRY[kind]).up(program)
    project.emulator.edit(resource.kind, "checkout", {"name": "basket", "sql": "select 2"})
    with pytest.raises(GoneError, match="no longer exists"):
        resource.up(program | {"name": "basket"})
