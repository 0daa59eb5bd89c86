"""Single rules of a dynamic config: `/rule`, `/rules` and `/rule/name/{ruleName}`."""

from __future__ import annotations

from typing import Final

from ..model import configs, json5_pairs, rules
from ..model.rules import CONFIG_RULE, UNKNOWN_RULE
from .dynamic_configs import DYNAMIC_CONFIG, prepared
from .pages import page
from .responses import Answer, Record, refused, single
from .routes import Call, Routes
from .shapes import Fields, Listed

routes: Final = Routes()

OLD_ENDPOINTS: Final = "dc_rule_endpoints"
# The shape of March 2025: the percentage was required then.
ADDED_RULE = CONFIG_RULE.requiring("name", "passPercentage", "conditions")
ADDED_RULES = Fields({"rules": Listed(ADDED_RULE)}, frozenset({"rules"}))
PARTIAL_RULE = CONFIG_RULE.requiring()
PARTIAL_RULES = Fields({"rules": Listed(PARTIAL_RULE)}, frozenset({"rules"}))


def _save(call: Call, before: Record, new_rules: list[Record], message: str) -> Answer:
    known = before["rules"]
    identified = rules.identify(call.project, prepared(call.project, new_rules, known), known)
    after = before | {"rules": identified}
    json5_pairs.refuse_unfit(after)
    return single(message, configs.presented(call, configs.save(call, DYNAMIC_CONFIG, before, after)))


def _updated(call: Call, before: Record, new_rules: list[Record]) -> Answer:
    return _save(call, before, new_rules, "Dynamic Config rules updated successfully.")


def _overlay(known: list[Record], changes: list[Record]) -> list[Record]:
    """Partial changes; one form of a value replaces the other form as well."""
    result = rules.merged(known, changes)
    pairs = {"returnValue": "returnValueJson5", "returnValueJson5": "returnValue"}
    for index, rule in enumerate(result):
        change = next((change for change in changes if rules.is_same(change, rule)), {})
        stale = {other for key, other in pairs.items() if key in change and other not in change}
        result[index] = {key: value for key, value in rule.items() if key not in stale}
    return result


def _named(call: Call, before: Record) -> Record:
    found: Record | None = next((rule for rule in before["rules"] if rule["name"] == call.params["ruleName"]), None)
    if found is None:
        raise refused("rules", UNKNOWN_RULE)
    return found


@routes.on("GET", "/dynamic_configs/{id}/rules")
def read_rules(call: Call) -> Answer:
    shown = configs.presented(call, DYNAMIC_CONFIG.find(call))
    return page(call, "Dynamic Config rules read successfully.", [{"rules": shown["rules"]}])


@routes.on("GET", "/dynamic_configs/{id}/rule/{ruleId}")
def read_rule(call: Call) -> Answer:
    shown = configs.presented(call, DYNAMIC_CONFIG.find(call))
    found = next((rule for rule in shown["rules"] if rules.is_called(rule, call.params["ruleId"])), None)
    if found is None:
        raise refused("rules", UNKNOWN_RULE)
    return single("Dynamic Config rules read successfully.", found)


@routes.on("PATCH", "/dynamic_configs/{id}/rule/{ruleId}")
def change_rule(call: Call) -> Answer:
    before = DYNAMIC_CONFIG.find(call)
    change = call.read(PARTIAL_RULE) | {"id": call.params["ruleId"], "baseID": None}
    return _updated(call, before, _overlay(before["rules"], [change]))


@routes.on("DELETE", "/dynamic_configs/{id}/rule/{ruleId}")
def delete_rule(call: Call) -> Answer:
    before = DYNAMIC_CONFIG.find(call)
    kept = rules.without(before["rules"], call.params["ruleId"])
    return _save(call, before, kept, "Dynamic Config rule deleted successfully.")


@routes.on("POST", "/dynamic_configs/{id}/rule", quirk=OLD_ENDPOINTS)
def add_rule(call: Call) -> Answer:
    before = DYNAMIC_CONFIG.find(call)
    return _updated(call, before, rules.appended(before["rules"], [call.read(ADDED_RULE)]))


@routes.on("POST", "/dynamic_configs/{id}/rules", quirk=OLD_ENDPOINTS)
def add_rules(call: Call) -> Answer:
    before = DYNAMIC_CONFIG.find(call)
    return _updated(call, before, rules.appended(before["rules"], call.read(ADDED_RULES)["rules"]))


@routes.on("PATCH", "/dynamic_configs/{id}/rules", quirk=OLD_ENDPOINTS)
def change_rules(call: Call) -> Answer:
    before = DYNAMIC_CONFIG.find(call)
    return _updated(call, before, _overlay(before["rules"], call.read(PARTIAL_RULES)["rules"]))


@routes.on("PATCH", "/dynamic_configs/{id}/rule/name/{ruleName}", quirk=OLD_ENDPOINTS)
def change_rule_by_name(call: Call) -> Answer:
    before = DYNAMIC_CONFIG.find(call)
    change = call.read(PARTIAL_RULE) | {"id": _named(call, before)["id"], "baseID": None}
    return _updated(call, before, _overlay(before["rules"], [change]))


@routes.on("DELETE", "/dynamic_configs/{id}/rule/name/{ruleName}", quirk=OLD_ENDPOINTS)
def delete_rule_by_name(call: Call) -> Answer:
    before = DYNAMIC_CONFIG.find(call)
    kept = rules.without(before["rules"], _named(call, before)["id"])
    return _save(call, before, kept, "Dynamic Config rule deleted successfully.")
