"""Pytest plugin with the fixture ``statsig_program``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

if TYPE_CHECKING:
    from .project import Project

RunProgramFn: TypeAlias = Callable[..., "Project"]


@pytest.fixture(scope="session")
def statsig_program() -> Iterator[RunProgramFn]:
    """Provide a function that runs the program in a folder on an emulator, and returns its Statsig project.

    ``statsig_program(folder, stack="test", config={})`` runs each program once in a test run: tests of the same
    program share its project. For a project of its own, a test uses ``run_program``.
    """
    # Imported here, because pytest loads this module in every session if the package is installed.
    from .errors import ProgramError
    from .program import run_program

    projects: dict[object, Project] = {}
    with ExitStack() as running:

        def run(
            folder: str | os.PathLike[str], *, stack: str = "test", config: Mapping[str, str] | None = None
        ) -> Project:
            key = (Path(folder).resolve(), stack, tuple(sorted((config or {}).items())))
            if key not in projects:
                try:
                    projects[key] = running.enter_context(run_program(folder, stack=stack, config=config))
                except ProgramError as error:
                    pytest.fail(str(error), pytrace=False)
            return projects[key]

        yield run
