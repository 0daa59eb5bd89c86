"""The test kit on the real Pulumi CLI: the tests of docs/testing.md are run as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from statsig_pulumi.testing import ProgramError, run_program

from ..documents import ROOT, find_blocks

PAGE = ROOT / "docs" / "testing.md"


def write_files(folder: Path) -> list[str]:
    """Write each code block that has a file name as its title, and return the names."""
    files = [block for block in find_blocks(PAGE) if block.title]
    for block in files:
        path = folder / block.title
        path.parent.mkdir(exist_ok=True)
        path.write_text(block.text)
    return [block.title for block in files]


@pytest.mark.usefixtures("pulumi_home")
def test_the_documented_tests_pass_beside_mocks(tmp_path: Path) -> None:
    paths = write_files(tmp_path)
    before = {path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts}
    assert "test_with_mocks.py" in paths
    # Mocks are set while the modules are imported, so before the program runs, and are used after it.
    order = [path for path in sorted(paths) if path.startswith("test_")]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *order]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout
    assert "6 passed" in process.stdout
    assert {path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts} == before


@pytest.mark.usefixtures("pulumi_home")
def test_the_errors_of_a_program_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: flags\nruntime: python\n")
    program = "import statsig_pulumi as statsig\nstatsig.Gate('checkout', name='checkout', team=17, tags=3)\n"
    (tmp_path / "__main__.py").write_text(program)
    with pytest.raises(ProgramError) as failure, run_program(tmp_path):
        pass
    line = "__main__.py:2: Gate 'checkout'"
    reason = f"{line}: team: input should be a valid string; {line}: tags: must be a list, not int"
    assert str(failure.value) == f"the program in {tmp_path} fails: the program has 2 problems: {reason}"
    (tmp_path / "__main__.py").write_text("raise ValueError('no such flag')\n")
    with pytest.raises(ProgramError, match=r"fails: ValueError: no such flag$"), run_program(tmp_path):
        pass
