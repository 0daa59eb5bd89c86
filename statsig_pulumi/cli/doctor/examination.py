"""All checks, in the order in which a later one needs an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import installation, program, service
from .finding import Finding


def examine(folder: Path, stack: str | None = None) -> Iterator[Finding]:
    """Yield the finding of each check, as soon as it is known.

    ``folder`` is that of a program or below it; without a program, only the environment is checked. ``stack`` is the
    name of a stack, the selected one if it is omitted. Nothing is written to Statsig.
    """
    yield from installation.check()
    found = program.find(folder)
    yield from program.check_environment(found)
    configuration = program.read_configuration(found, stack)
    yield configuration.finding
    yield from service.check(configuration)
