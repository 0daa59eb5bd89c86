"""Fixtures of the contract tests: one emulated project, whose exchanges must match the API's OpenAPI description.

The examples are the same in each run. Set HYPOTHESIS_RANDOM=1 to look for others, and QUICK=1 to skip shrinking.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from statsig_pulumi.emulator import Emulator
from statsig_pulumi.schema.declaration import REGISTRY, Declaration

from ..emulator import openapi
from .console_user import is_job, is_readable, is_singleton
from .project import QUIRK_DEFAULTS, Project

settings.register_profile(
    "contract",
    deadline=None,
    derandomize="HYPOTHESIS_RANDOM" not in os.environ,
    database=None,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate, *([] if "QUICK" in os.environ else [Phase.shrink])],
    # All examples share one project, and each of them resets it.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

DECLARATIONS = [d for d in REGISTRY.values() if is_readable(d) and not is_job(d)]
"""Jobs and write-only resources have no lifecycle to compare; their tests are in `tests/resources`."""
DELETABLE = [d for d in DECLARATIONS if not is_singleton(d)]
"""Resources whose objects are created and deleted with them."""


@pytest.fixture(scope="session")
def emulated_project() -> Iterator[Project]:
    with Emulator(quirks=QUIRK_DEFAULTS) as emulator:
        yield Project(emulator)


@pytest.fixture
def project(emulated_project: Project) -> Iterator[Project]:
    """An empty project."""
    emulated_project.reset()
    emulated_project.exchanges.clear()
    yield emulated_project
    emulated_project.new_writes()
    if openapi.SPEC_FILE.exists():
        assert openapi.check_log(emulated_project.exchanges) == []


def by_kind(declarations: list[Declaration]) -> pytest.MarkDecorator:
    """Run a test for each of these declarations."""
    return pytest.mark.parametrize("declaration", declarations, ids=[d.kind for d in declarations])
