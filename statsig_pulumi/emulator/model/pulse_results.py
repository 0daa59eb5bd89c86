"""Makes up results of experiments and gates: plausible numbers, and the same ones at each request."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Final

from ..api.filters import is_date
from ..api.responses import Issue, Record, invalid
from ..api.routes import Call

NORMAL: Final = NormalDist()
UNITS_A_DAY: Final = 7000
# Who came on one day and comes again on the next is not new.
RETURNING: Final = 0.7
FLAGS: Final = (
    "cuped",
    "applyBonferroniPerVariant",
    "applyBonferroniPerMetric",
    "applyBenjaminiHochbergPerMetric",
    "applyBenjaminiHochbergPerVariant",
)
# Queries with a number that lies between 0 and this.
NUMBERS: Final = {"confidence": 100, "bonferroniPrimaryMetricWeight": 1}


@dataclass(frozen=True)
class Question:
    """What the query of a request for results asks; the Benjamini-Hochberg flags are checked and change nothing."""

    flags: frozenset[str]
    numbers: dict[str, float]
    date: str | None


def asked(call: Call, *required: str) -> Question:
    problems = [Issue(name, "Required") for name in required if call.first(name) is None]
    problems += [Issue(name, "Invalid") for name in FLAGS if call.first(name) not in (None, "true", "false")]
    numbers = {name: _number(call.first(name) or "") for name in NUMBERS if call.first(name) is not None}
    problems += [Issue(name, "Invalid") for name, value in numbers.items() if not 0 < value < NUMBERS[name]]
    if call.first("date") is not None and not is_date(call.first("date") or ""):
        problems.append(Issue("date", "Invalid"))
    if problems:
        raise invalid(problems)
    return Question(frozenset(name for name in FLAGS if call.flag(name)), numbers, call.first("date"))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def dates(first: str, last: str) -> list[str]:
    start = date.fromisoformat(first)
    days = (date.fromisoformat(last) - start).days
    return [(start + timedelta(days=number)).isoformat() for number in range(days + 1)]


def exposures(seed: str, share: float, days: int) -> list[int]:
    """How many units had been seen at the end of each day; nobody on the day of the start."""
    daily = UNITS_A_DAY * share / 100 * random.Random(seed).uniform(0.98, 1.02)
    return [int(daily * (1 - RETURNING**number) / (1 - RETURNING)) for number in range(days)]


@dataclass(frozen=True)
class Comparison:
    """One group against another, or who passes a rule against who does not."""

    seed: str
    control_units: int
    test_units: int
    confidence: float
    cuped: bool = False
    sequential: bool = False

    def results(self, metrics: Sequence[Record], comparisons: float = 1) -> list[Record]:
        """The error is spread over so many comparisons, as Bonferroni has it. No units, no numbers."""
        if not (self.control_units and self.test_units):
            return [_described(metric) for metric in metrics]
        alpha = (1 - self.confidence / 100) / max(comparisons, 1)
        return [_described(metric) | self._numbers(metric, alpha) for metric in metrics]

    def _numbers(self, metric: Record, alpha: float) -> Record:
        chance = random.Random(f"{self.seed}/{metric_id(metric)}")
        control = chance.uniform(0.05, 60)
        test = control * (1 + chance.gauss(0.01, 0.02))
        errors = [control * chance.uniform(0.008, 0.015) * (0.8 if self.cuped else 1) for _ in range(2)]
        change, error = test - control, math.hypot(*errors)
        delta = error * NORMAL.inv_cdf(1 - alpha / 2)
        numbers = {
            "absoluteChange": change,
            "confidenceIntervalDelta": delta,
            "percentChange": 100 * change / control,
            "percentConfidenceIntervalDelta": 100 * delta / control,
            "controlMean": control,
            "testMean": test,
            "controlStd": errors[0],
            "testStd": errors[1],
            "controlUnits": self.control_units,
            "testUnits": self.test_units,
            "pValue": 2 * (1 - NORMAL.cdf(abs(change) / error)),
        }
        if self.sequential:
            # Looking every day costs certainty.
            numbers["sequentialTestingConfidenceIntervalDelta"] = 1.5 * delta
            numbers["percentSequentialTestingConfidenceIntervalDelta"] = 150 * delta / control
        return numbers | dict(self._topline(change, delta, control))

    def _topline(self, change: float, delta: float, control: float) -> Iterable[tuple[str, float]]:
        """What the change makes of the whole, as it is and if everyone had the test group's experience."""
        everyone = self.control_units + self.test_units
        for absolute, relative, units in (
            ("absoluteToplineImpact", "relativeToplineImpact", self.test_units),
            ("projectedAbsoluteToplineImpact", "projectedRelativeToplineImpact", everyone),
        ):
            yield absolute, change * units
            yield f"{absolute}Delta", delta * units
            yield relative, change * units / (control * everyone)
            yield f"{relative}Delta", delta * units / (control * everyone)


def _described(metric: Record) -> Record:
    direction = metric.get("direction", "increase")
    return {"metricID": metric_id(metric), "metricName": metric["name"], "directionality": direction}


def metric_id(metric: Record) -> str:
    return f"{metric['name']}::{metric['type']}"
