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
USUAL: dict[str, Any] = {
    "name": "Purchases",
    "sql": "SELECT 1",
    "timestamp_column": "ts",
    "id_type_mapping": [statsig.IdTypeMapping(statsig_unit_id="userID", column="user_id")],
}
ASSIGNED = USUAL | {"experiment_id_column": "experiment", "group_id_column": "variant"}
BODY = {"name": "Purchases", "sql": "SELECT 1", "timestampColumn": "ts", "idTypeMapping": UNITS}
PATH = "/metrics/metric_source"
ITEM = f"{PATH}/Purchases"
SAID = "SQL compilation error: syntax error: unexpected 'SELEC '."


class Preview:
    """A resource as previews see it: its problems, what they sent, and what they said."""

    def __init__(self, deployment: Deployment, kind: str = "MetricSource", *, validates: bool = False) -> None:
        self.deployment, self.emulator = deployment, deployment.project.emulator
        self.resource = Resource(deployment.project, REGISTRY[kind])
        self.resource.lifecycle.policy = Policy(validate_on_preview=validates)
        self.cls: Callable[..., object] = REGISTRY[kind].cls
        self.usual = ASSIGNED if kind == "AssignmentSource" else USUAL

    def inputs(self, given: dict[str, Any]) -> Json:
        [(_, _, inputs)] = registrations(lambda: self.cls("source", **self.usual | given))
        return inputs

    def problems(self, *, besides: dict[str, Any] | None = None, **given: Any) -> list[str]:
        """What a preview tells: the check of a new one, the diff of an existing one."""
        is_new = self.resource.id is None
        inputs, found = self.resource.lifecycle.check(self.inputs(given) | (besides or {}), new=is_new)
        if found or is_new:
            return list(map(str, found))
        try:
            self.resource.lifecycle.diff(self.resource.outputs, inputs)
        except InvalidInputsError as error:
            return list(map(str, error.problems))
        return []

    def made(self, **given: Any) -> Preview:
        self.resource.up(self.inputs(given))
        self.sent()
        return self

    def sent(self) -> list[Request]:
        return self.deployment.project.new_writes()

    def stored(self) -> list[Json]:
        return self.emulator.objects(self.resource.kind)


def test_nothing_is_asked_where_nobody_says_so(deployment: Deployment) -> None:
    preview = Preview(deployment)
    preview.emulator.quirk(sql_errors="SELEC ")
    assert preview.problems(sql="SELEC 1") == []
    preview.made()
    assert preview.problems(sql="SELEC 1") == []
    assert preview.sent() == []


@pytest.mark.parametrize(
    ("setting", "given", "is_asked"),
    [(True, {}, True), (False, {"validate_on_preview": True}, True), (True, {"validate_on_preview": False}, False)],
)
def test_the_setting_says_it_for_all_and_the_property_for_one(
    deployment: Deployment, setting: bool, given: dict[str, Any], is_asked: bool
) -> None:
    preview = Preview(deployment, validates=setting)
    assert preview.problems(**given) == []
    assert preview.sent() == ([("POST", PATH, BODY | {"dryRun": True})] if is_asked else [])
    assert preview.stored() == []


@pytest.mark.parametrize("kind", ["MetricSource", "AssignmentSource", "EntityPropertySource"])
def test_what_the_warehouse_refuses_fails_the_preview_and_nothing_is_saved(deployment: Deployment, kind: str) -> None:
    preview = Preview(deployment, kind, validates=True)
    preview.emulator.quirk(sql_errors="SELEC ")
    refused = [f"Statsig's dry run says: {SAID} (sql: {SAID})"]
    assert preview.problems(sql="SELEC 1") == refused
    assert preview.stored() == []
    before = preview.made().stored()
    assert preview.problems(sql="SELEC 1") == refused
    assert preview.problems(sql="SELECT 2", description="Two") == []
    [(bad, _, _), (good, path, body)] = preview.sent()
    assert (bad, good, path) == ("POST", "POST", f"/{REGISTRY[kind].endpoint.path('Purchases')}")
    assert (body["dryRun"], body["sql"], body["description"]) == (True, "SELECT 2", "Two")
    assert "name" not in body
    assert preview.stored() == before
    assert preview.resource.reporter.messages == []


