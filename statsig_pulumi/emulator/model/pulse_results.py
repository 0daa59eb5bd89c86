"""Pulse results of experiments and gates: plausible random numbers, the same ones in each response."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from .json_values import Record

NORMAL: Final = NormalDist()
UNITS_A_DAY: Final = 7000
# The share of a day's units that return on the next day and are not counted again.
RETURNING: Final = 0.7


def exposures(seed: str, share: float, days: int) -> list[int]:
    """Return the number of units exposed by the end of each day. There are none on the day of the start."""
    daily = UNITS_A_DAY * share / 100 * random.Random(seed).uniform(0.98, 1.02)
    return [int(daily * (1 - RETURNING**number) / (1 - RETURNING)) for number in range(days)]


@dataclass(frozen=True)
class Comparison:
    """Comparison of two groups, or of the units that pass a rule with those that fail it."""

    seed: str
    control_units: int
    test_units: int
    confidence: float
    cuped: bool = False
    sequential: bool = False

    def results(self, metrics: Sequence[Record], comparisons: float = 1) -> list[Record]:
        """Return the results of metrics, with Bonferroni's correction for the number of comparisons.

        Without units in both groups there are no numbers.
        """
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
            # Sequential testing widens the confidence interval.
            numbers["sequentialTestingConfidenceIntervalDelta"] = 1.5 * delta
            numbers["percentSequentialTestingConfidenceIntervalDelta"] = 150 * delta / control
        return numbers | dict(self._topline(change, delta, control))

    def _topline(self, change: float, delta: float, control: float) -> Iterable[tuple[str, float]]:
        """Return the impact on all units: the actual one, and the one projected to 100 % in the test group."""
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
