"""What every form of a report says in the same words: counts, headings, dependents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ..schema.sentences import LEVELS
from .plan import Operation
from .policies import Violation
from .report import ObjectReport, Report

PAST: Final[Mapping[Operation, str]] = {
    "create": "created",
    "import": "imported",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "edited": "changed in Statsig",
    "removed": "deleted in Statsig",
}
"""Operations in sentences, in the order of a report."""


def describe_total(report: Report) -> str:
    """Return how many objects change: ``12 Statsig objects change: 1 created, 9 updated``."""
    one, several, rest = ("differs", "differ", " from the state") if report.is_refresh else ("changes", "change", "")
    count = len(report.objects)
    if not count:
        return f"No Statsig object {one}{rest}"
    predicate = f"object {one}" if count == 1 else f"objects {several}"
    return f"{count:,} Statsig {predicate}{rest}: {describe_operations(report.operations)}"


def describe_operations(counts: Mapping[Operation, int]) -> str:
    """Return counts of operations in words."""
    return ", ".join(f"{counts[name]:,} {word}" for name, word in PAST.items() if counts.get(name))


def describe_levels(objects: Iterable[ObjectReport]) -> str:
    """Return how many objects there are of each level."""
    levels = [each.level for each in objects]
    return ", ".join(f"{levels.count(level):,} {level}" for level in LEVELS if level in levels)


def describe_others(report: Report) -> str:
    """Return how many resources of other packages change; empty if none do."""
    total = sum(report.others.values())
    if not total:
        return ""
    noun = "resource of another package changes" if total == 1 else "resources of other packages change"
    return f"{total:,} {noun}: {describe_operations(report.others)}"


def describe_reach(each: ObjectReport, limit: int | None = None) -> str:
    """Return what depends on an object, and how often it is checked; at most ``limit`` names. Empty if nothing."""
    parts: list[str] = []
    if each.checks_per_hour:
        parts.append(f"{each.checks_per_hour:,.0f} checks per hour")
    if each.dependents:
        names = [f"{d.title} ({', '.join(d.places)})" if d.places else d.title for d in each.dependents]
        shown = names if limit is None else names[:limit]
        rest = len(names) - len(shown)
        named = ", ".join(shown) + (f" and {rest} more" if rest else "")
        verb = "depends" if len(names) == 1 else "depend"
        parts.append(f"{len(names):,} {verb} on it: {named}")
    if each.indirect:
        verb = "depends" if each.indirect == 1 else "depend"
        parts.append(f"{each.indirect:,} more {verb} on these")
    return "; ".join(parts)


def describe_violation(violation: Violation) -> str:
    """Return a broken policy as one line."""
    subject = f"{violation.title}: " if violation.title else ""
    return f"{violation.policy}: {subject}{violation.text}"
