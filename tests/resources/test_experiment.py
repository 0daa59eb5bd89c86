"""Experiments: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import ImportMismatchError, InvalidInputsError, StatsigError, TakenError
from statsig_pulumi.json_values import NONE
from statsig_pulumi.schema.declaration import REGISTRY

from .conftest import Deployment, registrations

PATH = "/experiments/new_checkout"
METRIC: dict[str, Any] = {"name": "checkout_done", "type": "event_count"}


def experiment(**properties: Any) -> None:
    statsig.Experiment("experiment", **{"name": "New checkout"} | properties)


def problems_of_update(**properties: Any) -> dict[str, str]:
    """What is wrong with the program, by place."""
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: experiment(**properties))
    return {problem.place: problem.reason for problem in error.value.problems}


def test_a_name_is_enough(deployment: Deployment) -> None:
    assert deployment.up(experiment) == [("POST", "/experiments", {"name": "New checkout"})]
    assert deployment.resources["experiment"].id == "new_checkout"


def test_undeclared_properties_keep_the_console_values(deployment: Deployment) -> None:
    emulator = deployment.project.emulator
    deployment.up(experiment)
    edit = {"hypothesis": "Ana's", "duration": 3, "primaryMetrics": [METRIC], "tags": ["ana"]}
    emulator.edit("experiments", "new_checkout", edit)
    assert deployment.resources["experiment"].drift() == ()
    assert deployment.up(lambda: experiment(description="Ours")) == [("PATCH", PATH, {"description": "Ours"})]
    live = emulator.object("experiments", "new_checkout")
    assert {name: live[name] for name in edit} == edit


def test_metrics_added_by_tags_are_no_drift(deployment: Deployment) -> None:
    def program() -> None:
        experiment(
            primary_metrics=[statsig.ExperimentMetric(**METRIC)],
            primary_metric_tags=["core"],
            secondary_metric_tags=["web"],
        )

    deployment.up(program)
    of_tag = [METRIC, {"name": "revenue", "type": "sum"}]
    deployment.project.emulator.edit(
        "experiments", "new_checkout", {"primaryMetrics": of_tag, "secondaryMetrics": of_tag}
    )
    assert deployment.resources["experiment"].drift() == ()
    deployment.project.emulator.edit("experiments", "new_checkout", {"primaryMetrics": of_tag[1:]})
    assert deployment.resources["experiment"].drift() == ("primary_metrics",)
    assert deployment.up(program) == [("PATCH", PATH, {"primaryMetrics": [METRIC]})]


def test_metrics_added_in_the_console_are_drift_without_declared_tags(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(primary_metrics=[statsig.ExperimentMetric(**METRIC)], primary_metric_tags=[]))
    more = [METRIC, {"name": "revenue", "type": "sum"}]
    deployment.project.emulator.edit("experiments", "new_checkout", {"primaryMetrics": more})
    assert deployment.resources["experiment"].drift() == ("primary_metrics",)


@pytest.mark.parametrize("is_shown", [True, False])
@pytest.mark.parametrize("properties", [{}, {"layer_id": None}])
def test_an_implicit_layer_is_not_an_output(deployment: Deployment, is_shown: bool, properties: dict[str, Any]) -> None:
    deployment.project.emulator.quirk(implicit_layer_id=is_shown)
    assert deployment.up(lambda: experiment(**properties)) == [("POST", "/experiments", {"name": "New checkout"})]
    resource = deployment.resources["experiment"]
    assert resource.outputs.get("layer_id") in (None, NONE)
    assert resource.drift() == ()


def test_another_layer_or_id_replaces_the_experiment(deployment: Deployment) -> None:
    deployment.up(experiment)
    resource = deployment.resources["experiment"]
    assert resource.preview(resource.inputs | {"layer_id": "checkout_layer"}).replaces == ("layer_id",)
    assert resource.preview(resource.inputs | {"experiment_id": "checkout"}).replaces == ("experiment_id",)
    assert resource.preview(resource.inputs | {"experiment_id": "new_checkout"}).replaces == ()


def test_a_taken_name_is_an_error_and_the_object_is_unchanged(deployment: Deployment) -> None:
    made = deployment.project.emulator.add("experiments", {"id": "new_checkout", "name": "New checkout"})
    with pytest.raises(TakenError, match="import the id 'new_checkout'"):
        deployment.up(lambda: experiment(description="Ours"))
    assert deployment.project.emulator.object("experiments", "new_checkout") == made


def test_an_import_never_changes_the_experiment(deployment: Deployment) -> None:
    made = {"id": "new_checkout", "name": "New checkout", "status": "active", "hypothesis": "Ana's"}
    deployment.project.emulator.add("experiments", made)
    [(_, _, inputs)] = registrations(lambda: experiment(status="active", control_group="Control"))
    resource = deployment.project.resource(REGISTRY["Experiment"])
    resource.up(inputs | {"__import": "new_checkout"})
    assert (resource.id, resource.drift(), deployment.project.new_writes()) == ("new_checkout", (), [])
    with pytest.raises(ImportMismatchError, match="the program differs from it in status"):
        deployment.project.resource(REGISTRY["Experiment"]).lifecycle.create(
            inputs | {"status": "setup", "__import": "new_checkout"}
        )


def test_a_deleted_experiment_is_created_again(deployment: Deployment) -> None:
    deployment.up(experiment)
    deployment.project.emulator.remove("experiments", "new_checkout")
    assert deployment.resources.pop("experiment").read() is None
    assert deployment.up(experiment) == [("POST", "/experiments", {"name": "New checkout"})]


def test_destroy_deletes_or_archives_as_declared(deployment: Deployment) -> None:
    deployment.up(experiment)
    assert deployment.destroy() == [("DELETE", PATH, None)]
    deployment.up(lambda: experiment(archive_on_delete=True))
    assert deployment.destroy() == [("PUT", f"{PATH}/archive", {})]


def test_an_active_experiment_is_deleted_only_if_declared(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(status="active"))
    words = (
        "Experiment 'New checkout' is active and was not deleted. .* archive_on_delete=True or"
        " delete_while_active=True, run `pulumi up`"
    )
    with pytest.raises(StatsigError, match=words):
        deployment.resources["experiment"].destroy()
    assert deployment.project.new_writes() == []
    deployment.up(lambda: experiment(status="active", delete_while_active=True))
    assert deployment.destroy() == [("DELETE", PATH, None)]


def test_an_experiment_started_in_the_console_is_not_deleted(deployment: Deployment) -> None:
    deployment.up(experiment)
    deployment.project.emulator.edit("experiments", "new_checkout", {"status": "active"})
    with pytest.raises(StatsigError, match="is active and was not deleted"):
        deployment.resources["experiment"].destroy()
    assert deployment.project.new_writes() == []


def test_an_active_experiment_is_archived_on_destroy_if_declared(deployment: Deployment) -> None:
    deployment.up(lambda: experiment(status="active", archive_on_delete=True))
    assert deployment.destroy() == [("PUT", f"{PATH}/archive", {})]


def test_a_rejected_delete_of_an_active_experiment_is_reported(deployment: Deployment) -> None:
    deployment.project.emulator.quirk(delete_active_experiment="reject")
    deployment.up(lambda: experiment(status="active", delete_while_active=True))
    with pytest.raises(StatsigError, match="Experiment has not yet finished"):
        deployment.resources["experiment"].destroy()
    assert deployment.resources["experiment"].live()["status"] == "active"


@pytest.mark.parametrize(
    ("properties", "place", "words"),
    [
        ({"name": "a"}, "name", "at least 3"),
        ({"name": "New checkout!"}, "name", "pattern"),
        ({"team": "Core", "team_id": "core-team"}, "team_id", "set only one of them"),
        ({"allocation": 101}, "allocation", "less than or equal to 100"),
        ({"duration": 0}, "duration", "greater than or equal to 1"),
        ({"default_confidence_interval": "97"}, "default_confidence_interval", "'80'"),
        ({"links": [statsig.Link(url="example.com")]}, "links[0].url", "pattern"),
        ({"scheduled_reload_hour": 24}, "scheduled_reload_hour", "23"),
        ({"status": "started"}, "status", "'setup'"),
        ({"groups": [statsig.Group(name="", size=1)]}, "groups[0].name", "at least 1"),
        ({"groups": [statsig.Group(name="a", size=1)] * 2}, "groups[1].name", "'a' is already used by groups[0]"),
        ({"groups": [statsig.Group(name=n, size=50.1) for n in "ab"]}, "groups", "add up to 100.2 %, more than 100 %"),
        ({"description": None}, "description", "must not be None"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], place: str, words: str) -> None:
    problems = problems_of_update(**properties)
    assert words in problems[place]
