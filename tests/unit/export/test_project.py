"""A live project, read as the resources of a program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import InvalidSettingError, RejectedError, UnauthorizedError
from statsig_pulumi.export.filters import Filters, Pick
from statsig_pulumi.export.import_file import to_imports
from statsig_pulumi.export.inventory import list_objects
from statsig_pulumi.export.model import ExportedProject
from statsig_pulumi.export.program.files import to_files
from statsig_pulumi.export.project import read_project

COLUMNS = {"event_name": "name", "timestamp": "ts", "ids": {"userID": "user_id"}}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        for number in range(3):
            running.add("gates", {"name": f"gate {number}", "rules": []})
        running.add("gates", {"name": "old gate", "status": "Archived"})
        running.add("experiments", {"name": "old experiment", "status": "archived"})
        running.add("teams", {"name": "Shop", "members": ["casey@example.com"]})
        yield running


def client(emulator: Emulator) -> Client:
    return Client(emulator.key, emulator.url)


def names(project: ExportedProject) -> list[str]:
    return [f"{each.kind} {each.name}" for each in project.resources]


def test_archived_objects_are_read(emulator: Emulator) -> None:
    project = read_project(client(emulator), Filters(kind=("Gate", "Experiment")))
    assert {"Gate old_gate", "Experiment old_experiment"} <= set(names(project))


def test_an_api_without_a_filter_for_archived_objects_is_listed_without_it(emulator: Emulator) -> None:
    emulator.fault(path="/gates", status=400, body={"status": 400, "message": "Unrecognized key"})
    project = read_project(client(emulator), Filters(kind=("Gate",)))
    assert names(project) == ["Gate gate_0", "Gate gate_1", "Gate gate_2"]


def test_a_refusal_of_the_plain_list_is_an_error(emulator: Emulator) -> None:
    emulator.fault(path="/gates", status=400, times=None, body={"status": 400, "message": "No"})
    with pytest.raises(RejectedError):
        read_project(client(emulator), Filters(kind=("Gate",)))


def test_properties_that_lists_lack_are_exported(emulator: Emulator) -> None:
    project = read_project(client(emulator), Filters(kind=("Team",)))
    assert project.resources[0].inputs["members"] == ["casey@example.com"]


def test_an_empty_property_that_its_team_presets_is_declared(emulator: Emulator) -> None:
    metrics = [{"name": "purchase", "type": "event_count"}]
    emulator.add("teams", {"name": "Presets", "defaultGateMetrics": metrics, "requireReviews": True})
    emulator.add("gates", {"name": "of presets", "team": "Presets", "monitoringMetrics": []})
    emulator.edit("gates", "of_presets", {"reviewSettings": {"requiredReview": False}})
    emulator.add("gates", {"name": "of shop", "team": "Shop", "monitoringMetrics": []})
    project = read_project(client(emulator), Filters(kind=("Gate",)))
    inputs = {each.name: each.inputs for each in project.resources}
    assert inputs["of_presets"]["monitoring_metrics"] == []
    assert inputs["of_presets"]["review_settings"] == {"required_review": False}
    assert "monitoring_metrics" not in inputs["of_shop"]
    assert "target_apps" not in inputs["of_presets"]


def test_teams_that_the_key_may_not_read_preset_nothing(emulator: Emulator) -> None:
    emulator.add("gates", {"name": "of shop", "team": "Shop", "monitoringMetrics": []})
    emulator.fault(path="/users/teams", status=403, times=None)
    project = read_project(client(emulator), Filters(kind=("Gate",), id=("of_shop",)))
    assert "monitoring_metrics" not in project.resources[0].inputs


@pytest.mark.parametrize(("status", "error"), [(401, UnauthorizedError), (404, InvalidSettingError)])
def test_the_first_error_is_raised_if_nothing_is_readable(
    emulator: Emulator, status: int, error: type[Exception]
) -> None:
    body = {"status": status, "message": f"Cannot GET /console/v1/{status}"}
    emulator.fault(path="*", status=status, times=None, body=body)
    with pytest.raises(error):
        read_project(client(emulator), Filters())


def test_only_picks_are_read_and_missing_ones_are_reported(emulator: Emulator) -> None:
    picks = [Pick("Gate", ("gate_1", "gate 1"), "mine"), Pick("Gate", ("gone",), "lost"), Pick("Team", ("Shop",), "us")]
    project = read_project(client(emulator), Filters(), picks=picks)
    assert names(project) == ["Gate mine", "Team us"]
    assert [(each.title, each.reason) for each in project.not_exported] == [
        ("Gate 'gone'", "it does not exist in this Statsig project, or a filter excludes it")
    ]


def test_an_object_with_an_invalid_required_property_is_not_exported(emulator: Emulator) -> None:
    emulator.add("gates", {"id": "odd", "name": "ünïcode ☃", "rules": []})
    project = read_project(client(emulator), Filters(kind=("Gate",), id=("odd",)))
    assert project.resources == []
    assert [(each.title, each.reason.split(":")[0]) for each in project.not_exported] == [("Gate 'odd'", "name")]


@pytest.mark.parametrize(("type_", "required"), [("databricks", ["DatabricksConnection"]), ("snowflake-v2", [])])
def test_a_required_resource_that_has_no_list_is_reported(emulator: Emulator, type_: str, required: list[str]) -> None:
    source = {"type": type_, "dataset": "Events", "source_name": "app", "query": "SELECT 1", "enabled": True}
    emulator.add("ingestion_sources", {**source, "column_mapping": COLUMNS})
    project = read_project(client(emulator), Filters())
    # The experiments of the sample have implicit layers.
    assert [each.title for each in project.not_exported if each.kind != "Layer"] == required
    assert read_project(client(emulator), Filters(kind=("IngestionSource",))).not_exported == []


def test_metrics_that_the_console_hides_are_exported_and_those_of_other_types_are_named(emulator: Emulator) -> None:
    events = [{"name": "open", "criteria": []}]
    emulator.add("metrics", {"name": "Openers", "type": "event_user", "metricEvents": events, "isHidden": True})
    emulator.add("metrics", {"name": "open", "type": "event_dau"})
    project = read_project(client(emulator), Filters(kind=("Metric",)))
    assert [each.inputs["metric_events"] for each in project.resources] == [[{"name": "open", "criteria": []}]]
    reason = "the API cannot create metrics of type 'event_dau'"
    assert [(each.id, each.reason) for each in project.not_exported] == [("open::event_dau", reason)]
    objects, _ = list_objects(client(emulator), Filters(kind=("Metric",)))
    assert [each.id for each in objects] == ["Openers::event_user"]


@pytest.mark.parametrize("picked", [Pick("Metric", ("Buys::sum", "Buys"), "buys"), Pick("Metric", ("Buys",), "buys")])
def test_a_picked_name_of_several_objects_selects_one(emulator: Emulator, picked: Pick) -> None:
    for type_ in ("sum", "mean"):
        body = {"name": "Buys", "type": type_, "unitTypes": ["userID"], "metricEvents": [{"name": "buy"}]}
        emulator.add("metrics", body)
    project = read_project(client(emulator), Filters(), picks=[picked])
    assert [(each.id, each.name) for each in project.resources] == [("Buys::sum", "buys")]
    assert project.not_exported == []


def test_a_picked_object_that_cannot_be_declared_is_named_once(emulator: Emulator) -> None:
    emulator.add("metrics", {"name": "open", "type": "event_dau"})
    picks = [Pick("Metric", ("open::event_dau",), "open"), Pick("TeamSettings", ("settings/teams",), "main")]
    project = read_project(client(emulator), Filters(), picks=picks)
    assert [(each.id, each.reason) for each in project.not_exported] == [
        ("open::event_dau", "the API cannot create metrics of type 'event_dau'"),
        ("settings/teams", "it is as in a new project, so there is nothing to declare"),
    ]


def test_a_long_list_of_ids_is_a_file_that_the_program_and_the_import_name(emulator: Emulator) -> None:
    emulator.add("segments", {"name": "many", "type": "id_list"})
    client(emulator).change("PATCH", "segments/many/id_list", {"ids": [f"u{number}" for number in range(10_001)]})
    project = read_project(client(emulator), Filters(kind=("SegmentIDs",)))
    files = to_files(project, "acme", format_fn=str)
    assert len(files["ids/many.txt"].splitlines()) == 10_001
    assert 'ids_file="ids/many.txt"' in files["segment_ids.py"]
    (imported,) = to_imports(project)
    inputs, outputs = imported["inputs"], imported["outputs"]
    assert inputs["ids_file"] == outputs["ids_file"] == "ids/many.txt"
    assert inputs["__digest"] == f"10001 {outputs['digest']}"
    assert "u10000" not in str(imported)
