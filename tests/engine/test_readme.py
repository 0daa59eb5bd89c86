"""Every Python block of the README, run as a program on the real engine or as a test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from statsig_pulumi.emulator import Emulator

from .stack import Stack

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", README.read_text(), flags=re.MULTILINE | re.DOTALL)
PROGRAMS = [block for block in BLOCKS if "def test_" not in block]
TESTS = [block for block in BLOCKS if "def test_" in block]


def test_the_readme_has_programs_and_tests() -> None:
    assert PROGRAMS
    assert TESTS


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_a_program_of_the_readme_deploys_without_a_difference(stack: Stack, emulator: Emulator, program: str) -> None:
    emulator.add("gates", {"name": "kill_switch"})
    if "euKey" in program:
        stack.set_secret("euKey", emulator.key)
        stack.run("config", "set", "euProject", emulator.project)
    stack.program(program).up()
    stack.preview_is_empty()
    stack.destroy()
    assert [gate["id"] for gate in emulator.objects("gates")] == ["kill_switch"]


@pytest.mark.parametrize("test", TESTS, ids=range(len(TESTS)))
def test_a_test_of_the_readme_passes(tmp_path: Path, test: str) -> None:
    (tmp_path / "test_readme_block.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
