"""Layers: program in, exact requests out."""

from __future__ import annotations

from typing import Any, Literal

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.errors import ImportMismatchError, InvalidInputsError, RejectedError, StatsigError
from statsig_pulumi.settings import Policy

from ..contract.project import Json
from .conftest import Deployment, registrations

PATH = "/layers/homepage_feed_improvements"
FLOW = statsig.LayerParameter(name="test!!!", type="string", default_value="control", description="The flow")
LIMITS = statsig.LayerParameter(
    name="limits", type="object", default_value={"items": 3}, schema='{"required": ["items"]}'
)
WITHOUT_SCHEMA: dict[str, Any] = {"name": "limits", "type": "object", "default_value": {"items": 3}}
SENT: list[dict[str, Any]] = [
    {"name": "test!!!", "type": "string", "defaultValue": "control", "description": "The flow"},
    {"name": "limits", "type": "object", "defaultValue": {"items": 3}, "schema": '{"required": ["items"]}'},
]
EVERYTHING: dict[str, Any] = {
    "description": "The feed of the homepage",
    "parameters": [FLOW, LIMITS],
    "target_apps": ["web"],
    "team": "Core",
}


def layer(**properties: Any) -> statsig.Layer:
    return statsig.Layer("feed", **{"name": "Homepage Feed Improvements", "id_type": "userID"} | properties)


def problems(**properties: Any) -> list[str]:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: layer(**properties))
    return [str(problem) for problem in error.value.problems]


def parameter(type_: str, default_value: Json, **more: Json) -> dict[str, Json]:
    return {"name": "p", "type": type_, "default_value": default_value, **more}


def in_layer(deployment: Deployment, name: str, **values: Json) -> None:
    """Somebody makes an experiment in the layer, whose groups use these parameters."""
    groups = [{"id": name, "name": "A", "size": 100, "parameterValues": values}]
    deployment.project.emulator.add(
        "experiments", {"name": name, "layerID": "homepage_feed_improvements", "groups": groups}
    )


def test_parameters_are_sent_right_after_the_create(deployment: Deployment) -> None:
    new = {
        "name": "Homepage Feed Improvements",
        "idType": "userID",
        "description": "The feed of the homepage",
        "targetApps": ["web"],
        "team": "Core",
    }
    assert deployment.up(lambda: layer(**EVERYTHING)) == [
        ("POST", "/layers", new),
        ("PATCH", PATH, {"parameters": SENT}),
    ]
    resource = deployment.resources["feed"]
    assert (resource.id, resource.drift(), resource.reporter.warnings) == ("homepage_feed_improvements", (), [])


def test_a_name_and_a_unit_type_are_enough(deployment: Deployment) -> None:
    assert deployment.up(layer) == [("POST", "/layers", {"name": "Homepage Feed Improvements", "idType": "userID"})]


def test_refused_parameters_stay_pending_until_an_update_sets_them(deployment: Deployment) -> None:
    deployment.project.emulator.fault(method="PATCH", status=400, times=1)
    with pytest.raises(AssertionError, match="differs from the program"):
        deployment.up(lambda: layer(parameters=[FLOW]))
    resource = deployment.resources["feed"]
    assert resource.reporter.warnings[0].startswith("error: Layer 'Homepage Feed Improvements' was created without par")
    assert resource.preview().changed == ("parameters",)
    deployment.project.new_writes()
    assert deployment.up(lambda: layer(parameters=[FLOW])) == [("PATCH", PATH, {"parameters": SENT[:1]})]
    assert resource.drift() == ()


def test_an_update_replaces_the_list_and_keeps_what_is_not_declared_of_a_parameter(deployment: Deployment) -> None:
    deployment.up(lambda: layer(parameters=[FLOW]))
    changed = {"name": "test!!!", "type": "string", "default_value": "b"}
    added = parameter("array", [1, "a"])
    assert deployment.up(lambda: layer(parameters=[changed, added])) == [
        (
            "PATCH",
            PATH,
            {
                "parameters": [
                    SENT[0] | {"defaultValue": "b"},
                    {"name": "p", "type": "array", "defaultValue": [1, "a"]},
                ]
            },
        )
    ]
    assert deployment.up(lambda: layer(parameters=[])) == [("PATCH", PATH, {"parameters": []})]


