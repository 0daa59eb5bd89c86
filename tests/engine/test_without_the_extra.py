"""The package works where the extra `emulator` is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WITHOUT = """
import sys
for name in ("starlette", "uvicorn"):
    sys.modules[name] = None  # as if it were not installed
"""


def run(program: str, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "program.py").write_text(WITHOUT + program)
    command = [sys.executable, str(folder / "program.py"), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_pytest_starts_without_the_extra(tmp_path: Path) -> None:
    (tmp_path / "test_ok.py").write_text("def test_ok():\n    pass\n")
    program = "import pytest\nraise SystemExit(pytest.main(['-q', '-p', 'no:cacheprovider', 'test_ok.py']))"
    done = run(program, folder=tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_command_line_says_what_to_install(tmp_path: Path) -> None:
    done = run("from statsig_pulumi.cli.main import main\nmain()", "emulate", folder=tmp_path)
    assert done.returncode != 0
    assert done.stderr.strip().endswith("pip install 'statsig-pulumi[emulator]'")
    assert "Traceback" not in done.stderr