def test_an_update_asks_once_in_the_preview_and_never_by_itself(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True)
    preview.resource.up(preview.inputs({}))
    preview.resource.up(preview.inputs({"sql": "SELECT 2"}))
    assert [(method, path, "dryRun" in body) for method, path, body in preview.sent()] == [
        ("POST", PATH, True),
        ("POST", PATH, False),
        ("POST", ITEM, True),
        ("POST", ITEM, False),
    ]


def test_what_is_not_changed_is_not_asked_about(deployment: Deployment) -> None:
    preview = Preview(deployment).made()
    preview.resource.lifecycle.policy = Policy(validate_on_preview=True)
    assert preview.problems() == []
    assert preview.problems(validate_on_preview=True, tags=["a"], team="Core") == []
    assert preview.sent() == []


def test_a_rename_is_asked_about_under_the_old_name(deployment: Deployment) -> None:
    preview = Preview(deployment, "EntityPropertySource", validates=True).made()
    assert preview.problems(name="Sales") == []
    [(_, path, body)] = preview.sent()
    assert (path, body["name"], body["dryRun"]) == ("/experiments/entity_property/Purchases", "Sales", True)
    preview.emulator.add("entity_properties", {"name": "Sales"})
    assert preview.problems(name="Sales") == [
        "Statsig's dry run says: Name is already in use (name: Name is already in use)"
    ]
    assert [item["name"] for item in preview.stored()] == ["Purchases", "Sales"]


def test_a_replacement_is_asked_about_as_the_new_source_that_it_is(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True).made()
    assert preview.problems(name="Sales") == []
    assert preview.sent() == []


def test_a_table_is_asked_about_with_an_empty_query(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True)
    preview.usual = {name: value for name, value in USUAL.items() if name != "sql"}
    assert preview.problems(source_type="table", table_name="events") == []
    [(_, _, body)] = preview.sent()
    assert (body["sql"], body["tableName"], body["dryRun"]) == ("", "events", True)


def test_what_the_same_program_may_make_is_left_out(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True)
    preview.emulator.quirk(unknown_references="reject")
    assert preview.problems(tags=["new"], team="Not made yet") == []
    assert [body for _, _, body in preview.sent()] == [BODY | {"dryRun": True}]
    assert preview.resource.reporter.messages == []


@pytest.mark.parametrize(
    "besides", [{"sql": UNKNOWN}, {"tags": ["known", UNKNOWN]}, {"id_type_mapping": []}, {"__import": "Purchases"}]
)
def test_nothing_is_asked_before_all_is_known_and_right(deployment: Deployment, besides: dict[str, Any]) -> None:
    preview = Preview(deployment, validates=True)
    preview.problems(besides=besides)
    assert preview.sent() == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 429, "headers": {"Retry-After": "600"}}, "answered 429"),
        ({"status": 503}, "answered 503"),
        ({"status": 403}, "answered 403"),
        ({"kind": "drop_before"}, "got no usable answer"),
        ({"kind": "drop_after"}, "got no usable answer"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_a_warning(deployment: Deployment, fault: dict[str, Any], said: str) -> None:
    preview = Preview(deployment, validates=True)
    preview.emulator.fault(method="POST", path=PATH, times=None, **fault)
    assert preview.problems() == []
    [warning] = preview.resource.reporter.messages
    assert warning.startswith("warning: MetricSource 'Purchases' was not validated: POST /metrics/metric_source ")
    assert said in warning
    # Asked once, and waited for nothing.
    assert preview.emulator.requests()["total"] == 1
    assert preview.stored() == []


def test_a_source_that_went_away_is_a_warning(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True).made()
    preview.resource.delete_in_console()
    assert preview.problems(sql="SELECT 2") == []
    assert "answered 404" in preview.resource.reporter.messages[0]


def test_a_name_that_is_taken_is_a_warning(deployment: Deployment) -> None:
    preview = Preview(deployment, validates=True)
    made = preview.emulator.add("metric_sources", BODY)
    assert preview.problems() == []
    [warning] = preview.resource.reporter.messages
    assert "MetricSource 'Purchases' was not validated: POST" in warning
    assert "in use" in warning
    assert preview.stored() == [made]
