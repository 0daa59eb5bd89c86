"""A whole project built in the console: exported, imported with both Pulumi commands, and created a second time."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from statsig_pulumi.emulator import Emulator

from ..documents import ROOT
from .console_project import NOT_REPRODUCIBLE, fill, fill_gates
from .same_project import find_differences
from .stack import LARGE_LIMIT_S, Stack
from .wire import Wire

IMPORT = ("import", "--yes", "--generate-code=false", "--protect=false")
MYPY_CACHE = ROOT / ".mypy_cache" / "console_project"
COMMANDS = {"file": ("--file", "import.json"), "converter": ("--from", "statsig")}


def run(folder: Path, *command: str, env: dict[str, str] | None = None) -> None:
    """Run a command that has to succeed."""
    process = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert process.returncode == 0, f"{' '.join(command)} failed:\n{process.stdout}\n{process.stderr}"


def export(stack: Stack, *options: str) -> None:
    command = ("statsig-pulumi", "export", ".", "--project", stack.project, "--force", *options)
    run(stack.folder, *command, env=stack.env)


def assert_no_changes(stack: Stack) -> None:
    """Assert that a preview, a refresh and the next preview are empty."""
    stack.preview_is_empty()
    stack.refresh_is_empty()
    stack.preview_is_empty()


def assert_no_secrets(stack: Stack, secrets: list[str]) -> None:
    """Assert that no exported file, no file of the backend and no output of a command has one of these texts."""
    files = [path for path in stack.folder.rglob("*") if path.is_file()]
    texts = {str(path): path.read_bytes().decode(errors="replace") for path in files}
    texts |= {f"command {number}": answer.text for number, answer in enumerate(stack.answers)}
    assert [name for name, text in texts.items() if any(secret in text for secret in secrets)] == []


@pytest.mark.parametrize("command", list(COMMANDS))
def test_a_project_of_every_kind_is_imported_and_the_preview_stays_empty(
    stack: Stack, emulator: Emulator, wire: Wire, command: str
) -> None:
    fill(emulator)
    export(stack)
    answer = stack.run(*IMPORT, *COMMANDS[command])
    assert "error" not in answer
    assert_no_changes(stack)
    assert wire.writes() == []
    assert_no_secrets(stack, [key["key"] for key in emulator.objects("keys")])
    kinds = Counter(resource["type"].rpartition(":")[2] for resource in stack.all_resources())
    assert sum(kinds.values()) >= 200
    assert len(kinds) >= 14


def test_the_exported_program_is_clean_and_creates_an_equal_project(
    stack: Stack, emulator: Emulator, second: Emulator
) -> None:
    fill(emulator)
    export(stack)
    run(stack.folder, sys.executable, "-m", "mypy", "--strict", f"--cache-dir={MYPY_CACHE}", ".")
    run(stack.folder, sys.executable, "-m", "ruff", "check", "--isolated", ".")
    stack.env |= {"STATSIG_CONSOLE_URL": second.url, "STATSIG_CONSOLE_KEY": second.key}
    second.quirk(validate_operators=False, rate_limit=False)
    stack.run("config", "set", "statsig:writeBudget", "off")
    stack.up()
    emulator.quirk(rate_limit=False)
    places = {difference.partition(": ")[0] for difference in find_differences(emulator, second)}
    assert places == NOT_REPRODUCIBLE
    assert_no_changes(stack)


@pytest.mark.soak
def test_two_thousand_gates_are_listed_in_pages(stack: Stack, emulator: Emulator, wire: Wire) -> None:
    stack.limit_s = LARGE_LIMIT_S
    fill_gates(emulator, 2_000)
    export(stack, "--kind", "Gate")
    requests = wire.requests()
    assert len([entry for entry in requests if entry["path"] == "/gates"]) <= 20
    assert len(requests) <= 21
    stack.run(*IMPORT, *COMMANDS["file"])
    assert_no_changes(stack)
    assert wire.writes() == []


@pytest.fixture
def second() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running
