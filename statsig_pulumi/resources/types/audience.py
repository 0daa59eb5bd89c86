"""Whom a gate or dynamic config reaches: everyone, nobody, or those whom its rules select; and what changes of it mean.

An archived or disabled object reaches nobody, a launched gate everyone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ...json_values import UNKNOWN, Json, has_unknown
from ...schema.sentences import Sentence
from .conditions import describe_conditions

Reach = Literal["everyone", "nobody", "some"]
SWITCHES: Final = (
    ("is_archived", True, "archived", "nobody"),
    ("is_launched", True, "launched", "everyone"),
    ("is_enabled", False, "disabled", "nobody"),
)
"""The properties that decide instead of the rules: value, word and reach. The first one that has its value counts."""
REVERSED: Final = {"is_archived": "unarchived", "is_launched": "no longer launched", "is_enabled": "enabled"}
"""The word for the end of each switch."""


@dataclass(frozen=True)
class Audience:
    """Whom an object reaches, and why."""

    reach: Reach
    switch: str = ""
    """The property that decides instead of the rules; empty if the rules decide."""
    share: float = 0.0
    """The share of all units that is reached for certain, in percent."""


def find_audience(values: Mapping[str, Json], *, by_rules: bool) -> Audience:
    """Return whom an object with these values reaches. Without ``by_rules``, any rules reach some."""
    for name, value, _, reach in SWITCHES:
        if values.get(name) is value:
            return Audience("everyone" if reach == "everyone" else "nobody", name, 100 if reach == "everyone" else 0)
    return _find_audience_of_rules(values.get("rules")) if by_rules else Audience("some")


def find_consequences(
    before: Mapping[str, Json], after: Mapping[str, Json], everyone: str, nobody: str, *, by_rules: bool = True
) -> Iterator[Sentence]:
    """Yield what a change of the audience means.

    ``everyone`` and ``nobody`` say what happens if everyone or nobody is reached, such as "passes for everyone". A new
    object that reaches nobody is no consequence. Without ``by_rules``, the rules select values, and any may do so.
    """
    old, new = find_audience(before, by_rules=by_rules), find_audience(after, by_rules=by_rules)
    if not before:
        if new.reach == "everyone":
            yield Sentence(f"{everyone} from the start", "medium", "pass-everyone")
        return
    switched = old.switch != new.switch
    if not switched and old.reach == new.reach:
        return
    # The switches that did not decide before and do not now may change too: these are ordinary changes.
    covers = tuple(dict.fromkeys(name for name in (new.switch, old.switch) if switched and name))
    word = _describe_switch(old, new) if switched else _describe_rule(after.get("rules"), new.reach)
    if new.reach == "some":
        if switched:
            yield Sentence(f"{word}: its rules decide", "medium", covers=covers, rollout_step=_grow(old, new))
    elif new.reach == "everyone":
        same = old.reach == "everyone"
        text = f"{word}: {'still ' if same else ''}{everyone}"
        yield Sentence(text, "medium" if same else "high", "pass-everyone", covers, _grow(old, new))
    else:
        same = old.reach == "nobody"
        text = f"{word}: {'still ' if same else ''}{nobody}"
        yield Sentence(text, "medium" if same else "high", "fail-everyone", covers)


def _grow(old: Audience, new: Audience) -> float:
    return max(0.0, new.share - old.share)


def _describe_switch(old: Audience, new: Audience) -> str:
    if new.switch:
        return next(word for name, _, word, _ in SWITCHES if name == new.switch)
    return REVERSED[old.switch]


def _describe_rule(rules: Json, reach: Reach) -> str:
    """Return which rule reaches everyone or nobody, as the beginning of a sentence."""
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, Mapping) and _is_for_everyone(rule):
            return f'by rule "{rule.get("name")}"'
    return "without a rule that passes" if reach == "nobody" else "by its rules"


def _is_for_everyone(rule: Mapping[str, Json]) -> bool:
    return not rule.get("environments") and describe_conditions(rule.get("conditions")) == "everyone"


def _find_audience_of_rules(rules: Json) -> Audience:
    """Return whom rules reach. Rules are evaluated in order, up to the first one that matches everyone."""
    shares: list[Any] = []
    if rules is UNKNOWN:
        return Audience("some")
    for rule in rules or ():
        if not isinstance(rule, Mapping) or has_unknown(rule):
            return Audience("some")
        share = rule.get("pass_percentage", 100)
        shares.append(share)
        if _is_for_everyone(rule):
            if all(each == 100 for each in shares):
                return Audience("everyone", share=100)
            return Audience("some" if any(shares) else "nobody", share=share)
    return Audience("some" if any(shares) else "nobody")
