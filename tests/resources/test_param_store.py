"""Param stores: program in, exact requests out."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.lifecycle.import_inputs import derive_inputs
from statsig_pulumi.schema.declaration import REGISTRY
from statsig_pulumi.schema.sentences import Sentence
from statsig_pulumi.schema.validation import find_problems

from .conftest import Deployment

Json = Any
PATH = "/param_stores"
ITEM = f"{PATH}/Checkout%20%2F%20all"
REQUIRED: dict[str, Json] = {"name": "Checkout / all", "display_name": "Checkout"}
CREATE = {"name": "Checkout / all", "displayName": "Checkout", "description": ""}
TITLE = {"name": "title", "ref_type": "static", "type": "string", "value": ""}
COLUMNS = {
    "name": "columns",
    "ref_type": "gate",
    "type": "number",
    "gate_id": "wide",
    "pass_value": 2,
    "fail_value": 1,
}
ROWS = {"name": "rows", "ref_type": "layer", "type": "number", "layer_id": "home", "param_name": "rows"}
LIMIT = {"name": "n", "ref_type": "dynamic_config", "type": "object", "dynamic_config_id": "c", "param_name": "max"}
FLOW = {"name": "flow", "ref_type": "experiment", "type": "array", "experiment_id": "e", "param_name": "flow"}
SENT = [
    {"name": "title", "ref_type": "static", "param_type": "string", "value": ""},
    {
        "name": "columns",
        "ref_type": "gate",
        "param_type": "number",
        "gate_name": "wide",
        "pass_value": 2,
        "fail_value": 1,
    },
    {"name": "rows", "ref_type": "layer", "param_type": "number", "layer_name": "home", "param_name": "rows"},
    {"name": "n", "ref_type": "dynamic_config", "param_type": "object", "config_name": "c", "param_name": "max"},
    {"name": "flow", "ref_type": "experiment", "param_type": "array", "experiment_name": "e", "param_name": "flow"},
]


def store(*parameters: Json, **more: Json) -> None:
    declared = [statsig.ParamStoreParameter(**each) for each in parameters]
    statsig.ParamStore("store", **REQUIRED | ({"parameters": declared} if declared else {}) | more)


def problems(**values: Json) -> list[str]:
    return [str(problem) for problem in find_problems(statsig.ParamStore, REQUIRED | values)]


def test_a_store_is_created_gets_its_parameters_and_is_deleted(deployment: Deployment) -> None:
    every = (TITLE, COLUMNS, ROWS, LIMIT, FLOW)
    assert deployment.up(lambda: store(*every)) == [("POST", PATH, CREATE), ("POST", ITEM, {"parameters": SENT})]
    assert deployment.up(lambda: store(*every, description="All")) == [("POST", ITEM, {"description": "All"})]
    assert deployment.up(lambda: store(ROWS, description="All")) == [("POST", ITEM, {"parameters": [SENT[2]]})]
    assert deployment.refresh() == {"store": deployment.resources["store"].inputs}
    assert deployment.destroy() == [("DELETE", ITEM, None)]


def test_what_only_a_create_accepts_is_sent_with_it(deployment: Deployment) -> None:
    more = {"tags": ["web"], "target_app_ids": ["a1"], "team": "Core"}
    sent = CREATE | {"tags": ["web"], "targetAppIDs": ["a1"], "team": "Core"}
    assert deployment.up(lambda: store(**more)) == [("POST", PATH, sent)]
    assert deployment.resources["store"].outputs["team_id"] == "core-team"


def test_a_parameter_that_gets_its_value_from_elsewhere_is_drift_and_is_restored(deployment: Deployment) -> None:
    deployment.up(lambda: store(TITLE))
    gate = SENT[1] | {"name": "title", "param_type": "string", "pass_value": "", "fail_value": ""}
    deployment.project.emulator.edit("param_stores", "Checkout / all", {"parameters": [gate]})
    assert deployment.resources["store"].drift() == ("parameters",)
    assert deployment.up(lambda: store(TITLE)) == [("POST", ITEM, {"parameters": [SENT[0]]})]


@pytest.mark.parametrize("status", [400, 404])
def test_a_deleted_store_is_created_again(deployment: Deployment, status: int) -> None:
    deployment.project.emulator.quirk(param_store_missing_status=status)
    deployment.up(store)
    deployment.project.emulator.remove("param_stores", "Checkout / all")
    assert deployment.resources["store"].read() is None


def test_an_older_api_keeps_the_store_and_a_warning_says_so(deployment: Deployment) -> None:
    deployment.up(store)
    resource = deployment.resources["store"]
    deployment.project.emulator.quirk(api_2026_10=False)
    deployment.destroy()
    assert len(deployment.project.emulator.objects("param_stores")) == 1
    (warning,) = resource.reporter.warnings
    assert warning.startswith("warning: ParamStore 'Checkout / all' is kept in Statsig: DELETE /param_stores/")
    assert warning.endswith("which needs version 2026-10 of the Console API")


def test_an_import_declares_every_form(deployment: Deployment) -> None:
    deployment.up(lambda: store(TITLE, COLUMNS, ROWS, LIMIT, FLOW))
    live = deployment.resources["store"].lifecycle.resource_client.get("Checkout / all")
    assert live is not None
    imported = derive_inputs(REGISTRY["ParamStore"], live)
    assert imported.inputs == REQUIRED | {"parameters": [TITLE, COLUMNS, ROWS, LIMIT, FLOW]}
    assert imported.omitted == {}


ARRAY = {"name": "a", "ref_type": "static", "type": "array"}
TYPES = "'string', 'number', 'boolean', 'object' or 'array'"


@pytest.mark.parametrize(
    ("parameters", "place", "reason"),
    [
        ([TITLE | {"value": 1}], "[0].value", "must be of the declared type, string, not number"),
        ([COLUMNS | {"fail_value": "1"}], "[0].fail_value", "must be of the declared type, number, not string"),
        ([TITLE | {"gate_id": "wide"}], "[0].gate_id", "must be omitted with ref_type='static'"),
        ([ARRAY], "[0].value", "is required with ref_type='static'"),
        ([TITLE, ROWS | {"name": "title"}], "[1].name", "'title' is already used by parameters[0]"),
        ([TITLE | {"type": "text"}], "[0].type", f"input should be {TYPES}"),
    ],
)
def test_a_wrong_parameter_is_a_problem_with_its_place(parameters: Json, place: str, reason: str) -> None:
    assert problems(parameters=parameters) == [f"parameters{place}: {reason}"]


def test_a_changed_name_replaces_the_store_and_a_changed_display_name_is_refused(deployment: Deployment) -> None:
    deployment.up(store)
    resource = deployment.resources["store"]
    assert resource.preview(resource.inputs | {"name": "Basket"}).replaces == ("name",)
    with pytest.raises(statsig.InvalidInputsError, match="display_name"):
        resource.preview(resource.inputs | {"display_name": "Basket"})


def test_a_removed_parameter_and_another_type_have_consequences() -> None:
    before = {"parameters": [TITLE, ROWS]}
    after = {"parameters": [ROWS | {"type": "string"}]}
    assert list(statsig.ParamStore.consequences(before, after)) == [
        Sentence("without parameter 'title': code that reads it gets the default in the code", "high"),
        Sentence("parameter 'rows' becomes a value of type string: code that reads another type fails", "high"),
    ]
    assert list(statsig.ParamStore.consequences(before, {"parameters": [ROWS, TITLE]})) == []
