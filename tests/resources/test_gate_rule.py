"""Single rules of gates: program in, exact requests out, other rules unchanged."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import (
    GoneError,
    ImportMismatchError,
    InvalidInputsError,
    StatsigError,
    TakenError,
    UnreachableError,
)
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Json, engine_values
from .conftest import Deployment, registrations

GATE = "/gates/new_checkout"
NL = statsig.Condition(type="country", operator="any", target_value=["NL", "BE"])
NL_SENT = {"type": "country", "operator": "any", "targetValue": ["NL", "BE"]}


def rule(resource_name: str = "rule", **properties: Any) -> None:
    usual: dict[str, Any] = {"gate_id": "new_checkout", "name": "NL first", "pass_percentage": 10}
    statsig.GateRule(resource_name, **usual | properties)


def shown(name: str, share: float, **properties: Any) -> dict[str, Any]:
    """A rule as somebody else makes it."""
    return {"name": name, "passPercentage": share, "conditions": []} | properties


@pytest.fixture
def emulator(deployment: Deployment) -> Emulator:
    """A project with a gate of somebody else, who has two rules in it."""
    rules = [shown("staff", 100), shown("beta", 50, environments=["staging"])]
    deployment.project.emulator.add("gates", {"id": "new_checkout", "name": "New checkout", "rules": rules})
    return deployment.project.emulator


def rules(emulator: Emulator) -> list[Json]:
    found: list[Json] = emulator.object("gates", "new_checkout")["rules"]
    return found


def names(emulator: Emulator) -> list[str]:
    return [item["name"] for item in rules(emulator)]


def base_id(emulator: Emulator, name: str = "NL first") -> str:
    return next(str(item["baseID"]) for item in rules(emulator) if item["name"] == name)


def test_every_property_is_sent_in_one_post(deployment: Deployment, emulator: Emulator) -> None:
    def program() -> None:
        rule(pass_percentage=12.5, conditions=[NL], environments=["staging", "production"])

    before = rules(emulator)
    body = {
        "name": "NL first",
        "passPercentage": 12.5,
        "conditions": [NL_SENT],
        "environments": ["production", "staging"],
    }
    assert deployment.up(program) == [("POST", f"{GATE}/rule", body)]
    assert rules(emulator)[:2] == before
    base = base_id(emulator)
    resource = deployment.resources["rule"]
    assert (resource.id, resource.outputs["base_id"]) == (f"new_checkout/{base}", base)
    assert deployment.up(program) == []
    assert deployment.refresh() == {"rule": resource.inputs}


@pytest.mark.usefixtures("emulator")
def test_a_name_and_a_percentage_are_enough(deployment: Deployment) -> None:
    assert deployment.up(rule) == [("POST", f"{GATE}/rule", shown("NL first", 10))]


@pytest.mark.parametrize(
    ("properties", "writes"),
    [
        ({"name": "Netherlands"}, {"name": "Netherlands"}),
        ({"pass_percentage": 55.5}, {"passPercentage": 55.5}),
        ({"conditions": []}, {"conditions": []}),
        ({"conditions": [NL, NL]}, {"conditions": [NL_SENT, NL_SENT]}),
        ({"environments": ["staging"]}, {"environments": ["staging"]}),
        ({"environments": []}, {"environments": None}),
    ],
)
def test_an_update_sends_the_change_and_keeps_the_other_rules(
    deployment: Deployment, emulator: Emulator, properties: dict[str, Any], writes: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"conditions": [NL], "environments": ["production"]}
    deployment.up(lambda: rule(**usual))
    base, before = base_id(emulator), rules(emulator)
    assert [("PATCH", f"{GATE}/rules/{base}", writes)] == deployment.up(lambda: rule(**usual | properties))
    now = rules(emulator)
    assert now[:2] == before[:2]
    assert now[2]["baseID"] == base
    assert deployment.resources["rule"].drift() == ()


def test_undeclared_properties_keep_the_console_values(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(rule)
    staff, beta, ours = rules(emulator)
    edited = ours | {"conditions": [NL_SENT], "environments": ["staging"]}
    emulator.edit("gates", "new_checkout", {"rules": [staff, beta, edited]})
    assert deployment.resources["rule"].drift() == ()
    deployment.up(lambda: rule(pass_percentage=20))
    now = rules(emulator)[2]
    assert (now["passPercentage"], now["conditions"], now["environments"]) == (20, [NL_SENT], ["staging"])


def test_several_rules_keep_the_order_of_their_creation(deployment: Deployment, emulator: Emulator) -> None:
    def program(share: float = 10) -> None:
        rule("first", name="NL", pass_percentage=share)
        rule("second", name="BE", pass_percentage=20)

    assert [path for _, path, _ in deployment.up(program)] == [f"{GATE}/rule"] * 2
    assert names(emulator) == ["staff", "beta", "NL", "BE"]
    before = rules(emulator)
    assert deployment.up(lambda: program(30)) == [
        ("PATCH", f"{GATE}/rules/{base_id(emulator, 'NL')}", {"passPercentage": 30})
    ]
    now = rules(emulator)
    assert [now[0], now[1], now[3]] == [before[0], before[1], before[3]]


def test_destroy_removes_only_the_rule(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(rule)
    base = base_id(emulator)
    assert deployment.destroy() == [("DELETE", f"{GATE}/rules/{base}", None)]
    assert names(emulator) == ["staff", "beta"]


def test_another_position_of_a_rule_is_no_drift(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(rule)
    emulator.edit("gates", "new_checkout", {"rules": list(reversed(rules(emulator)))})
    assert deployment.resources["rule"].drift() == ()


def test_a_rule_with_a_new_id_is_found(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(rule)
    base = base_id(emulator)
    deployment.up(lambda: rule(pass_percentage=20))
    new_id = rules(emulator)[2]["id"]
    assert new_id != base
    assert deployment.resources["rule"].outputs["rule_id"] == new_id
    assert deployment.refresh() == {"rule": deployment.resources["rule"].inputs}
    assert [("PATCH", f"{GATE}/rules/{base}", {"name": "Netherlands"})] == deployment.up(
        lambda: rule(name="Netherlands", pass_percentage=20)
    )
    assert deployment.destroy() == [("DELETE", f"{GATE}/rules/{base}", None)]


def test_a_deleted_rule_is_created_again_and_destroyed_without_a_write(
    deployment: Deployment, emulator: Emulator
) -> None:
    deployment.up(rule)
    emulator.edit("gates", "new_checkout", {"rules": rules(emulator)[:2]})
    resource = deployment.resources.pop("rule")
    assert resource.read() is None
    resource.destroy()
    assert deployment.project.new_writes() == []
    assert deployment.up(rule) == [("POST", f"{GATE}/rule", shown("NL first", 10))]
    emulator.remove("gates", "new_checkout")
    assert deployment.resources["rule"].read() is None


def test_a_taken_name_is_an_error_and_the_object_is_unchanged(deployment: Deployment, emulator: Emulator) -> None:
    before = rules(emulator)
    with pytest.raises(TakenError, match=f"import the id .new_checkout/{base_id(emulator, 'beta')}."):
        deployment.up(lambda: rule(name="beta"))
    assert rules(emulator) == before


def test_a_missing_gate_is_a_clear_error(deployment: Deployment) -> None:
    with pytest.raises(StatsigError, match="Gate not found"):
        deployment.up(lambda: rule(gate_id="no_gate"))


def test_another_gate_replaces_the_rule(deployment: Deployment, emulator: Emulator) -> None:
    deployment.up(rule)
    resource = deployment.resources["rule"]
    assert resource.preview(resource.inputs | {"gate_id": "other"}).replaces == ("gate_id",)
    assert names(emulator)[2:] == ["NL first"]


def test_a_rule_is_imported_by_its_gate_and_base_id(deployment: Deployment, emulator: Emulator) -> None:
    id_ = f"new_checkout/{base_id(emulator, 'beta')}"
    [(_, _, inputs)] = registrations(lambda: rule(name="beta", pass_percentage=50))
    resource = deployment.project.resource(REGISTRY["GateRule"])
    resource.up(inputs | {"__import": id_})
    assert (resource.id, resource.drift(), deployment.project.new_writes()) == (id_, (), [])
    other = deployment.project.resource(REGISTRY["GateRule"]).lifecycle
    with pytest.raises(ImportMismatchError, match="the program differs from it in pass_percentage"):
        other.create(engine_values(inputs | {"pass_percentage": 51, "__import": id_}))
    with pytest.raises(GoneError, match="cannot be imported"):
        other.create(engine_values(inputs | {"__import": "new_checkout/none"}))


@pytest.mark.usefixtures("emulator")
def test_a_rule_whose_response_is_lost_is_created_once(deployment: Deployment) -> None:
    deployment.project.emulator.fault(kind="drop_after", method="POST", path=f"{GATE}/rule")
    assert len(deployment.up(rule)) == 1


def test_the_api_of_2026_is_supported(deployment: Deployment, emulator: Emulator) -> None:
    emulator.quirk(gate_rules_endpoints=False)
    deployment.up(rule)
    base = base_id(emulator)
    assert deployment.up(lambda: rule(pass_percentage=20)) == [
        ("PATCH", f"{GATE}/rules/{base}", {"passPercentage": 20})
    ]
    assert deployment.destroy() == [("DELETE", f"{GATE}/rules/{base}", None)]


def test_a_taken_name_is_an_error_without_the_rule_endpoints_too(deployment: Deployment, emulator: Emulator) -> None:
    before = rules(emulator)
    words = {"message": f"Cannot POST /console/v1{GATE}/rule", "status": 404}
    emulator.fault(method="POST", path=f"{GATE}/rule", status=404, body=words)
    with pytest.raises(TakenError, match=f"import the id .new_checkout/{base_id(emulator, 'beta')}."):
        deployment.up(lambda: rule(name="beta"))
    assert rules(emulator) == before


def test_an_api_without_rule_endpoints_gets_all_rules_with_the_change(
    deployment: Deployment, emulator: Emulator
) -> None:
    before = rules(emulator)

    def no_such_endpoint(method: str, path: str) -> None:
        words = {"message": f"Cannot {method} /console/v1{path}", "status": 404}
        emulator.fault(method=method, path=path, status=404, body=words, times=None)

    no_such_endpoint("POST", f"{GATE}/rule")
    [refused, (method, path, body)] = deployment.up(rule)
    assert (refused[0], method, path) == ("POST", "PATCH", GATE)
    assert [item["name"] for item in body["rules"]] == ["staff", "beta", "NL first"]
    assert [item["baseID"] for item in body["rules"][:2]] == [item["baseID"] for item in before]
    base = base_id(emulator)
    no_such_endpoint("PATCH", f"{GATE}/rules/{base}")
    [_, (method, path, body)] = deployment.up(lambda: rule(pass_percentage=20))
    assert (method, path) == ("PATCH", GATE)
    assert [item["passPercentage"] for item in body["rules"]] == [100, 50, 20]
    assert base_id(emulator) == base
    no_such_endpoint("DELETE", f"{GATE}/rules/{base}")
    [_, (method, path, body)] = deployment.destroy()
    assert (method, path) == ("PATCH", GATE)
    assert rules(emulator) == before


def test_a_rule_of_a_gate_that_declares_its_rules_is_rejected(deployment: Deployment) -> None:
    def program() -> None:
        own = statsig.Rule(name="own", pass_percentage=1)
        gate = statsig.Gate("gate", name="New checkout", rules=[own])
        rule("literal")
        rule("output", gate_id=gate.id)

    found = {name: (typ.rpartition(":")[2], inputs) for typ, name, inputs in registrations(program)}
    words = "declares all its rules: declare this rule there, or omit rules there"
    assert check(deployment, found, "output") == [f"gate_id: Gate 'gate' {words}"]
    both = "the list of rules of gates/new_checkout is managed by {} too: declare it in one of the two"
    assert check(deployment, found, "gate", "literal") == [both.format("Gate resource 'gate'")]
    assert check(deployment, found, "literal", "gate") == [both.format("GateRule resource 'literal'")]


def test_a_gate_without_declared_rules_can_have_single_rules(deployment: Deployment) -> None:
    def program() -> None:
        gate = statsig.Gate("gate", name="New checkout")
        rule("literal")
        rule("output", gate_id=gate.id, name="BE")

    found = {name: (typ.rpartition(":")[2], inputs) for typ, name, inputs in registrations(program)}
    assert check(deployment, found, "gate", "literal", "output") == []
    assert not found["output"][1].get("__declared_by")


def check(deployment: Deployment, found: dict[str, tuple[str, Json]], *expected: str) -> list[str]:
    """What one preview says of these resources, in this order."""
    context, messages = RunContext(deployment.project.client), []
    for name in expected:
        declaration = REGISTRY[found[name][0].rpartition("/")[2]]
        lifecycle = declaration.cls.lifecycle(declaration, context)
        messages += [str(problem) for problem in lifecycle.check(engine_values(found[name][1]), new=True)[1]]
    return messages


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"gate_id": ""}, "gate_id"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"pass_percentage": 100.01}, "pass_percentage"),
        ({"pass_percentage": 1.234}, "pass_percentage"),
        ({"conditions": [{"type": "country"}]}, "conditions[0].operator"),
    ],
)
def test_invalid_inputs_fail_before_any_request(properties: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registrations(lambda: rule(**properties))
    assert place in [problem.place for problem in error.value.problems]


def test_rules_of_another_shape_are_an_error_that_names_the_gate(deployment: Deployment, emulator: Emulator) -> None:
    odd = {
        "message": "ok",
        "data": {"id": "new_checkout", "name": "New checkout", "rules": [shown("staff", 100), "odd"]},
    }
    emulator.fault(method="GET", path=f"^{GATE}$", status=200, body=odd, times=100)
    with pytest.raises(
        UnreachableError, match=rf"GET {GATE} got no usable response: rules\[1\] is text, not an object"
    ):
        deployment.up(rule)
    emulator.clear_faults()
    emulator.clear_requests()  # the description of the API does not match these responses
