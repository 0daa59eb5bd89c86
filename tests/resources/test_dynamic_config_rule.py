"""Single rules of dynamic configs: program in, exact requests out, other rules unchanged."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.emulator.server.request_log import Entry, observe, stop_observing
from statsig_pulumi.errors import InvalidInputsError, StatsigError, TakenError
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Json, engine_values
from .conftest import Deployment, registrations

CONFIG = "/dynamic_configs/limits"
JSON5 = "{\n  // what a guest may buy\n  limit: 3,\n}"
NL = statsig.Condition(type="country", operator="any", target_value=["NL"])
NL_SENT = {"type": "country", "operator": "any", "targetValue": ["NL"]}


def rule(resource_name: str = "rule", **properties: Any) -> None:
    statsig.DynamicConfigRule(resource_name, **{"dynamic_config_id": "limits", "name": "guests"} | properties)


def variants(few: float = 40) -> list[statsig.Variant]:
    return [
        statsig.Variant(name="few", pass_percentage=few, return_value={"limit": 1}),
        statsig.Variant(name="many", pass_percentage=100 - few, return_value_json5=JSON5),
    ]


@pytest.fixture
def emulator(deployment: Deployment) -> Emulator:
    """A project with a config of somebody else, who has two rules in it."""
    rules = [
        {"name": "staff", "passPercentage": 100, "conditions": [], "returnValue": {"limit": 9}},
        {"name": "beta", "passPercentage": 50, "conditions": [], "returnValueJson5": JSON5},
    ]
    deployment.project.emulator.add("dynamic_configs", {"id": "limits", "name": "Limits", "rules": rules})
    return deployment.project.emulator


def rules(emulator: Emulator) -> list[Json]:
    found: list[Json] = emulator.object("dynamic_configs", "limits")["rules"]
    return found


def base_id(emulator: Emulator, name: str = "guests") -> str:
    return next(str(item["baseID"]) for item in rules(emulator) if item["name"] == name)


def test_every_property_is_sent_in_one_post(deployment: Deployment, emulator: Emulator) -> None:
    def program() -> None:
        rule(
            pass_percentage=99.99,
            conditions=[NL],
            environments=["staging", "production"],
            return_value={"limit": 3, "tiers": ["a", {"b": 1.5}]},
        )

    before = rules(emulator)
    body = {
        "passPercentage": 99.99,
        "name": "guests",
        "conditions": [NL_SENT],
        "environments": ["production", "staging"],
        "returnValue": {"limit": 3, "tiers": ["a", {"b": 1.5}]},
    }
    assert deployment.up(program) == [("POST", f"{CONFIG}/rule", body)]
    assert rules(emulator)[:2] == before
    resource = deployment.resources["rule"]
    assert resource.id == f"limits/{base_id(emulator)}"
    assert deployment.up(program) == []
    assert deployment.refresh() == {"rule": resource.inputs}


def test_a_name_is_enough(deployment: Deployment, emulator: Emulator) -> None:
    body = {"name": "guests", "passPercentage": 100, "conditions": []}
    assert deployment.up(rule) == [("POST", f"{CONFIG}/rule", body)]
    assert [item["name"] for item in rules(emulator)] == ["staff", "beta", "guests"]


@pytest.mark.usefixtures("emulator")
def test_a_json5_text_is_sent_verbatim_instead_of_the_value(deployment: Deployment) -> None:
    [(_, _, body)] = deployment.up(lambda: rule(return_value_json5=JSON5))
    assert (body["returnValueJson5"], "returnValue" in body) == (JSON5, False)
    resource = deployment.resources["rule"]
    assert deployment.refresh() == {"rule": resource.inputs}
    assert "return_value" not in resource.outputs
    text = JSON5.replace("a guest", "anyone")
    [(_, _, body)] = deployment.up(lambda: rule(return_value_json5=text))
    assert body == {"returnValueJson5": text}


@pytest.mark.parametrize("is_old", [True, False])
def test_a_rule_changes_from_a_value_to_a_json5_text_and_back(
    deployment: Deployment, emulator: Emulator, is_old: bool
) -> None:
    deployment.up(lambda: rule(return_value={"limit": 1}))
    path = f"{CONFIG}/rule/{base_id(emulator)}"
    emulator.quirk(dc_rule_endpoints=is_old)
    assert deployment.up(lambda: rule(return_value_json5=JSON5)) == [("PATCH", path, {"returnValueJson5": JSON5})]
    assert rules(emulator)[2]["returnValue"] == {"limit": 3}
    assert deployment.up(lambda: rule(return_value={"limit": 4})) == [("PATCH", path, {"returnValue": {"limit": 4}})]
    assert deployment.resources["rule"].drift() == ()


@pytest.mark.parametrize(
    ("properties", "writes"),
    [
        ({"name": "visitors"}, {"name": "visitors"}),
        ({"pass_percentage": 55.5}, {"passPercentage": 55.5}),
        ({"conditions": []}, {"conditions": []}),
        ({"environments": []}, {"environments": None}),
        ({"return_value": {}}, {"returnValue": {}}),
        ({"return_value": {"limit": 4}}, {"returnValue": {"limit": 4}}),
    ],
)
def test_an_update_sends_the_change_and_keeps_the_other_rules(
    deployment: Deployment, emulator: Emulator, properties: dict[str, Any], writes: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {
        "conditions": [NL],
        "environments": ["staging"],
        "return_value": {"limit": 3},
        "pass_percentage": 10,
    }
    deployment.up(lambda: rule(**usual))
    base, before = base_id(emulator), rules(emulator)
    assert [("PATCH", f"{CONFIG}/rule/{base}", writes)] == deployment.up(lambda: rule(**usual | properties))
    now = rules(emulator)
    assert now[:2] == before[:2]
    assert now[2]["baseID"] == base
    assert deployment.resources["rule"].drift() == ()


def test_variants_are_sent_with_all_rules(deployment: Deployment, emulator: Emulator) -> None:
    before = rules(emulator)
    [(method, path, body)] = deployment.up(lambda: rule(variants=variants()))
    assert (method, path) == ("PATCH", CONFIG)
    assert [item["baseID"] for item in body["rules"][:2]] == [item["baseID"] for item in before]
    assert body["rules"][2] == {
        "name": "guests",
        "conditions": [],
        "variants": [
            {"name": "few", "passPercentage": 40, "returnValue": {"limit": 1}},
            {"name": "many", "passPercentage": 60, "returnValueJson5": JSON5},
        ],
    }
    assert rules(emulator)[:2] == before
    assert deployment.resources["rule"].drift() == ()


def test_variants_keep_their_ids_through_an_update(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(lambda: rule(variants=variants()))
    few, many = rules(emulator)[2]["variants"]
    [(method, path, body)] = deployment.up(lambda: rule(variants=variants(few=70)[::-1]))
    assert (method, path) == ("PATCH", f"{CONFIG}/rule/{base_id(emulator)}")
    assert [(v["id"], v["passPercentage"]) for v in body["variants"]] == [(many["id"], 30), (few["id"], 70)]
    assert [v["id"] for v in rules(emulator)[2]["variants"]] == [many["id"], few["id"]]


@pytest.mark.parametrize("properties", [{}, {"variants": [statsig.Variant(name="all", pass_percentage=100)]}])
@pytest.mark.parametrize("is_old", [True, False])
def test_a_taken_name_is_an_error_and_the_object_is_unchanged(
    deployment: Deployment, emulator: Emulator, is_old: bool, properties: dict[str, Any]
) -> None:
    emulator.quirk(dc_rule_endpoints=is_old)
    before = rules(emulator)
    with pytest.raises(TakenError, match=f"import the id .limits/{base_id(emulator, 'beta')}."):
        deployment.up(lambda: rule(name="beta", **properties))
    assert rules(emulator) == before


def test_the_api_of_2026_gets_all_rules_with_the_new_one(deployment: Deployment, emulator: Emulator) -> None:
    emulator.quirk(dc_rule_endpoints=False)
    before = rules(emulator)
    [refused, (method, path, body)] = deployment.up(lambda: rule(pass_percentage=10, return_value={"limit": 3}))
    assert (refused[:2], method, path) == (("POST", f"{CONFIG}/rule"), "PATCH", CONFIG)
    assert body["rules"][2] == {
        "name": "guests",
        "passPercentage": 10,
        "conditions": [],
        "returnValue": {"limit": 3},
    }
    assert rules(emulator)[:2] == before
    base = base_id(emulator)
    assert deployment.up(lambda: rule(pass_percentage=20, return_value={"limit": 3})) == [
        ("PATCH", f"{CONFIG}/rule/{base}", {"passPercentage": 20})
    ]
    assert deployment.destroy() == [("DELETE", f"{CONFIG}/rule/{base}", None)]
    assert rules(emulator) == before


def test_a_rule_with_variants_whose_response_is_lost_is_created_once(
    deployment: Deployment, emulator: Emulator
) -> None:
    before = rules(emulator)
    emulator.fault(kind="drop_after", method="PATCH", path=CONFIG)
    assert len(deployment.up(lambda: rule(variants=variants()))) == 1
    assert [item["name"] for item in rules(emulator)] == [*(item["name"] for item in before), "guests"]


def test_a_rule_of_somebody_else_is_not_taken_for_the_one_of_a_lost_response(
    deployment: Deployment, emulator: Emulator
) -> None:
    def add_other(entry: Entry) -> None:
        if entry.method == "PATCH":
            stop_observing(add_other)
            other = {"name": "guests", "passPercentage": 3, "conditions": [], "returnValue": {"limit": 7}}
            emulator.edit("dynamic_configs", "limits", {"rules": [*rules(emulator), other]})

    emulator.fault(kind="drop_before", method="PATCH", path=CONFIG)
    observe(add_other)
    with pytest.raises(TakenError, match="exists already"):
        deployment.up(lambda: rule(variants=variants()))


def test_several_rules_of_one_owner_are_independent(deployment: Deployment, emulator: Emulator) -> None:
    def program(limit: int = 1) -> None:
        rule("first", name="NL", return_value={"limit": limit})
        rule("second", name="BE", variants=variants())

    deployment.up(program)
    before = rules(emulator)
    assert [item["name"] for item in before] == ["staff", "beta", "NL", "BE"]
    assert deployment.up(lambda: program(2)) == [
        ("PATCH", f"{CONFIG}/rule/{base_id(emulator, 'NL')}", {"returnValue": {"limit": 2}})
    ]
    now = rules(emulator)
    assert [now[0], now[1], now[3]] == [before[0], before[1], before[3]]


def test_a_rule_with_a_new_id_is_found_and_a_deleted_one_is_gone(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(lambda: rule(pass_percentage=10))
    base = base_id(emulator)
    deployment.up(lambda: rule(pass_percentage=20))
    resource = deployment.resources["rule"]
    assert resource.outputs["rule_id"] == rules(emulator)[2]["id"] != base
    assert resource.drift() == ()
    emulator.edit("dynamic_configs", "limits", {"rules": rules(emulator)[:2]})
    assert resource.read() is None
    resource.destroy()
    assert deployment.project.new_writes() == []


def test_a_rule_is_imported_by_its_config_and_base_id(deployment: Deployment, emulator: Emulator) -> None:
    id_ = f"limits/{base_id(emulator, 'beta')}"
    [(_, _, inputs)] = registrations(lambda: rule(name="beta", pass_percentage=50, return_value_json5=JSON5))
    resource = deployment.project.resource(REGISTRY["DynamicConfigRule"])
    resource.up(inputs | {"__import": id_})
    assert (resource.id, resource.drift(), deployment.project.new_writes()) == (id_, (), [])


def test_a_missing_config_is_a_clear_error(deployment: Deployment) -> None:
    for properties in ({}, {"variants": variants()}):
        with pytest.raises(StatsigError, match="Dynamic config not found"):
            deployment.up(lambda properties=properties: rule(dynamic_config_id="no_config", **properties))  # type: ignore[misc]


def test_a_rule_of_a_config_that_declares_its_rules_is_rejected(deployment: Deployment) -> None:
    def program() -> None:
        own = statsig.ConfigRule(name="own", pass_percentage=1)
        config = statsig.DynamicConfig("config", name="Limits", rules=[own])
        rule("literal")
        rule("output", dynamic_config_id=config.id)

    messages, context = {}, RunContext(deployment.project.client)
    for typ, name, inputs in registrations(program):
        declaration = REGISTRY[typ.removeprefix("pulumi-python:dynamic/statsig:")]
        lifecycle = declaration.cls.lifecycle(declaration, context)
        messages[name] = [str(problem) for problem in lifecycle.check(engine_values(inputs), new=True)[1]]
    assert messages == {
        "config": [],
        "literal": [
            "the list of rules of dynamic_configs/limits is managed by DynamicConfig resource 'config' too:"
            " declare it in one of the two"
        ],
        "output": [
            "dynamic_config_id: DynamicConfig 'config' declares all its rules:"
            " declare this rule there, or omit rules there"
        ],
    }


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"dynamic_config_id": ""}, "dynamic_config_id"),
        ({"pass_percentage": 1.234}, "pass_percentage"),
        ({"return_value": {"limit": None}}, "return_value.limit"),
        ({"return_value_json5": "{"}, "return_value_json5"),
        ({"return_value": {"limit": 1}, "return_value_json5": "{limit: 2}"}, "return_value_json5"),
        ({"variants": [{"name": "a", "pass_percentage": 50}] * 2}, "variants[1].name"),
        (
            {"variants": [{"name": "a", "pass_percentage": 50, "return_value_json5": "{"}]},
            "variants[0].return_value_json5",
        ),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: rule(**properties))
    assert place in [problem.place for problem in error.value.problems]