@pytest.mark.parametrize("on_release", ["keep", "reset"])
@pytest.mark.parametrize("is_declared", [True, False])
def test_a_changed_type_removes_the_schema_and_the_preview_says_it(
    deployment: Deployment, on_release: Literal["keep", "reset"], is_declared: bool
) -> None:
    """Only objects have schemas. The schema may be declared, or set in the console."""
    deployment.up(lambda: layer(parameters=[LIMITS if is_declared else WITHOUT_SCHEMA]))
    deployment.project.emulator.edit("layers", "homepage_feed_improvements", {"parameters": [SENT[1]]})
    text = {"name": "limits", "type": "string", "default_value": "3"}
    resource = deployment.resources["feed"]
    resource.lifecycle.releases.policy = Policy(on_release=on_release)
    changes = resource.preview(resource.inputs | {"parameters": [text]})
    assert (changes.changed, changes.released) == (("parameters",), ())
    assert (
        'info: parameter "limits" is no longer an object: its schema, if it has one, is removed' in resource.announced
    )
    assert deployment.up(lambda: layer(parameters=[text])) == [
        ("PATCH", PATH, {"parameters": [{"name": "limits", "type": "string", "defaultValue": "3"}]})
    ]


def test_an_omitted_schema_stays_and_the_preview_says_it(deployment: Deployment) -> None:
    deployment.up(lambda: layer(parameters=[LIMITS]))
    resource = deployment.resources["feed"]
    other = WITHOUT_SCHEMA | {"default_value": {"items": 4}}
    changes = resource.preview(resource.inputs | {"parameters": [other]})
    assert (changes.changed, changes.released) == (("parameters",), ("parameters[0].schema",))
    (request,) = deployment.up(lambda: layer(parameters=[other]))
    assert request[2]["parameters"][0]["schema"] == LIMITS["schema"]


def test_other_properties_are_patched_alone(deployment: Deployment) -> None:
    deployment.up(lambda: layer(**EVERYTHING))
    assert deployment.up(lambda: layer(**EVERYTHING | {"description": ""})) == [("PATCH", PATH, {"description": ""})]
    assert deployment.up(lambda: layer(**EVERYTHING | {"description": "", "target_apps": []})) == [
        ("PATCH", PATH, {"targetApps": []})
    ]


def test_what_the_api_cannot_change_replaces_the_layer_or_is_refused(deployment: Deployment) -> None:
    deployment.up(lambda: layer(**EVERYTHING))
    resource = deployment.resources["feed"]
    assert resource.preview(resource.inputs | {"id_type": "stableID"}).replaces == ("id_type",)
    assert resource.preview(resource.inputs | {"name": "Other"}).replaces == ("name",)
    with pytest.raises(InvalidInputsError, match="team: the API can set it only when it creates the object"):
        resource.preview(resource.inputs | {"team": "Growth"})


USES = "experiment 'one' uses limits; experiment 'two' uses limits. A layer is updated before its experiments: "


def use_limits(deployment: Deployment) -> None:
    in_layer(deployment, "one", **{"test!!!": "b", "limits": {"items": 4}})
    in_layer(deployment, "two", limits={"items": 5})
    in_layer(deployment, "three")


def test_removing_a_parameter_in_use_is_refused_at_the_preview_with_the_experiments(deployment: Deployment) -> None:
    deployment.up(lambda: layer(parameters=[FLOW, LIMITS]))
    use_limits(deployment)
    with pytest.raises(InvalidInputsError, match=f"parameters: Statsig refuses the change: {USES}"):
        deployment.up(lambda: layer(parameters=[FLOW]))
    assert deployment.project.new_writes() == []
    assert deployment.up(lambda: layer(parameters=[LIMITS, FLOW])) != []
    with pytest.raises(InvalidInputsError, match="experiment 'one' uses limits, test!!!; experiment 'two' uses limits"):
        deployment.up(lambda: layer(parameters=[]))


def test_removing_a_parameter_of_the_console_that_is_in_use_is_a_warning_at_the_preview(deployment: Deployment) -> None:
    deployment.up(lambda: layer(parameters=[FLOW]))
    resource = deployment.resources["feed"]
    limits = {"name": "limits", "type": "object", "defaultValue": {}}
    resource.edit_in_console({"parameters": [*resource.live()["parameters"], limits]})
    use_limits(deployment)
    resource.refresh()
    assert resource.preview(resource.inputs).changed == ("parameters",)
    assert [text for text in resource.reporter.warnings if "an update will fail: parameters: Statsig refuses" in text]


def test_a_parameter_that_is_used_meanwhile_is_kept_and_the_error_names_the_experiments(
    deployment: Deployment,
) -> None:
    deployment.up(lambda: layer(parameters=[FLOW, LIMITS]))
    use_limits(deployment)
    resource = deployment.resources["feed"]
    wanted = resource.check({**resource.inputs, "parameters": resource.inputs["parameters"][:1]})
    with pytest.raises(RejectedError, match=r"Parameter\(s\) missing: \[limits\]") as error:
        resource.lifecycle.update(str(resource.id), resource.outputs, wanted)
    assert error.value.next_step.startswith(USES)
    assert "`pulumi up --target with its URN`, then `pulumi up`" in error.value.next_step
    assert [each["name"] for each in deployment.resources["feed"].live()["parameters"]] == ["test!!!", "limits"]


