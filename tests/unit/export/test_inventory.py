"""How a live project is read: by lists, and one by one what these do not carry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statsig_pulumi.api.client import Client
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import InvalidInputsError, InvalidSettingError, RejectedError, UnauthorizedError
from statsig_pulumi.export.filters import Filters, Pick
from statsig_pulumi.export.inventory import exportable, listed, read
from statsig_pulumi.export.model import Project


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


def found(project: Project) -> list[str]:
    return [f"{each.kind} {each.name}" for each in project.objects]


def asked(emulator: Emulator) -> list[str]:
    paths = [entry["path"] for entry in emulator.requests()["log"]]
    emulator.clear_requests()
    return paths


def test_what_is_archived_is_found_too(emulator: Emulator) -> None:
    project = read(client(emulator), Filters(kind=("Gate", "Experiment")))
    assert {"Gate old_gate", "Experiment old_experiment"} <= set(found(project))


def test_an_api_that_does_not_know_of_the_archive_is_asked_without_it(emulator: Emulator) -> None:
    emulator.fault(path="/gates", status=400, body={"status": 400, "message": "Unrecognized key"})
    project = read(client(emulator), Filters(kind=("Gate",)))
    assert found(project) == ["Gate gate_0", "Gate gate_1", "Gate gate_2"]


def test_a_refusal_of_the_plain_list_is_an_error(emulator: Emulator) -> None:
    emulator.fault(path="/gates", status=400, times=None, body={"status": 400, "message": "No"})
    with pytest.raises(RejectedError):
        read(client(emulator), Filters(kind=("Gate",)))


def test_one_object_is_read_to_see_whether_lists_hold_all(emulator: Emulator) -> None:
    emulator.clear_requests()
    read(client(emulator), Filters(kind=("Gate",)))
    first, second = asked(emulator)
    assert first == "/gates"
    assert second.startswith("/gates/")


def test_where_lists_hold_less_each_object_is_read(emulator: Emulator) -> None:
    emulator.clear_requests()
    project = read(client(emulator), Filters(kind=("Team",)))
    assert project.objects[0].inputs["members"] == ["casey@example.com"]
    assert [path.startswith("/users/teams/") for path in asked(emulator)] == [False, True]


def test_overrides_take_the_list_that_is_read_for_their_gates(emulator: Emulator) -> None:
    emulator.clear_requests()
    read(client(emulator), Filters(kind=("Gate", "GateOverrides")))
    paths = asked(emulator)
    assert paths.count("/gates") == 1
    assert len([path for path in paths if path.endswith("/overrides")]) == 4


def test_a_team_that_presets_what_an_object_lacks_is_contradicted(emulator: Emulator) -> None:
    metrics = [{"name": "purchase", "type": "event_count"}]
    emulator.add("teams", {"name": "Presets", "defaultGateMetrics": metrics, "requireReviews": True})
    emulator.add("gates", {"name": "of presets", "team": "Presets", "monitoringMetrics": []})
    emulator.edit("gates", "of_presets", {"reviewSettings": {"requiredReview": False}})
    emulator.add("gates", {"name": "of shop", "team": "Shop", "monitoringMetrics": []})
    said = {each.name: each.inputs for each in read(client(emulator), Filters(kind=("Gate",))).objects}
    assert said["of_presets"]["monitoring_metrics"] == []
    assert said["of_presets"]["review_settings"] == {"required_review": False}
    assert "monitoring_metrics" not in said["of_shop"]
    assert "target_apps" not in said["of_presets"]


@pytest.mark.parametrize(("status", "error"), [(401, UnauthorizedError), (404, InvalidSettingError)])
def test_where_nothing_can_be_read_the_first_error_tells_why(
    emulator: Emulator, status: int, error: type[Exception]
) -> None:
    body = {"status": status, "message": f"Cannot GET /console/v1/{status}"}
    emulator.fault(path="*", status=status, times=None, body=body)
    with pytest.raises(error):
        read(client(emulator), Filters())


def test_a_kind_that_cannot_be_exported_is_refused_before_anything_is_asked(emulator: Emulator) -> None:
    emulator.clear_requests()
    with pytest.raises(InvalidInputsError, match="there is nothing to export of PulseLoad; there is of Assign"):
        read(client(emulator), Filters(kind=("PulseLoad",)))
    assert asked(emulator) == []


def test_picks_are_read_alone_and_what_is_missing_is_told(emulator: Emulator) -> None:
    picks = [Pick("Gate", ("gate_1", "gate 1"), "mine"), Pick("Gate", ("gone",), "lost"), Pick("Team", ("Shop",), "us")]
    project = read(client(emulator), Filters(), picks=picks)
    assert found(project) == ["Gate mine", "Team us"]
    assert [(each.title, each.reason.split(",")[0]) for each in project.not_exported] == [
        ("Gate 'gone'", "it is not in this Statsig project")
    ]


def test_an_object_that_no_program_can_declare_is_told(emulator: Emulator) -> None:
    emulator.add("gates", {"id": "odd", "name": "ünïcode ☃", "rules": []})
    project = read(client(emulator), Filters(kind=("Gate",), id=("odd",)))
    assert project.objects == []
    assert [(each.title, each.reason.split(":")[0]) for each in project.not_exported] == [("Gate 'odd'", "name")]


def test_every_kind_with_objects_of_its_own_is_exportable() -> None:
    assert {"DatabricksConnection", "GateRule", "DynamicConfigRule", "PulseLoad", "IngestionBackfill"}.isdisjoint(
        exportable()
    )
    assert len(exportable()) == 14


def test_lists_alone_are_listed(emulator: Emulator) -> None:
    emulator.clear_requests()
    everything, missing = listed(client(emulator), Filters(kind=("Team", "GateOverrides")))
    assert ([each.name for each in everything], missing) == (["Shop"], [])
    assert asked(emulator) == ["/users/teams"]
