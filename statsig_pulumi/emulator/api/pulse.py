"""Requests for pulse loads and results, which gates and experiments have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..model import pulse_loads
from ..model.days import is_day
from ..model.errors import Issue, invalid_body
from .pages import page
from .responses import Response
from .routes import Call
from .shapes import Choice, Fields, Flag, Listed, Text

LOAD = Fields(
    {
        "ruleId": Text(),
        "refresh": Choice(("full", "incremental", "metric")),
        "metricIDs": Listed(Text()),
        "turboMode": Flag(),
    }
)
FLAGS: Final = (
    "cuped",
    "applyBonferroniPerVariant",
    "applyBonferroniPerMetric",
    "applyBenjaminiHochbergPerMetric",
    "applyBenjaminiHochbergPerVariant",
)
# The upper bounds of numeric parameters, which must be greater than 0 and less than the bound.
NUMBERS: Final = {"confidence": 100, "bonferroniPrimaryMetricWeight": 1}


def load_history(call: Call, owner: Mapping[str, str]) -> Response:
    """Return the page of loads of an experiment or a rule."""
    return page(call, "Pulse load history listed successfully.", pulse_loads.poll_loads(call.project, owner))


@dataclass(frozen=True)
class ResultQuery:
    """The query of a request for results. The Benjamini-Hochberg flags are validated, but have no effect."""

    flags: frozenset[str]
    numbers: dict[str, float]
    date: str | None


def read_result_query(call: Call, *required: str) -> ResultQuery:
    """Return the validated query of a request for results."""
    issues = [Issue(name, "Required") for name in required if call.first(name) is None]
    issues += [Issue(name, "Invalid") for name in FLAGS if call.first(name) not in (None, "true", "false")]
    numbers = {name: _parse_number(call.first(name) or "") for name in NUMBERS if call.first(name) is not None}
    issues += [Issue(name, "Invalid") for name, value in numbers.items() if not 0 < value < NUMBERS[name]]
    date = call.first("date")
    if date is not None and not is_day(date):
        issues.append(Issue("date", "Invalid"))
    if issues:
        raise invalid_body(issues)
    return ResultQuery(frozenset(name for name in FLAGS if call.flag(name)), numbers, date)


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
