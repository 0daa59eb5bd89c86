"""Rules of a gate: `/gates/{id}/rule` and `/gates/{id}/rules`."""

from __future__ import annotations

from typing import Final

from ..model import rules
from ..model.json_values import Record
from .gates import GATES
from .pages import page
from .responses import Response, object_response
from .routes import Call, Routes
from .rule_bodies import GATE_RULE, rule_list

routes: Final = Routes()

PARTIAL_RULE = GATE_RULE.requiring()


def _save(call: Call, before: Record, new_rules: list[Record]) -> Record:
    identified = rules.identify_rules(call.project, new_rules, before["rules"])
    return GATES.save(call, before, before | {"rules": identified})


def _add(call: Call, before: Record, sent: list[Record]) -> Response:
    record = _save(call, before, rules.append_rules(before["rules"], sent))
    return object_response("Gate rules added successfully.", GATES.present(call, record))


@routes.on("POST", "/gates/{id}/rule")
def add_rule(call: Call) -> Response:
    return _add(call, GATES.find(call), [call.read(GATE_RULE)])


@routes.on("POST", "/gates/{id}/rules", quirk="gate_rules_endpoints")
def add_rules(call: Call) -> Response:
    return _add(call, GATES.find(call), call.read(rule_list(GATE_RULE))["rules"])


@routes.on("GET", "/gates/{id}/rules")
def read_rules(call: Call) -> Response:
    record = GATES.present(call, GATES.find(call))
    return page(call, "Gate rules read successfully.", [{"rules": record["rules"]}])


@routes.on("PATCH", "/gates/{id}/rules", quirk="gate_rules_endpoints")
def update_rules(call: Call) -> Response:
    before = GATES.find(call)
    changes = call.read(rule_list(PARTIAL_RULE))["rules"]
    return GATES.updated_response(call, _save(call, before, rules.merge_rules(before["rules"], changes)))


@routes.on("PATCH", "/gates/{id}/rules/{ruleID}")
def update_rule(call: Call) -> Response:
    before = GATES.find(call)
    change = call.read(PARTIAL_RULE) | {"id": call.params["ruleID"], "baseID": None}
    return GATES.updated_response(call, _save(call, before, rules.merge_rules(before["rules"], [change])))


@routes.on("DELETE", "/gates/{id}/rules/{ruleID}")
def delete_rule(call: Call) -> Response:
    before = GATES.find(call)
    kept = rules.remove_rule(before["rules"], call.params["ruleID"])
    return GATES.updated_response(call, _save(call, before, kept))
