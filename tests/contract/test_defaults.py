"""What a project or a team adds by itself to a new object gives way to what the program declares."""

from __future__ import annotations

import pytest

from statsig_pulumi.schema.declaration import REGISTRY

from .project import Project

KINDS = ["Gate", "DynamicConfig", "Experiment"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_project_s_default_tags_are_taken_off_when_the_program_declares_tags(project: Project, kind: str) -> None:
    project.fresh(default_tags=["★ Core"])
    resource = project.resource(REGISTRY[kind]).up({"name": "checkout", "tags": ["mine"]})
    assert resource.live()["tags"] == ["mine"]
    assert resource.drift() == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_project_s_default_tags_stay_when_the_program_says_nothing_of_tags(project: Project, kind: str) -> None:
    project.fresh(default_tags=["★ Core"])
    resource = project.resource(REGISTRY[kind]).up({"name": "checkout"})
    assert resource.live()["tags"] == ["★ Core"]
    assert [method for method, _, _ in project.sent()] == ["POST"]


def test_a_team_s_default_target_apps_give_way_to_declared_ones(project: Project) -> None:
    project.fresh(team_defaults="union")
    project.emulator.edit("teams", "core-team", {"defaultTargetApplications": ["web"]})
    gate = project.resource(REGISTRY["Gate"]).up({"name": "checkout", "team": "Core", "target_apps": ["ios"]})
    assert gate.live()["targetApps"] == ["ios"]
    assert gate.drift() == ()


def test_a_team_s_default_metrics_give_way_to_declared_ones(project: Project) -> None:
    project.fresh(team_defaults="union")
    metric = {"name": "revenue", "type": "sum"}
    project.emulator.edit("teams", "core-team", {"defaultExperimentPrimaryMetrics": [metric]})
    mine = {"name": "clicks", "type": "event_count"}
    inputs = {"name": "checkout", "team": "Core", "primary_metrics": [mine]}
    experiment = project.resource(REGISTRY["Experiment"]).up(inputs)
    assert experiment.live()["primaryMetrics"] == [mine]
    assert experiment.drift() == ()
