"""Environments: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError

from .conftest import Deployment, registrations

INITIAL = {"development": False, "staging": False, "production": True}


def program(*names: str, production: str = "production", **more: Any) -> None:
    environments = [statsig.Environment(name=name, is_production=name == production) for name in names]
    statsig.Environments("environments", environments=environments, **more)


def ids(deployment: Deployment) -> dict[str, str]:
    items = deployment.project.emulator.object("environments", "environments")["environments"]
    return {item["name"]: item["id"] for item in items}


def item(name: str, id_: str | None = None, **more: Any) -> dict[str, Any]:
    flags = {"isProduction": name == "production", "requiresReview": False, "requiresReleasePipeline": False}
    return {"name": name, **flags, **({"id": id_} if id_ else {}), **more}


def test_the_initial_environments_need_no_request(deployment: Deployment) -> None:
    assert deployment.up(lambda: program(*INITIAL)) == []


def test_the_whole_list_is_sent_with_the_ids_of_those_that_exist(deployment: Deployment) -> None:
    before = ids(deployment)
    [(method, path, body)] = deployment.up(lambda: program("development", "qa", "staging", "production"))
    assert (method, path) == ("POST", "/environments")
    assert body == {
        "environments": [
            item("development", before["development"]),
            item("qa"),
            item("staging", before["staging"]),
            item("production", before["production"]),
        ]
    }
    after = ids(deployment)
    assert {name: after[name] for name in INITIAL} == before


def test_what_an_item_omits_is_sent_as_it_is_in_statsig(deployment: Deployment) -> None:
    items = deployment.project.emulator.object("environments", "environments")["environments"]
    items[2] |= {"requiresReview": True, "requiredReviewGroupID": "group-1"}
    deployment.project.emulator.edit("environments", "environments", {"environments": items})

    def reviewed() -> None:
        environments = [
            statsig.Environment(name="development", requires_release_pipeline=True),
            statsig.Environment(name="staging"),
            statsig.Environment(name="production", is_production=True),
        ]
        statsig.Environments("environments", environments=environments)

    [(_, _, body)] = deployment.up(reviewed)
    assert [each["requiresReleasePipeline"] for each in body["environments"]] == [True, False, False]
    assert body["environments"][2] == items[2]


def test_a_review_group_is_cleared_by_its_omission_in_the_request(deployment: Deployment) -> None:
    def grouped(group: str | None) -> None:
        environments = [statsig.Environment(name=name, is_production=is_it) for name, is_it in INITIAL.items()]
        environments[2]["required_review_group_id"] = group or "<none>"
        statsig.Environments("environments", environments=environments)

    [(_, _, body)] = deployment.up(lambda: grouped("group-1"))
    assert body["environments"][2]["requiredReviewGroupID"] == "group-1"
    [(_, _, body)] = deployment.up(lambda: grouped(None))
    assert "requiredReviewGroupID" not in body["environments"][2]


def test_a_new_resource_that_omits_an_environment_is_an_invalid_input(deployment: Deployment) -> None:
    with pytest.raises(AssertionError, match=r"environments.*lacks .*development.*staging.*: rules and keys"):
        deployment.up(lambda: program("production"))
    assert deployment.project.new_writes() == []


def test_an_environment_is_removed_only_if_the_program_allows_it(deployment: Deployment) -> None:
    deployment.up(lambda: program(*INITIAL))
    with pytest.raises(InvalidInputsError, match=r"lacks 'staging': .* Declare it, or declare allow_removal=True"):
        deployment.up(lambda: program("development", "production"))
    assert deployment.project.new_writes() == []
    deployment.up(lambda: program("development", "production", allow_removal=True))
    assert list(ids(deployment)) == ["development", "production"]


def test_an_allowed_rename_keeps_the_id(deployment: Deployment) -> None:
    deployment.up(lambda: program(*INITIAL))
    before = ids(deployment)
    deployment.up(lambda: program("development", "preview", "production", allow_removal=True))
    assert ids(deployment)["preview"] == before["staging"]


def test_an_environment_that_somebody_added_is_not_removed_silently(deployment: Deployment) -> None:
    deployment.up(lambda: program(*INITIAL))
    items = deployment.project.emulator.object("environments", "environments")["environments"]
    items.append({"name": "qa"})
    deployment.project.emulator.edit("environments", "environments", {"environments": items})
    deployment.up(lambda: program(*INITIAL, "preview"))
    assert set(ids(deployment)) == {*INITIAL, "qa", "preview"}
    assert "keeps environments" in str(deployment.resources["environments"].reporter.warnings)


@pytest.mark.parametrize(
    ("names", "production", "problem"),
    [
        (["a", "b"], "none", "has no environment with is_production=True; declare exactly one"),
        ([], "none", "has no environment with is_production=True"),
        (["a", "a"], "a", r"environments\[1\].name: 'a' is already used by environments\[0\]"),
        (["a", "a"], "a", "has 2 environments with is_production=True"),
        ([""], "", r"environments\[0\].name: string should have at least 1 character"),
    ],
)
def test_a_wrong_list_is_an_invalid_input(names: list[str], production: str, problem: str) -> None:
    with pytest.raises(InvalidInputsError, match=problem):
        registrations(lambda: program(*names, production=production))


def test_any_number_of_production_environments_is_allowed_if_declared(deployment: Deployment) -> None:
    deployment.up(lambda: program(*INITIAL, production="none", allow_any_production=True))
    assert not any(
        each["isProduction"]
        for each in deployment.project.emulator.object("environments", "environments")["environments"]
    )


def test_destroy_leaves_the_environments(deployment: Deployment) -> None:
    deployment.up(lambda: program(*INITIAL, "qa"))
    assert deployment.destroy() == []
    assert list(ids(deployment)) == [*INITIAL, "qa"]