def test_other_refusals_of_an_update_have_the_usual_advice(deployment: Deployment) -> None:
    deployment.up(lambda: layer(parameters=[FLOW]))
    deployment.project.emulator.fault(method="PATCH", status=400, times=1)
    with pytest.raises(RejectedError) as error:
        deployment.up(lambda: layer(parameters=[]))
    assert error.value.next_step == "nothing was changed; fix the declaration, then run it again"


def test_a_refused_update_is_the_error_even_if_the_experiments_cannot_be_read(deployment: Deployment) -> None:
    deployment.up(lambda: layer(parameters=[FLOW, LIMITS]))
    use_limits(deployment)
    resource = deployment.resources["feed"]
    wanted = resource.check({**resource.inputs, "parameters": resource.inputs["parameters"][:1]})
    outage = {"status": 503, "headers": {"Retry-After": "3600"}}
    deployment.project.emulator.fault(method="GET", path=f"{PATH}/experiments", **outage)
    with pytest.raises(RejectedError, match=r"Parameter\(s\) missing: \[limits\]"):
        resource.lifecycle.update(str(resource.id), resource.outputs, wanted)


def test_a_refused_delete_names_the_experiments(deployment: Deployment) -> None:
    deployment.up(layer)
    in_layer(deployment, "one")
    with pytest.raises(StatsigError, match="experiments still on it; first remove the references from experiments 'o"):
        deployment.resources["feed"].destroy()
    deployment.project.emulator.remove("experiments", "one")
    deployment.project.new_writes()
    assert deployment.destroy() == [("DELETE", PATH, None)]


def test_an_implicit_layer_is_not_imported(deployment: Deployment) -> None:
    deployment.project.emulator.add("experiments", {"name": "alone"})
    resource = deployment.project.resource(statsig.Layer.declaration)
    inputs = {"name": "alone", "id_type": "userID", "__import": "statsig::alone_layer"}
    with pytest.raises(ImportMismatchError, match="cannot be imported: Statsig made it for an experiment without a la"):
        resource.lifecycle.create(inputs)


def test_a_name_that_the_api_omits_is_no_drift(deployment: Deployment) -> None:
    deployment.up(layer)
    resource = deployment.resources["feed"]
    nameless = {name: value for name, value in resource.live().items() if name != "name"}
    live = resource.lifecycle.resource_client.live(nameless)
    assert resource.declaration.observed(live, resource.inputs)["name"] == "Homepage Feed Improvements"
    assert resource.declaration.observed(live, {})["name"] == "homepage_feed_improvements"


@pytest.mark.parametrize(
    ("type_", "valid", "wrong", "named"),
    [
        ("string", "", 1, "string, not number"),
        ("number", 1.5, True, "number, not boolean"),
        ("boolean", False, 0, "boolean, not number"),
        ("object", {}, [], "object, not array"),
        ("array", [], {}, "array, not object"),
    ],
)
def test_a_default_has_the_type_of_its_parameter(type_: str, valid: Json, wrong: Json, named: str) -> None:
    assert registrations(lambda: layer(parameters=[parameter(type_, valid)]))
    assert problems(parameters=[parameter(type_, wrong)]) == [
        f"parameters[0].default_value: must be of the declared type, {named}"
    ]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"name": "ab"}, "name: string should have at least 3 characters"),
        ({"name": "a.b"}, "name: string should match pattern '^[a-zA-Z0-9_\\- ]*$'"),
        ({"id_type": ""}, "id_type: string should have at least 1 character"),
        ({"description": "d" * 1001}, "description: string should have at most 1000 characters"),
        (
            {"parameters": [parameter("string", "a"), parameter("number", 1)]},
            "parameters[1].name: 'p' is already used by parameters[0]",
        ),
        (
            {"parameters": [parameter("text", "a")]},
            "parameters[0].type: input should be 'string', 'number', 'boolean', 'object' or 'array'",
        ),
        ({"parameters": [{"name": "p", "type": "string"}]}, "parameters[0].default_value: is required"),
        (
            {"parameters": [parameter("string", "a", schema="{}")]},
            "parameters[0].schema: must be omitted for a parameter of type 'string': only objects have schemas",
        ),
        (
            {"parameters": [parameter("object", {}, schema='{"required": ["a"]}')]},
            "parameters[0].default_value: violates the schema (required)",
        ),
        (
            {"parameters": [parameter("object", {"a": None})]},
            "parameters[0].default_value.a: must not be None; Statsig accepts no null here",
        ),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], expected: str) -> None:
    assert problems(**properties) == [expected]
