"""Rules of a dynamic config: `/rule`, `/rules` and `/rule/name/{ruleName}` of `/dynamic_configs/{id}`."""

from __future__ import annotations

from typing import Final

from ..model import json5_pairs, rules
from ..model.errors import invalid_value
from ..model.json_values import Record
from ..model.rules import UNKNOWN_RULE
from .dynamic_configs import DYNAMIC_CONFIGS, complete_rules
from .pages import page
from .responses import Response, object_response
from .routes import Call, Routes
from .rule_bodies import CONFIG_RULE, rule_list

routes: Final = Routes()

# Endpoints of the API of March 2025, whose rules required the percentage.
OLD_ENDPOINTS: Final = "dc_rule_endpoints"
ADDED_RULE = CONFIG_RULE.requiring("name", "passPercentage", "conditions")
PARTIAL_RULE = CONFIG_RULE.requiring()
# A change of one form of a value replaces the other form.
OTHER_FORMS: Final = {"returnValue": "returnValueJson5", "returnValueJson5": "returnValue"}


def _save(call: Call, before: Record, new_rules: list[Record], message: str) -> Response:
    known = before["rules"]
    identified = rules.identify_rules(call.project, complete_rules(call.project, new_rules, known), known)
    after = before | {"rules": identified}
    json5_pairs.validate_schema(after)
    record = DYNAMIC_CONFIGS.save(call, before, after)
    return object_response(message, DYNAMIC_CONFIGS.present(call, record))


def _save_updated(call: Call, before: Record, new_rules: list[Record]) -> Response:
    return _save(call, before, new_rules, "Dynamic Config rules updated successfully.")


def _save_remaining(call: Call, before: Record, identifier: str) -> Response:
    kept = rules.remove_rule(before["rules"], identifier)
    return _save(call, before, kept, "Dynamic Config rule deleted successfully.")


def _merge_rules(known: list[Record], changes: list[Record]) -> list[Record]:
    result = rules.merge_rules(known, changes)
    for index, rule in enumerate(result):
        change = next((change for change in changes if rules.is_same_rule(change, rule)), {})
        stale = {other for key, other in OTHER_FORMS.items() if key in change and other not in change}
        result[index] = {key: value for key, value in rule.items() if key not in stale}
    return result


def _find_by_name(call: Call, before: Record) -> Record:
    found: Record | None = next((rule for rule in before["rules"] if rule["name"] == call.params["ruleName"]), None)
    if found is None:
        raise invalid_value("rules", UNKNOWN_RULE)
    return found


@routes.on("GET", "/dynamic_configs/{id}/rules")
def read_rules(call: Call) -> Response:
    config = DYNAMIC_CONFIGS.present(call, DYNAMIC_CONFIGS.find(call))
    return page(call, "Dynamic Config rules read successfully.", [{"rules": config["rules"]}])


@routes.on("GET", "/dynamic_configs/{id}/rule/{ruleId}")
def read_rule(call: Call) -> Response:
    config = DYNAMIC_CONFIGS.present(call, DYNAMIC_CONFIGS.find(call))
    found = rules.find_rule(config["rules"], call.params["ruleId"])
    if found is None:
        raise invalid_value("rules", UNKNOWN_RULE)
    return object_response("Dynamic Config rules read successfully.", found)


@routes.on("PATCH", "/dynamic_configs/{id}/rule/{ruleId}")
def update_rule(call: Call) -> Response:
    before = DYNAMIC_CONFIGS.find(call)
    change = call.read(PARTIAL_RULE) | {"id": call.params["ruleId"], "baseID": None}
    return _save_updated(call, before, _merge_rules(before["rules"], [change]))


@routes.on("DELETE", "/dynamic_configs/{id}/rule/{ruleId}")
def delete_rule(call: Call) -> Response:
    return _save_remaining(call, DYNAMIC_CONFIGS.find(call), call.params["ruleId"])


@routes.on("POST", "/dynamic_configs/{id}/rule", quirk=OLD_ENDPOINTS)
def add_rule(call: Call) -> Response:
    before = DYNAMIC_CONFIGS.find(call)
    return _save_updated(call, before, rules.append_rules(before["rules"], [call.read(ADDED_RULE)]))


@routes.on("POST", "/dynamic_configs/{id}/rules", quirk=OLD_ENDPOINTS)
def add_rules(call: Call) -> Response:
    before = DYNAMIC_CONFIGS.find(call)
    return _save_updated(call, before, rules.append_rules(before["rules"], call.read(rule_list(ADDED_RULE))["rules"]))


@routes.on("PATCH", "/dynamic_configs/{id}/rules", quirk=OLD_ENDPOINTS)
def update_rules(call: Call) -> Response:
    before = DYNAMIC_CONFIGS.find(call)
    return _save_updated(call, before, _merge_rules(before["rules"], call.read(rule_list(PARTIAL_RULE))["rules"]))


@routes.on("PATCH", "/dynamic_configs/{id}/rule/name/{ruleName}", quirk=OLD_ENDPOINTS)
def update_rule_by_name(call: Call) -> Response:
    before = DYNAMIC_CONFIGS.find(call)
    change = call.read(PARTIAL_RULE) | {"id": _find_by_name(call, before)["id"], "baseID": None}
    return _save_updated(call, before, _merge_rules(before["rules"], [change]))


@routes.on("DELETE", "/dynamic_configs/{id}/rule/name/{ruleName}", quirk=OLD_ENDPOINTS)
def delete_rule_by_name(call: Call) -> Response:
    before = DYNAMIC_CONFIGS.find(call)
    return _save_remaining(call, before, _find_by_name(call, before)["id"])
