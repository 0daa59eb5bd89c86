"""Fixtures of the contract ring: one emulated project, whose every exchange is held against the API's specification."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.schema.declaration import REGISTRY, Declaration

from ..emulator import openapi
from .ground import is_readable, is_standing, is_triggered
from .project import USUAL, Project

settings.register_profile(
    "contract",
    deadline=None,
    derandomize="CI" in os.environ,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate, *([] if "QUICK" in os.environ else [Phase.shrink])],
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
    if openapi.SPEC_FILE.exists():
        assert openapi.check_log(emulated_project.exchanges) == []


OBJECTS = [
    declaration for declaration in REGISTRY.values() if is_readable(declaration) and not is_triggered(declaration)
]
"""What is done once, or can never be read, has no life of this kind; it has a witness, and tests of its own."""

OWN = [declaration for declaration in OBJECTS if not is_standing(declaration)]


@pytest.fixture(params=OBJECTS, ids=[declaration.kind for declaration in OBJECTS])
def declaration(request: pytest.FixtureRequest) -> Declaration:
    return request.param


@pytest.fixture(params=OWN, ids=[declaration.kind for declaration in OWN])
def own(request: pytest.FixtureRequest) -> Declaration:
    """An entity whose objects are made and deleted by the resource."""
    return request.param
