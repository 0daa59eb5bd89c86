"""Dry runs of warehouse sources: what a preview sends, what it reports, and that nothing is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import InvalidInputsError
from statsig_pulumi.json_values import UNKNOWN
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.settings import Policy

from ..contract.project import Json, Request, Resource
from .conftest import Deployment, registrations

UNITS = [{"statsigUnitID": "userID", "column": "user_id"}]
INPUTS: dict[str, Any] = {
    "name": "Purchases",
    "sql": "SELECT 1",
    "timestamp_column": "ts",
    "id_type_mapping": [statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
}
ASSIGNED = INPUTS | {"experiment_id_column": "experiment", "group_id_column": "variant"}
BODY = {"name": "Purchases", "sql": "SELECT 1", "timestampColumn": "ts", "idTypeMapping": UNITS}
PATH = "/metrics/metric_source"
ITEM = f"{PATH}/Purchases"
DRY_RUN_MESSAGE = "SQL compilation error: syntax error: unexpected 'SELEC '."


class Preview:
    """A resource in previews: its problems and the requests of the previews."""

    def __init__(self, deployment: Deployment, kind: str = "MetricSource", *, validates: bool = False) -> None:
        self.deployment, self.emulator = deployment, deployment.project.emulator
        self.resource = Resource(deployment.project, REGISTRY[kind])
        self.resource.context.policy = Policy(validate_on_preview=validates)
        self.cls: Callable[..., object] = REGISTRY[kind].cls
        self.defaults = ASSIGNED if kind == "AssignmentSource" else INPUTS

    def inputs(self, properties: dict[str, Any]) -> Json:
        [(_, _, inputs)] = registrations(lambda: self.cls("source", **self.defaults | properties))
        return inputs

    def problems(self, *, extra: dict[str, Any] | None = None, **properties: Any) -> list[str]:
        """Return the problems of a preview: from check for a new resource, from diff for an existing one."""
        is_new = self.resource.id is None
        inputs, found = self.resource.lifecycle.check(self.inputs(properties) | (extra or {}), new=is_new)
        if found or is_new:
            return list(map(str, found))
        try:
            self.resource.lifecycle.diff(self.resource.outputs, inputs)
        except InvalidInputsError as error:
            return list(map(str, error.problems))
        return []

    def create(self, **properties: Any) -> Preview:
        self.resource.up(self.inputs(properties))
        self.writes()
        return self

    def writes(self) -> list[Request]:
        return self.deployment.project.new_writes()

    def stored(self) -> list[Json]:
        return self.emulator.objects(self.resource.kind)


def test_no_dry_run_is_sent_by_default(deployment: Deployment) -> None:
    preview = Preview(deployment)
    preview.emulator.quirk(sql_errors="SELEC ")
    assert preview.problems(sql="SELEC 1") == []
    preview.create()
    assert preview.problems(sql="SELEC 1") == []
    assert preview.writes() == []


@pytest.mark.parametrize(
    ("setting", "properties", "is_asked"),
    [(True, {}, True), (False, {"validate_on_preview": True}, True), (True, {"validate_on_preview": False}, False)],
)
def test_a_setting_applies_to_all_resources_and_a_property_to_one(
    deployment: Deployment, setting: bool, properties: dict[str, Any], is_asked: bool
) -> None:
    preview = Preview(deployment, validates=setting)
    assert preview.problems(**properties) == []
    assert preview.writes() == ([("POST", PATH, BODY | {"dryRun": True})] if is_asked else [])
    assert preview.stored() == []


@pytest.mark.parametrize("kind", ["MetricSource", "AssignmentSource", "EntityPropertySource"])
def test_a_rejected_query_fails_the_preview_and_saves_nothing(deployment: Deployment, kind: str) -> None:
    preview = Preview(deployment, kind, validates=True)
    preview.emulator.quirk(sql_errors="SELEC ")
    refused = [f"Statsig's dry run failed: {DRY_RUN_MESSAGE} (sql: {DRY_RUN_MESSAGE})"]
    assert preview.problems(sql="SELEC 1") == refused
    assert preview.stored() == []
    before = preview.create().stored()
    assert preview.problems(sql="SELEC 1") == refused
    assert preview.problems(sql="SELECT 2", description="Two") == []
    [(bad, _, _), (good, path, body)] = preview.writes()
    assert (bad, good, path) == ("POST", "POST", f"/{REGISTRY[kind].endpoint.path('Purchases')}")
    assert (body["dryRun"], body["sql"], body["description"]) == (True, "SELECT 2", "Two")
    assert "name" not in body
    assert preview.stored() == before
    assert preview.resource.reporter.messages == []


def test_an_update_is_dry_run_once_in_the_preview_only(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True)
    preview.resource.up(preview.inputs({}))
    preview.resource.up(preview.inputs({"sql": "SELECT 2"}))
    assert [(method, path, "dryRun" in body) for method, path, body in preview.writes()] == [
        ("POST", PATH, True),
        ("POST", PATH, False),
        ("POST", ITEM, True),
        ("POST", ITEM, False),
    ]


def test_an_unchanged_source_is_not_dry_run(deployment: Deployment) -> None:
    preview = Preview(deployment).create()
    preview.resource.context.policy = Policy(validate_on_preview=True)
    assert preview.problems() == []
    assert preview.problems(validate_on_preview=True, tags=["a"], team="Core") == []
    assert preview.writes() == []


def test_a_rename_is_dry_run_under_the_old_name(deployment: Deployment) -> None:
    preview = Preview(deployment, "EntityPropertySource", validates=True).create()
    assert preview.problems(name="Sales") == []
    [(_, path, body)] = preview.writes()
    assert (path, body["name"], body["dryRun"]) == ("/experiments/entity_property/Purchases", "Sales", True)
    preview.emulator.add("entity_properties", {"name": "Sales"})
    assert preview.problems(name="Sales") == [
        "Statsig's dry run failed: Name is already in use (name: Name is already in use)"
    ]
    assert [item["name"] for item in preview.stored()] == ["Purchases", "Sales"]


def test_a_replacement_is_dry_run_as_a_new_source(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True).create()
    assert preview.problems(name="Sales") == []
    assert preview.writes() == []


def test_a_table_is_dry_run_with_an_empty_query(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True)
    preview.defaults = {name: value for name, value in INPUTS.items() if name != "sql"}
    assert preview.problems(source_type="table", table_name="events") == []
    [(_, _, body)] = preview.writes()
    assert (body["sql"], body["tableName"], body["dryRun"]) == ("", "events", True)


def test_tags_and_team_are_omitted_from_the_dry_run(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True)
    preview.emulator.quirk(unknown_references="reject")
    assert preview.problems(tags=["new"], team="Not made yet") == []
    assert [body for _, _, body in preview.writes()] == [BODY | {"dryRun": True}]
    assert preview.resource.reporter.messages == []


@pytest.mark.parametrize(
    "extra", [{"sql": UNKNOWN}, {"tags": ["known", UNKNOWN]}, {"id_type_mapping": []}, {"__import": "Purchases"}]
)
def test_no_dry_run_is_sent_for_unknown_or_invalid_inputs(deployment: Deployment, extra: dict[str, Any]) -> None:
    preview = Preview(deployment, validates=True)
    preview.problems(extra=extra)
    assert preview.writes() == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 429, "headers": {"Retry-After": "600"}}, "answered 429"),
        ({"status": 503}, "answered 503"),
        ({"status": 403}, "answered 403"),
        ({"kind": "drop_before"}, "got no usable response"),
        ({"kind": "drop_after"}, "got no usable response"),
    ],
    ids=str,
)
def test_a_dry_run_that_cannot_be_sent_is_a_warning(deployment: Deployment, fault: dict[str, Any], reason: str) -> None:
    preview = Preview(deployment, validates=True)
    preview.emulator.fault(method="POST", path=PATH, times=None, **fault)
    assert preview.problems() == []
    [warning] = preview.resource.reporter.messages
    assert warning.startswith("warning: MetricSource 'Purchases' was not validated: POST /metrics/metric_source ")
    assert reason in warning
    # One request, without a retry.
    assert preview.emulator.requests()["total"] == 1
    assert preview.stored() == []


def test_a_source_deleted_before_the_preview_is_a_warning(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True).create()
    preview.resource.delete_in_console()
    assert preview.problems(sql="SELECT 2") == []
    assert "answered 404" in preview.resource.reporter.messages[0]


def test_a_dry_run_of_a_taken_name_is_a_warning(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True)
    made = preview.emulator.add("metric_sources", BODY)
    assert preview.problems() == []
    [warning] = preview.resource.reporter.messages
    assert "MetricSource 'Purchases' was not validated: POST" in warning
    assert "in use" in warning
    assert preview.stored() == [made]
