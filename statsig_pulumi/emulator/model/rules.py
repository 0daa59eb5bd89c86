"""Gives rules their identity, checks them and reads them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ..api.responses import Json, Record, invalid, refused
from ..api.shapes import Fields, FreeObject, Listed, Nullable, Number, Shape, Text
from . import conditions
from .conditions import CONDITION
from .project import Project
from .quirks import Quirks

PASS_PERCENTAGE = Number(least=0, most=100, multiple_of=0.01)
# Automated rollouts are read-only, and on gates `returnValue` means nothing: both are unknown keys here.
GATE_RULE = Fields(
    {
        "name": Text(),
        "passPercentage": PASS_PERCENTAGE,
        "conditions": Listed(CONDITION),
        "environments": Nullable(Listed(Text())),
        "id": Text(),
        "baseID": Text(),
    },
    frozenset({"name", "passPercentage", "conditions"}),
)
_VALUES: Final[Mapping[str, Shape]] = {"returnValue": FreeObject(), "returnValueJson5": Text()}
VARIANT = Fields(
    {"id": Text(), "name": Text(), "passPercentage": PASS_PERCENTAGE, **_VALUES},
    frozenset({"name", "passPercentage"}),
)
CONFIG_RULE = replace(GATE_RULE, keys={**GATE_RULE.keys, **_VALUES, "variants": Listed(VARIANT)}).requiring(
    "name", "conditions"
)

UNKNOWN_RULE = "A provided rule ID does not match an existing rule ID"
DUPLICATE_NAMES = "Duplicate rule name(s) given"
DUPLICATE_IDS = "Duplicate rule IDs given"


def identify(project: Project, sent: Sequence[Record], known: Sequence[Record]) -> list[Record]:
    """The whole new list. Rules that are recognised keep their baseID, the others get one."""
    refuse_bad_conditions(project.quirks, sent)
    if project.quirks["unique_rule_names"]:
        refuse_duplicate_names(sent)
    return [_identified(project, rule, recognise(project.quirks, rule, known)) for rule in sent]


def refuse_bad_conditions(quirks: Quirks, rules: Sequence[Record]) -> None:
    found = [
        issue
        for rule_index, rule in enumerate(rules)
        for index, condition in enumerate(rule.get("conditions", []))
        for issue in conditions.problems(condition, f"rules.{rule_index}.conditions.{index}", quirks)
    ]
    if found:
        raise invalid(found)


def recognise(quirks: Quirks, rule: Record, known: Sequence[Record]) -> Record | None:
    found = next((old for old in known if is_same(rule, old)), None)
    if found is None and quirks["match_rules_by_name"]:
        found = next((old for old in known if old.get("name") == rule["name"]), None)
    return found


def is_same(sent: Record, known: Record) -> bool:
    """By id or baseID; an empty id is none."""
    ids = {sent.get("id"), sent.get("baseID")} - {None, ""}
    return bool(ids & {known.get("id"), known.get("baseID")})


def is_called(rule: Record, identifier: str) -> bool:
    return is_same({"id": identifier}, rule)


def _identified(project: Project, sent: Record, old: Record | None) -> Record:
    rule = {
        **sent,
        "environments": sent.get("environments"),
        "conditions": [conditions.stored(condition) for condition in sent["conditions"]],
    }
    if old is None:
        base = project.issuer.new_id()
        return {**rule, "id": base, "baseID": base}
    return {**rule, "id": _next_id(project.quirks, old, rule), "baseID": old["baseID"]}


def _next_id(quirks: Quirks, old: Record, new: Record) -> str:
    match quirks["rule_id_suffix"]:
        case "never":
            changed = False
        case "pass_percentage":
            changed = old.get("passPercentage") != new.get("passPercentage")
        case _:
            changed = _content(quirks, old) != _content(quirks, new)
    if not changed:
        return str(old["id"])
    _, _, count = str(old["id"]).rpartition(":")
    edits = int(count) if ":" in old["id"] and count.isdigit() else 0
    return f"{old['baseID']}:{new.get('passPercentage', 0):.2f}:{edits + 1}"


def _content(quirks: Quirks, rule: Record) -> Record:
    """The rule as it reads, so that sending back what was read is no edit."""
    read = presented(quirks, rule)
    return {key: value for key, value in read.items() if key not in ("id", "baseID")}


def presented(quirks: Quirks, rule: Record) -> Record:
    read = rule | {"conditions": [conditions.presented(condition, quirks) for condition in rule.get("conditions", [])]}
    if quirks["rollouts_in_rules"]:
        read = {"completedAutomatedRollouts": [], "pendingAutomatedRollouts": [], **read}
    return read


def refuse_duplicate_names(rules: Iterable[Record]) -> None:
    _refuse_duplicates([rule["name"] for rule in rules if "name" in rule], DUPLICATE_NAMES)


def _refuse_duplicates(values: Sequence[Json], message: str) -> None:
    if len(set(values)) < len(values):
        raise refused("rules", message)


def appended(known: Sequence[Record], sent: Sequence[Record]) -> list[Record]:
    """The list for `identify`: the rules that are there, and new ones whatever ids they came with."""
    refuse_duplicate_names([*known, *sent])
    return [*known, *({key: rule[key] for key in rule if key not in ("id", "baseID")} for rule in sent)]


def merged(known: Sequence[Record], changes: Sequence[Record]) -> list[Record]:
    """The rules with partial changes laid over those that they name; nothing is added, moved or removed."""
    hits = [[index for index, rule in enumerate(known) if is_same(change, rule)] for change in changes]
    if not all(hits):
        raise refused("rules", UNKNOWN_RULE)
    _refuse_duplicates([indexes[0] for indexes in hits], DUPLICATE_IDS)
    refuse_duplicate_names(changes)
    result = list(known)
    for indexes, change in zip(hits, changes, strict=True):
        # Which rule it is was just decided: ids are no content.
        content = {key: change[key] for key in change if key not in ("id", "baseID")}
        result[indexes[0]] = known[indexes[0]] | content
    refuse_duplicate_names(result)
    return result


def without(known: Sequence[Record], identifier: str) -> list[Record]:
    kept = [rule for rule in known if not is_called(rule, identifier)]
    if len(kept) == len(known):
        raise refused("rules", UNKNOWN_RULE)
    return kept


def issue_unidentified(project: Project, rules: Sequence[Record]) -> list[Record]:
    """Ids for rules that a console user added; the others stay as they are."""

    def identified(rule: Record) -> Record:
        base = project.issuer.new_id()
        return rule if rule.get("baseID") else {"environments": None, **rule, "id": base, "baseID": base}

    return [identified(rule) for rule in rules]
