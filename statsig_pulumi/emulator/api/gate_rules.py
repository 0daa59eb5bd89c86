"""Single rules of a gate: `/gates/{id}/rule` and `/gates/{id}/rules`."""

from __future__ import annotations

from typing import Final

from ..model import configs, rules
from ..model.rules import GATE_RULE
from .gates import GATE, answer
from .pages import page
from .responses import Answer, Record
from .routes import Call, Routes
from .shapes import Fields, Listed

routes: Final = Routes()

RULE_LIST = Fields({"rules": Listed(GATE_RULE)}, frozenset({"rules"}))
PARTIAL_RULE = GATE_RULE.requiring()
PARTIAL_RULE_LIST = Fields({"rules": Listed(PARTIAL_RULE)}, frozenset({"rules"}))


def _save(call: Call, before: Record, new_rules: list[Record]) -> Record:
    identified = rules.identify(call.project, new_rules, before["rules"])
    return configs.save(call, GATE, before, before | {"rules": identified})


def _add(call: Call, sent: list[Record]) -> Answer:
    before = GATE.find(call)
    record = _save(call, before, rules.appended(before["rules"], sent))
    data = configs.presented(call, record)
    return Answer(200, {"message": "Gate rules added successfully.", "data": data})


@routes.on("POST", "/gates/{id}/rule")
def add_rule(call: Call) -> Answer:
    GATE.find(call)
    return _add(call, [call.read(GATE_RULE)])


@routes.on("POST", "/gates/{id}/rules", quirk="gate_rules_endpoints")
def add_rules(call: Call) -> Answer:
    GATE.find(call)
    return _add(call, call.read(RULE_LIST)["rules"])


@routes.on("GET", "/gates/{id}/rules")
def read_rules(call: Call) -> Answer:
    record = configs.presented(call, GATE.find(call))
    return page(call, "Gate rules read successfully.", [{"rules": record["rules"]}])


@routes.on("PATCH", "/gates/{id}/rules", quirk="gate_rules_endpoints")
def change_rules(call: Call) -> Answer:
    before = GATE.find(call)
    changes = call.read(PARTIAL_RULE_LIST)["rules"]
    return answer(call, _save(call, before, rules.merged(before["rules"], changes)))


@routes.on("PATCH", "/gates/{id}/rules/{ruleID}")
def change_rule(call: Call) -> Answer:
    before = GATE.find(call)
    change = call.read(PARTIAL_RULE) | {"id": call.params["ruleID"], "baseID": None}
    return answer(call, _save(call, before, rules.merged(before["rules"], [change])))


@routes.on("DELETE", "/gates/{id}/rules/{ruleID}")
def delete_rule(call: Call) -> Answer:
    before = GATE.find(call)
    return answer(call, _save(call, before, rules.without(before["rules"], call.params["ruleID"])))
