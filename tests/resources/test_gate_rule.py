"""The witness of single rules of gates: program in, exact JSON on the wire, and other people's rules left alone."""

from __future__ import annotations

from typing import Any

import pytest

import statsig_pulumi as statsig
from statsig_pulumi.emulator import Emulator
from statsig_pulumi.errors import GoneError, ImportMismatchError, InvalidInputsError, StatsigError, TakenError
from statsig_pulumi.lifecycle.run_context import RunContext
from statsig_pulumi.schema.declaration import REGISTRY

from ..contract.project import Json, through_engine
from .conftest import Witness, registered

GATE = "/gates/new_checkout"
NL = statsig.Condition(type="country", operator="any", target_value=["NL", "BE"])
NL_SENT = {"type": "country", "operator": "any", "targetValue": ["NL", "BE"]}


def rule(resource_name: str = "rule", **given: Any) -> None:
    usual: dict[str, Any] = {"gate_id": "new_checkout", "name": "NL first", "pass_percentage": 10}
    statsig.GateRule(resource_name, **usual | given)


def shown(name: str, share: float, **given: Any) -> dict[str, Any]:
    """A rule as somebody else makes it."""
    return {"name": name, "passPercentage": share, "conditions": []} | given


@pytest.fixture
def emulator(witness: Witness) -> Emulator:
    """A project with a gate of somebody else, who has two rules in it."""
    rules = [shown("staff", 100), shown("beta", 50, environments=["staging"])]
    witness.project.emulator.add("gates", {"id": "new_checkout", "name": "New checkout", "rules": rules})
    return witness.project.emulator


def rules(emulator: Emulator) -> list[Json]:
    found: list[Json] = emulator.object("gates", "new_checkout")["rules"]
    return found


def names(emulator: Emulator) -> list[str]:
    return [item["name"] for item in rules(emulator)]


def base_id(emulator: Emulator, name: str = "NL first") -> str:
    return next(str(item["baseID"]) for item in rules(emulator) if item["name"] == name)


def test_every_property_is_in_the_one_post(witness: Witness, emulator: Emulator) -> None:
    def program() -> None:
        rule(pass_percentage=12.5, conditions=[NL], environments=["staging", "production"])

    before = rules(emulator)
    body = {
        "name": "NL first",
        "passPercentage": 12.5,
        "conditions": [NL_SENT],
        "environments": ["production", "staging"],
    }
    assert witness.up(program) == [("POST", f"{GATE}/rule", body)]
    assert rules(emulator)[:2] == before
    base = base_id(emulator)
    resource = witness.resources["rule"]
    assert (resource.id, resource.outputs["base_id"]) == (f"new_checkout/{base}", base)
    assert witness.up(program) == []
    assert witness.refresh() == {"rule": resource.inputs}


@pytest.mark.usefixtures("emulator")
def test_a_name_and_a_share_are_enough(witness: Witness) -> None:
    assert witness.up(rule) == [("POST", f"{GATE}/rule", shown("NL first", 10))]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"name": "Netherlands"}, {"name": "Netherlands"}),
        ({"pass_percentage": 55.5}, {"passPercentage": 55.5}),
        ({"conditions": []}, {"conditions": []}),
        ({"conditions": [NL, NL]}, {"conditions": [NL_SENT, NL_SENT]}),
        ({"environments": ["staging"]}, {"environments": ["staging"]}),
        ({"environments": []}, {"environments": None}),
    ],
)
def test_an_update_sends_what_changed_and_leaves_the_other_rules_alone(
    witness: Witness, emulator: Emulator, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"conditions": [NL], "environments": ["production"]}
    witness.up(lambda: rule(**usual))
    base, before = base_id(emulator), rules(emulator)
    assert [("PATCH", f"{GATE}/rules/{base}", sent)] == witness.up(lambda: rule(**usual | given))
    now = rules(emulator)
    assert now[:2] == before[:2]
    assert now[2]["baseID"] == base
    assert witness.resources["rule"].drift() == ()


def test_what_is_not_declared_stays_as_the_console_has_it(witness: Witness, emulator: Emulator) -> None:
    witness.up(rule)
    staff, beta, ours = rules(emulator)
    edited = ours | {"conditions": [NL_SENT], "environments": ["staging"]}
    emulator.edit("gates", "new_checkout", {"rules": [staff, beta, edited]})
    assert witness.resources["rule"].drift() == ()
    witness.up(lambda: rule(pass_percentage=20))
    now = rules(emulator)[2]
    assert (now["passPercentage"], now["conditions"], now["environments"]) == (20, [NL_SENT], ["staging"])


