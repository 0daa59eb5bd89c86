"""A report as JSON, and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..json_values import Json
from .policies import Violation
from .report import ObjectReport, Report
from .summary import PAST, describe_levels, describe_others, describe_reach, describe_total, describe_violation

Style = Literal["plain", "title", "high", "medium", "low", "detail"]


@dataclass(frozen=True)
class Line:
    """One line for a terminal, and how it is shown."""

    text: str
    style: Style = "plain"


def to_lines(report: Report, violations: Sequence[Violation]) -> Iterator[Line]:
    """Yield the lines of a report: broken policies, then each object with its changes."""
    yield Line(describe_total(report), "title")
    if report.objects:
        yield Line(f"By level: {describe_levels(report.objects)}")
    if others := describe_others(report):
        yield Line(f"In addition, {others}")
    if violations:
        yield Line("")
        yield Line("Broken policies", "title")
        yield from (Line(f"  {describe_violation(each)}", "high") for each in violations)
    for each in report.objects:
        yield Line("")
        yield Line(f"{each.title} {PAST[each.change.operation]}", "title")
        yield from _write_object(each)


def _write_object(each: ObjectReport) -> Iterator[Line]:
    for sentence in each.sentences:
        mark = f"{sentence.level}: " if sentence.is_consequence else ""
        yield Line(f"  {mark}{sentence.text}", sentence.level if sentence.is_consequence else "plain")
    if reach := describe_reach(each):
        yield Line(f"  {reach}", "detail")
    if each.link:
        yield Line(f"  {each.link}", "detail")


def to_json(report: Report, violations: Sequence[Violation]) -> Json:
    """Return a report as JSON. Names in it are only added, and never removed."""
    return {
        "stack": report.stack,
        "project": report.project,
        "operations": dict(report.operations),
        "levels": dict(report.levels),
        "others": dict(report.others),
        "objects": [_object_to_json(each) for each in report.objects],
        "violations": [{"policy": each.policy, "title": each.title, "text": each.text} for each in violations],
    }


def _object_to_json(each: ObjectReport) -> Json:
    return {
        "urn": each.change.urn,
        "kind": each.change.kind,
        "id": each.change.id,
        "title": each.title,
        "operation": each.change.operation,
        "level": each.level,
        "link": each.link,
        "sentences": [{"text": s.text, "level": s.level, "effect": s.effect} for s in each.sentences],
        "dependents": [{"title": d.title, "urn": d.urn, "properties": list(d.places)} for d in each.dependents],
        "indirect_dependents": each.indirect,
        "checks_per_hour": each.checks_per_hour,
    }
