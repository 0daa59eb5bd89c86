"""A plan with twenty changed objects and the state before it, as the Pulumi CLI printed them.

They are recorded from the programs of ``tests/engine/review_programs.py``, without what depends on the machine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from statsig_pulumi.review.plan import Plan, parse_plan
from statsig_pulumi.review.report import ObjectReport, Report, build_report
from statsig_pulumi.review.state import StoredObject, parse_state

Json = Any
RECORDED: Final = Path(__file__).parent / "recorded"


@pytest.fixture(scope="session")
def plan_text() -> str:
    return (RECORDED / "plan.json").read_text()


@pytest.fixture(scope="session")
def state_text() -> str:
    return (RECORDED / "state.json").read_text()


@pytest.fixture(scope="session")
def plan(plan_text: str) -> Plan:
    return parse_plan(plan_text)


@pytest.fixture(scope="session")
def stored(state_text: str) -> tuple[StoredObject, ...]:
    return parse_state(state_text)


@pytest.fixture(scope="session")
def report(plan: Plan, stored: tuple[StoredObject, ...]) -> Report:
    return build_report(plan, stored)


@pytest.fixture(scope="session")
def by_name(report: Report) -> dict[str, ObjectReport]:
    """The objects of the report, by the name of the resource."""
    return {each.change.name: each for each in report.objects}


@pytest.fixture
def changed_plan(plan_text: str) -> Json:
    """The JSON of the plan, to change it."""
    return json.loads(plan_text)
