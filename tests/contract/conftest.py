"""Fixtures of the contract ring: one emulated project, whose every exchange is held against the API's specification."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from statsig_pulumi.declaration import REGISTRY, Declaration
from statsig_pulumi.emulator import Emulator

from ..emulator import openapi
from .project import USUAL, Project

settings.register_profile(
    "contract",
    deadline=None,
    derandomize="CI" in os.environ,
    database=None,
    # The project is one for all examples, and made fresh by each of them.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="session")
def emulated_project() -> Iterator[Project]:
    with Emulator(quirks=USUAL) as emulator:
        yield Project(emulator)


@pytest.fixture
def project(emulated_project: Project) -> Iterator[Project]:
    emulated_project.fresh()
    emulated_project.exchanges.clear()
    yield emulated_project
    emulated_project.fresh()
    assert problems_of(emulated_project.exchanges) == []


@pytest.fixture(params=REGISTRY.values(), ids=REGISTRY.keys())
def declaration(request: pytest.FixtureRequest) -> Declaration:
    return request.param


_JUDGED: dict[str, list[str]] = {}


def problems_of(exchanges: list[Any]) -> list[str]:
    """What the OpenAPI specification would not have of these exchanges; where it is not there, nothing is wrong."""
    if not openapi.SPEC_FILE.exists():
        return []
    problems = []
    for entry in exchanges:
        key = json.dumps([entry["method"], entry["route"], entry["status"], _shape(entry["body"]), _shape(entry["answer"])])
        if key not in _JUDGED:
            _JUDGED[key] = openapi.check_log([entry])
        problems += _JUDGED[key]
    return problems


def _shape(value: Any) -> Any:
    """What the specification can tell apart: exchanges of one shape are judged once, for judging one takes long."""
    match value:
        case dict():
            return {name: _shape(item) for name, item in sorted(value.items())}
        case list():
            return sorted({json.dumps(_shape(item)) for item in value})
        case str():
            return "text"
        case bool() | None:
            return str(value)
        case _:
            return "number"