def test_several_stand_side_by_side_in_the_order_of_their_making(witness: Witness, emulator: Emulator) -> None:
    def program(share: float = 10) -> None:
        rule("first", name="NL", pass_percentage=share)
        rule("second", name="BE", pass_percentage=20)

    assert [path for _, path, _ in witness.up(program)] == [f"{GATE}/rule"] * 2
    assert names(emulator) == ["staff", "beta", "NL", "BE"]
    before = rules(emulator)
    assert witness.up(lambda: program(30)) == [
        ("PATCH", f"{GATE}/rules/{base_id(emulator, 'NL')}", {"passPercentage": 30})
    ]
    now = rules(emulator)
    assert [now[0], now[1], now[3]] == [before[0], before[1], before[3]]


def test_a_destroy_takes_the_one_rule_away(witness: Witness, emulator: Emulator) -> None:
    witness.up(rule)
    base = base_id(emulator)
    assert witness.destroy() == [("DELETE", f"{GATE}/rules/{base}", None)]
    assert names(emulator) == ["staff", "beta"]


def test_a_rule_that_moved_in_the_console_is_no_drift(witness: Witness, emulator: Emulator) -> None:
    witness.up(rule)
    emulator.edit("gates", "new_checkout", {"rules": list(reversed(rules(emulator)))})
    assert witness.resources["rule"].drift() == ()


def test_a_rule_whose_id_moved_is_still_found(witness: Witness, emulator: Emulator) -> None:
    witness.up(rule)
    base = base_id(emulator)
    witness.up(lambda: rule(pass_percentage=20))
    moved = rules(emulator)[2]["id"]
    assert moved != base
    assert witness.resources["rule"].outputs["rule_id"] == moved
    assert witness.refresh() == {"rule": witness.resources["rule"].inputs}
    assert [("PATCH", f"{GATE}/rules/{base}", {"name": "Netherlands"})] == witness.up(
        lambda: rule(name="Netherlands", pass_percentage=20)
    )
    assert witness.destroy() == [("DELETE", f"{GATE}/rules/{base}", None)]


def test_a_rule_that_is_gone_is_made_again_and_its_destroy_sends_nothing(witness: Witness, emulator: Emulator) -> None:
    witness.up(rule)
    emulator.edit("gates", "new_checkout", {"rules": rules(emulator)[:2]})
    resource = witness.resources.pop("rule")
    assert resource.read() is None
    resource.destroy()
    assert witness.project.sent() == []
    assert witness.up(rule) == [("POST", f"{GATE}/rule", shown("NL first", 10))]
    emulator.remove("gates", "new_checkout")
    assert witness.resources["rule"].read() is None


def test_a_name_that_is_taken_is_refused_and_not_touched(witness: Witness, emulator: Emulator) -> None:
    before = rules(emulator)
    with pytest.raises(TakenError, match=f"import the id .new_checkout/{base_id(emulator, 'beta')}."):
        witness.up(lambda: rule(name="beta"))
    assert rules(emulator) == before


def test_a_gate_that_is_not_there_is_a_clear_error(witness: Witness) -> None:
    with pytest.raises(StatsigError, match="Gate not found"):
        witness.up(lambda: rule(gate_id="no_gate"))


def test_another_gate_is_another_rule(witness: Witness, emulator: Emulator) -> None:
    witness.up(rule)
    resource = witness.resources["rule"]
    assert resource.preview(resource.inputs | {"gate_id": "other"}).replaces == ("gate_id",)
    assert names(emulator)[2:] == ["NL first"]


def test_a_rule_is_imported_by_its_gate_and_base_id(witness: Witness, emulator: Emulator) -> None:
    id_ = f"new_checkout/{base_id(emulator, 'beta')}"
    [(_, _, inputs)] = registered(lambda: rule(name="beta", pass_percentage=50))
    resource = witness.project.resource(REGISTRY["GateRule"])
    resource.up(inputs | {"__import": id_})
    assert (resource.id, resource.drift(), witness.project.sent()) == (id_, (), [])
    other = witness.project.resource(REGISTRY["GateRule"]).lifecycle
    with pytest.raises(ImportMismatchError, match="the program differs from it in pass_percentage"):
        other.create(through_engine(inputs | {"pass_percentage": 51, "__import": id_}))
    with pytest.raises(GoneError, match="cannot be imported"):
        other.create(through_engine(inputs | {"__import": "new_checkout/none"}))


@pytest.mark.usefixtures("emulator")
def test_a_rule_whose_answer_was_lost_is_made_once(witness: Witness) -> None:
    witness.project.emulator.fault(kind="drop_after", method="POST", path=f"{GATE}/rule")
    assert len(witness.up(rule)) == 1


