"""A whole project as console users made it: exported, imported by both of Pulumi's commands, and moved to another."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from statsig_pulumi.emulator import Emulator

from .console_project import NOWHERE_ELSE, fill, fill_gates
from .same_project import differences
from .stack import Stack
from .wire import Wire

IMPORT = ("import", "--yes", "--generate-code=false", "--protect=false")
COMMANDS = {"file": ("--file", "import.json"), "converter": ("--from", "statsig")}


def tool(folder: Path, *words: str, env: dict[str, str] | None = None) -> str:
    """What a command printed that has to succeed."""
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def export(stack: Stack, *words: str) -> str:
    return tool(
        stack.folder, "statsig-pulumi", "export", ".", "--project", stack.project, "--force", *words, env=stack.env
    )


def is_quiet(stack: Stack) -> None:
    """Nothing to do, nothing has moved, and still nothing to do."""
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()


@pytest.mark.parametrize("command", list(COMMANDS))
def test_a_project_of_every_kind_is_imported_and_the_preview_stays_empty(
    stack: Stack, emulator: Emulator, wire: Wire, command: str
) -> None:
    fill(emulator)
    export(stack)
    answer = stack.run(*IMPORT, *COMMANDS[command])
    assert "error" not in answer
    is_quiet(stack)
    assert wire.writes() == []
    kinds = Counter(resource["type"].rpartition(":")[2] for resource in stack.resources().values())
    assert sum(kinds.values()) >= 200
    assert len(kinds) >= 14


def test_the_exported_program_is_clean_and_makes_an_equal_project_elsewhere(
    stack: Stack, emulator: Emulator, second: Emulator
) -> None:
    fill(emulator)
    export(stack)
    tool(stack.folder, sys.executable, "-m", "mypy", "--strict", ".")
    tool(stack.folder, sys.executable, "-m", "ruff", "check", "--isolated", ".")
    stack.env |= {"STATSIG_CONSOLE_URL": second.url, "STATSIG_CONSOLE_KEY": second.key}
    second.quirk(validate_operators=False, rate_limit=False)
    stack.run("config", "set", "statsig:writeBudget", "off")
    stack.up()
    assert {difference.partition(": ")[0] for difference in differences(emulator, second)} == NOWHERE_ELSE
    is_quiet(stack)


def test_two_thousand_gates_are_listed_in_pages(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    fill_gates(emulator, 2_000)
    stack.env |= {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "true"}
    export(stack, "--kind", "Gate")
    requests = wire.requests()
    assert len([entry for entry in requests if entry["path"] == "/gates"]) <= 20
    assert len(requests) <= 21
    stack.run(*IMPORT, *COMMANDS["file"])
    is_quiet(stack)
    assert wire.writes() == []


@pytest.fixture
def second() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running
