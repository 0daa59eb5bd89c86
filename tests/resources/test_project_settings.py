"""Settings of the project, of its reviews, roles and teams: program in, exact requests out."""

from __future__ import annotations

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import GoneError, RejectedError
from statsig_pulumi.lifecycle.crud import Lifecycle
from statsig_pulumi.schema.declaration import REGISTRY

from .conftest import Deployment, Program

PROJECT = {"name": "Shop", "visibility": "CLOSED", "default_unit_type": "companyID"}
ROLES = {"default_project_role": "Read Only"}
REVIEWS = {
    "is_config_review_required": True,
    "is_metric_review_required": True,
    "is_metric_review_required_on_verified_only": True,
    "is_whn_analysis_only_review_required": True,
    "is_whn_source_review_required": True,
}


def project() -> None:
    statsig.ProjectSettings("s", name="Shop", visibility="CLOSED", default_unit_type="companyID")


def reviews() -> None:
    statsig.ProjectReviewSettings(
        "s",
        is_config_review_required=True,
        is_metric_review_required=True,
        is_metric_review_required_on_verified_only=True,
        is_whn_analysis_only_review_required=True,
        is_whn_source_review_required=True,
    )


@pytest.mark.parametrize(
    ("program", "path", "body"),
    [
        (project, "project", PROJECT),
        (reviews, "reviews", REVIEWS),
        (lambda: statsig.RoleSettings("s", default_project_role="Read Only"), "roles", ROLES),
        (lambda: statsig.TeamSettings("s", require_teams_on_configs=True), "teams", {"require_teams_on_configs": True}),
    ],
    ids=["project", "reviews", "roles", "teams"],
)
def test_settings_are_sent_once_and_destroy_leaves_them(
    deployment: Deployment, program: Program, path: str, body: dict[str, object]
) -> None:
    assert deployment.up(program) == [("POST", f"/settings/{path}", body)]
    assert deployment.resources["s"].id == f"settings/{path}"
    assert deployment.up(program) == []
    assert deployment.destroy() == []
    stored = deployment.project.emulator.object("settings", f"settings/{path}")
    assert body.items() <= stored.items()


@pytest.mark.parametrize(
    "program",
    [
        lambda: statsig.ProjectSettings("s", name="Emulated project"),
        lambda: statsig.ProjectReviewSettings("s", is_whn_source_review_required=False),
        lambda: statsig.RoleSettings("s", default_project_role="member"),
        lambda: statsig.TeamSettings("s", require_teams_on_configs=False),
    ],
)
def test_settings_that_are_as_declared_need_no_request(deployment: Deployment, program: Program) -> None:
    assert deployment.up(program) == []


@pytest.mark.parametrize("omitted", ["reset", "keep"])
def test_omitted_settings_are_sent_as_they_are_in_statsig(deployment: Deployment, omitted: str) -> None:
    deployment.project.emulator.quirk(settings_omitted=omitted)
    deployment.project.emulator.edit("settings", "settings/project", PROJECT)
    deployment.project.emulator.edit("settings", "settings/reviews", REVIEWS)
    assert deployment.up(lambda: statsig.ProjectSettings("p", name="Store")) == [
        ("POST", "/settings/project", PROJECT | {"name": "Store"})
    ]
    assert deployment.up(lambda: statsig.ProjectReviewSettings("r", is_metric_review_required=False)) == [
        ("POST", "/settings/reviews", REVIEWS | {"is_metric_review_required": False})
    ]


def test_none_leaves_the_project_without_a_default_unit_type(deployment: Deployment) -> None:
    deployment.up(project)
    assert deployment.up(
        lambda: statsig.ProjectSettings("s", name="Shop", visibility="CLOSED", default_unit_type=None)
    ) == [("POST", "/settings/project", {"name": "Shop", "visibility": "CLOSED"})]
    assert "default_unit_type" not in deployment.project.emulator.object("settings", "settings/project")


WITHOUT_TEAM = [
    ("Gate", {"name": "new"}),
    ("DynamicConfig", {"name": "new"}),
    ("Experiment", {"name": "new"}),
    ("Segment", {"name": "new", "type": "rule_based"}),
    ("Layer", {"name": "new", "id_type": "userID"}),
    ("Holdout", {"name": "new"}),
]
SETTING = "TeamSettings.require_teams_on_configs is on in this program"


@pytest.mark.parametrize(("kind", "inputs"), WITHOUT_TEAM, ids=lambda value: str(value))
def test_a_new_object_without_the_required_team_is_a_warning_at_the_preview(
    deployment: Deployment, kind: str, inputs: dict[str, str]
) -> None:
    deployment.project.emulator.edit("settings", "settings/teams", {"require_teams_on_configs": True})
    resource = deployment.project.resource(REGISTRY[kind])
    declare_settings(resource.lifecycle, is_required=True)
    deployment.project.emulator.clear_requests()
    assert resource.lifecycle.check(inputs, new=True)[1] == []
    assert deployment.project.emulator.requests()["log"] == []
    team = "team_id" if kind == "Holdout" else "team"
    assert resource.reporter.warnings == [
        f"warning: {kind} 'new' has no {team}: declare one; {SETTING}, so Statsig will refuse the create"
    ]
    with pytest.raises(RejectedError, match="A team is required"):
        resource.lifecycle.create(inputs)
    resource.up(inputs | {team: "core-team" if kind == "Holdout" else "Core"})
    assert len(resource.reporter.warnings) == 1


def declare_settings(lifecycle: Lifecycle, *, is_required: bool) -> None:
    """Have the program of a resource declare the settings of teams too."""
    settings = statsig.TeamSettings.declaration
    other = settings.cls.lifecycle(settings, lifecycle.context)
    other.check({"require_teams_on_configs": is_required, "__resource": "urn:settings"}, new=True)


@pytest.mark.parametrize("is_required", [True, False])
def test_the_settings_of_teams_that_the_program_declares_count(deployment: Deployment, is_required: bool) -> None:
    resource = deployment.project.resource(statsig.Gate.declaration)
    declare_settings(resource.lifecycle, is_required=is_required)
    resource.lifecycle.check({"name": "new"}, new=True)
    assert len(resource.reporter.warnings) == is_required


def test_settings_that_the_api_does_not_find_are_an_error_with_a_next_step(deployment: Deployment) -> None:
    body = {"status": 404, "message": "Not Found"}
    deployment.project.emulator.fault(method="GET", path="/settings/project", status=404, body=body)
    with pytest.raises(GoneError) as raised:
        deployment.up(project)
    assert str(raised.value) == (
        "ProjectSettings 'Shop' cannot be set: 'settings/project' does not exist in this Statsig project;"
        " check the id, and that the key is for the right project"
    )
    assert deployment.project.new_writes() == []
