"""Run ``statsig-pulumi`` in the test's own process."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from statsig_pulumi.cli.main import main


class Result(NamedTuple):
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """The console script, with the environment of the test."""

    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Result:
        """Return how the command ended; what was printed before is discarded."""
        self.capsys.readouterr()
        code = 0
        try:
            main(list(arguments))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            if isinstance(end.code, str):
                sys.stderr.write(f"{end.code}\n")  # as the interpreter does
        return Result(code, *self.capsys.readouterr())
