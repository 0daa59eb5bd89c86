"""Rules of gates and dynamic configs: their ids, their validation, and edits of a list of rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import conditions
from .errors import invalid_body, invalid_value
from .json_values import Json, Record
from .project import Project
from .quirks import Quirks

UNKNOWN_RULE = "A provided rule ID does not match an existing rule ID"
DUPLICATE_NAMES = "Duplicate rule name(s) given"
DUPLICATE_IDS = "Duplicate rule IDs given"


def identify_rules(project: Project, sent: Sequence[Record], known: Sequence[Record]) -> list[Record]:
    """Return the list that replaces the known rules.

    Matched rules keep their baseID; the others get a new one.
    """
    validate_conditions(project.quirks, sent)
    if project.quirks["unique_rule_names"]:
        validate_rule_names(sent)
    return [_identify(project, rule, match_rule(project.quirks, rule, known)) for rule in sent]


def validate_conditions(quirks: Quirks, rules: Sequence[Record]) -> None:
    found = [
        issue
        for rule_index, rule in enumerate(rules)
        for index, condition in enumerate(rule.get("conditions", []))
        for issue in conditions.condition_issues(condition, f"rules.{rule_index}.conditions.{index}", quirks)
    ]
    if found:
        raise invalid_body(found)


def match_rule(quirks: Quirks, rule: Record, known: Sequence[Record]) -> Record | None:
    """Return the known rule that a sent rule replaces."""
    found = next((old for old in known if is_same_rule(rule, old)), None)
    if found is None and quirks["match_rules_by_name"]:
        found = next((old for old in known if old.get("name") == rule["name"]), None)
    return found


def is_same_rule(sent: Record, known: Record) -> bool:
    """Return whether an id or baseID of the rules is equal. An empty id counts as missing."""
    ids = {sent.get("id"), sent.get("baseID")} - {None, ""}
    return bool(ids & {known.get("id"), known.get("baseID")})


def find_rule(rules: Iterable[Record], identifier: str) -> Record | None:
    """Return the rule with this id or baseID."""
    return next((rule for rule in rules if is_same_rule({"id": identifier}, rule)), None)


def _identify(project: Project, sent: Record, old: Record | None) -> Record:
    rule = {
        **sent,
        "environments": sent.get("environments"),
        "conditions": [conditions.stored_condition(condition) for condition in sent["conditions"]],
    }
    if old is None:
        base = project.issuer.new_id()
        return {**rule, "id": base, "baseID": base}
    return {**rule, "id": _next_id(project.quirks, old, rule), "baseID": old["baseID"]}


def _next_id(quirks: Quirks, old: Record, new: Record) -> str:
    match quirks["rule_id_suffix"]:
        case "never":
            is_changed = False
        case "pass_percentage":
            is_changed = old.get("passPercentage") != new.get("passPercentage")
        case _:
            is_changed = _content(quirks, old) != _content(quirks, new)
    if not is_changed:
        return str(old["id"])
    _, _, count = str(old["id"]).rpartition(":")
    edits = int(count) if ":" in old["id"] and count.isdigit() else 0
    return f"{old['baseID']}:{new.get('passPercentage', 0):.2f}:{edits + 1}"


def _content(quirks: Quirks, rule: Record) -> Record:
    """Return the rule as a response has it, without ids. Sending a response back is therefore not an edit."""
    presented = present_rule(quirks, rule)
    return {key: value for key, value in presented.items() if key not in ("id", "baseID")}


def present_rule(quirks: Quirks, rule: Record) -> Record:
    """Return a rule as a response has it."""
    presented = rule | {
        "conditions": [conditions.present_condition(condition, quirks) for condition in rule.get("conditions", [])]
    }
    if quirks["rollouts_in_rules"]:
        presented = {"completedAutomatedRollouts": [], "pendingAutomatedRollouts": [], **presented}
    return presented


def validate_rule_names(rules: Iterable[Record]) -> None:
    _validate_unique([rule["name"] for rule in rules if "name" in rule], DUPLICATE_NAMES)


def _validate_unique(values: Sequence[Json], message: str) -> None:
    if len(set(values)) < len(values):
        raise invalid_value("rules", message)


def append_rules(known: Sequence[Record], sent: Sequence[Record]) -> list[Record]:
    """Return the known rules and new ones, for `identify_rules`. Ids of the new rules are ignored."""
    validate_rule_names([*known, *sent])
    return [*known, *({key: rule[key] for key in rule if key not in ("id", "baseID")} for rule in sent)]


def merge_rules(known: Sequence[Record], changes: Sequence[Record]) -> list[Record]:
    """Return the known rules with partial changes applied, in the same order.

    Raises:
        ApiError: if a change does not match a rule, or if ids or names repeat.
    """
    matches = [[index for index, rule in enumerate(known) if is_same_rule(change, rule)] for change in changes]
    if not all(matches):
        raise invalid_value("rules", UNKNOWN_RULE)
    _validate_unique([indexes[0] for indexes in matches], DUPLICATE_IDS)
    validate_rule_names(changes)
    result = list(known)
    for indexes, change in zip(matches, changes, strict=True):
        # The ids only select the rule.
        content = {key: change[key] for key in change if key not in ("id", "baseID")}
        result[indexes[0]] = known[indexes[0]] | content
    validate_rule_names(result)
    return result


def remove_rule(known: Sequence[Record], identifier: str) -> list[Record]:
    """Return the known rules without the one with this id or baseID."""
    kept = [rule for rule in known if not is_same_rule({"id": identifier}, rule)]
    if len(kept) == len(known):
        raise invalid_value("rules", UNKNOWN_RULE)
    return kept


def add_missing_ids(project: Project, rules: Sequence[Record]) -> list[Record]:
    """Return the rules with ids for those that a console user added. The others are not changed."""

    def identified(rule: Record) -> Record:
        base = project.issuer.new_id()
        return rule if rule.get("baseID") else {"environments": None, **rule, "id": base, "baseID": base}

    return [identified(rule) for rule in rules]
