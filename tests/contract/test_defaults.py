"""Defaults that a project or a team adds to a new object are replaced by what the program declares."""

from __future__ import annotations

import pytest

from statsig_pulumi.schema.declaration import REGISTRY

from .project import Project

KINDS = ["Gate", "DynamicConfig", "Experiment"]


@pytest.mark.parametrize("kind", KINDS)
def test_declared_tags_replace_the_default_tags_of_a_project(project: Project, kind: str) -> None:
    project.reset(default_tags=["★ Core"])
    resource = project.resource(REGISTRY[kind]).up({"name": "checkout", "tags": ["mine"]})
    assert resource.live()["tags"] == ["mine"]
    assert resource.drift() == ()


@pytest.mark.parametrize("kind", KINDS)
def test_default_tags_of_a_project_stay_if_no_tags_are_declared(project: Project, kind: str) -> None:
    project.reset(default_tags=["★ Core"])
    resource = project.resource(REGISTRY[kind]).up({"name": "checkout"})
    assert resource.live()["tags"] == ["★ Core"]
    assert [method for method, _, _ in project.new_writes()] == ["POST"]


def test_declared_target_apps_replace_the_defaults_of_a_team(project: Project) -> None:
    project.reset(team_defaults="union")
    project.emulator.edit("teams", "core-team", {"defaultTargetApplications": ["web"]})
    gate = project.resource(REGISTRY["Gate"]).up({"name": "checkout", "team": "Core", "target_apps": ["ios"]})
    assert gate.live()["targetApps"] == ["ios"]
    assert gate.drift() == ()


def test_declared_metrics_replace_the_defaults_of_a_team(project: Project) -> None:
    project.reset(team_defaults="union")
    metric = {"name": "revenue", "type": "sum"}
    project.emulator.edit("teams", "core-team", {"defaultExperimentPrimaryMetrics": [metric]})
    mine = {"name": "clicks", "type": "event_count"}
    inputs = {"name": "checkout", "team": "Core", "primary_metrics": [mine]}
    experiment = project.resource(REGISTRY["Experiment"]).up(inputs)
    assert experiment.live()["primaryMetrics"] == [mine]
    assert experiment.drift() == ()