def test_the_api_of_2026_is_served_too(witness: Witness, emulator: Emulator) -> None:
    emulator.quirk(gate_rules_endpoints=False)
    witness.up(rule)
    base = base_id(emulator)
    assert witness.up(lambda: rule(pass_percentage=20)) == [("PATCH", f"{GATE}/rules/{base}", {"passPercentage": 20})]
    assert witness.destroy() == [("DELETE", f"{GATE}/rules/{base}", None)]


def test_a_name_that_is_taken_is_refused_without_the_endpoints_too(witness: Witness, emulator: Emulator) -> None:
    before = rules(emulator)
    words = {"message": f"Cannot POST /console/v1{GATE}/rule", "status": 404}
    emulator.fault(method="POST", path=f"{GATE}/rule", status=404, body=words)
    with pytest.raises(TakenError, match=f"import the id .new_checkout/{base_id(emulator, 'beta')}."):
        witness.up(lambda: rule(name="beta"))
    assert rules(emulator) == before


def test_an_api_without_the_endpoints_gets_all_the_rules_with_one_changed(witness: Witness, emulator: Emulator) -> None:
    before = rules(emulator)

    def no_such_endpoint(method: str, path: str) -> None:
        words = {"message": f"Cannot {method} /console/v1{path}", "status": 404}
        emulator.fault(method=method, path=path, status=404, body=words, times=None)

    no_such_endpoint("POST", f"{GATE}/rule")
    [refused, (method, path, body)] = witness.up(rule)
    assert (refused[0], method, path) == ("POST", "PATCH", GATE)
    assert [item["name"] for item in body["rules"]] == ["staff", "beta", "NL first"]
    assert [item["baseID"] for item in body["rules"][:2]] == [item["baseID"] for item in before]
    base = base_id(emulator)
    no_such_endpoint("PATCH", f"{GATE}/rules/{base}")
    [_, (method, path, body)] = witness.up(lambda: rule(pass_percentage=20))
    assert (method, path) == ("PATCH", GATE)
    assert [item["passPercentage"] for item in body["rules"]] == [100, 50, 20]
    assert base_id(emulator) == base
    no_such_endpoint("DELETE", f"{GATE}/rules/{base}")
    [_, (method, path, body)] = witness.destroy()
    assert (method, path) == ("PATCH", GATE)
    assert rules(emulator) == before


def test_rules_of_a_gate_that_declares_them_are_refused(witness: Witness) -> None:
    def program() -> None:
        own = statsig.Rule(name="own", pass_percentage=1)
        gate = statsig.Gate("gate", name="New checkout", rules=[own])
        rule("literal")
        rule("output", gate_id=gate.id)

    found = {name: (typ.rpartition(":")[2], inputs) for typ, name, inputs in registered(program)}
    words = "declares all its rules: declare this rule there, or omit rules there"
    assert check(witness, found, "output") == [f"gate_id: Gate 'gate' {words}"]
    both = "the rules of gates/new_checkout is managed by {} too: declare it in one of the two"
    assert check(witness, found, "gate", "literal") == [both.format("Gate resource 'gate'")]
    assert check(witness, found, "literal", "gate") == [both.format("GateRule resource 'literal'")]


def test_a_gate_that_leaves_its_rules_alone_goes_with_single_ones(witness: Witness) -> None:
    def program() -> None:
        gate = statsig.Gate("gate", name="New checkout")
        rule("literal")
        rule("output", gate_id=gate.id, name="BE")

    found = {name: (typ.rpartition(":")[2], inputs) for typ, name, inputs in registered(program)}
    assert check(witness, found, "gate", "literal", "output") == []
    assert not found["output"][1].get("__declared_by")


def check(witness: Witness, found: dict[str, tuple[str, Json]], *wanted: str) -> list[str]:
    """What one preview says of these resources, in this order."""
    context, said = RunContext(witness.project.client), []
    for name in wanted:
        declaration = REGISTRY[found[name][0].rpartition("/")[2]]
        lifecycle = declaration.cls.lifecycle(declaration, context)
        said += [str(problem) for problem in lifecycle.check(through_engine(found[name][1]), new=True)[1]]
    return said


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"gate_id": ""}, "gate_id"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"pass_percentage": 100.01}, "pass_percentage"),
        ({"pass_percentage": 1.234}, "pass_percentage"),
        ({"conditions": [{"type": "country"}]}, "conditions[0].operator"),
    ],
)
def test_what_cannot_be_fails_before_anything_is_sent(given: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputsError) as error:
        registered(lambda: rule(**given))
    assert place in [problem.place for problem in error.value.problems]
